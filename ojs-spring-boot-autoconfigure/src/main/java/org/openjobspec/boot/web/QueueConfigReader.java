package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.QueueSettings.Retention;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * Reads what is to be set for a queue, in the words of ojs-queue-config 6,
 * ojs-backpressure 6 and ojs-admin-api 6.6. What is not mentioned stays as it is, and
 * {@code null} takes back what was set. What this server would not do is refused: who
 * believes that a queue is bounded in bytes should not learn of it when the disk is full.
 */
final class QueueConfigReader {

	private static final Map<String, BiConsumer<JsonValue, QueueSettings.Builder>> MEMBERS = members();

	private static final Set<String> UNSUPPORTED = Set.of("max_size_bytes", "dead_letter_queue", "dead_letter_max_size",
			"producers");

	private static final List<String> PARTS = List.of("backpressure", "retention");

	private QueueConfigReader() {
	}

	static UnaryOperator<QueueSettings.Builder> read(JsonObject body) {
		return (settings) -> {
			// These replace what they consist of, and so what is said beside them
			// comes after, whatever the order of the members.
			PARTS.forEach((name) -> {
				JsonValue value = body.member(name);
				if (value != null) {
					read(name, value, settings);
				}
			});
			body.forEach((name, value) -> {
				if (!PARTS.contains(name)) {
					read(name, value, settings);
				}
			});
			return settings;
		};
	}

	private static void read(String name, JsonValue value, QueueSettings.Builder settings) {
		BiConsumer<JsonValue, QueueSettings.Builder> member = MEMBERS.get(name);
		if (member == null) {
			throw unknown(value, name);
		}
		member.accept(value, settings);
	}

	private static InvalidRequestException unknown(JsonValue value, String name) {
		String shown = Text.brief(name);
		return UNSUPPORTED.contains(name)
				? InvalidRequestException.field(value.path(),
						"This server does not support %s of queues".formatted(shown))
				: InvalidRequestException.field("config", "There is no setting '%s' of queues".formatted(shown));
	}

	private static Map<String, BiConsumer<JsonValue, QueueSettings.Builder>> members() {
		Map<String, BiConsumer<JsonValue, QueueSettings.Builder>> members = new HashMap<>();
		members.put("max_depth", (value, settings) -> settings.maxDepth(integer(value)));
		members.put("max_size", (value, settings) -> settings.maxDepth(integer(value)));
		members.put("overflow_policy", (value, settings) -> requireReject(value));
		members.put("backpressure", QueueConfigReader::backpressure);
		members.put("concurrency", (value, settings) -> settings.concurrency(integer(value)));
		members.put("rate_limit", (value, settings) -> settings.rate(rate(value)));
		members.put("throttle", (value, settings) -> settings.throttle(rate(value)));
		members.put("default_timeout", (value, settings) -> settings.timeout(seconds(value)));
		members.put("default_timeout_ms", (value, settings) -> settings.timeout(millis(value)));
		members.put("visibility_timeout", (value, settings) -> settings.visibilityTimeout(seconds(value)));
		members.put("visibility_timeout_ms", (value, settings) -> settings.visibilityTimeout(millis(value)));
		members.put("default_retry", (value, settings) -> settings.retry(retry(value)));
		members.put("retention", QueueConfigReader::retention);
		members.put("dead_letter_ttl", (value, settings) -> {
			Retention old = settings.retention();
			settings.retention(new Retention(old.completed(), old.cancelled(), old.discarded(), duration(value)));
		});
		members.put("allowed_job_types",
				(value, settings) -> settings.allowedTypes(value.isNull() ? null : value.asStrings()));
		return Map.copyOf(members);
	}

	private static void backpressure(JsonValue value, QueueSettings.Builder settings) {
		// The whole of it is meant, as what it is: without a depth there is no bound.
		settings.maxDepth(null).warningThreshold(null);
		if (value.isNull()) {
			return;
		}
		value.asObject().forEach((name, member) -> {
			switch (name) {
				case "max_depth" -> settings.maxDepth(integer(member));
				case "strategy" -> requireReject(member);
				case "warning_threshold" ->
					settings.warningThreshold(member.isNull() ? null : Double.valueOf(member.asDouble()));
				default -> throw unknown(member, name);
			}
		});
	}

	private static void requireReject(JsonValue value) {
		if (!value.isNull() && !value.asString().equals("reject")) {
			throw InvalidRequestException.field(value.path(),
					"%s must be reject: this server does nothing else".formatted(value.path()));
		}
	}

	private static void retention(JsonValue value, QueueSettings.Builder settings) {
		if (value.isNull()) {
			settings.retention(Retention.NONE);
			return;
		}
		value.asObject().forEach((name, member) -> {
			Retention old = settings.retention();
			Duration time = duration(member);
			settings.retention(switch (name) {
				case "completed" -> new Retention(time, old.cancelled(), old.discarded(), old.deadLetter());
				case "cancelled" -> new Retention(old.completed(), time, old.discarded(), old.deadLetter());
				case "discarded" -> new Retention(old.completed(), old.cancelled(), time, old.deadLetter());
				case "dead_letter" -> new Retention(old.completed(), old.cancelled(), old.discarded(), time);
				default -> throw unknown(member, name);
			});
		});
	}

	private static @Nullable RetryPolicy retry(JsonValue value) {
		if (value.isNull()) {
			return null;
		}
		JsonObject retry = value.asObject();
		if (retry.names().isEmpty()) {
			throw InvalidRequestException.field(value.path(),
					"%s must say something, or be null to take it back".formatted(value.path()));
		}
		retry.allowOnly(RetryChange.MEMBERS,
				(name) -> InvalidRequestException.field(value.path(), "%s may have %s, and has '%s'"
					.formatted(value.path(), String.join(", ", RetryChange.MEMBERS.stream().sorted().toList()), name)));
		return RetryChange.read(retry).apply(RetryPolicy.DEFAULT);
	}

	private static RateLimit.@Nullable Rate rate(JsonValue value) {
		if (value.isNull()) {
			return null;
		}
		JsonObject rate = value.asObject();
		rate.allowOnly(Set.of("limit", "period"), (name) -> InvalidRequestException.field(value.path(),
				"%s must have limit and period, and nothing else".formatted(value.path())));
		return new RateLimit.Rate(rate.require("limit").asInt(), Times.duration(rate.require("period")));
	}

	private static @Nullable Integer integer(JsonValue value) {
		return value.isNull() ? null : Integer.valueOf(value.asInt());
	}

	private static @Nullable Duration duration(JsonValue value) {
		return value.isNull() ? null : Times.duration(value);
	}

	private static @Nullable Duration millis(JsonValue value) {
		return value.isNull() ? null : Times.millis(value);
	}

	/** A bare number is seconds (ojs-queue-config 6.2). */
	private static @Nullable Duration seconds(JsonValue value) {
		return value.isNumber() ? Times.seconds(value) : duration(value);
	}

}
