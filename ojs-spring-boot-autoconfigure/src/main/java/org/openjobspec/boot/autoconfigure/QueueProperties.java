package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;

import org.springframework.core.env.ConfigurableEnvironment;

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
		@Nullable Duration visibilityTimeout, @Nullable RetryProperties retry, @Nullable Retention retention,
		@Nullable List<String> allowedTypes) {

	static final String PREFIX = "ojs.queues";

	/**
	 * Starts within a time.
	 *
	 * @param limit how many
	 * @param period within which time
	 */
	record Rate(int limit, @Nullable Duration period) {

		RateLimit.Rate rate(String setting) {
			try {
				return new RateLimit.Rate(this.limit, (this.period != null) ? this.period : Duration.ofSeconds(1));
			}
			catch (InvalidRequestException ex) {
				throw InvalidRequestException.field(setting, String.valueOf(ex.getMessage()));
			}
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
	 * Reads and checks the settings of all queues.
	 * @param environment where the properties are
	 * @return the settings by the names of the queues
	 */
	static Map<String, QueueSettings> read(ConfigurableEnvironment environment) {
		Map<String, QueueSettings> settings = new TreeMap<>();
		NamedProperties.read(environment, PREFIX, QueueProperties.class).forEach((queue, properties) -> {
			OjsProperties.requireQueue(PREFIX, queue, "name", queue);
			try {
				settings.put(queue, properties.settings());
			}
			catch (InvalidRequestException ex) {
				throw OjsProperties.invalid(NamedProperties.name(PREFIX, queue, OjsProperties.setting(ex, "*")),
						properties, ex);
			}
		});
		return settings;
	}

	QueueSettings settings() {
		return new QueueSettings(this.maxDepth, this.warningThreshold, this.concurrency,
				(this.rateLimit != null) ? this.rateLimit.rate("rate_limit") : null,
				(this.throttle != null) ? this.throttle.rate("throttle") : null, this.timeout, this.visibilityTimeout,
				(this.retry != null) ? this.retry.policy(RetryPolicy.DEFAULT) : null,
				(this.retention != null) ? this.retention.retention() : QueueSettings.Retention.NONE,
				this.allowedTypes);
	}

}
