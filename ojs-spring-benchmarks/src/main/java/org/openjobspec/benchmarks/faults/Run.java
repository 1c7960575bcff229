package org.openjobspec.benchmarks.faults;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One execution of a handler, as the handler has recorded it.
 *
 * @param attempt the attempt
 * @param worker the id of the worker that held it
 * @param node the process in which it ran
 * @param startedAt when it started
 * @param endedAt when it ended; {@code null} if it never got so far
 * @param result how it ended
 */
record Run(int attempt, String worker, String node, Instant startedAt, @Nullable Instant endedAt,
		@Nullable Result result) {

	/** The node of workers that are in the harness. */
	static final String REMOTE = "remote";

	/** Whether it was a worker over HTTP. */
	boolean isRemote() {
		return REMOTE.equals(this.node);
	}

	/** How a run ended. */
	enum Result {

		/** The handler returned; the node reports it. */
		RETURNED,

		/** The handler threw; the node reports it. */
		FAILED,

		/** The handler was interrupted. */
		INTERRUPTED,

		/** The backend has answered that it took the remote worker's report. */
		ACKNOWLEDGED,

		/** The backend has answered that it did not take the remote worker's report. */
		REFUSED,

		/** The remote worker's report was never answered. */
		UNANSWERED

	}

}
