package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.worker.InvalidHandlerException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user why a method cannot handle jobs.
 */
final class InvalidHandlerFailureAnalyzer extends AbstractFailureAnalyzer<InvalidHandlerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidHandlerException cause) {
		return new FailureAnalysis("The @OjsHandler method%n%n\t%s%n%nof bean '%s' cannot handle jobs: %s."
			.formatted(cause.method(), cause.beanName(), cause.problem()), cause.cure() + ".", cause);
	}

}
