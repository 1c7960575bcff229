package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * The settings of a queue, below {@code ojs.queues.NAME}.
 *
 * @param maxDepth how many available, scheduled and retryable jobs it may hold; 0 for any
 * number
 * @param warningThreshold from which part of it on producers are warned, 0 to 1
 * @param concurrency how many jobs may run at once on all nodes
 * @param rateLimit how many jobs may start within a time
 * @param throttle as {@code rateLimit}, at even distances
 * @param timeout how long an attempt may run when neither job nor handler says it
 * @param visibilityTimeout how long a fetched job stays with a silent worker
 * @param retry the retry policy when neither job nor handler has one
 * @param retention how long jobs that have ended are kept
 * @param allowedTypes the types of jobs that may be enqueued
 */
record QueueProperties(@Nullable Integer maxDepth, @Nullable Double warningThreshold, @Nullable Integer concurrency,
		@Nullable Rate rateLimit, @Nullable Rate throttle, @Nullable Duration timeout,
		@Nullable Duration visibilityTimeout, @Nullable Retry retry, @Nullable Retention retention,
		@Nullable List<String> allowedTypes) {

	/**
	 * Starts within a time.
	 *
	 * @param limit how many
	 * @param period within which time
	 */
	record Rate(int limit, @Nullable Duration period) {

		RateLimit.Rate rate() {
			return new RateLimit.Rate(this.limit, (this.period != null) ? this.period : Duration.ofSeconds(1));
		}

	}

	/**
	 * How long jobs that have ended are kept.
	 *
	 * @param completed completed jobs
	 * @param cancelled cancelled jobs
	 * @param discarded discarded and expired jobs
	 * @param deadLetter jobs in the dead letter
	 */
	record Retention(@Nullable Duration completed, @Nullable Duration cancelled, @Nullable Duration discarded,
			@Nullable Duration deadLetter) {

		QueueSettings.Retention retention() {
			return new QueueSettings.Retention(this.completed, this.cancelled, this.discarded, this.deadLetter);
		}

	}

	/**
	 * A retry policy; what it does not say is as in the default policy.
	 *
	 * @param maxAttempts how many attempts in all
	 * @param initialInterval the delay before the first retry
	 * @param maxInterval the cap on every delay
	 * @param coefficient what the strategy multiplies or raises by
	 * @param backoff how the delay grows
	 * @param jitter whether delays are randomised
	 * @param onExhaustion what becomes of a job that may not be tried again
	 */
	record Retry(@Nullable Integer maxAttempts, @Nullable Duration initialInterval, @Nullable Duration maxInterval,
			@Nullable Double coefficient, @Nullable BackoffStrategy backoff, @Nullable Boolean jitter,
			@Nullable OnExhaustion onExhaustion) {

		RetryPolicy policy() {
			RetryPolicy base = RetryPolicy.DEFAULT;
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

	QueueSettings settings() {
		return new QueueSettings(this.maxDepth, this.warningThreshold, this.concurrency,
				(this.rateLimit != null) ? this.rateLimit.rate() : null,
				(this.throttle != null) ? this.throttle.rate() : null, this.timeout, this.visibilityTimeout,
				(this.retry != null) ? this.retry.policy() : null,
				(this.retention != null) ? this.retention.retention() : QueueSettings.Retention.NONE,
				this.allowedTypes);
	}

}
