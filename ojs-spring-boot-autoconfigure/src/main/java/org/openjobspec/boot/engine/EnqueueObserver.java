package org.openjobspec.boot.engine;

import java.util.function.Supplier;

/**
 * Surrounds what stores jobs, in process, over HTTP, for a workflow or for a run of a
 * periodic job. Must be safe for concurrent use.
 */
public interface EnqueueObserver {

	/**
	 * Whether anybody wants to know. Asked each time, so it must be quick.
	 * @return {@code false} to be left out
	 */
	boolean observes();

	/**
	 * Does it, observed.
	 * @param call what is asked for; takes what the jobs are to carry of the trace, and
	 * has in the end what has come of it
	 * @param action does it, to be called once on this thread; what it throws is to reach
	 * the caller
	 * @param <T> the type of the result
	 * @return what the action returned
	 */
	<T> T observe(EnqueueCall call, Supplier<T> action);

	/**
	 * Whether jobs that are enqueued on the current thread belong to a trace by
	 * themselves.
	 * @return whether they do
	 */
	boolean inTrace();

}
