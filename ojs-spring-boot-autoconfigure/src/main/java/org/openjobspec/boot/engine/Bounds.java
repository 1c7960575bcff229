package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

/**
 * Keeps bounded queues from growing beyond their bounds (ojs-backpressure). Producers who
 * come at the same moment may exceed a bound by what they bring; another node learns of a
 * changed bound within a second. A queue that is far from its bound is not counted each
 * time: a node may fill a tenth of what is left, for a second, before it counts again.
 */
final class Bounds {

	private static final long FRESH = Duration.ofSeconds(1).toNanos();

	private static final int SHARE = 10;

	private final Store store;

	private volatile Map<String, Integer> known = Map.of();

	private volatile long readAt = System.nanoTime() - FRESH;

	private final Map<String, Room> rooms = new ConcurrentHashMap<>();

	Bounds(Store store) {
		this.store = store;
	}

	void set(String queue, @Nullable Integer maxDepth) {
		JobRequest.checkQueue("queue", queue);
		if (maxDepth != null && maxDepth < 1) {
			throw InvalidRequestException.field("max_depth", "max_depth must be at least 1, and is " + maxDepth);
		}
		this.store.transactions().writeOnce("bound", queue, () -> {
			this.store.queues().bound(queue, maxDepth);
			return true;
		});
		forget();
	}

	@Nullable Integer of(String queue) {
		return bounds().get(queue);
	}

	void forget() {
		this.readAt = System.nanoTime() - FRESH;
		this.rooms.clear();
	}

	/**
	 * What a queue has room for without another look.
	 *
	 * @param bound the bound that it was counted for
	 * @param countedAt when it was counted
	 * @param left how many jobs
	 */
	private record Room(int bound, long countedAt, AtomicInteger left) {

		private boolean takes(int count, int currentBound) {
			return this.bound == currentBound && System.nanoTime() - this.countedAt < FRESH
					&& this.left.addAndGet(-count) >= 0;
		}

	}

	/**
	 * Checks whether there is room for jobs.
	 * @throws QueueFullException if there is not
	 */
	void check(Iterable<NewJob> jobs) {
		Map<String, Integer> bounds = bounds();
		if (bounds.isEmpty()) {
			return;
		}
		Map<String, Integer> more = new TreeMap<>();
		jobs.forEach((job) -> {
			if (bounds.containsKey(job.queue())) {
				more.merge(job.queue(), 1, Integer::sum);
			}
		});
		more.forEach((queue, count) -> check(queue, count, bounds.getOrDefault(queue, Integer.MAX_VALUE)));
	}

	/**
	 * Refuses those jobs for which there is no room behind the others.
	 * @param jobs the jobs
	 */
	void check(Batch jobs) {
		Map<String, Integer> bounds = bounds();
		if (bounds.isEmpty()) {
			return;
		}
		Map<String, List<Integer>> places = new TreeMap<>();
		jobs.forEach((place, job) -> {
			if (bounds.containsKey(job.queue())) {
				places.computeIfAbsent(job.queue(), (queue) -> new ArrayList<>()).add(place);
			}
		});
		places.forEach((queue, wanted) -> {
			int bound = bounds.getOrDefault(queue, Integer.MAX_VALUE);
			try {
				check(queue, wanted.size(), bound);
			}
			catch (QueueFullException ex) {
				int depth = this.store.queues().depth(queue, bound);
				wanted.stream()
					.skip(Math.max(0, bound - depth))
					.forEach((place) -> jobs.refuse(place, new QueueFullException(queue, depth, bound)));
			}
		});
	}

	private void check(String queue, int count, int bound) {
		Room room = this.rooms.get(queue);
		if (room != null && room.takes(count, bound)) {
			return;
		}
		long now = System.nanoTime();
		int depth = this.store.queues().depth(queue, (int) Math.min(bound + 1L, Integer.MAX_VALUE));
		long left = (long) bound - depth - count;
		if (left < 0) {
			throw new QueueFullException(queue, depth, bound);
		}
		this.rooms.put(queue, new Room(bound, now, new AtomicInteger((int) (left / SHARE))));
	}

	private Map<String, Integer> bounds() {
		if (System.nanoTime() - this.readAt >= FRESH) {
			// First, so that of many who come together one reads.
			this.readAt = System.nanoTime();
			this.known = this.store.queues().bounds();
		}
		return this.known;
	}

}
