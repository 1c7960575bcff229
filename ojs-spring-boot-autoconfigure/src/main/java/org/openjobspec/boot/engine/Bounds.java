package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueFullException;
import org.openjobspec.boot.job.QueueSettings;
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

	private static final double WARN_FROM = 0.8;

	private final Store store;

	private final QueueRules rules;

	private final Map<String, Room> rooms = new ConcurrentHashMap<>();

	Bounds(Store store, QueueRules rules) {
		this.store = store;
		this.rules = rules;
	}

	@Nullable Integer of(String queue) {
		return bound(this.rules.of(queue));
	}

	private static @Nullable Integer bound(QueueSettings settings) {
		Integer bound = settings.maxDepth();
		return (bound != null && bound > 0) ? bound : null;
	}

	void forget() {
		this.rooms.clear();
	}

	/**
	 * What a queue has room for without another look.
	 *
	 * @param bound the bound that it was counted for
	 * @param countedAt when it was counted
	 * @param depth how much it held then
	 * @param size how many jobs it has room for
	 * @param left how many of these are left
	 */
	private record Room(int bound, long countedAt, int depth, int size, AtomicInteger left) {

		private boolean takes(int count, int currentBound) {
			return this.bound == currentBound && System.nanoTime() - this.countedAt < FRESH
					&& this.left.addAndGet(-count) >= 0;
		}

		private int depthNow() {
			return Math.min(this.bound, this.depth + this.size - this.left.get());
		}

	}

	/**
	 * Checks whether there is room for jobs.
	 * @throws QueueFullException if there is not
	 */
	void check(Iterable<NewJob> jobs) {
		Map<String, Integer> more = new TreeMap<>();
		for (NewJob job : jobs) {
			if (of(job.queue()) != null) {
				more.merge(job.queue(), 1, Integer::sum);
			}
		}
		more.forEach((queue, count) -> {
			Integer bound = of(queue);
			if (bound != null) {
				check(queue, count, bound);
			}
		});
	}

	/**
	 * Refuses those jobs for which there is no room behind the others.
	 * @param jobs the jobs
	 */
	void check(Batch jobs) {
		Map<String, List<Integer>> places = new TreeMap<>();
		jobs.forEach((place, job) -> {
			if (of(job.queue()) != null) {
				places.computeIfAbsent(job.queue(), (queue) -> new ArrayList<>()).add(place);
			}
		});
		places.forEach((queue, wanted) -> {
			Integer bound = of(queue);
			if (bound == null) {
				return;
			}
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
		int size = (int) (left / SHARE);
		this.rooms.put(queue, new Room(bound, now, depth + count, size, new AtomicInteger(size)));
	}

	/**
	 * How near a queue is to its bound, as far as this node has counted lately.
	 * @return nothing while it is below the part from which on producers are warned
	 */
	@Nullable QueuePressure pressure(String queue) {
		Room room = this.rooms.get(queue);
		if (room == null) {
			return null;
		}
		QueueSettings settings = this.rules.of(queue);
		Integer bound = bound(settings);
		Double threshold = settings.warningThreshold();
		if (bound == null || bound != room.bound()) {
			return null;
		}
		QueuePressure pressure = new QueuePressure(queue, room.depthNow(), bound);
		return (pressure.ratio() >= ((threshold != null) ? threshold : WARN_FROM)) ? pressure : null;
	}

}
