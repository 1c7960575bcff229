package org.openjobspec.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * Parts of a retry policy.
 *
 * @param maxAttempts how many attempts in all
 * @param initialInterval the delay before the first retry
 * @param maxInterval the cap on every delay
 * @param coefficient what the strategy multiplies or raises by
 * @param backoff how the delay grows
 * @param jitter whether delays are randomised
 * @param onExhaustion what becomes of a job that may not be tried again
 */
record RetryProperties(@Nullable Integer maxAttempts, @Nullable Duration initialInterval,
		@Nullable Duration maxInterval, @Nullable Double coefficient, @Nullable BackoffStrategy backoff,
		@Nullable Boolean jitter, @Nullable OnExhaustion onExhaustion) {

	/**
	 * The whole policy.
	 * @param base what holds where these properties say nothing
	 * @return the policy
	 * @throws org.openjobspec.boot.job.InvalidRequestException if a value makes no sense
	 */
	RetryPolicy policy(RetryPolicy base) {
		Duration initial = orElse(this.initialInterval, base.initialInterval());
		Duration longest = (initial.compareTo(base.maxInterval()) > 0) ? initial : base.maxInterval();
		return new RetryPolicy(orElse(this.maxAttempts, base.maxAttempts()), initial,
				orElse(this.coefficient, base.backoffCoefficient()), orElse(this.maxInterval, longest),
				orElse(this.jitter, base.jitter()), base.nonRetryableErrors(),
				orElse(this.onExhaustion, base.onExhaustion()), orElse(this.backoff, base.backoffStrategy()));
	}

	private static <T> T orElse(@Nullable T own, T otherwise) {
		return (own != null) ? own : otherwise;
	}

}
