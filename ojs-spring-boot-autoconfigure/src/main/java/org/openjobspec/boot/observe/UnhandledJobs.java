package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.openjobspec.boot.engine.JobEngine;

/**
 * Counts the available jobs that no handler of this application takes. A gauge is asked
 * at any time and must answer at once, so it gets the last count, and asking for it makes
 * the next one when that has become old.
 */
public final class UnhandledJobs {

	private final Supplier<Map<String, Long>> count;

	private final long maxAge;

	private final AtomicBoolean counting = new AtomicBoolean();

	private volatile long last;

	private volatile long countedAt;

	/**
	 * Creates a count that has not been taken yet.
	 * @param engine counts; at most the next 10,000 jobs of each queue
	 * @param queues where to look, asked for each count
	 * @param types the types that have a handler, asked for each count
	 * @param maxAge after how long a count is old
	 */
	public UnhandledJobs(JobEngine engine, Supplier<Collection<String>> queues, Supplier<Collection<String>> types,
			Duration maxAge) {
		this(() -> engine.countOthers(queues.get(), types.get()), maxAge);
	}

	UnhandledJobs(Supplier<Map<String, Long>> count, Duration maxAge) {
		this.count = count;
		this.maxAge = maxAge.toNanos();
		this.countedAt = System.nanoTime() - this.maxAge;
	}

	/**
	 * The last count.
	 * @return how many jobs; 0 until the first count is done
	 */
	public long number() {
		if (System.nanoTime() - this.countedAt >= this.maxAge && this.counting.compareAndSet(false, true)) {
			Thread thread = new Thread(this::count, "ojs-unhandled");
			thread.setDaemon(true);
			thread.start();
		}
		return this.last;
	}

	private void count() {
		try {
			this.last = this.count.get().values().stream().mapToLong(Long::longValue).sum();
		}
		catch (RuntimeException ex) {
			// Health reports a database that does not answer; here the last count stays.
		}
		finally {
			this.countedAt = System.nanoTime();
			this.counting.set(false);
		}
	}

}
