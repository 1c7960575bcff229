package org.openjobspec.boot.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The columns of {@code ojs.queue_config} that hold JSON. What a later version has added
 * is not understood, and lost when this one writes.
 */
final class QueueSettingsCodec {

	private static final JsonMapper mapper = JsonMapper.shared();

	private QueueSettingsCodec() {
	}

	static @Nullable String write(QueueSettings settings) {
		ObjectNode node = mapper.createObjectNode();
		put(node, "max_depth", settings.maxDepth());
		if (settings.warningThreshold() != null) {
			node.put("warning_threshold", settings.warningThreshold());
		}
		put(node, "concurrency", settings.concurrency());
		RateLimitCodec.write("rate", settings.rate(), node);
		RateLimitCodec.write("throttle", settings.throttle(), node);
		put(node, "timeout_ms", settings.timeout());
		put(node, "visibility_timeout_ms", settings.visibilityTimeout());
		if (settings.retry() != null) {
			JobCodec.write(settings.retry(), node.putObject("retry"));
		}
		put(node, "keep_completed_ms", settings.retention().completed());
		put(node, "keep_cancelled_ms", settings.retention().cancelled());
		put(node, "keep_discarded_ms", settings.retention().discarded());
		put(node, "keep_dead_letter_ms", settings.retention().deadLetter());
		if (settings.allowedTypes() != null) {
			ArrayNode types = node.putArray("allowed_types");
			settings.allowedTypes().forEach(types::add);
		}
		return node.isEmpty() ? null : mapper.writeValueAsString(node);
	}

	private static void put(ObjectNode node, String name, @Nullable Integer number) {
		if (number != null) {
			node.put(name, number);
		}
	}

	private static void put(ObjectNode node, String name, @Nullable Duration duration) {
		if (duration != null) {
			node.put(name, duration.toMillis());
		}
	}

	static QueueSettings read(@Nullable String json) {
		if (json == null) {
			return QueueSettings.NONE;
		}
		JsonNode node = mapper.readTree(json);
		return QueueSettings.NONE.toBuilder()
			.maxDepth(integer(node, "max_depth"))
			.warningThreshold(node.hasNonNull("warning_threshold")
					? Double.valueOf(node.get("warning_threshold").asDouble()) : null)
			.concurrency(integer(node, "concurrency"))
			.rate(RateLimitCodec.rate(node, "rate"))
			.throttle(RateLimitCodec.rate(node, "throttle"))
			.timeout(millis(node, "timeout_ms"))
			.visibilityTimeout(millis(node, "visibility_timeout_ms"))
			.retry(node.hasNonNull("retry") ? JobCodec.readRetry(node.get("retry")) : null)
			.retention(new QueueSettings.Retention(millis(node, "keep_completed_ms"), millis(node, "keep_cancelled_ms"),
					millis(node, "keep_discarded_ms"), millis(node, "keep_dead_letter_ms")))
			.allowedTypes(node.hasNonNull("allowed_types") ? JobCodec.strings(node.get("allowed_types")) : null)
			.build();
	}

	private static @Nullable Integer integer(JsonNode node, String name) {
		return node.hasNonNull(name) ? Integer.valueOf(node.get(name).asInt()) : null;
	}

	private static @Nullable Duration millis(JsonNode node, String name) {
		return node.hasNonNull(name) ? Duration.ofMillis(node.get(name).asLong()) : null;
	}

}
