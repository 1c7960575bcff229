package org.openjobspec.boot.job;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The eight states of a job (ojs-core 6.1) and the only transitions between them
 * (ojs-core 6.3). The SQL guards of the store and the messages of conflicts follow this
 * table, and a test compares all of them.
 */
public enum JobState {

	/** Accepted for a later time. */
	SCHEDULED,

	/** Ready to be fetched. */
	AVAILABLE,

	/** Staged until somebody activates it. */
	PENDING,

	/** Claimed by a worker. */
	ACTIVE,

	/** The handler succeeded. Terminal. */
	COMPLETED,

	/** The handler failed and another attempt is due after a delay. */
	RETRYABLE,

	/** Stopped on request. Terminal. */
	CANCELLED,

	/** Failed for good, or expired. Terminal, save for a manual retry. */
	DISCARDED;

	/**
	 * The state's name on the wire, for example {@code retryable}.
	 * @return the lower-case name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Whether no automatic transition leaves this state.
	 * @return {@code true} for completed, cancelled and discarded
	 */
	public boolean isTerminal() {
		return switch (this) {
			case COMPLETED, CANCELLED, DISCARDED -> true;
			case SCHEDULED, AVAILABLE, PENDING, ACTIVE, RETRYABLE -> false;
		};
	}

	/**
	 * The states that may follow this one.
	 * @return the successors as ojs-core 6.3 lists them; a scheduled, available, pending
	 * or retryable job may also be discarded, when it expires (ojs-core 5.2,
	 * {@code expires_at})
	 */
	public Set<JobState> successors() {
		return switch (this) {
			case SCHEDULED, PENDING, RETRYABLE -> EnumSet.of(AVAILABLE, CANCELLED, DISCARDED);
			case AVAILABLE -> EnumSet.of(ACTIVE, CANCELLED, DISCARDED);
			case ACTIVE -> EnumSet.of(AVAILABLE, COMPLETED, RETRYABLE, CANCELLED, DISCARDED);
			case DISCARDED -> EnumSet.of(AVAILABLE);
			case COMPLETED, CANCELLED -> EnumSet.noneOf(JobState.class);
		};
	}

	/**
	 * Whether a job in this state may move to another one.
	 * @param next the state to move to
	 * @return whether the specification knows the transition
	 */
	public boolean canBecome(JobState next) {
		return successors().contains(next);
	}

	/**
	 * Reads a state from its name on the wire.
	 * @param wireName the lower-case name
	 * @return the state
	 * @throws IllegalArgumentException if there is no such state
	 */
	public static JobState of(String wireName) {
		for (JobState state : values()) {
			if (state.wireName().equals(wireName)) {
				return state;
			}
		}
		throw new IllegalArgumentException("'%s' is not a job state".formatted(wireName));
	}

}
