package org.openjobspec.boot.worker;

import java.time.Duration;

import org.openjobspec.boot.job.Job;

/**
 * Sees what the worker of this application does. Called on the worker's own threads, so
 * it must be quick; what it throws is logged and otherwise ignored.
 */
public interface WorkerListener {

	/**
	 * A handler is about to run.
	 * @param job the job as it was claimed
	 */
	default void started(Job job) {
	}

	/**
	 * The outcome of an attempt is settled; it may not have been written yet.
	 * @param job the job as it was claimed
	 * @param outcome how it ended
	 * @param duration how long the handler ran until then; zero if it never did
	 */
	default void finished(Job job, Outcome outcome, Duration duration) {
	}

	/** How an attempt ended, as far as the worker knows. */
	enum Outcome {

		/** The handler succeeded. */
		COMPLETED,

		/** The handler failed, or its arguments could not be bound. */
		FAILED,

		/** The handler ran longer than it may. */
		TIMED_OUT,

		/** The job was cancelled, or its lease was lost. */
		CANCELLED,

		/** The job was handed back without costing an attempt. */
		RETURNED

	}

}
