package org.openjobspec.boot.test;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.JobEvent;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs jobs on the thread that has enqueued them, once they are committed.
 */
final class InlineRuns {

	private final JobEngine engine;

	private final OjsJobs jobs;

	private final @Nullable TransactionTemplate none;

	InlineRuns(JobEngine engine, OjsJobs jobs, @Nullable PlatformTransactionManager manager) {
		this.engine = engine;
		this.jobs = jobs;
		this.none = (manager != null) ? new TransactionTemplate(manager) : null;
		if (this.none != null) {
			this.none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		}
	}

	/**
	 * Hears of what was committed. What the handlers enqueue meanwhile runs with the
	 * rest.
	 * @param event what has happened
	 */
	void happened(JobEvent event) {
		boolean available = JobEvent.ENQUEUED.equals(event.type()) || JobEvent.DEAD_LETTER_RETRIED.equals(event.type());
		if (available && !this.jobs.isDraining()) {
			apart(this.jobs::drain);
		}
	}

	// The transaction that has committed is still bound to the thread, once for the
	// application's manager, and once more where the engine had one of its own.
	private void apart(Runnable work) {
		if (this.none != null) {
			this.none.executeWithoutResult((status) -> this.engine.rehearsal().apart(work));
		}
		else {
			this.engine.rehearsal().apart(work);
		}
	}

}
