package org.openjobspec.boot.web;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import tools.jackson.core.JsonGenerator;

/**
 * Writes what is set for a queue, in the words in which it can be set.
 */
final class QueueConfigWriter {

	private QueueConfigWriter() {
	}

	static void settings(JsonGenerator json, String name, QueueSettings settings) {
		json.writeName(name);
		json.writeStartObject();
		if (settings.maxDepth() != null) {
			json.writeNumberProperty("max_depth", settings.maxDepth());
		}
		if (settings.concurrency() != null) {
			json.writeNumberProperty("concurrency", settings.concurrency());
		}
		rate(json, "rate_limit", settings.rate());
		rate(json, "throttle", settings.throttle());
		Values.millis(json, "default_timeout_ms", settings.timeout());
		Values.millis(json, "visibility_timeout_ms", settings.visibilityTimeout());
		if (settings.retry() != null) {
			PolicyWriter.retry(json, "default_retry", settings.retry());
		}
		retention(json, settings.retention());
		if (settings.allowedTypes() != null) {
			Values.texts(json, "allowed_job_types", settings.allowedTypes());
		}
		json.writeEndObject();
	}

	private static void retention(JsonGenerator json, QueueSettings.Retention times) {
		if (times.equals(QueueSettings.Retention.NONE)) {
			return;
		}
		json.writeName("retention");
		json.writeStartObject();
		duration(json, "completed", times.completed());
		duration(json, "cancelled", times.cancelled());
		duration(json, "discarded", times.discarded());
		duration(json, "dead_letter", times.deadLetter());
		json.writeEndObject();
	}

	static void backpressure(JsonGenerator json, QueueSettings settings) {
		json.writeName("backpressure");
		json.writeStartObject();
		Integer bound = settings.maxDepth();
		if (bound != null && bound > 0) {
			json.writeNumberProperty("max_depth", bound);
			json.writeStringProperty("strategy", "reject");
			if (settings.warningThreshold() != null) {
				json.writeNumberProperty("warning_threshold", settings.warningThreshold());
			}
		}
		json.writeEndObject();
	}

	private static void rate(JsonGenerator json, String name, RateLimit.@Nullable Rate rate) {
		if (rate != null) {
			json.writeName(name);
			json.writeStartObject();
			json.writeNumberProperty("limit", rate.limit());
			json.writeStringProperty("period", rate.period().toString());
			json.writeEndObject();
		}
	}

	private static void duration(JsonGenerator json, String name, @Nullable Duration duration) {
		if (duration != null) {
			json.writeStringProperty(name, duration.toString());
		}
	}

}
