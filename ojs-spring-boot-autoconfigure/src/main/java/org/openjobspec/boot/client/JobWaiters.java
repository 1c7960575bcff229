package org.openjobspec.boot.client;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;

/**
 * Waits for the ends of jobs: woken by this node's events, and otherwise looking at
 * intervals that grow from 20 to 500 ms, since another node may run the job.
 */
final class JobWaiters {

	private static final long FIRST_MILLIS = 20;

	private static final long MAX_MILLIS = 500;

	private final Map<UUID, Waiter> waiters = new ConcurrentHashMap<>();

	void happened(JobEvent event) {
		UUID job = event.jobId();
		Waiter waiter = (job != null) ? this.waiters.get(job) : null;
		if (waiter == null) {
			return;
		}
		switch (event.type()) {
			case JobEvent.COMPLETED, JobEvent.DISCARDED, JobEvent.CANCELLED, JobEvent.EXPIRED ->
				waiter.wake.release(waiter.count);
			default -> {
			}
		}
	}

	/**
	 * Waits for a job's end.
	 * @param id the job
	 * @param timeout how long at most
	 * @param find reads the job
	 * @return the job, ended
	 * @throws JobTimeoutException if it has not ended in time, or the thread is
	 * interrupted
	 */
	Job await(UUID id, Duration timeout, Function<UUID, Job> find) {
		long end = System.nanoTime() + timeout.toNanos();
		Waiter waiter = enter(id);
		try {
			long interval = FIRST_MILLIS;
			while (true) {
				Job job = find.apply(id);
				if (job.state().isTerminal()) {
					return job;
				}
				long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
				if (left <= 0) {
					throw new JobTimeoutException(job, timeout);
				}
				pause(waiter, Math.min(left, interval), job);
				interval = Math.min(MAX_MILLIS, interval * 3 / 2);
			}
		}
		finally {
			leave(id);
		}
	}

	private static void pause(Waiter waiter, long millis, Job job) {
		try {
			boolean unused = waiter.wake.tryAcquire(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JobTimeoutException(job, ex);
		}
	}

	private Waiter enter(UUID id) {
		return this.waiters.compute(id, (key, existing) -> (existing != null)
				? new Waiter(existing.wake, existing.count + 1) : new Waiter(new Semaphore(0), 1));
	}

	private void leave(UUID id) {
		this.waiters.computeIfPresent(id,
				(key, waiter) -> (waiter.count > 1) ? new Waiter(waiter.wake, waiter.count - 1) : null);
	}

	/** Those who wait for one job. */
	private record Waiter(Semaphore wake, int count) {
	}

}
