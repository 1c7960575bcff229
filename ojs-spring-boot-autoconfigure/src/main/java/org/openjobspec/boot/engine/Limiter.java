package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.RateLimits;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits limited jobs from their lanes into their queues (ojs-rate-limiting). Whoever
 * admits holds the lock of the keys; what is in a queue and has not started counts as if
 * it started now. So at no moment do more run, or start within a window, than a key
 * allows, however many nodes claim.
 *
 * <p>
 * Nothing of this happens in a transaction that enqueues or ends a job: that may stay
 * open, and the key is everybody's. What frees a place says so after its commit; and every
 * round of maintenance looks, should that be lost.
 */
final class Limiter {

	private static final Logger logger = LoggerFactory.getLogger(Limiter.class);

	private static final int KEYS = 200;

	private static final int PER_LANE = 100;

	private static final int BATCH = 1000;

	private final Store store;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final Map<String, RateLimit> known = new ConcurrentHashMap<>();

	private final Map<String, RateLimit> changes = new ConcurrentHashMap<>();

	private volatile boolean waiting;

	private volatile boolean looked;

	Limiter(Store store, Announcements announcements, DueTimes dueTimes) {
		this.store = store;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
	}

	/**
	 * Notes the limits of jobs that are being stored, in the transaction that stores them.
	 * @param jobs the jobs
	 */
	void introduce(Collection<NewJob> jobs) {
		boolean any = false;
		for (NewJob job : jobs) {
			RateLimit limit = job.rateLimit();
			String lane = job.lane();
			if (limit != null && lane != null) {
				any = true;
				RateLimit before = this.known.get(lane);
				if (!limit.equals(before)) {
					if (before == null) {
						this.store.rateLimits().introduce(job.queue(), limit);
					}
					this.announcements.afterCommit(() -> {
						this.known.put(lane, limit);
						// The key may be known elsewhere with other numbers: the latest hold.
						this.changes.put(limit.key(), limit);
					});
				}
			}
		}
		if (any) {
			this.announcements.afterCommit(this::changed);
		}
	}

	/** Says that a place may be free, or a job may wait. */
	void changed() {
		this.waiting = true;
		this.dueTimes.dueIn(Duration.ZERO);
	}

	/** Says that a job has ended, of which it is not known whether it was limited. */
	void mayHaveChanged() {
		if (this.waiting) {
			this.dueTimes.dueIn(Duration.ZERO);
		}
	}

	/**
	 * Forgets what this node knows. For conformance runs only.
	 */
	void forget() {
		this.known.clear();
		this.changes.clear();
	}

	/**
	 * A round of maintenance.
	 * @param limitedQueues whether there are limited queues
	 * @param waits whether jobs wait in lanes
	 * @return whether there is more to do at once
	 */
	boolean round(boolean limitedQueues, boolean waits) {
		this.looked = true;
		applyChanges();
		boolean more = limitedQueues && park() == BATCH;
		this.waiting = waits || more;
		return (waits || limitedQueues) && (admit(List.of()) > 0 || more);
	}

	private void applyChanges() {
		for (RateLimit limit : List.copyOf(this.changes.values())) {
			this.store.transactions().separately(() -> {
				this.store.rateLimits().change(limit);
				return true;
			});
			this.changes.remove(limit.key(), limit);
		}
	}

	private int park() {
		return this.store.transactions().separately(() -> this.store.rateLimits().park(BATCH));
	}

	/**
	 * Admits what may start now.
	 * @param queues only to these queues; empty for all
	 * @return how many jobs
	 */
	int admit(Collection<String> queues) {
		if (this.looked && !this.waiting) {
			return 0;
		}
		return this.store.transactions().separately(() -> {
			List<String> keys = this.store.rateLimits().waitingKeys(queues).stream().sorted().limit(KEYS).toList();
			List<String> locked = keys.isEmpty() ? List.of() : this.store.rateLimits().lock(keys);
			return locked.isEmpty() ? 0 : admitLocked(locked);
		});
	}

	private int admitLocked(List<String> keys) {
		Map<String, Budget> budgets = new HashMap<>();
		this.store.rateLimits().states(keys).forEach((state) -> budgets.put(state.key(), new Budget(state)));
		int most = budgets.values().stream().mapToInt(Budget::left).max().orElse(0);
		List<UUID> admitted = new ArrayList<>();
		if (most > 0) {
			for (RateLimits.Candidate candidate : this.store.rateLimits()
				.candidates(keys, Math.min(most, PER_LANE))) {
				if (candidate.keys().stream().allMatch((key) -> left(budgets, key) > 0)) {
					candidate.keys().forEach((key) -> budgets.get(key).take());
					admitted.add(candidate.jobId());
				}
			}
		}
		if (!admitted.isEmpty()) {
			announce(this.store.rateLimits().admit(admitted));
		}
		int dropped = this.store.rateLimits().drop(keys, BATCH);
		if (dropped > 0) {
			logger.debug("{} jobs were discarded since the limits of {} were reached", dropped, keys);
		}
		this.store.rateLimits().forgetStarts(keys);
		budgets.values()
			.stream()
			.map(Budget::next)
			.filter((next) -> next != null)
			.min(Duration::compareTo)
			.ifPresent((next) -> this.announcements.afterCommit(() -> this.dueTimes.dueIn(next)));
		return admitted.size();
	}

	private static int left(Map<String, Budget> budgets, String key) {
		Budget budget = budgets.get(key);
		return (budget != null) ? budget.left() : 0;
	}

	private void announce(List<Failures.Returned> admitted) {
		List<Announcements.Available> available = new ArrayList<>(admitted.size());
		admitted.forEach((job) -> available.add(new Announcements.Available(job.queue(), job.priority(), job.seq())));
		this.announcements.available(available);
	}

	/** How many more of a key may start now. */
	private static final class Budget {

		private final RateLimits.State state;

		private int left;

		Budget(RateLimits.State state) {
			this.state = state;
			this.left = Math.min(byConcurrency(state), Math.min(byRate(state), byThrottle(state)));
		}

		int left() {
			return this.left;
		}

		void take() {
			this.left--;
		}

		private static int byConcurrency(RateLimits.State state) {
			Integer concurrency = state.concurrency();
			return (concurrency != null) ? Math.max(0, concurrency - state.held()) : Integer.MAX_VALUE;
		}

		private static int byRate(RateLimits.State state) {
			if (blockedFor(state) != null) {
				return 0;
			}
			RateLimit.Rate rate = state.rate();
			return (rate != null) ? Math.max(0, rate.limit() - state.started() - state.unstarted())
					: Integer.MAX_VALUE;
		}

		private static int byThrottle(RateLimits.State state) {
			RateLimit.Rate throttle = state.throttle();
			if (throttle == null) {
				return Integer.MAX_VALUE;
			}
			return (throttle.limit() == 0 || state.unstarted() > 0 || untilThrottle(state) != null) ? 0 : 1;
		}

		private static @Nullable Duration blockedFor(RateLimits.State state) {
			return positive(state.now(), state.blockedUntil());
		}

		private static @Nullable Duration untilThrottle(RateLimits.State state) {
			RateLimit.Rate throttle = state.throttle();
			Instant last = state.lastStart();
			return (throttle != null && throttle.limit() > 0 && last != null)
					? positive(state.now(), last.plus(throttle.period().dividedBy(throttle.limit()))) : null;
		}

		private static @Nullable Duration positive(Instant now, @Nullable Instant then) {
			return (then != null && then.isAfter(now)) ? Duration.between(now, then) : null;
		}

		/** When time alone may let another start; {@code null} if nothing but an event can. */
		@Nullable Duration next() {
			Duration next = later(blockedFor(this.state), untilThrottle(this.state));
			RateLimit.Rate rate = this.state.rate();
			Instant first = this.state.firstStart();
			if (rate != null && first != null && byRate(this.state) == 0) {
				next = later(next, positive(this.state.now(), first.plus(rate.period())));
			}
			return (this.state.waiting() > 0) ? next : null;
		}

		private static @Nullable Duration later(@Nullable Duration one, @Nullable Duration other) {
			if (one == null || other == null) {
				return (one != null) ? one : other;
			}
			return (one.compareTo(other) > 0) ? one : other;
		}

	}

}
