package org.openjobspec.boot.test;

/**
 * When handlers run in a test, and on which threads. Except with {@link #FAKE} the
 * database and the engine are the real ones; always arguments go through JSON.
 */
public enum JobMode {

	/**
	 * When the test calls {@link OjsJobs#drain()}, on its thread and in its transaction
	 * if it has one.
	 */
	DRAIN,

	/**
	 * As soon as the transaction that has enqueued them commits, on the thread that
	 * commits it, before the call returns. In a test's own transaction, which never
	 * commits, as with {@link #DRAIN}.
	 */
	INLINE,

	/**
	 * In the background, as in production: the worker and the maintenance of the engine
	 * run, and the test waits. A context that is cached and idle is paused by Spring's
	 * test framework, its worker with it.
	 */
	BACKGROUND,

	/**
	 * Never, and without a database: {@code OjsTemplate} keeps what is enqueued in
	 * memory, the rest of the backend is absent ({@code ojs.enabled=false}). For tests of
	 * what enqueues, slices such as {@code @WebMvcTest} included. A rollback takes back
	 * what its transaction has enqueued. Workflows, uniqueness, limits and schemas of
	 * arguments need a database.
	 */
	FAKE

}
