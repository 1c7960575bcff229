package org.openjobspec.boot.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RateLimit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The limit of a job, and the rates of a queue, that are kept in a column of JSON.
 */
final class RateLimitCodec {

	private static final String FIELD = "rate_limit";

	private RateLimitCodec() {
	}

	static void write(@Nullable RateLimit limit, ObjectNode job) {
		if (limit == null) {
			return;
		}
		ObjectNode node = job.putObject(FIELD);
		node.put("key", limit.key());
		Integer concurrency = limit.concurrency();
		if (concurrency != null) {
			node.put("concurrency", concurrency.intValue());
		}
		write("rate", limit.rate(), node);
		write("throttle", limit.throttle(), node);
		node.put("on_limit", limit.onLimit().name());
	}

	static void write(String name, RateLimit.@Nullable Rate rate, ObjectNode node) {
		if (rate != null) {
			node.put(name, rate.limit());
			node.put(name + "_ms", rate.period().toMillis());
		}
	}

	static @Nullable RateLimit read(JsonNode job) {
		JsonNode node = job.path(FIELD);
		if (!node.isObject()) {
			return null;
		}
		return new RateLimit(node.get("key").asString(),
				node.has("concurrency") ? Integer.valueOf(node.get("concurrency").asInt()) : null, rate(node, "rate"),
				rate(node, "throttle"), RateLimit.OnLimit.valueOf(node.get("on_limit").asString()));
	}

	static RateLimit.@Nullable Rate rate(JsonNode node, String name) {
		return node.hasNonNull(name)
				? new RateLimit.Rate(node.get(name).asInt(), Duration.ofMillis(node.get(name + "_ms").asLong())) : null;
	}

}
