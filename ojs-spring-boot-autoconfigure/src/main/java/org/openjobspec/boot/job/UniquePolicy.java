package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * When two jobs count as the same work (ojs-unique-jobs 2). The job's type always counts.
 *
 * @param dimensions what else is compared
 * @param argsKeys with {@link Dimension#ARGS}: only these members, looked up in the first
 * argument when it is an object; empty means all arguments
 * @param metaKeys with {@link Dimension#META}: these members; required then
 * @param period how long after its creation a job blocks others; {@code null} means as
 * long as it is in one of the states
 * @param states the states in which an existing job blocks a new one
 * @param onConflict what happens to the new job then
 * @param lenientArgsKeys whether names in {@code argsKeys} that the arguments lack are
 * tolerated, as three of the SDKs need it
 */
public record UniquePolicy(Set<Dimension> dimensions, List<String> argsKeys, List<String> metaKeys,
		@Nullable Duration period, Set<JobState> states, OnConflict onConflict, boolean lenientArgsKeys) {

	/**
	 * The states that block a new job unless the policy says otherwise (ojs-unique-jobs
	 * 6.1).
	 */
	public static final Set<JobState> DEFAULT_STATES = Set.of(JobState.AVAILABLE, JobState.ACTIVE, JobState.SCHEDULED,
			JobState.RETRYABLE, JobState.PENDING);

	/**
	 * Checks the rules of ojs-unique-jobs 2.2.
	 * @param dimensions what else is compared
	 * @param argsKeys the members of the arguments that are compared
	 * @param metaKeys the members of the metadata that are compared
	 * @param period how long after its creation a job blocks others
	 * @param states the states in which an existing job blocks a new one
	 * @param onConflict what happens to the new job then
	 * @param lenientArgsKeys whether names in {@code argsKeys} that the arguments lack
	 * are tolerated
	 * @throws InvalidRequestException if the policy contradicts itself
	 */
	public UniquePolicy {
		EnumSet<Dimension> all = EnumSet.of(Dimension.TYPE);
		all.addAll(dimensions);
		dimensions = Set.copyOf(all);
		argsKeys = List.copyOf(argsKeys);
		metaKeys = List.copyOf(metaKeys);
		states = Set.copyOf(states);
		if (dimensions.contains(Dimension.META) && metaKeys.isEmpty()) {
			throw InvalidRequestException.field("unique.meta_keys",
					"unique.meta_keys is required when unique.keys contains \"meta\"");
		}
		if (states.isEmpty()) {
			throw InvalidRequestException.field("unique.states", "unique.states must name at least one state");
		}
		if (period != null && (period.isNegative() || period.isZero() || period.compareTo(Durations.MAX) > 0)) {
			throw InvalidRequestException.field("unique.period",
					"unique.period must be longer than zero and at most %s, and is %s".formatted(Durations.MAX,
							period));
		}
	}

	/**
	 * A policy that compares the type and, where given, further dimensions, and rejects
	 * duplicates for as long as a job is not finished.
	 * @param further the dimensions to compare beyond the type
	 * @return the policy
	 */
	public static UniquePolicy by(Dimension... further) {
		return new UniquePolicy(Set.of(further), List.of(), List.of(), null, DEFAULT_STATES, OnConflict.REJECT, false);
	}

	/**
	 * This policy comparing only some members of the first argument.
	 * @param names the members
	 * @return the changed policy, with the dimension {@link Dimension#ARGS}
	 */
	public UniquePolicy withArgsKeys(String... names) {
		return new UniquePolicy(with(Dimension.ARGS), List.of(names), this.metaKeys, this.period, this.states,
				this.onConflict, this.lenientArgsKeys);
	}

	/**
	 * This policy comparing some members of the metadata.
	 * @param names the members
	 * @return the changed policy, with the dimension {@link Dimension#META}
	 */
	public UniquePolicy withMetaKeys(String... names) {
		return new UniquePolicy(with(Dimension.META), this.argsKeys, List.of(names), this.period, this.states,
				this.onConflict, this.lenientArgsKeys);
	}

	/**
	 * This policy with a limited time.
	 * @param duration how long after its creation a job blocks others
	 * @return the changed policy
	 */
	public UniquePolicy withPeriod(Duration duration) {
		return new UniquePolicy(this.dimensions, this.argsKeys, this.metaKeys, duration, this.states, this.onConflict,
				this.lenientArgsKeys);
	}

	/**
	 * This policy with other blocking states.
	 * @param blocking the states in which an existing job blocks a new one
	 * @return the changed policy
	 */
	public UniquePolicy withStates(Set<JobState> blocking) {
		return new UniquePolicy(this.dimensions, this.argsKeys, this.metaKeys, this.period, blocking, this.onConflict,
				this.lenientArgsKeys);
	}

	/**
	 * This policy with another answer to a duplicate.
	 * @param strategy what happens to the new job
	 * @return the changed policy
	 */
	public UniquePolicy withOnConflict(OnConflict strategy) {
		return new UniquePolicy(this.dimensions, this.argsKeys, this.metaKeys, this.period, this.states, strategy,
				this.lenientArgsKeys);
	}

	private Set<Dimension> with(Dimension dimension) {
		EnumSet<Dimension> all = EnumSet.of(dimension);
		all.addAll(this.dimensions);
		return all;
	}

	/** What can be compared (ojs-unique-jobs 3). */
	public enum Dimension {

		/** The job's type. */
		TYPE,

		/** The job's queue. */
		QUEUE,

		/** The job's arguments. */
		ARGS,

		/** Named members of the job's metadata. */
		META

	}

}
