package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.RateLimits;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Upkeep;
import org.openjobspec.boot.store.WaitingJobs;
import org.openjobspec.boot.store.WorkflowSteps;
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
 * open, and the key is everybody's. What frees a place says so after its commit; and
 * every round of maintenance looks, should that be lost.
 */
final class Limiter {

	private static final Logger logger = LoggerFactory.getLogger(Limiter.class);

	/** How many keys are locked at once. */
	private static final int KEYS = 200;

	private static final int PER_LANE = 100;

	private static final int BATCH = 1000;

	private static final int MAX_CHANGES = 500;

	/** A bound guards against keys that are made up for each job. */
	private static final int MAX_KNOWN = 10_000;

	/**
	 * After how long a node says again what its jobs say: of two that disagree, as while
	 * a new version of an application is rolled out, the one that goes on enqueueing
	 * wins.
	 */
	private static final long SAID_AGAIN = Duration.ofSeconds(10).toNanos();

	/** When to look again for what another node has locked. */
	private static final Duration LOCKED = Duration.ofMillis(100);

	private final Store store;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final Consumer<List<WorkflowSteps.Ended>> carryOn;

	private final Set<String> knownLanes = ConcurrentHashMap.newKeySet();

	private final Map<String, Said> said = new ConcurrentHashMap<>();

	private final Map<String, RateLimit> changes = new ConcurrentHashMap<>();

	/** Counts what may be a reason to admit. */
	private final AtomicLong news = new AtomicLong();

	/** The news after which everything was admitted that could be. */
	private volatile long settled = -1;

	private volatile boolean waits;

	private volatile Set<String> limitedQueues = Set.of();

	private volatile boolean inUse;

	// One pass at a time on a node, so that a fetch does not find nothing because the
	// maintenance of its own node is about to admit.
	private final ReentrantLock admitting = new ReentrantLock(true);

	private final AtomicLong passes = new AtomicLong();

	private final AtomicLong admissions = new AtomicLong();

	private Set<String> passQueues = Set.of();

	private Pass pass = Pass.NOTHING;

	/**
	 * Creates a limiter.
	 * @param store the database
	 * @param announcements tells of what was admitted
	 * @param dueTimes is told when time alone lets another start
	 * @param carryOn carries on the workflows of jobs that were discarded, in the
	 * transaction that discards them
	 */
	Limiter(Store store, Announcements announcements, DueTimes dueTimes, Consumer<List<WorkflowSteps.Ended>> carryOn) {
		this.store = store;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
		this.carryOn = carryOn;
	}

	/**
	 * What the jobs of this node have last said of a key, and when.
	 */
	private record Said(RateLimit limit, long at) {

		private boolean covers(RateLimit other) {
			return Objects.equals(this.limit.concurrency(), other.concurrency())
					&& Objects.equals(this.limit.rate(), other.rate())
					&& Objects.equals(this.limit.throttle(), other.throttle())
					&& System.nanoTime() - this.at < SAID_AGAIN;
		}

	}

	/**
	 * What one look has done.
	 *
	 * @param waited whether jobs waited
	 * @param admitted how many were admitted
	 * @param locked whether another node has held keys meanwhile
	 * @param more whether there is more to do at once
	 */
	private record Pass(boolean waited, int admitted, boolean locked, boolean more) {

		private static final Pass NOTHING = new Pass(false, 0, true, false);

	}

	/**
	 * Notes the limits of jobs that are being stored, in the transaction that stores
	 * them.
	 * @param jobs the jobs
	 */
	void introduce(Collection<NewJob> jobs) {
		// In the order of the lanes, so that two who introduce the same ones cannot wait
		// for each other.
		Map<String, NewJob> lanes = new TreeMap<>();
		for (NewJob job : jobs) {
			String lane = job.lane();
			if (lane != null) {
				lanes.put(lane, job);
			}
		}
		if (lanes.isEmpty()) {
			return;
		}
		lanes.forEach((lane, job) -> {
			RateLimit limit = job.rateLimit();
			if (limit != null) {
				introduce(lane, job.queue(), limit);
			}
		});
		this.announcements.afterCommit(this::changed);
	}

	private void introduce(String lane, String queue, RateLimit limit) {
		boolean unknown = !this.knownLanes.contains(lane);
		if (unknown) {
			this.store.rateLimits().introduce(queue, limit);
		}
		Said before = this.said.get(limit.key());
		boolean says = before == null || !before.covers(limit);
		if (unknown || says) {
			this.announcements.afterCommit(() -> {
				remember(lane);
				if (says) {
					say(limit);
				}
			});
		}
	}

	private void remember(String lane) {
		if (this.knownLanes.size() >= MAX_KNOWN) {
			this.knownLanes.clear();
		}
		this.knownLanes.add(lane);
	}

	// The key may be known with other numbers: the latest hold.
	private void say(RateLimit limit) {
		if (this.said.size() >= MAX_KNOWN) {
			this.said.clear();
		}
		this.said.put(limit.key(), new Said(limit, System.nanoTime()));
		this.changes.put(limit.key(), limit);
	}

	/** Says that a place may be free, or a job may wait. */
	void changed() {
		this.news.incrementAndGet();
		this.dueTimes.dueIn(Duration.ZERO);
	}

	/** Says that a job has ended, of which it is not known whether it was limited. */
	void mayHaveChanged() {
		if (this.waits || isNews()) {
			changed();
		}
	}

	/**
	 * Says that jobs have become available again, of which it is not known whether they
	 * are limited.
	 */
	void mayWaitAgain() {
		if (this.inUse) {
			changed();
		}
	}

	/**
	 * Tells of jobs that have become available again, of which it is not known whether
	 * they are limited.
	 * @param jobs the jobs
	 */
	void availableAgain(Collection<Failures.Returned> jobs) {
		announce(jobs);
		if (!jobs.isEmpty()) {
			this.announcements.afterCommit(this::mayWaitAgain);
		}
	}

	/**
	 * Whether a queue is limited, so that jobs which are put into it wait to be put into
	 * its lane.
	 */
	boolean limits(String queue) {
		return this.limitedQueues.contains(queue);
	}

	private boolean isNews() {
		return this.settled != this.news.get();
	}

	/**
	 * Forgets what this node knows. For conformance runs only.
	 */
	void forget() {
		this.knownLanes.clear();
		this.said.clear();
		this.changes.clear();
		this.limitedQueues = Set.of();
	}

	/**
	 * Counts what may be a reason to admit.
	 * @return a number to be noted before a round looks what is due
	 */
	long news() {
		return this.news.get();
	}

	/**
	 * A round of maintenance.
	 * @param due what the round has found
	 * @param noted what {@link #news()} said before
	 * @return whether there is more to do at once
	 */
	boolean round(Upkeep.Due due, long noted) {
		this.inUse = due.limits();
		this.limitedQueues = Set.copyOf(due.limitedQueues());
		boolean more = applyChanges();
		if (!due.limitedJobs() && due.limitedQueues().isEmpty()) {
			this.waits = false;
			this.settled = noted;
			return more;
		}
		Pass done = pass(Set.of());
		this.waits = done.waited();
		if (!done.locked()) {
			// From here on only news or time let another one start, and this thread is
			// told of both.
			this.settled = noted;
		}
		return more || done.more() || done.admitted() > 0;
	}

	private boolean applyChanges() {
		List<RateLimit> wanted = List.copyOf(this.changes.values());
		for (RateLimit limit : wanted.subList(0, Math.min(wanted.size(), MAX_CHANGES))) {
			if (this.store.transactions()
				.writeOnce("change", limit.key(), () -> this.store.rateLimits().change(limit))) {
				this.changes.remove(limit.key(), limit);
			}
		}
		return wanted.size() > MAX_CHANGES;
	}

	/**
	 * Counts the looks of this node that have admitted something.
	 * @return a number to be noted before a claim: when it has changed, what the claim
	 * did not find may be there by now
	 */
	long admissions() {
		return this.admissions.get();
	}

	/**
	 * Admits what may start now, on behalf of a fetch that found nothing.
	 * @param queues only to these queues
	 * @return how many jobs
	 */
	int admit(Collection<String> queues) {
		return isNews() ? pass(Set.copyOf(queues)).admitted() : 0;
	}

	// Whoever waited for a look that began after they came, and that looked at their
	// queues, need not look again.
	private Pass pass(Set<String> queues) {
		long before = this.passes.get();
		this.admitting.lock();
		try {
			boolean done = this.passes.get() > before
					&& (this.passQueues.isEmpty() || (!queues.isEmpty() && this.passQueues.containsAll(queues)));
			if (!done) {
				this.passes.incrementAndGet();
				this.passQueues = queues;
				this.pass = Pass.NOTHING;
				this.pass = look(queues);
				if (this.pass.admitted() > 0) {
					this.admissions.incrementAndGet();
				}
			}
			return this.pass;
		}
		finally {
			this.admitting.unlock();
		}
	}

	private Pass look(Set<String> queues) {
		int parked = 0;
		if (!this.limitedQueues.isEmpty()) {
			parked = this.store.transactions()
				.writeOnce("park", "limited jobs", () -> this.store.rateLimits().park(BATCH));
		}
		List<RateLimits.Lane> waiting = new ArrayList<>(this.store.rateLimits().waiting(queues));
		// No lane is always the last.
		Collections.shuffle(waiting);
		int admitted = 0;
		boolean locked = false;
		int from = 0;
		while (from < waiting.size()) {
			int end = end(waiting, from);
			List<RateLimits.Lane> lanes = waiting.subList(from, end);
			Pass part = this.store.transactions().write("admit", "limited jobs", () -> admitFrom(lanes));
			admitted += part.admitted();
			locked |= part.locked();
			// A fetch is waited for.
			from = queues.isEmpty() ? end : waiting.size();
		}
		return new Pass(!waiting.isEmpty() || parked > 0, admitted, locked, parked == BATCH);
	}

	/** As many lanes as do not have too many keys; one at least. */
	private static int end(List<RateLimits.Lane> lanes, int from) {
		int end = from + 1;
		int keys = lanes.get(from).keys().size();
		while (end < lanes.size() && keys + lanes.get(end).keys().size() <= KEYS) {
			keys += lanes.get(end).keys().size();
			end++;
		}
		return end;
	}

	private Pass admitFrom(List<RateLimits.Lane> lanes) {
		RateLimits limits = this.store.rateLimits();
		Set<String> wanted = new LinkedHashSet<>();
		lanes.forEach((lane) -> wanted.addAll(lane.keys()));
		List<String> keys = limits.lock(wanted);
		boolean locked = keys.size() < wanted.size();
		if (locked) {
			// What the other node admits may be other jobs.
			this.announcements.afterCommit(() -> this.dueTimes.dueIn(LOCKED));
		}
		if (keys.isEmpty()) {
			return Pass.NOTHING;
		}
		if (lanes.stream().anyMatch(RateLimits.Lane::incomplete)) {
			limits.complete();
		}
		limits.recall(keys);
		Map<String, Budget> budgets = new HashMap<>();
		limits.states(keys, RateLimits.Counting.NOTHING)
			.forEach((state) -> budgets.put(state.key(), new Budget(state)));
		List<UUID> admitted = choose(lanes, budgets);
		if (!admitted.isEmpty()) {
			announce(limits.admit(admitted));
		}
		discard(lanes, budgets);
		limits.forgetStarts(keys);
		wakeUp(budgets.values());
		return new Pass(true, admitted.size(), locked, false);
	}

	private void wakeUp(Collection<Budget> budgets) {
		Duration soonest = null;
		for (Budget budget : budgets) {
			Duration next = budget.next();
			if (next != null && (soonest == null || next.compareTo(soonest) < 0)) {
				soonest = next;
			}
		}
		if (soonest != null) {
			Duration delay = soonest;
			this.announcements.afterCommit(() -> this.dueTimes.dueIn(delay));
		}
	}

	private List<UUID> choose(List<RateLimits.Lane> lanes, Map<String, Budget> budgets) {
		Map<String, Integer> rooms = new HashMap<>();
		budgets.forEach((key, budget) -> rooms.put(key, Math.min(budget.left(), PER_LANE)));
		if (budgets.values().stream().allMatch((budget) -> budget.left() == 0)) {
			return List.of();
		}
		List<UUID> chosen = new ArrayList<>();
		for (RateLimits.Candidate candidate : this.store.rateLimits().candidates(lanes, rooms)) {
			List<Budget> needed = new ArrayList<>();
			for (String key : candidate.keys()) {
				Budget budget = budgets.get(key);
				if (budget != null && budget.left() > 0) {
					needed.add(budget);
				}
			}
			if (needed.size() == candidate.keys().size()) {
				needed.forEach(Budget::take);
				chosen.add(candidate.jobId());
			}
		}
		return chosen;
	}

	private void discard(List<RateLimits.Lane> lanes, Map<String, Budget> budgets) {
		List<String> exhausted = new ArrayList<>();
		budgets.forEach((key, budget) -> {
			if (budget.left() == 0) {
				exhausted.add(key);
			}
		});
		if (exhausted.isEmpty()) {
			return;
		}
		List<WaitingJobs.Ended> dropped = this.store.rateLimits().drop(lanes, budgets.keySet(), exhausted, BATCH);
		if (dropped.isEmpty()) {
			return;
		}
		logger.debug("{} jobs were discarded since the limits of {} were reached", dropped.size(), exhausted);
		this.announcements.events(() -> dropped.stream()
			.map((job) -> job.event(JobEvent.DISCARDED, Map.of("reason", "rate_limited")))
			.toList());
		this.carryOn.accept(WorkflowSteps.Ended.of(dropped, WorkflowSteps.State.FAILED));
	}

	private void announce(Collection<Failures.Returned> jobs) {
		List<Announcements.Available> available = new ArrayList<>(jobs.size());
		jobs.forEach((job) -> available.add(new Announcements.Available(job.queue(), job.priority(), job.seq())));
		this.announcements.available(available);
	}

	/** How many more of a key may start now. */
	private static final class Budget {

		private final RateLimits.State state;

		private int left;

		Budget(RateLimits.State state) {
			this.state = state;
			this.left = Math.min(state.leftByConcurrency(), Math.min(state.leftByRate(), state.leftByThrottle()));
		}

		int left() {
			return this.left;
		}

		void take() {
			this.left--;
		}

		private static @Nullable Duration positive(Instant now, @Nullable Instant then) {
			return (then != null && then.isAfter(now)) ? Duration.between(now, then) : null;
		}

		/**
		 * When time alone may let another start; {@code null} if nothing but an event
		 * can.
		 */
		@Nullable Duration next() {
			Duration next = positive(this.state.now(), this.state.nextByThrottle());
			if (this.state.leftByRate() == 0) {
				next = later(next, positive(this.state.now(), this.state.windowResetsAt()));
			}
			return next;
		}

		private static @Nullable Duration later(@Nullable Duration one, @Nullable Duration other) {
			if (one == null || other == null) {
				return (one != null) ? one : other;
			}
			return (one.compareTo(other) > 0) ? one : other;
		}

	}

}
