package org.openjobspec.boot.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The column {@code ojs.cron.job}. Arguments, metadata and attributes are kept as the
 * texts that they are, so that they come back value for value.
 */
final class CronTemplates {

	private static final JsonMapper mapper = JsonMapper.shared();

	private CronTemplates() {
	}

	static String write(JobRequest job) {
		ObjectNode node = mapper.createObjectNode();
		node.put("type", job.type());
		node.put("args", job.args());
		node.put("meta", job.meta());
		put(node, "queue", job.queue());
		Integer priority = job.priority();
		if (priority != null) {
			node.put("priority", priority.intValue());
		}
		put(node, "options", JobCodec.write(options(job)));
		put(node, "timeout_ms", job.timeout());
		put(node, "lease_ms", job.visibilityTimeout());
		put(node, "delay_ms", job.delay());
		put(node, "live_ms", job.timeToLive());
		if (job.pending()) {
			node.put("pending", true);
		}
		RateLimitCodec.write(job.rateLimit(), node);
		return mapper.writeValueAsString(node);
	}

	private static JobOptions options(JobRequest job) {
		RetryPolicy retry = job.retry(RetryPolicy.DEFAULT);
		return new JobOptions(retry, job.unique(), null, null, null, null, job.tags(), job.schema(), job.attributes());
	}

	private static void put(ObjectNode node, String name, @Nullable String text) {
		if (text != null) {
			node.put(name, text);
		}
	}

	private static void put(ObjectNode node, String name, @Nullable Duration duration) {
		if (duration != null) {
			node.put(name, duration.toMillis());
		}
	}

	// The retry policy is the stored one whatever the node knows of the job's type, and
	// so is everything else: a node without the handler may fire it.
	static JobRequest read(String json) {
		JsonNode node = mapper.readTree(json);
		JobOptions options = JobCodec.read(text(node, "options"), null, null, null, null);
		JobRequest.Builder job = JobRequest.of(node.get("type").asString())
			.args(node.get("args").asString())
			.meta(node.get("meta").asString())
			.retry((policy) -> options.retry())
			.tags(options.tags())
			.pending(node.has("pending"));
		options.attributes().forEach(job::attribute);
		UniquePolicy unique = options.unique();
		if (unique != null) {
			job.unique(unique);
		}
		String schema = options.schema();
		if (schema != null) {
			job.schema(schema);
		}
		String queue = text(node, "queue");
		if (queue != null) {
			job.queue(queue);
		}
		if (node.has("priority")) {
			job.priority(node.get("priority").asInt());
		}
		readDurations(node, job);
		RateLimit limit = RateLimitCodec.read(node);
		if (limit != null) {
			job.rateLimit(limit);
		}
		return job.build();
	}

	private static void readDurations(JsonNode node, JobRequest.Builder job) {
		if (node.has("timeout_ms")) {
			job.timeout(millis(node, "timeout_ms"));
		}
		if (node.has("lease_ms")) {
			job.visibilityTimeout(millis(node, "lease_ms"));
		}
		if (node.has("delay_ms")) {
			job.delay(millis(node, "delay_ms"));
		}
		if (node.has("live_ms")) {
			job.timeToLive(millis(node, "live_ms"));
		}
	}

	private static Duration millis(JsonNode node, String name) {
		return Duration.ofMillis(node.get(name).asLong());
	}

	private static @Nullable String text(JsonNode node, String name) {
		return node.has(name) ? node.get(name).asString() : null;
	}

}
