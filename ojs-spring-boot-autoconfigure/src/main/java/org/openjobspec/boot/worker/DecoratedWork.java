package org.openjobspec.boot.worker;

import java.lang.reflect.UndeclaredThrowableException;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * Work inside of a decorator, which is no guarantee that it is done: it may be kept from
 * running, and what it throws from being heard of.
 */
final class DecoratedWork implements Runnable {

	private final Work work;

	private boolean ran;

	private @Nullable Throwable thrown;

	private DecoratedWork(Work work) {
		this.work = work;
	}

	/**
	 * Works.
	 * @param decorator what surrounds the work; {@code null} for nothing
	 * @param work the work
	 * @throws Exception what the work or the decorator threw
	 */
	static void run(@Nullable TaskDecorator decorator, Work work) throws Exception {
		if (decorator == null) {
			work.run();
			return;
		}
		DecoratedWork decorated = new DecoratedWork(work);
		decorator.decorate(decorated).run();
		if (decorated.thrown instanceof Error error) {
			throw error;
		}
		if (decorated.thrown instanceof Exception exception) {
			throw exception;
		}
		if (!decorated.ran) {
			throw new IllegalStateException("A TaskDecorator did not run the handler, or not on the thread of the job");
		}
	}

	@Override
	public void run() {
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
		finally {
			this.ran = true;
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

}
