package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rules of ojs-retry.
 */
class RetryPolicyTests {

	private final RetryPolicy plain = RetryPolicy.DEFAULT.withJitter(false);

	@Nested
	class Delay {

		@ParameterizedTest
		@CsvSource({ "NONE, 2, 5000, 5000, 5000", "LINEAR, 2, 5000, 10000, 15000", "EXPONENTIAL, 2, 5000, 10000, 20000",
				"EXPONENTIAL, 1, 5000, 5000, 5000", "POLYNOMIAL, 2, 5000, 20000, 45000" })
		void growsAsTheStrategySays(BackoffStrategy strategy, double coefficient, long first, long second, long third) {
			RetryPolicy policy = RetryPolicyTests.this.plain.withIntervals(Duration.ofSeconds(5), Duration.ofMinutes(5))
				.withBackoff(strategy, coefficient);
			assertThat(policy.delay(1, 0)).hasMillis(first);
			assertThat(policy.delay(2, 0)).hasMillis(second);
			assertThat(policy.delay(3, 0)).hasMillis(third);
		}

		@Test
		void isCappedBeforeItIsJittered() {
			RetryPolicy policy = RetryPolicy.DEFAULT.withIntervals(Duration.ofSeconds(1), Duration.ofSeconds(10));
			assertThat(policy.delay(30, 0)).isEqualTo(Duration.ofSeconds(5));
			assertThat(policy.delay(30, 0.999_999)).isBetween(Duration.ofMillis(14_999), Duration.ofSeconds(15));
		}

		@Test
		void staysFiniteHoweverManyAttemptsThereWere() {
			RetryPolicy policy = RetryPolicyTests.this.plain.withBackoff(BackoffStrategy.EXPONENTIAL, 1_000_000);
			assertThat(policy.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMinutes(5));
		}

	}

	@Nested
	class Exclusion {

		private final RetryPolicy policy = RetryPolicy.DEFAULT
			.withNonRetryableErrors(List.of("validation.payload_invalid", "auth.*"));

		@ParameterizedTest
		@CsvSource({ "validation.payload_invalid, true", "validation.schema_error, false", "auth.token_expired, true",
				"auth, false", "external.auth.failure, false", "authority.x, false" })
		void matchesExactNamesAndPrefixes(String type, boolean excluded) {
			assertThat(this.policy.excludes(type)).isEqualTo(excluded);
		}

	}

	@Nested
	class Rules {

		@Test
		void refuseWhatTheSpecificationRefusesAndNameTheField() {
			refused("retry.max_attempts", () -> RetryPolicyTests.this.plain.withMaxAttempts(-1));
			refused("retry.backoff_coefficient",
					() -> RetryPolicyTests.this.plain.withBackoff(BackoffStrategy.EXPONENTIAL, 0.5));
			refused("retry.backoff_coefficient",
					() -> RetryPolicyTests.this.plain.withBackoff(BackoffStrategy.EXPONENTIAL, Double.NaN));
			refused("retry.initial_interval",
					() -> RetryPolicyTests.this.plain.withIntervals(Duration.ZERO, Duration.ofSeconds(1)));
			refused("retry.max_interval",
					() -> RetryPolicyTests.this.plain.withIntervals(Duration.ofSeconds(2), Duration.ofSeconds(1)));
		}

		private void refused(String field, Supplier<RetryPolicy> policy) {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(policy::get).satisfies(ex -> {
				assertThat(ex.status()).isEqualTo(422);
				assertThat(ex).hasMessageContaining(field);
			});
		}

	}

}
