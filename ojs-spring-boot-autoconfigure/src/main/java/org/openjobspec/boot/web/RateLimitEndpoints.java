package org.openjobspec.boot.web;

import java.util.List;
import java.util.Set;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.RateLimitInfo;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.RateLimit;
import tools.jackson.core.JsonGenerator;

/**
 * Limits: look, list, override, and those of queues (ojs-rate-limiting 7.2 and 10).
 */
final class RateLimitEndpoints {

	private static final Set<String> QUEUE_LIMITS = Set.of("concurrency", "max_concurrency", "rate", "period",
			"throttle");

	private final JobEngine engine;

	RateLimitEndpoints(JobEngine engine) {
		this.engine = engine;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/rate-limits", this::list), new Route("GET", "/rate-limits/{name}", this::get),
				new Route("PUT", "/rate-limits/{name}", this::override),
				new Route("PUT", "/admin/queues/{name}/rate-limit", this::limitQueue));
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		Paging.Part<RateLimitInfo> part = paging.part(this.engine::rateLimits);
		return Answer.ok((json) -> {
			Values.objects(json, "items", part.items(), (info) -> members(json, info));
			part.write(json);
		});
	}

	private Answer get(Call call) {
		String key = RateLimit.checkKey(call.variable());
		RateLimitInfo info = this.engine.findRateLimit(key).orElseThrow(() -> new NotFoundException("rate limit", key));
		return Answer.ok((json) -> members(json, info));
	}

	private Answer override(Call call) {
		JsonObject body = call.body();
		JsonValue until = body.get("expires_at");
		RateLimitInfo info = this.engine.overrideRateLimit(RateLimit.checkKey(call.variable()),
				body.integer("concurrency"), (until != null) ? Times.instant(until.path(), until.asString()) : null);
		return Answer.ok((json) -> members(json, info));
	}

	private Answer limitQueue(Call call) {
		JsonObject body = call.body();
		// Whoever misspells a limit would take all of them back.
		body.allowOnly(QUEUE_LIMITS, (name) -> InvalidRequestException.field("body",
				"The limits of a queue are concurrency, rate and throttle, and the request has '%s'".formatted(name)));
		RateLimitInfo info = this.engine.limitQueue(call.queue(), body.integer("concurrency", "max_concurrency"),
				RateLimitReader.rate(body, "rate"), RateLimitReader.rate(body, "throttle"));
		return Answer.ok((json) -> {
			json.writeStringProperty("queue", call.queue());
			members(json, info);
		});
	}

	private static void members(JsonGenerator json, RateLimitInfo info) {
		json.writeStringProperty("key", info.key());
		Integer concurrency = info.concurrency();
		json.writeName("concurrency");
		json.writeStartObject();
		if (concurrency != null) {
			json.writeNumberProperty("limit", concurrency);
			json.writeNumberProperty("available", Math.max(0, concurrency - info.active()));
		}
		json.writeNumberProperty("active", info.active());
		json.writeEndObject();
		RateLimit.Rate rate = info.rate();
		if (rate != null) {
			json.writeName("rate");
			json.writeStartObject();
			rate(json, rate);
			json.writeNumberProperty("current_count", info.started());
			Values.time(json, "window_resets_at", info.windowResetsAt());
			json.writeEndObject();
		}
		RateLimit.Rate throttle = info.throttle();
		if (throttle != null) {
			json.writeName("throttle");
			json.writeStartObject();
			rate(json, throttle);
			Values.time(json, "next_allowed_at", info.nextAllowedAt());
			json.writeEndObject();
		}
		json.writeNumberProperty("waiting_count", info.waiting());
	}

	private static void rate(JsonGenerator json, RateLimit.Rate rate) {
		json.writeNumberProperty("limit", rate.limit());
		json.writeStringProperty("period", rate.period().toString());
	}

}
