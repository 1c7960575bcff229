package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

/**
 * Keeps bounded queues from growing beyond their bounds (ojs-backpressure). Producers who
 * come at the same moment may exceed a bound by what they bring; another node learns of a
 * changed bound within a second.
 */
final class Bounds {

	private static final long FRESH = Duration.ofSeconds(1).toNanos();

	private final Store store;

	private volatile Map<String, Integer> known = Map.of();

	private volatile long readAt = System.nanoTime() - FRESH;

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
		more.forEach((queue, count) -> {
			int bound = bounds.getOrDefault(queue, Integer.MAX_VALUE);
			int depth = this.store.queues().depth(queue, bound + 1);
			if (depth + count > bound) {
				throw new QueueFullException(queue, depth, bound);
			}
		});
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
