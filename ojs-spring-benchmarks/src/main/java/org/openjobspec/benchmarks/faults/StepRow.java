package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A row of {@code ojs.step}.
 *
 * @param no its number
 * @param job its job; {@code null} for one that stands for others
 * @param path its place; {@code null} if it has none
 * @param state where it stands
 * @param open how many of those before it have not ended, as the row says
 * @param bad how many of those before it did not succeed, as the row says
 * @param dependencies the numbers of those before it
 */
record StepRow(int no, @Nullable UUID job, @Nullable String path, State state, int open, int bad,
		List<Integer> dependencies) {

	/** The states in the order of their numbers, from 1. */
	enum State {

		/** Waits for others. */
		WAITING,

		/** Its job is stored. */
		ENQUEUED,

		/** Has succeeded. */
		COMPLETED,

		/** Has failed. */
		FAILED,

		/** Its turn never comes. */
		CANCELLED,

		/** A callback whose condition is not true. */
		NOT_NEEDED;

		boolean ended() {
			return this != WAITING && this != ENQUEUED;
		}

		boolean bad() {
			return this == FAILED || this == CANCELLED;
		}

	}

}
