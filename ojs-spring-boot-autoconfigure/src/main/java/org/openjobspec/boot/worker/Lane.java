package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Types of jobs that share a number of slots, and the jobs that wait for one. All
 * handlers without a limit of their own are in one lane, every other one has a lane to
 * itself, so that none waits for another's slots.
 */
final class Lane {

	/**
	 * How much work may lie in the buffer: enough to bridge a claim, too little to keep
	 * jobs from other nodes.
	 */
	private static final double AHEAD_NANOS = Duration.ofMillis(50).toNanos();

	private static final double WEIGHT = 0.1;

	private final Set<String> types;

	private final List<String> queues;

	private final int limit;

	private final int prefetch;

	private final Deque<HeldJob> buffer = new ArrayDeque<>();

	private int running;

	private double averageNanos = Double.POSITIVE_INFINITY;

	private boolean promising = true;

	private long availability;

	Lane(Set<String> types, List<String> queues, int limit, int prefetch) {
		this.types = Set.copyOf(types);
		this.queues = List.copyOf(queues);
		this.limit = limit;
		this.prefetch = prefetch;
	}

	/**
	 * Decides which lanes there are.
	 * @param handlers the handlers
	 * @param settings what the operator has set
	 * @return the lanes, the shared one first
	 */
	static List<Lane> plan(Collection<HandlerMethod> handlers, WorkerSettings settings) {
		List<Lane> lanes = new ArrayList<>();
		Set<String> sharedTypes = new TreeSet<>();
		Set<String> sharedQueues = new LinkedHashSet<>(settings.queues());
		for (HandlerMethod handler : handlers) {
			HandlerSpec spec = handler.spec();
			Set<String> queues = (spec.concurrency() == 0) ? sharedQueues : new LinkedHashSet<>(settings.queues());
			if (spec.namesQueue()) {
				queues.add(spec.queue());
			}
			if (spec.concurrency() == 0) {
				sharedTypes.add(spec.type());
			}
			else {
				lanes.add(new Lane(Set.of(spec.type()), List.copyOf(queues), spec.concurrency(), settings.prefetch()));
			}
		}
		if (!sharedTypes.isEmpty()) {
			lanes.add(0, new Lane(sharedTypes, List.copyOf(sharedQueues), settings.concurrency(), settings.prefetch()));
		}
		return lanes;
	}

	Set<String> types() {
		return this.types;
	}

	List<String> queues() {
		return this.queues;
	}

	int limit() {
		return this.limit;
	}

	synchronized int running() {
		return this.running;
	}

	synchronized int buffered() {
		return this.buffer.size();
	}

	/**
	 * How many jobs to claim. None while the buffer is above its low-water mark, so that
	 * claims come in batches.
	 * @return the number, perhaps 0
	 */
	synchronized int wanted() {
		int ahead = ahead();
		int free = this.limit - this.running;
		int have = this.buffer.size();
		return (have > free + ahead / 2) ? 0 : Math.max(0, free + ahead - have);
	}

	private int ahead() {
		return (int) Math.min(this.prefetch, this.limit * AHEAD_NANOS / this.averageNanos);
	}

	/**
	 * Whether the queues may have more jobs than the latest claim brought.
	 * @return whether to claim
	 */
	synchronized boolean promising() {
		return this.promising;
	}

	/** Notes that there may be jobs again. */
	synchronized void promise() {
		this.promising = true;
	}

	/**
	 * Notes what came of a claim.
	 * @param availability the engine's count before the claim
	 * @param full whether as many jobs came as were asked for
	 */
	synchronized void claimed(long availability, boolean full) {
		this.availability = availability;
		this.promising = full;
	}

	/**
	 * The engine's count before the latest claim.
	 * @return what to compare with to notice jobs that came later
	 */
	synchronized long availability() {
		return this.availability;
	}

	/**
	 * Takes claimed jobs in.
	 * @param jobs the jobs in their order
	 * @return how many more threads are needed; each has a slot from now on and calls
	 * {@link #next(long)} until that answers {@code null}
	 */
	synchronized int add(List<HeldJob> jobs) {
		this.buffer.addAll(jobs);
		int threads = Math.min(this.limit - this.running, this.buffer.size());
		this.running += threads;
		return threads;
	}

	/**
	 * The next job for a thread that has a slot.
	 * @param ranNanos how long its last job ran; negative if it had none
	 * @return the job; {@code null} to give the slot back
	 */
	synchronized @Nullable HeldJob next(long ranNanos) {
		if (ranNanos >= 0) {
			double ran = Math.max(1, ranNanos);
			this.averageNanos = Double.isInfinite(this.averageNanos) ? ran
					: this.averageNanos + WEIGHT * (ran - this.averageNanos);
		}
		HeldJob job = this.buffer.poll();
		if (job == null) {
			this.running--;
		}
		return job;
	}

	synchronized void giveSlotBack() {
		this.running--;
	}

	/**
	 * Takes out the jobs that have waited too long for a slot.
	 * @param bound how long a job may wait
	 * @return the jobs to hand back
	 */
	synchronized List<HeldJob> overdue(Duration bound) {
		List<HeldJob> overdue = new ArrayList<>();
		long now = System.nanoTime();
		for (Iterator<HeldJob> jobs = this.buffer.iterator(); jobs.hasNext();) {
			HeldJob job = jobs.next();
			if (now - job.claimedAt() > bound.toNanos()) {
				jobs.remove();
				overdue.add(job);
			}
		}
		if (!overdue.isEmpty()) {
			// The handlers have become slow; the average learns it only when they end.
			this.averageNanos = Double.POSITIVE_INFINITY;
		}
		return overdue;
	}

	synchronized List<HeldJob> drain() {
		List<HeldJob> drained = new ArrayList<>(this.buffer);
		this.buffer.clear();
		return drained;
	}

}
