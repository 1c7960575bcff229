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
 * @param priority their priority
 * @param tenant whose they are
 */
public record JobFilter(@Nullable JobState state, @Nullable String queue, @Nullable String type,
		@Nullable Instant since, @Nullable Instant until, boolean deadLetter, @Nullable Integer priority,
		@Nullable String tenant) {

	/** All jobs. */
	public static final JobFilter ALL = new JobFilter(null, null, null, null, null, false);

	/**
	 * Jobs of any priority, and of whichever tenant.
	 * @param state where they stand
	 * @param queue their queue
	 * @param type their type; with a {@code *} at its end, the beginning of their type
	 * @param since when they were accepted at the earliest
	 * @param until when they were accepted, before this time
	 * @param deadLetter whether only jobs of the dead letter, whatever {@code state} says
	 */
	public JobFilter(@Nullable JobState state, @Nullable String queue, @Nullable String type, @Nullable Instant since,
			@Nullable Instant until, boolean deadLetter) {
		this(state, queue, type, since, until, deadLetter, null, null);
	}

	/**
	 * The same jobs, as far as they are in a state.
	 * @param other the state
	 * @return the filter
	 */
	public JobFilter withState(JobState other) {
		return new JobFilter(other, this.queue, this.type, this.since, this.until, this.deadLetter, this.priority,
				this.tenant);
	}

	/**
	 * The same jobs, as far as they are in the dead letter.
	 * @return the filter
	 */
	public JobFilter inDeadLetter() {
		return new JobFilter(JobState.DISCARDED, this.queue, this.type, this.since, this.until, true, this.priority,
				this.tenant);
	}

	/**
	 * The same jobs, as far as they are a tenant's.
	 * @param owner the tenant; {@code null} for whosever they are
	 * @return the filter
	 */
	public JobFilter ofTenant(@Nullable String owner) {
		return (owner != null) ? new JobFilter(this.state, this.queue, this.type, this.since, this.until,
				this.deadLetter, this.priority, owner) : this;
	}

}
