package org.openjobspec.boot.engine;

import java.util.function.Supplier;

/**
 * Surrounds what stores jobs, in process, over HTTP, for a workflow or for a run of a
 * periodic job. Must be safe for concurrent use.
 */
public interface EnqueueObserver {

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
	 * Whether the current thread works within a trace, which jobs enqueued now belong to.
	 * @return whether it does
	 */
	boolean inTrace();

}
