package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;

/**
 * A row of {@code ojs.event}.
 *
 * @param id its number; within one job the order in which things happened
 * @param at when
 * @param type its type
 * @param attempt how many attempts had started
 * @param worker who started the attempt
 * @param code why the attempt failed
 * @param dueAt when a scheduled or retried job is due
 */
record Event(long id, Instant at, String type, int attempt, @Nullable String worker, @Nullable String code,
		@Nullable Instant dueAt) {

	private static final Set<String> ENDS = Set.of(JobEvent.COMPLETED, JobEvent.DISCARDED, JobEvent.CANCELLED,
			JobEvent.EXPIRED);

	private static final Set<String> TAKEN_AWAY = Set.of("worker_lost", "visibility_timeout", "timeout");

	/** Whether the job has ended with it. */
	boolean ends() {
		return ENDS.contains(this.type);
	}

	boolean is(String name) {
		return this.type.equals(name);
	}

	/** Whether the backend ended the attempt, and not the handler. */
	boolean takenAway() {
		return this.code != null && TAKEN_AWAY.contains(this.code);
	}

}
