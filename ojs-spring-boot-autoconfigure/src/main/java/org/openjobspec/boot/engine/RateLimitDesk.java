package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

	private final QueueConfigDesk queueConfigs;

	RateLimitDesk(Store store, Limiter limiter, QueueConfigDesk queueConfigs) {
		this.store = store;
		this.limiter = limiter;
		this.queueConfigs = queueConfigs;
	}

	Optional<RateLimitInfo> find(String key) {
		return this.store.rateLimits()
			.states(List.of(key), RateLimits.Counting.ALL)
			.stream()
			.map(RateLimitDesk::info)
			.findFirst();
	}

	/**
	 * How many more jobs of a key would start at once. Counts no more of what waits than
	 * there is room for.
	 */
	Optional<RateLimitRoom> room(String key) {
		return this.store.rateLimits()
			.states(List.of(key), RateLimits.Counting.WHAT_MATTERS)
			.stream()
			.flatMap((state) -> rooms(state).map((room) -> new RateLimitRoom(room.limit(),
					Math.max(0, room.remaining() - state.waiting()), room.resetsAt())))
			.min(Comparator.comparingInt(RateLimitRoom::remaining));
	}

	private static Stream<RateLimitRoom> rooms(RateLimits.State state) {
		List<RateLimitRoom> rooms = new ArrayList<>();
		Integer concurrency = state.concurrency();
		if (concurrency != null) {
			rooms.add(new RateLimitRoom(concurrency, state.leftByConcurrency(), null));
		}
		RateLimit.Rate rate = state.rate();
		if (rate != null) {
			Instant resetsAt = state.windowResetsAt();
			rooms.add(new RateLimitRoom(rate.limit(), state.leftByRate(),
					(resetsAt != null) ? resetsAt : state.now().plus(rate.period())));
		}
		RateLimit.Rate throttle = state.throttle();
		if (throttle != null) {
			rooms.add(throttled(throttle, state));
		}
		return rooms.stream();
	}

	private static RateLimitRoom throttled(RateLimit.Rate throttle, RateLimits.State state) {
		if (throttle.limit() == 0) {
			return new RateLimitRoom(0, 0, null);
		}
		Duration distance = throttle.period().dividedBy(throttle.limit());
		Instant next = state.nextByThrottle();
		return new RateLimitRoom(throttle.limit(), state.leftByThrottle(),
				(next != null) ? next : state.now().plus(distance));
	}

	List<RateLimitInfo> list(int limit, int offset) {
		Page.check(limit, offset);
		return this.store.rateLimits()
			.states(this.store.rateLimits().keys(limit, offset), RateLimits.Counting.ALL)
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
		this.store.transactions().writeAtomically("limit", queue, () -> {
			this.queueConfigs.change(queue,
					(settings) -> settings.concurrency(concurrency).rate(rate).throttle(throttle));
			// To be looked at also when it was never limited.
			this.store.rateLimits().introduce(queue, limit);
			return true;
		});
		return find(limit.key()).orElseThrow(() -> new NotFoundException("rate limit", limit.key()));
	}

}
