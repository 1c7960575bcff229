package org.openjobspec.boot.job;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Which jobs. What is {@code null} does not matter.
 *
 * @param state where they stand
 * @param queue their queue
 * @param type their type; with a {@code *} at its end, the beginning of their type
 * @param since when they were accepted at the earliest
 * @param until when they were accepted, before this time
 * @param deadLetter whether only jobs of the dead letter, whatever {@code state} says
 */
public record JobFilter(@Nullable JobState state, @Nullable String queue, @Nullable String type,
		@Nullable Instant since, @Nullable Instant until, boolean deadLetter) {

	/** All jobs. */
	public static final JobFilter ALL = new JobFilter(null, null, null, null, null, false);

	/**
	 * The same jobs, as far as they are in a state.
	 * @param other the state
	 * @return the filter
	 */
	public JobFilter withState(JobState other) {
		return new JobFilter(other, this.queue, this.type, this.since, this.until, this.deadLetter);
	}

	/**
	 * The same jobs, as far as they are in the dead letter.
	 * @return the filter
	 */
	public JobFilter inDeadLetter() {
		return new JobFilter(JobState.DISCARDED, this.queue, this.type, this.since, this.until, true);
	}

}
