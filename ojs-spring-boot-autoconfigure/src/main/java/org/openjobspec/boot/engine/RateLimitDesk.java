package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.RateLimits;
import org.openjobspec.boot.store.Store;

/**
 * What an operator sees and sets of limits (ojs-rate-limiting 7.2 and 10).
 */
final class RateLimitDesk {

	private final Store store;

	private final Limiter limiter;

	RateLimitDesk(Store store, Limiter limiter) {
		this.store = store;
		this.limiter = limiter;
	}

	Optional<RateLimitInfo> find(String key) {
		return this.store.rateLimits().states(List.of(key), true).stream().map(RateLimitDesk::info).findFirst();
	}

	List<RateLimitInfo> list(int limit, int offset) {
		return this.store.rateLimits()
			.states(this.store.rateLimits().keys(limit, offset), true)
			.stream()
			.map(RateLimitDesk::info)
			.toList();
	}

	private static RateLimitInfo info(RateLimits.State state) {
		return new RateLimitInfo(state.key(), state.concurrency(), state.held(), state.rate(), state.started(),
				state.windowResetsAt(), state.throttle(), state.nextByThrottle(), state.waiting());
	}

	RateLimitInfo override(String key, @Nullable Integer concurrency, @Nullable Instant until) {
		RateLimit.checkKey(key);
		if (concurrency != null && concurrency < 0) {
			throw InvalidRequestException.field("concurrency", "concurrency must not be negative");
		}
		boolean found = this.store.transactions()
			.writeOnce("override", key, () -> this.store.rateLimits().override(key, concurrency, until));
		this.store.transactions().afterCommit(this.limiter::changed);
		return find(key).filter((info) -> found).orElseThrow(() -> new NotFoundException("rate limit", key));
	}

	RateLimitInfo limitQueue(String queue, @Nullable Integer concurrency, RateLimit.@Nullable Rate rate,
			RateLimit.@Nullable Rate throttle) {
		JobRequest.checkQueue("queue", queue);
		RateLimit limit = new RateLimit("queue:" + queue, concurrency, rate, throttle, RateLimit.OnLimit.WAIT);
		boolean limited = concurrency != null || rate != null || throttle != null;
		this.store.transactions().write("limit", queue, () -> {
			this.store.rateLimits().introduce(queue, limit);
			this.store.rateLimits().set(limit);
			this.store.rateLimits().limitQueue(queue, limited);
			return true;
		});
		this.store.transactions().afterCommit(this.limiter::changed);
		return find(limit.key()).orElseThrow(() -> new NotFoundException("rate limit", limit.key()));
	}

}
