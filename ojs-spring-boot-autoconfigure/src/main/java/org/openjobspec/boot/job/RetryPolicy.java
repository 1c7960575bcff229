package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.List;

/**
 * When a failed attempt is tried again (ojs-retry). The withers make a partial override:
 * {@code policy.withMaxAttempts(5)} keeps everything else.
 *
 * @param maxAttempts how many attempts in all, the first one included; 0 and 1 both mean
 * that a failure is final (default 3)
 * @param initialInterval the delay before the first retry, positive (default one second)
 * @param backoffCoefficient what the strategy multiplies or raises by, at least 1
 * (default 2)
 * @param maxInterval the cap on the delay before jitter, at least the initial interval
 * (default five minutes)
 * @param jitter whether the delay is multiplied by a random factor from 0.5 to 1.5
 * (default yes)
 * @param nonRetryableErrors error types that are never tried again: exact names, or
 * prefixes written {@code auth.*} (default none)
 * @param onExhaustion what becomes of a job that may not be tried again (default
 * {@link OnExhaustion#DISCARD})
 * @param backoffStrategy how the delay grows (default
 * {@link BackoffStrategy#EXPONENTIAL})
 */
public record RetryPolicy(int maxAttempts, Duration initialInterval, double backoffCoefficient, Duration maxInterval,
		boolean jitter, List<String> nonRetryableErrors, OnExhaustion onExhaustion, BackoffStrategy backoffStrategy) {

	/** The policy of a job that names none (ojs-retry 8). */
	public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(5),
			true, List.of(), OnExhaustion.DISCARD, BackoffStrategy.EXPONENTIAL);

	/**
	 * Checks the rules of ojs-retry 11.1.
	 * @param maxAttempts how many attempts in all
	 * @param initialInterval the delay before the first retry
	 * @param backoffCoefficient what the strategy multiplies or raises by
	 * @param maxInterval the cap on the delay before jitter
	 * @param jitter whether the delay is multiplied by a random factor from 0.5 to 1.5
	 * @param nonRetryableErrors error types that are never tried again
	 * @param onExhaustion what becomes of a job that may not be tried again
	 * @param backoffStrategy how the delay grows
	 * @throws InvalidRequestException if a value is out of its range; the message names
	 * the field as it is called on the wire
	 */
	public RetryPolicy {
		nonRetryableErrors = List.copyOf(nonRetryableErrors);
		require(maxAttempts >= 0, "max_attempts", "must be 0 or more, and is " + maxAttempts);
		require(initialInterval.compareTo(Duration.ZERO) > 0, "initial_interval",
				"must be greater than zero, and is " + initialInterval);
		require(backoffCoefficient >= 1.0 && backoffCoefficient <= 1_000_000, "backoff_coefficient",
				"must be from 1.0 to 1000000, and is " + backoffCoefficient);
		require(maxInterval.compareTo(initialInterval) >= 0, "max_interval",
				"must not be less than initial_interval (%s), and is %s".formatted(initialInterval, maxInterval));
		require(maxInterval.compareTo(Durations.MAX) <= 0, "max_interval",
				"must not exceed %s, and is %s".formatted(Durations.MAX, maxInterval));
	}

	private static void require(boolean valid, String field, String problem) {
		if (!valid) {
			throw InvalidRequestException.retryPolicy("retry." + field, "retry.%s %s".formatted(field, problem));
		}
	}

	/**
	 * The delay before a retry: strategy, then cap, then jitter (ojs-retry 3.5 and 5.1).
	 * @param retryNumber which retry it is; 1 follows the first attempt
	 * @param random a number from 0 (inclusive) to 1 (exclusive); used only with jitter
	 * @return the delay, to the millisecond
	 */
	public Duration delay(int retryNumber, double random) {
		double raw = (double) this.initialInterval.toMillis()
				* this.backoffStrategy.factor(Math.max(1, retryNumber), this.backoffCoefficient);
		double capped = Math.min(raw, (double) this.maxInterval.toMillis());
		double jittered = this.jitter ? capped * (0.5 + random) : capped;
		return Duration.ofMillis(Math.max(0, Math.round(jittered)));
	}

	/**
	 * Whether an error is listed as never to be tried again (ojs-retry 6.2).
	 * @param errorType an error's type, class or code
	 * @return whether an entry equals it, or is a prefix {@code x.*} of it
	 */
	public boolean excludes(String errorType) {
		for (String entry : this.nonRetryableErrors) {
			boolean prefix = entry.endsWith(".*") && errorType.startsWith(entry.substring(0, entry.length() - 1));
			if (prefix || entry.equals(errorType)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * This policy with another number of attempts.
	 * @param attempts how many attempts in all
	 * @return the changed policy
	 */
	public RetryPolicy withMaxAttempts(int attempts) {
		return new RetryPolicy(attempts, this.initialInterval, this.backoffCoefficient, this.maxInterval, this.jitter,
				this.nonRetryableErrors, this.onExhaustion, this.backoffStrategy);
	}

	/**
	 * This policy with other intervals; both at once, since the one bounds the other.
	 * @param initial the delay before the first retry
	 * @param max the cap on every delay
	 * @return the changed policy
	 */
	public RetryPolicy withIntervals(Duration initial, Duration max) {
		return new RetryPolicy(this.maxAttempts, initial, this.backoffCoefficient, max, this.jitter,
				this.nonRetryableErrors, this.onExhaustion, this.backoffStrategy);
	}

	/**
	 * This policy with another growth of the delay.
	 * @param strategy how the delay grows
	 * @param coefficient what the strategy multiplies or raises by
	 * @return the changed policy
	 */
	public RetryPolicy withBackoff(BackoffStrategy strategy, double coefficient) {
		return new RetryPolicy(this.maxAttempts, this.initialInterval, coefficient, this.maxInterval, this.jitter,
				this.nonRetryableErrors, this.onExhaustion, strategy);
	}

	/**
	 * This policy with or without jitter.
	 * @param enabled whether delays are randomised
	 * @return the changed policy
	 */
	public RetryPolicy withJitter(boolean enabled) {
		return new RetryPolicy(this.maxAttempts, this.initialInterval, this.backoffCoefficient, this.maxInterval,
				enabled, this.nonRetryableErrors, this.onExhaustion, this.backoffStrategy);
	}

	/**
	 * This policy with other errors that are never tried again.
	 * @param errors exact error types, or prefixes written {@code auth.*}
	 * @return the changed policy
	 */
	public RetryPolicy withNonRetryableErrors(List<String> errors) {
		return new RetryPolicy(this.maxAttempts, this.initialInterval, this.backoffCoefficient, this.maxInterval,
				this.jitter, errors, this.onExhaustion, this.backoffStrategy);
	}

	/**
	 * This policy with another end.
	 * @param end what becomes of a job that may not be tried again
	 * @return the changed policy
	 */
	public RetryPolicy withOnExhaustion(OnExhaustion end) {
		return new RetryPolicy(this.maxAttempts, this.initialInterval, this.backoffCoefficient, this.maxInterval,
				this.jitter, this.nonRetryableErrors, end, this.backoffStrategy);
	}

}
