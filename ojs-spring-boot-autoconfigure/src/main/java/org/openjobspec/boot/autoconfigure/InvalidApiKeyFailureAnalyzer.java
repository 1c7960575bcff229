package org.openjobspec.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user which property of a key to correct.
 */
final class InvalidApiKeyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidApiKeyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidApiKeyException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Correct the property. docs/guide/security.md shows how to make a key.", cause);
	}

}
