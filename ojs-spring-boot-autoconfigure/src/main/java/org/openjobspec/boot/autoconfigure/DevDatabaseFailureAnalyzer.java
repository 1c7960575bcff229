package org.openjobspec.boot.autoconfigure;

import java.util.Objects;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user why the development database did not start, and what to do.
 */
final class DevDatabaseFailureAnalyzer extends AbstractFailureAnalyzer<DevDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DevDatabaseException cause) {
		return new FailureAnalysis(Objects.requireNonNull(cause.getMessage()), cause.action(), cause);
	}

}
