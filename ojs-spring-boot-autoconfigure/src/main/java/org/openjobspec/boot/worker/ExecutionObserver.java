package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.WorkerListener.Outcome;

/**
 * Surrounds every execution of a handler, with all that belongs to it: the interceptors,
 * the transaction, and what is logged of its outcome. What it throws is logged and
 * otherwise ignored. Must be safe for concurrent use.
 */
@FunctionalInterface
public interface ExecutionObserver {

	/**
	 * A handler is about to run on the current thread.
	 * @param job the job as it was claimed
	 * @return what is told of its end; {@code null} if nobody wants to know
	 */
	@Nullable Execution begin(Job job);

	/** An execution that is observed. */
	@FunctionalInterface
	interface Execution {

		/**
		 * The execution has ended, on the thread on which it has begun.
		 * @param outcome how the attempt has ended, perhaps before the handler did
		 * @param thrown what the handler threw, or a copy without messages where they may
		 * quote the job's arguments; {@code null} for nothing
		 */
		void end(Outcome outcome, @Nullable Throwable thrown);

	}

}
