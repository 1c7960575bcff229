package org.openjobspec.boot.job;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued, before defaults are applied (ojs-core 5.1 and 5.2). Immutable;
 * {@link #toBuilder()} makes a changed copy.
 */
public final class JobRequest {

	/**
	 * The largest arguments and metadata together that a job may have, in bytes of UTF-8.
	 */
	public static final int MAX_BYTES = 1_048_576;

	/**
	 * The largest metadata that a job may have, in bytes of UTF-8 (ojs-payload-limits 2).
	 */
	public static final int MAX_META_BYTES = 65_536;

	private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]*+(?:\\.[a-z][a-z0-9_-]*+)*+");

	private static final Pattern QUEUE = Pattern.compile("[a-z0-9][a-z0-9.-]*+");

	private final @Nullable UUID id;

	private final String type;

	private final String args;

	private final String meta;

	private final @Nullable String queue;

	private final @Nullable Integer priority;

	private final @Nullable Instant scheduledAt;

	private final @Nullable Duration delay;

	private final @Nullable Instant expiresAt;

	private final @Nullable Duration timeToLive;

	private final @Nullable Duration timeout;

	private final @Nullable Duration visibilityTimeout;

	private final @Nullable UnaryOperator<RetryPolicy> retry;

	private final @Nullable UniquePolicy unique;

	private final List<String> tags;

	private final @Nullable String schema;

	private final boolean pending;

	private final @Nullable RateLimit rateLimit;

	private final Map<String, String> attributes;

	private JobRequest(Builder builder) {
		this.id = builder.id;
		this.type = checkType(builder.type);
		this.args = builder.args;
		this.meta = builder.meta;
		this.queue = (builder.queue != null) ? checkQueue("queue", builder.queue) : null;
		this.priority = builder.priority;
		this.scheduledAt = builder.scheduledAt;
		this.delay = builder.delay;
		this.expiresAt = builder.expiresAt;
		this.timeToLive = builder.timeToLive;
		this.timeout = checkPositive("timeout", builder.timeout);
		this.visibilityTimeout = checkPositive("visibility_timeout", builder.visibilityTimeout);
		this.retry = builder.retry;
		this.unique = builder.unique;
		this.tags = List.copyOf(builder.tags);
		this.schema = builder.schema;
		this.pending = builder.pending;
		this.rateLimit = builder.rateLimit;
		this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(builder.attributes));
		if (this.priority != null && (this.priority < -100 || this.priority > 100)) {
			throw InvalidRequestException.field("priority",
					"priority must be from -100 to 100, and is " + this.priority);
		}
		checkSize();
	}

	private void checkSize() {
		if (this.meta.length() > MAX_META_BYTES / 4 && utf8Length(this.meta) > MAX_META_BYTES) {
			throw InvalidRequestException.tooLarge("meta", MAX_META_BYTES);
		}
		int characters = this.args.length() + this.meta.length();
		if (characters > MAX_BYTES / 4 && utf8Length(this.args) + utf8Length(this.meta) > MAX_BYTES) {
			throw InvalidRequestException.tooLarge("args", MAX_BYTES);
		}
	}

	private static int utf8Length(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	/**
	 * Checks a job type (ojs-core 5.1; hyphens are allowed, as the Go SDK needs them).
	 * @param type the type
	 * @return the same type
	 * @throws InvalidRequestException if it is not one
	 */
	public static String checkType(String type) {
		if (type.length() > 255 || !TYPE.matcher(type).matches()) {
			throw InvalidRequestException.field("type",
					"type must be dot-separated lower-case names such as 'email.send', at most 255 characters, and is '%s'"
						.formatted(abbreviate(type)));
		}
		return type;
	}

	/**
	 * Checks a queue's name (ojs-core 5.1).
	 * @param field the field that holds it, for the message
	 * @param queue the name
	 * @return the same name
	 * @throws InvalidRequestException if it is not one
	 */
	public static String checkQueue(String field, String queue) {
		if (queue.length() > 128 || !QUEUE.matcher(queue).matches()) {
			throw InvalidRequestException.field(field,
					"%s must consist of lower-case letters, digits, '-' and '.', start with a letter or digit and have at most 128 characters, and is '%s'"
						.formatted(field, abbreviate(queue)));
		}
		return queue;
	}

	private static @Nullable Duration checkPositive(String field, @Nullable Duration duration) {
		if (duration != null
				&& (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(Durations.MAX) > 0)) {
			throw InvalidRequestException.field(field,
					"%s must be from one millisecond to %s, and is %s".formatted(field, Durations.MAX, duration));
		}
		return duration;
	}

	static String abbreviate(String value) {
		return (value.length() <= 64) ? value : value.substring(0, 64) + "…";
	}

	/**
	 * Starts a request.
	 * @param type the job's type
	 * @return a builder without arguments
	 */
	public static Builder of(String type) {
		return new Builder(type);
	}

	/**
	 * Starts a changed copy.
	 * @return a builder with everything that this request has
	 */
	public Builder toBuilder() {
		Builder builder = new Builder(this.type);
		builder.id = this.id;
		builder.args = this.args;
		builder.meta = this.meta;
		builder.queue = this.queue;
		builder.priority = this.priority;
		builder.scheduledAt = this.scheduledAt;
		builder.delay = this.delay;
		builder.expiresAt = this.expiresAt;
		builder.timeToLive = this.timeToLive;
		builder.timeout = this.timeout;
		builder.visibilityTimeout = this.visibilityTimeout;
		builder.retry = this.retry;
		builder.unique = this.unique;
		builder.tags = this.tags;
		builder.schema = this.schema;
		builder.pending = this.pending;
		builder.rateLimit = this.rateLimit;
		builder.attributes.putAll(this.attributes);
		return builder;
	}

	/**
	 * The id that the producer chose.
	 * @return the id, or {@code null} to have the server make one
	 */
	public @Nullable UUID id() {
		return this.id;
	}

	/**
	 * The job's type.
	 * @return the type
	 */
	public String type() {
		return this.type;
	}

	/**
	 * The arguments.
	 * @return a JSON array
	 */
	public String args() {
		return this.args;
	}

	/**
	 * The metadata.
	 * @return a JSON object
	 */
	public String meta() {
		return this.meta;
	}

	/**
	 * The queue.
	 * @return the name, or {@code null} for the default of the job's type
	 */
	public @Nullable String queue() {
		return this.queue;
	}

	/**
	 * The priority.
	 * @return −100 to 100, or {@code null} for 0
	 */
	public @Nullable Integer priority() {
		return this.priority;
	}

	/**
	 * The earliest time of the first attempt.
	 * @return the time; {@code null} for now, or when {@link #delay()} is given
	 */
	public @Nullable Instant scheduledAt() {
		return this.scheduledAt;
	}

	/**
	 * The least time until the first attempt, counted by the database's clock.
	 * @return the delay, or {@code null}
	 */
	public @Nullable Duration delay() {
		return this.delay;
	}

	/**
	 * The time after which no attempt may start.
	 * @return the time; {@code null} for never, or when {@link #timeToLive()} is given
	 */
	public @Nullable Instant expiresAt() {
		return this.expiresAt;
	}

	/**
	 * The time from acceptance after which no attempt may start, counted by the
	 * database's clock.
	 * @return the duration, or {@code null}
	 */
	public @Nullable Duration timeToLive() {
		return this.timeToLive;
	}

	/**
	 * How long one attempt may run.
	 * @return the duration, or {@code null} for the default
	 */
	public @Nullable Duration timeout() {
		return this.timeout;
	}

	/**
	 * How long a fetched job stays with a silent worker.
	 * @return the duration, or {@code null} for the default
	 */
	public @Nullable Duration visibilityTimeout() {
		return this.visibilityTimeout;
	}

	/**
	 * The changes to the default retry policy.
	 * @return a function of the default, or {@code null} for no change
	 */
	public @Nullable UnaryOperator<RetryPolicy> retry() {
		return this.retry;
	}

	/**
	 * The retry policy, given the default.
	 * @param base the default
	 * @return the default with this request's changes
	 */
	public RetryPolicy retry(RetryPolicy base) {
		return (this.retry != null) ? this.retry.apply(base) : base;
	}

	/**
	 * The uniqueness policy.
	 * @return the policy, or {@code null}
	 */
	public @Nullable UniquePolicy unique() {
		return this.unique;
	}

	/**
	 * Labels for people.
	 * @return the labels, never {@code null}
	 */
	public List<String> tags() {
		return this.tags;
	}

	/**
	 * The URI of the arguments' schema.
	 * @return the URI, or {@code null}
	 */
	public @Nullable String schema() {
		return this.schema;
	}

	/**
	 * Whether the job waits to be activated.
	 * @return whether it starts as {@link JobState#PENDING}
	 */
	public boolean pending() {
		return this.pending;
	}

	/**
	 * What limits its start.
	 * @return the limit, or {@code null}
	 */
	public @Nullable RateLimit rateLimit() {
		return this.rateLimit;
	}

	/**
	 * Attributes that this version does not know.
	 * @return JSON texts by name
	 */
	public Map<String, String> attributes() {
		return this.attributes;
	}

	/** Collects what a request says; {@link #build()} checks it. */
	public static final class Builder {

		private final String type;

		private @Nullable UUID id;

		private String args = "[]";

		private String meta = "{}";

		private @Nullable String queue;

		private @Nullable Integer priority;

		private @Nullable Instant scheduledAt;

		private @Nullable Duration delay;

		private @Nullable Instant expiresAt;

		private @Nullable Duration timeToLive;

		private @Nullable Duration timeout;

		private @Nullable Duration visibilityTimeout;

		private @Nullable UnaryOperator<RetryPolicy> retry;

		private @Nullable UniquePolicy unique;

		private List<String> tags = List.of();

		private @Nullable String schema;

		private boolean pending;

		private @Nullable RateLimit rateLimit;

		private final Map<String, String> attributes = new LinkedHashMap<>();

		private Builder(String type) {
			this.type = type;
		}

		/**
		 * Chooses the id, so that a repeated enqueue is refused.
		 * @param value a UUIDv7
		 * @return this builder
		 */
		public Builder id(UUID value) {
			if (value.version() != 7 || value.variant() != 2) {
				throw InvalidRequestException.field("id", "id must be a UUIDv7, and is '%s'".formatted(value));
			}
			this.id = value;
			return this;
		}

		/**
		 * Sets the arguments.
		 * @param jsonArray a JSON array; the caller vouches for its syntax
		 * @return this builder
		 */
		public Builder args(String jsonArray) {
			this.args = jsonArray;
			return this;
		}

		/**
		 * Sets the metadata.
		 * @param jsonObject a JSON object; the caller vouches for its syntax
		 * @return this builder
		 */
		public Builder meta(String jsonObject) {
			this.meta = jsonObject;
			return this;
		}

		/**
		 * Sets the queue.
		 * @param value the queue's name
		 * @return this builder
		 */
		public Builder queue(String value) {
			this.queue = value;
			return this;
		}

		/**
		 * Sets the priority.
		 * @param value −100 to 100, higher first
		 * @return this builder
		 */
		public Builder priority(int value) {
			this.priority = value;
			return this;
		}

		/**
		 * Sets the earliest time of the first attempt; replaces a delay.
		 * @param value the time; one in the past means now
		 * @return this builder
		 */
		public Builder scheduledAt(Instant value) {
			this.scheduledAt = checkTime("scheduled_at", value);
			this.delay = null;
			return this;
		}

		/**
		 * Sets the least time until the first attempt; replaces a fixed time.
		 * @param value the delay, at most ten years
		 * @return this builder
		 */
		public Builder delay(Duration value) {
			this.delay = checkLength("delay", value);
			this.scheduledAt = null;
			return this;
		}

		/**
		 * Sets the time after which no attempt may start; replaces a time to live.
		 * @param value the time
		 * @return this builder
		 */
		public Builder expiresAt(Instant value) {
			this.expiresAt = checkTime("expires_at", value);
			this.timeToLive = null;
			return this;
		}

		/**
		 * Sets the time from acceptance after which no attempt may start; replaces a
		 * fixed time.
		 * @param value the duration, at most ten years
		 * @return this builder
		 */
		public Builder timeToLive(Duration value) {
			this.timeToLive = checkLength("expires_at", value);
			this.expiresAt = null;
			return this;
		}

		/**
		 * Sets how long one attempt may run.
		 * @param value the duration, at least a millisecond
		 * @return this builder
		 */
		public Builder timeout(Duration value) {
			this.timeout = value;
			return this;
		}

		/**
		 * Sets how long a fetched job stays with a silent worker.
		 * @param value the duration, at least a millisecond
		 * @return this builder
		 */
		public Builder visibilityTimeout(Duration value) {
			this.visibilityTimeout = value;
			return this;
		}

		/**
		 * Changes the default retry policy.
		 * @param change what differs from the default, for example
		 * {@code policy -> policy.withMaxAttempts(5)}
		 * @return this builder
		 */
		public Builder retry(UnaryOperator<RetryPolicy> change) {
			this.retry = change;
			return this;
		}

		/**
		 * Sets the uniqueness policy.
		 * @param policy the policy
		 * @return this builder
		 */
		public Builder unique(UniquePolicy policy) {
			this.unique = policy;
			return this;
		}

		/**
		 * Sets labels for people.
		 * @param values the labels
		 * @return this builder
		 */
		public Builder tags(List<String> values) {
			this.tags = values;
			return this;
		}

		/**
		 * Sets the URI of the arguments' schema.
		 * @param uri the URI
		 * @return this builder
		 */
		public Builder schema(String uri) {
			this.schema = uri;
			return this;
		}

		/**
		 * Makes the job wait to be activated.
		 * @param value whether it starts as {@link JobState#PENDING}
		 * @return this builder
		 */
		public Builder pending(boolean value) {
			this.pending = value;
			return this;
		}

		/**
		 * Limits how many jobs of a key run or start (ojs-rate-limiting 6).
		 * @param limit the limit
		 * @return this builder
		 */
		public Builder rateLimit(RateLimit limit) {
			this.rateLimit = limit;
			return this;
		}

		/**
		 * Adds an attribute that the specification does not name.
		 * @param name the attribute's name
		 * @param json its value, JSON text
		 * @return this builder
		 */
		public Builder attribute(String name, String json) {
			this.attributes.put(name, json);
			return this;
		}

		/**
		 * Checks everything and makes the request.
		 * @return the request
		 * @throws InvalidRequestException if a value breaks a rule; the message names the
		 * field
		 */
		public JobRequest build() {
			return new JobRequest(this);
		}

		private static Duration checkLength(String field, Duration value) {
			if (value.abs().compareTo(Durations.MAX) > 0) {
				throw InvalidRequestException.field(field,
						"%s must not be more than %s away, and is %s".formatted(field, Durations.MAX, value));
			}
			return value;
		}

		private static Instant checkTime(String field, Instant value) {
			if (value.isBefore(Instant.EPOCH) || value.isAfter(LAST)) {
				throw InvalidRequestException.field(field,
						"%s must be from 1970 to 9999, and is %s".formatted(field, value));
			}
			return value;
		}

		private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

	}

}
