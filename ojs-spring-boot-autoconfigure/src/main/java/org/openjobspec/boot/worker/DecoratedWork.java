package org.openjobspec.boot.worker;

import java.lang.reflect.UndeclaredThrowableException;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Work inside of a decorator, which is no guarantee that it is done: it may be kept from
 * running, be run where or when nobody waits for it, and what it throws may be kept from
 * being heard of. It is done at most once, by the thread that waits.
 */
final class DecoratedWork implements Runnable {

	private final Thread owner = Thread.currentThread();

	private final Work work;

	private boolean over;

	private boolean ran;

	private @Nullable Throwable thrown;

	private DecoratedWork(Work work) {
		this.work = work;
	}

	/**
	 * Works.
	 * @param decorator what surrounds the work; {@code null} for nothing
	 * @param work the work
	 * @throws DecoratorException if the decorator failed, or did not run the work
	 * @throws Exception what the work threw; or what the decorator did before it, if that
	 * says what is to become of the job
	 */
	static void run(@Nullable TaskDecorator decorator, Work work) throws Exception {
		if (decorator == null) {
			work.run();
			return;
		}
		new DecoratedWork(work).runIn(decorator);
	}

	private void runIn(TaskDecorator decorator) throws Exception {
		Throwable failure = null;
		try {
			decorator.decorate(this).run();
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			this.over = true;
		}
		if (this.thrown instanceof Error error) {
			throw error;
		}
		if (this.thrown instanceof Exception exception) {
			throw exception;
		}
		if (!this.ran && (failure instanceof DiscardException || failure instanceof DeadLetterException
				|| failure instanceof RetryAfterException)) {
			throw (RuntimeException) failure;
		}
		if (failure != null) {
			throw new DecoratorException(decorator, this.ran ? "failed after the handler" : "failed", failure);
		}
		if (!this.ran) {
			throw new DecoratorException(decorator, "did not run the handler, or not on the thread of the job", null);
		}
	}

	// What other threads find here is final, and decides before they see anything else.
	@Override
	public void run() {
		if (Thread.currentThread() != this.owner) {
			throw new IllegalStateException(
					"A TaskDecorator must run a handler on the thread of its job, which waits for it");
		}
		if (this.ran || this.over) {
			throw new IllegalStateException("A TaskDecorator must run a handler once, and before it returns");
		}
		this.ran = true;
		try {
			this.work.run();
		}
		catch (RuntimeException | Error ex) {
			this.thrown = ex;
			throw ex;
		}
		catch (Exception ex) {
			this.thrown = ex;
			throw new UndeclaredThrowableException(ex);
		}
	}

	/** What there is to do. */
	@FunctionalInterface
	interface Work {

		/**
		 * Does it.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

	/** It is the decorator that has failed, and not the handler. */
	static final class DecoratorException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private DecoratorException(TaskDecorator decorator, String what, @Nullable Throwable cause) {
			super("%s %s%s. If it is not meant for jobs, set 'ojs.worker.task-decorators=false'"
				.formatted(name(decorator), what, (cause != null) ? ": " + cause.getMessage() : ""), cause);
		}

		private static String name(TaskDecorator decorator) {
			return (decorator instanceof CompositeTaskDecorator)
					? "One of the TaskDecorators, which the stack trace names if it threw something,"
					: "TaskDecorator " + decorator.getClass().getName();
		}

	}

}
