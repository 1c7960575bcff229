package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.worker.WorkerListener.Outcome;

/**
 * How an attempt ends.
 */
sealed interface Ending {

	Outcome outcome();

	/**
	 * The handler succeeded.
	 *
	 * @param result JSON text, or {@code null}
	 */
	record Completed(@Nullable String result) implements Ending {

		@Override
		public Outcome outcome() {
			return Outcome.COMPLETED;
		}

	}

	/**
	 * The attempt failed.
	 *
	 * @param report why
	 * @param outcome failed or timed out
	 */
	record Failed(FailureReport report, Outcome outcome) implements Ending {
	}

	/** The job goes back to its queue. */
	record Returned() implements Ending {

		@Override
		public Outcome outcome() {
			return Outcome.RETURNED;
		}

	}

	/** The job is no longer ours; nothing is to be written. */
	record Gone() implements Ending {

		@Override
		public Outcome outcome() {
			return Outcome.CANCELLED;
		}

	}

}
