package org.openjobspec.boot.worker;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.core.task.TaskDecorator;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * What an application adds to its worker.
 *
 * @param interceptors run around each handler, the first one outermost
 * @param listeners see what the worker does
 * @param transactionManager opens the transactions of transactional handlers; it must be
 * the one of the engine's DataSource. {@code null} if there is none
 * @param decorator surrounds each run, its transaction and the interceptors included.
 * {@code null} if there is none
 * @param observer surrounds that in turn; {@code null} for nobody
 */
public record WorkerExtensions(List<ExecutionInterceptor> interceptors, List<WorkerListener> listeners,
		@Nullable PlatformTransactionManager transactionManager, @Nullable TaskDecorator decorator,
		@Nullable ExecutionObserver observer) {

	/**
	 * Copies the lists.
	 * @param interceptors run around each handler
	 * @param listeners see what the worker does
	 * @param transactionManager opens the transactions of transactional handlers
	 * @param decorator surrounds each run
	 * @param observer surrounds that in turn
	 */
	public WorkerExtensions {
		interceptors = List.copyOf(interceptors);
		listeners = List.copyOf(listeners);
	}

	/**
	 * Extends a worker that nobody decorates or observes.
	 * @param interceptors run around each handler, the first one outermost
	 * @param listeners see what the worker does
	 * @param transactionManager opens the transactions of transactional handlers;
	 * {@code null} if there is none
	 */
	public WorkerExtensions(List<ExecutionInterceptor> interceptors, List<WorkerListener> listeners,
			@Nullable PlatformTransactionManager transactionManager) {
		this(interceptors, listeners, transactionManager, null, null);
	}

	JobRunner runner(JobEngine engine, HeldJobs jobs, Deadlines deadlines) {
		TransactionalCompletion transactions = (this.transactionManager != null)
				? new TransactionalCompletion(this.transactionManager, engine, jobs) : null;
		return new JobRunner(this.interceptors, transactions, this.decorator, this.observer, jobs, deadlines);
	}

}
