package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.List;

import org.springframework.util.Assert;

/**
 * What an operator may set of the worker.
 *
 * @param concurrency how many handlers may run at once on this node, apart from those
 * with a limit of their own (default 10)
 * @param queues the queues to look into, in this order, before those that handlers name
 * (default {@code default})
 * @param prefetch how many jobs may be claimed ahead at most; how many are is decided by
 * what short handlers finish in a twentieth of a second (default 500; 0 to claim none
 * ahead)
 * @param pollInterval how often to look for jobs when nothing wakes the worker (default
 * one second)
 * @param heartbeatInterval how often to report that the worker lives (default five
 * seconds)
 * @param shutdownGrace how long running handlers may take to finish when the worker stops
 * (default 25 seconds)
 * @param defaultTimeout how long an attempt may run when its job says nothing; must be
 * the engine's (default 30 minutes)
 */
public record WorkerSettings(int concurrency, List<String> queues, int prefetch, Duration pollInterval,
		Duration heartbeatInterval, Duration shutdownGrace, Duration defaultTimeout) {

	/** The settings of an application that sets nothing. */
	public static final WorkerSettings DEFAULT = new WorkerSettings(10, List.of("default"), 500, Duration.ofSeconds(1),
			Duration.ofSeconds(5), Duration.ofSeconds(25), Duration.ofMinutes(30));

	/**
	 * Checks the values.
	 * @param concurrency how many handlers may run at once on this node
	 * @param queues the queues to look into
	 * @param prefetch how many jobs may be claimed ahead at most
	 * @param pollInterval how often to look for jobs when nothing wakes the worker
	 * @param heartbeatInterval how often to report that the worker lives
	 * @param shutdownGrace how long running handlers may take to finish when the worker
	 * stops
	 * @param defaultTimeout how long an attempt may run when its job says nothing
	 * @throws IllegalArgumentException if one is out of range; the message names it
	 */
	public WorkerSettings {
		queues = List.copyOf(queues);
		Assert.isTrue(concurrency > 0, () -> "concurrency must be 1 or more");
		Assert.isTrue(prefetch >= 0, () -> "prefetch must be 0 or more");
		requirePositive("pollInterval", pollInterval);
		requirePositive("heartbeatInterval", heartbeatInterval);
		requirePositive("defaultTimeout", defaultTimeout);
		Assert.isTrue(!shutdownGrace.isNegative(), () -> "shutdownGrace must not be negative");
	}

	/**
	 * Changes how many handlers may run at once.
	 * @param concurrency 1 or more
	 * @return the changed settings
	 */
	public WorkerSettings withConcurrency(int concurrency) {
		return new WorkerSettings(concurrency, this.queues, this.prefetch, this.pollInterval, this.heartbeatInterval,
				this.shutdownGrace, this.defaultTimeout);
	}

	/**
	 * Changes which queues are looked into before those that handlers name.
	 * @param queues their names, the most important one first
	 * @return the changed settings
	 */
	public WorkerSettings withQueues(List<String> queues) {
		return new WorkerSettings(this.concurrency, queues, this.prefetch, this.pollInterval, this.heartbeatInterval,
				this.shutdownGrace, this.defaultTimeout);
	}

	/**
	 * Changes how many jobs may be claimed ahead.
	 * @param prefetch 0 to claim none ahead
	 * @return the changed settings
	 */
	public WorkerSettings withPrefetch(int prefetch) {
		return new WorkerSettings(this.concurrency, this.queues, prefetch, this.pollInterval, this.heartbeatInterval,
				this.shutdownGrace, this.defaultTimeout);
	}

	/**
	 * Changes how long running handlers may take to finish when the worker stops.
	 * @param shutdownGrace not negative
	 * @return the changed settings
	 */
	public WorkerSettings withShutdownGrace(Duration shutdownGrace) {
		return new WorkerSettings(this.concurrency, this.queues, this.prefetch, this.pollInterval,
				this.heartbeatInterval, shutdownGrace, this.defaultTimeout);
	}

	private static void requirePositive(String name, Duration value) {
		Assert.isTrue(value.compareTo(Duration.ZERO) > 0, () -> name + " must be longer than zero, and is " + value);
	}

}
