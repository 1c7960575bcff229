package org.openjobspec.boot.web;

import java.util.Locale;

import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy.Dimension;
import org.openjobspec.boot.job.UniquePolicy;
import tools.jackson.core.JsonGenerator;

/**
 * Writes policies. Rust reads intervals as ISO 8601 only, Java as milliseconds only.
 */
final class PolicyWriter {

	private PolicyWriter() {
	}

	static void retry(JsonGenerator json, RetryPolicy policy) {
		retry(json, "retry", policy);
	}

	static void retry(JsonGenerator json, String name, RetryPolicy policy) {
		json.writeName(name);
		json.writeStartObject();
		// Ruby refuses 0, which means the same.
		json.writeNumberProperty("max_attempts", Math.max(1, policy.maxAttempts()));
		json.writeStringProperty("initial_interval", policy.initialInterval().toString());
		Values.millis(json, "initial_interval_ms", policy.initialInterval());
		json.writeNumberProperty("backoff_coefficient", policy.backoffCoefficient());
		json.writeStringProperty("max_interval", policy.maxInterval().toString());
		Values.millis(json, "max_interval_ms", policy.maxInterval());
		json.writeBooleanProperty("jitter", policy.jitter());
		Values.texts(json, "non_retryable_errors", policy.nonRetryableErrors());
		json.writeStringProperty("on_exhaustion", policy.onExhaustion().wireName());
		json.writeStringProperty("backoff_strategy", policy.backoffStrategy().wireName());
		json.writeEndObject();
	}

	static void unique(JsonGenerator json, UniquePolicy policy) {
		json.writeName("unique");
		json.writeStartObject();
		Values.texts(json, "keys",
				policy.dimensions()
					.stream()
					.sorted()
					.map(Dimension::name)
					.map((name) -> name.toLowerCase(Locale.ROOT))
					.toList());
		if (!policy.argsKeys().isEmpty()) {
			Values.texts(json, "args_keys", policy.argsKeys());
		}
		if (!policy.metaKeys().isEmpty()) {
			Values.texts(json, "meta_keys", policy.metaKeys());
		}
		if (policy.period() != null) {
			json.writeStringProperty("period", policy.period().toString());
			Values.millis(json, "period_ms", policy.period());
		}
		Values.texts(json, "states", policy.states().stream().sorted().map(JobState::wireName).toList());
		json.writeStringProperty("on_conflict", policy.onConflict().wireName());
		json.writeEndObject();
	}

}
