package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * All that is known of one periodic job.
 *
 * @param periodic the periodic job
 * @param createdAt when it was registered
 * @param stoppedAt when it was asked to stop
 * @param runs how many runs it has had, as its row says
 * @param told the runs, as the events tell, in their order
 * @param jobs its jobs, as their metadata tell
 */
record Ticks(Periodic periodic, Instant createdAt, Instant stoppedAt, long runs, List<Tick> told, List<TickJob> jobs) {

	/**
	 * A run.
	 *
	 * @param job its job
	 * @param scheduled when it was due
	 * @param actual when it was looked at
	 * @param number its number
	 */
	record Tick(UUID job, Instant scheduled, Instant actual, long number) {
	}

	/**
	 * A job of a run.
	 *
	 * @param id the job
	 * @param triggeredAt when its run was due
	 */
	record TickJob(UUID id, Instant triggeredAt) {
	}

}
