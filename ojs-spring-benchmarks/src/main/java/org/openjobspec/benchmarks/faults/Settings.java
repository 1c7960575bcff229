package org.openjobspec.benchmarks.faults;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Progress;

/**
 * The conditions of a run.
 *
 * @param nodes how many nodes there are
 * @param rate jobs per second
 * @param times how often each fault happens
 * @param seed what the choices follow from
 * @param heartbeatTimeout the silence after which a worker counts as dead
 * @param directory for logs, ledgers and the report
 * @param sabotage how the nodes' SQL is broken; {@code null} for not at all
 */
record Settings(int nodes, double rate, int times, long seed, Duration heartbeatTimeout, Path directory,
		@Nullable Sabotage sabotage) {

	/** What the issue grants beyond the heartbeat timeout. */
	private static final Duration GRACE = Duration.ofSeconds(5);

	Settings with(Sabotage other, int repetitions) {
		return new Settings(this.nodes, this.rate, repetitions, this.seed, this.heartbeatTimeout, this.directory,
				other);
	}

	Duration recoveryLimit() {
		return this.heartbeatTimeout.plus(GRACE);
	}

	Duration heartbeatInterval() {
		return this.heartbeatTimeout.dividedBy(6);
	}

	/** A silence that may already cost a node its jobs. */
	Duration stall() {
		return this.heartbeatTimeout.minus(heartbeatInterval().multipliedBy(2));
	}

	void log(String message) {
		Progress.tell(message);
	}

}
