package org.openjobspec.boot.test;

import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.test.context.TestPropertySource;
import org.springframework.validation.method.MethodValidationException;

import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of Spring's neighbours where violations are Spring's own exceptions, and nobody
 * says as whom handlers run.
 */
@TestPropertySource(properties = { "spring.validation.method.adapt-constraint-violations=true", "jobs.secured=false" })
class AdaptedNeighboursTests extends NeighboursContract {

	@Override
	boolean proxiesClasses() {
		return true;
	}

	@Override
	Class<? extends Exception> violation() {
		return MethodValidationException.class;
	}

	@Override
	@Test
	void aSecuredHandlerRunsAsWhomTheDecoratorSays() {
		assertThat(this.ojs).job(ran("vault.open"))
			.isRetryable()
			.hasFailedWith(AuthenticationCredentialsNotFoundException.class);
	}

	@Override
	@Test
	void aSecuredHandlerThatMayNotRunFails() {
		assertThat(this.ojs).job(ran("vault.empty"))
			.isRetryable()
			.hasFailedWith(AuthenticationCredentialsNotFoundException.class);
	}

}
