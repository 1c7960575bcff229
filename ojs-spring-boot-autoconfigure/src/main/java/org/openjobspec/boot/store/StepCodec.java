package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs that wait in a column of JSON until their turn comes.
 */
final class StepCodec {

	private static final JsonMapper mapper = JsonMapper.shared();

	private StepCodec() {
	}

	static String write(NewJob job) {
		ObjectNode node = mapper.createObjectNode();
		JobOptions options = job.options();
		node.put("queue", job.queue());
		node.put("args", job.args());
		node.put("meta", job.meta());
		node.put("priority", job.priority());
		node.put("options", JobCodec.write(options));
		millis(node, "timeout_ms", options.timeout());
		millis(node, "lease_ms", options.visibilityTimeout());
		millis(node, "delay_ms", job.delay());
		millis(node, "live_ms", job.timeToLive());
		time(node, "scheduled_at", options.scheduledAt());
		time(node, "expires_at", options.expiresAt());
		RateLimitCodec.write(job.rateLimit(), node);
		return mapper.writeValueAsString(node);
	}

	private static void millis(ObjectNode node, String name, @Nullable Duration duration) {
		if (duration != null) {
			node.put(name, duration.toMillis());
		}
	}

	private static void time(ObjectNode node, String name, @Nullable Instant time) {
		if (time != null) {
			node.put(name, time.toString());
		}
	}

	static NewJob read(UUID id, String type, UUID workflowId, String json) {
		JsonNode node = mapper.readTree(json);
		JsonNode options = node.path("options");
		return new NewJob(id, type, node.path("queue").asString(), node.path("args").asString(),
				node.path("meta").asString(), node.path("priority").asInt(),
				JobCodec.read(options.isString() ? options.asString() : null, millis(node, "timeout_ms"),
						millis(node, "lease_ms"), time(node, "scheduled_at"), time(node, "expires_at")),
				millis(node, "delay_ms"), millis(node, "live_ms"), null, false, workflowId, RateLimitCodec.read(node));
	}

	private static @Nullable Duration millis(JsonNode node, String name) {
		return node.has(name) ? Duration.ofMillis(node.path(name).asLong()) : null;
	}

	private static @Nullable Instant time(JsonNode node, String name) {
		return node.has(name) ? Instant.parse(node.path(name).asString()) : null;
	}

}
