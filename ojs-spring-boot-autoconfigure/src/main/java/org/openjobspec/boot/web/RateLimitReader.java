package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.RateLimit;

/**
 * Reads limits in the specification's form, and in those of the public suites: a rate as
 * a number with a unit of time, and {@code max_per_second} for a whole queue.
 */
final class RateLimitReader {

	private RateLimitReader() {
	}

	/**
	 * Reads a limit.
	 * @param body the object
	 * @return the limit; {@code null} if the object limits nothing
	 */
	static @Nullable RateLimit read(JsonObject body) {
		Integer perSecond = body.integer("max_per_second");
		if (perSecond != null && body.get("key") == null) {
			return new RateLimit(RateLimit.OWN_QUEUE, body.integer("concurrency", "max_concurrency"), null,
					new RateLimit.Rate(perSecond, Duration.ofSeconds(1)), onLimit(body.get("on_limit")));
		}
		String key = body.require("key").asString();
		RateLimit limit = new RateLimit(key, body.integer("concurrency", "max_concurrency"), rate(body, "rate"),
				rate(body, "throttle"), onLimit(body.get("on_limit")));
		return (limit.concurrency() == null && limit.rate() == null && limit.throttle() == null) ? null : limit;
	}

	static RateLimit.@Nullable Rate rate(JsonObject body, String name) {
		JsonValue value = body.get(name);
		if (value == null) {
			return null;
		}
		if (value.isNumber()) {
			return new RateLimit.Rate(value.asInt(), period(body.get("period")));
		}
		JsonObject rate = value.asObject();
		return new RateLimit.Rate(rate.require("limit").asInt(), period(rate.require("period")));
	}

	private static Duration period(@Nullable JsonValue value) {
		if (value == null) {
			return Duration.ofSeconds(1);
		}
		return switch (value.isString() ? value.asString() : "") {
			case "second" -> Duration.ofSeconds(1);
			case "minute" -> Duration.ofMinutes(1);
			case "hour" -> Duration.ofHours(1);
			case "day" -> Duration.ofDays(1);
			default -> Times.duration(value);
		};
	}

	private static RateLimit.OnLimit onLimit(@Nullable JsonValue value) {
		if (value == null) {
			return RateLimit.OnLimit.WAIT;
		}
		try {
			return RateLimit.OnLimit.valueOf(value.asString().toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw InvalidRequestException.field(value.path(), value.path() + " must be wait, reschedule or drop");
		}
	}

}
