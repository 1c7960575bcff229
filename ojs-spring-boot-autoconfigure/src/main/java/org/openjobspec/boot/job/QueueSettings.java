package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What an operator may set for a queue (ojs-queue-config 6). What is {@code null} is not
 * set: then what is more general holds.
 *
 * @param maxDepth how many available, scheduled and retryable jobs the queue may hold; 0
 * for any number
 * @param warningThreshold from which part of {@code maxDepth} on producers are warned, 0
 * to 1 (default 0.8)
 * @param concurrency how many of its jobs may run at once on all nodes; 0 for none
 * @param rate how many of its jobs may start within any window of a length
 * @param throttle as {@code rate}, at even distances
 * @param timeout how long an attempt may run when neither its job nor its handler says it
 * @param visibilityTimeout how long a fetched job stays with a worker that neither
 * finishes nor heartbeats, when the job does not say it
 * @param retry the retry policy of jobs when neither they nor their handlers have one
 * @param retention how long what has ended is kept
 * @param allowedTypes the types of jobs that may be enqueued: names, beginnings such as
 * {@code payment.*}, or {@code *}
 */
public record QueueSettings(@Nullable Integer maxDepth, @Nullable Double warningThreshold,
		@Nullable Integer concurrency, RateLimit.@Nullable Rate rate, RateLimit.@Nullable Rate throttle,
		@Nullable Duration timeout, @Nullable Duration visibilityTimeout, @Nullable RetryPolicy retry,
		Retention retention, @Nullable List<String> allowedTypes) {

	/** The name under which settings for all queues that have none are kept. */
	public static final String DEFAULT_QUEUE = "_default";

	/** Nothing is set. */
	public static final QueueSettings NONE = new QueueSettings(null, null, null, null, null, null, null, null,
			Retention.NONE, null);

	private static final Pattern TYPE = Pattern.compile("(?=.)[a-z0-9_.-]{0,255}+\\*?");

	private static final int MAX_TYPES = 1000;

	/**
	 * Checks the settings.
	 * @param maxDepth how many jobs that wait it may hold
	 * @param warningThreshold from which part of {@code maxDepth} on producers are warned
	 * @param concurrency how many of its jobs may run at once on all nodes
	 * @param rate how many of its jobs may start within any window of a length
	 * @param throttle as {@code rate}, at even distances
	 * @param timeout how long an attempt may run when neither its job nor its handler
	 * says it
	 * @param visibilityTimeout how long a fetched job stays with a worker that neither
	 * finishes nor heartbeats
	 * @param retry the retry policy of jobs when neither they nor their handlers have one
	 * @param retention how long what has ended is kept
	 * @param allowedTypes the types of jobs that may be enqueued
	 * @throws InvalidRequestException if a value makes no sense; the message names it as
	 * it is called on the wire
	 */
	public QueueSettings {
		require(maxDepth == null || maxDepth >= 0, "max_depth", "must not be negative", maxDepth);
		require(warningThreshold == null || (warningThreshold >= 0 && warningThreshold <= 1), "warning_threshold",
				"must be from 0 to 1", warningThreshold);
		require(concurrency == null || concurrency >= 0, "concurrency", "must not be negative", concurrency);
		checkPositive("default_timeout", timeout);
		checkPositive("visibility_timeout", visibilityTimeout);
		if (allowedTypes != null) {
			allowedTypes = List.copyOf(allowedTypes);
			require(!allowedTypes.isEmpty() && allowedTypes.size() <= MAX_TYPES, "allowed_job_types",
					"must name from 1 to %d types".formatted(MAX_TYPES), allowedTypes.size());
			for (String type : allowedTypes) {
				require(TYPE.matcher(type).matches(), "allowed_job_types",
						"must consist of types such as email.send and beginnings such as email.*",
						(type.length() <= 64) ? type : type.substring(0, 64));
			}
		}
	}

	private static void require(boolean valid, String field, String rule, @Nullable Object value) {
		if (!valid) {
			throw InvalidRequestException.field(field, "%s %s, and is %s".formatted(field, rule, value));
		}
	}

	private static void checkPositive(String field, @Nullable Duration value) {
		require(value == null || (value.compareTo(Duration.ofMillis(1)) >= 0 && value.compareTo(Durations.MAX) <= 0),
				field, "must be from one millisecond to " + Durations.MAX, value);
	}

	/**
	 * How long what has ended is kept.
	 *
	 * @param completed completed jobs
	 * @param cancelled cancelled jobs
	 * @param discarded discarded and expired jobs
	 * @param deadLetter jobs in the dead letter
	 */
	public record Retention(@Nullable Duration completed, @Nullable Duration cancelled, @Nullable Duration discarded,
			@Nullable Duration deadLetter) {

		/** Nothing is set. */
		public static final Retention NONE = new Retention(null, null, null, null);

		/**
		 * Checks the times.
		 * @param completed completed jobs
		 * @param cancelled cancelled jobs
		 * @param discarded discarded and expired jobs
		 * @param deadLetter jobs in the dead letter
		 * @throws InvalidRequestException if one is not positive
		 */
		public Retention {
			checkPositive("retention.completed", completed);
			checkPositive("retention.cancelled", cancelled);
			checkPositive("retention.discarded", discarded);
			checkPositive("retention.dead_letter", deadLetter);
		}

		private Retention or(Retention other) {
			return new Retention(first(this.completed, other.completed), first(this.cancelled, other.cancelled),
					first(this.discarded, other.discarded), first(this.deadLetter, other.deadLetter));
		}

	}

	private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
		return (one != null) ? one : other;
	}

	/**
	 * These settings, and where they say nothing, others.
	 * @param other what holds otherwise
	 * @return both together
	 */
	public QueueSettings or(QueueSettings other) {
		return new QueueSettings(first(this.maxDepth, other.maxDepth),
				first(this.warningThreshold, other.warningThreshold), first(this.concurrency, other.concurrency),
				first(this.rate, other.rate), first(this.throttle, other.throttle), first(this.timeout, other.timeout),
				first(this.visibilityTimeout, other.visibilityTimeout), first(this.retry, other.retry),
				this.retention.or(other.retention), first(this.allowedTypes, other.allowedTypes));
	}

	/**
	 * Whether the queue's jobs are limited in how many run or start.
	 * @return whether one of the three numbers is set
	 */
	public boolean limits() {
		return this.concurrency != null || this.rate != null || this.throttle != null;
	}

	/**
	 * Whether jobs of a type may be enqueued.
	 * @param type the type
	 * @return whether it is allowed, as all are when nothing is set
	 */
	public boolean allows(String type) {
		if (this.allowedTypes == null) {
			return true;
		}
		for (String allowed : this.allowedTypes) {
			boolean begins = allowed.endsWith("*") && type.startsWith(allowed.substring(0, allowed.length() - 1));
			if (begins || allowed.equals(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * A builder with these settings.
	 * @return the builder
	 */
	public Builder toBuilder() {
		return new Builder(this);
	}

	/** Changes settings; {@code null} says that nothing is set any more. */
	public static final class Builder {

		private @Nullable Integer maxDepth;

		private @Nullable Double warningThreshold;

		private @Nullable Integer concurrency;

		private RateLimit.@Nullable Rate rate;

		private RateLimit.@Nullable Rate throttle;

		private @Nullable Duration timeout;

		private @Nullable Duration visibilityTimeout;

		private @Nullable RetryPolicy retry;

		private Retention retention;

		private @Nullable List<String> allowedTypes;

		private Builder(QueueSettings settings) {
			this.maxDepth = settings.maxDepth;
			this.warningThreshold = settings.warningThreshold;
			this.concurrency = settings.concurrency;
			this.rate = settings.rate;
			this.throttle = settings.throttle;
			this.timeout = settings.timeout;
			this.visibilityTimeout = settings.visibilityTimeout;
			this.retry = settings.retry;
			this.retention = settings.retention;
			this.allowedTypes = settings.allowedTypes;
		}

		/**
		 * Sets how many jobs the queue may hold.
		 * @param jobs how many; 0 for any number
		 * @return this builder
		 */
		public Builder maxDepth(@Nullable Integer jobs) {
			this.maxDepth = jobs;
			return this;
		}

		/**
		 * Sets from where on producers are warned.
		 * @param part of the depth, 0 to 1
		 * @return this builder
		 */
		public Builder warningThreshold(@Nullable Double part) {
			this.warningThreshold = part;
			return this;
		}

		/**
		 * Sets how many jobs may run at once.
		 * @param jobs how many
		 * @return this builder
		 */
		public Builder concurrency(@Nullable Integer jobs) {
			this.concurrency = jobs;
			return this;
		}

		/**
		 * Sets how many jobs may start within any window.
		 * @param starts how many, and how long the window is
		 * @return this builder
		 */
		public Builder rate(RateLimit.@Nullable Rate starts) {
			this.rate = starts;
			return this;
		}

		/**
		 * Sets how many jobs may start, at even distances.
		 * @param starts how many, and within which time
		 * @return this builder
		 */
		public Builder throttle(RateLimit.@Nullable Rate starts) {
			this.throttle = starts;
			return this;
		}

		/**
		 * Sets how long an attempt may run.
		 * @param time how long
		 * @return this builder
		 */
		public Builder timeout(@Nullable Duration time) {
			this.timeout = time;
			return this;
		}

		/**
		 * Sets how long a fetched job stays with a silent worker.
		 * @param time how long
		 * @return this builder
		 */
		public Builder visibilityTimeout(@Nullable Duration time) {
			this.visibilityTimeout = time;
			return this;
		}

		/**
		 * Sets the retry policy.
		 * @param policy the policy
		 * @return this builder
		 */
		public Builder retry(@Nullable RetryPolicy policy) {
			this.retry = policy;
			return this;
		}

		/**
		 * Sets how long what has ended is kept.
		 * @param times how long
		 * @return this builder
		 */
		public Builder retention(Retention times) {
			this.retention = times;
			return this;
		}

		/**
		 * The times that are set so far.
		 * @return how long what has ended is kept
		 */
		public Retention retention() {
			return this.retention;
		}

		/**
		 * Sets which types may be enqueued.
		 * @param types names, beginnings such as {@code payment.*}, or {@code *}
		 * @return this builder
		 */
		public Builder allowedTypes(@Nullable List<String> types) {
			this.allowedTypes = types;
			return this;
		}

		/**
		 * Makes the settings.
		 * @return the settings
		 * @throws InvalidRequestException if a value makes no sense
		 */
		public QueueSettings build() {
			return new QueueSettings(this.maxDepth, this.warningThreshold, this.concurrency, this.rate, this.throttle,
					this.timeout, this.visibilityTimeout, this.retry, this.retention, this.allowedTypes);
		}

	}

}
