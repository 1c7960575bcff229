package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.RateLimit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs that wait in a column of JSON until their turn comes.
 */
final class StepCodec {

	private static final JsonMapper mapper = JsonMapper.builder().build();

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
		RateLimit limit = job.rateLimit();
		if (limit != null) {
			write(limit, node.putObject("rate_limit"));
		}
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

	private static void write(RateLimit limit, ObjectNode node) {
		node.put("key", limit.key());
		if (limit.concurrency() != null) {
			node.put("concurrency", limit.concurrency());
		}
		write("rate", limit.rate(), node);
		write("throttle", limit.throttle(), node);
		node.put("on_limit", limit.onLimit().name());
	}

	private static void write(String name, RateLimit.@Nullable Rate rate, ObjectNode node) {
		if (rate != null) {
			node.put(name, rate.limit());
			node.put(name + "_ms", rate.period().toMillis());
		}
	}

	private static @Nullable RateLimit limit(JsonNode node) {
		if (!node.isObject()) {
			return null;
		}
		return new RateLimit(node.path("key").asString(),
				node.has("concurrency") ? Integer.valueOf(node.path("concurrency").asInt()) : null, rate(node, "rate"),
				rate(node, "throttle"), RateLimit.OnLimit.valueOf(node.path("on_limit").asString()));
	}

	private static RateLimit.@Nullable Rate rate(JsonNode node, String name) {
		return node.has(name)
				? new RateLimit.Rate(node.path(name).asInt(), Duration.ofMillis(node.path(name + "_ms").asLong()))
				: null;
	}

	static NewJob read(UUID id, String type, UUID workflowId, String json) {
		JsonNode node = mapper.readTree(json);
		JsonNode options = node.path("options");
		return new NewJob(id, type, node.path("queue").asString(), node.path("args").asString(),
				node.path("meta").asString(), node.path("priority").asInt(),
				JobCodec.read(options.isString() ? options.asString() : null, millis(node, "timeout_ms"),
						millis(node, "lease_ms"), time(node, "scheduled_at"), time(node, "expires_at")),
				millis(node, "delay_ms"), millis(node, "live_ms"), null, false, workflowId,
				limit(node.path("rate_limit")));
	}

	private static @Nullable Duration millis(JsonNode node, String name) {
		return node.has(name) ? Duration.ofMillis(node.path(name).asLong()) : null;
	}

	private static @Nullable Instant time(JsonNode node, String name) {
		return node.has(name) ? Instant.parse(node.path(name).asString()) : null;
	}

}
