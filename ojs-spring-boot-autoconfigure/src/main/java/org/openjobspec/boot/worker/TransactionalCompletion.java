package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Completion;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Runs a handler and completes its job in one transaction.
 */
final class TransactionalCompletion {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final PlatformTransactionManager transactionManager;

	private final JobEngine engine;

	private final HeldJobs jobs;

	TransactionalCompletion(PlatformTransactionManager transactionManager, JobEngine engine, HeldJobs jobs) {
		this.transactionManager = transactionManager;
		this.engine = engine;
		this.jobs = jobs;
	}

	/**
	 * Runs. A job whose transaction cannot be opened goes back to its queue, at no cost
	 * of an attempt: that no connection is to be had is not its fault.
	 * @param held the job
	 * @param handler answers the result, JSON text
	 * @throws Exception what the handler threw; then everything is rolled back and the
	 * job is not settled
	 */
	void run(HeldJob held, Callable<@Nullable String> handler) throws Exception {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setName("ojs:" + held.job().type());
		TransactionStatus status;
		try {
			status = this.transactionManager.getTransaction(definition);
		}
		catch (CannotCreateTransactionException ex) {
			if (!Redaction.isOfDatabase(ex)) {
				throw ex;
			}
			giveBack(held, ex);
			return;
		}
		// A test's transaction may have been marked by an earlier handler, and JPA does
		// not let unmark it.
		boolean marked = status.isRollbackOnly();
		boolean completed;
		try {
			String result = handler.call();
			if (status.isRollbackOnly() && !marked) {
				throw new UnexpectedRollbackException("The handler marked its transaction as rollback-only");
			}
			completed = complete(held, result);
		}
		catch (Throwable ex) {
			held.completing(false);
			rollback(status, ex);
			throw ex;
		}
		if (completed) {
			commit(held, status);
		}
		else {
			this.transactionManager.rollback(status);
			logger.warn("The effects of {} are rolled back: it was no longer held by this worker, because it was "
					+ "cancelled, timed out or given to another attempt", held);
			this.jobs.settle(held, new Ending.Gone());
		}
	}

	// To be given back and claimed again it needs connections, too; and a pool that does
	// not wait for one must not make a storm of it.
	private void giveBack(HeldJob held, CannotCreateTransactionException problem) {
		LockSupport.parkNanos(PAUSE.toNanos());
		held.neverRan();
		if (this.jobs.settle(held, new Ending.Returned())) {
			logger.warn(
					"{} goes back to its queue, its attempt not counted, because its transaction cannot be opened: {}",
					held, Redaction.text(problem));
		}
	}

	private boolean complete(HeldJob held, @Nullable String result) {
		if (held.settled()) {
			return false;
		}
		held.completing(true);
		return this.engine.complete(List.of(Completion.of(held.job(), held.worker(), result)))
			.contains(held.job().id());
	}

	private void commit(HeldJob held, TransactionStatus status) {
		try {
			this.transactionManager.commit(status);
		}
		catch (RuntimeException ex) {
			held.completing(false);
			throw ex;
		}
		this.jobs.settle(held, Outcome.COMPLETED);
		this.jobs.forget(held);
	}

	private void rollback(TransactionStatus status, Throwable cause) {
		try {
			this.transactionManager.rollback(status);
		}
		catch (RuntimeException ex) {
			cause.addSuppressed(ex);
		}
	}

}
