package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.worker.HandlerSettings;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What overrides the annotation of a handler, below {@code ojs.handlers.TYPE}.
 *
 * @param enabled whether this node runs its jobs
 * @param queue the queue of jobs whose producer names none
 * @param concurrency how many of its jobs may run at once on this node; 0 to share the
 * worker's slots
 * @param timeout how long an attempt may run when its job does not say it
 * @param retry the retry policy when its job has none
 */
record HandlerProperties(@Nullable Boolean enabled, @Nullable String queue, @Nullable Integer concurrency,
		@Nullable Duration timeout, @Nullable RetryProperties retry) {

	static final String PREFIX = "ojs.handlers";

	/**
	 * Reads and checks all of them.
	 * @param environment where the properties are
	 * @return the settings by types of jobs
	 */
	static Map<String, HandlerSettings> read(ConfigurableEnvironment environment) {
		Map<String, HandlerSettings> settings = new TreeMap<>();
		NamedProperties.read(environment, PREFIX, HandlerProperties.class)
			.forEach((type, properties) -> settings.put(type, properties.settings(type)));
		return settings;
	}

	private HandlerSettings settings(String type) {
		if (this.queue != null) {
			OjsProperties.requireQueue(name(type, "queue"), this.queue, "queue", this.queue);
		}
		if (this.concurrency != null) {
			OjsProperties.require(this.concurrency >= 0, name(type, "concurrency"), this.concurrency,
					"must not be negative");
		}
		if (this.timeout != null) {
			OjsProperties.requirePositive(name(type, "timeout"), this.timeout);
		}
		RetryProperties overridden = this.retry;
		return new HandlerSettings(this.enabled == null || this.enabled, this.queue, this.concurrency, this.timeout,
				(overridden != null) ? (policy) -> policy(type, overridden, policy) : (policy) -> policy);
	}

	// Whether the parts fit each other is known only with the annotation's policy.
	private static RetryPolicy policy(String type, RetryProperties parts, RetryPolicy annotated) {
		try {
			return parts.policy(annotated);
		}
		catch (InvalidRequestException ex) {
			throw OjsProperties.invalid(name(type, OjsProperties.setting(ex, "retry")), parts, ex);
		}
	}

	private static String name(String type, String setting) {
		return NamedProperties.name(PREFIX, type, setting);
	}

}
