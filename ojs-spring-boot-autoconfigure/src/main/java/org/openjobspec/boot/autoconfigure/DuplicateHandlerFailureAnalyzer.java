package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.worker.DuplicateHandlerException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user which two methods claim one type of job.
 */
final class DuplicateHandlerFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateHandlerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateHandlerException cause) {
		return new FailureAnalysis(
				"Jobs of type '%s' have two handlers:%n%n\t- %s%n\t- %s".formatted(cause.type(), cause.first(),
						cause.second()),
				"Remove one of the methods, or give it a type of its own. If they are one method of a class with two beans, remove one of the beans.",
				cause);
	}

}
