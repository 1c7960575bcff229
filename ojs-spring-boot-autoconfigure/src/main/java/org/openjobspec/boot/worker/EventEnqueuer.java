package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * Stores an event as a job.
 */
@FunctionalInterface
public interface EventEnqueuer {

	/**
	 * Stores a job, in the current transaction if there is one.
	 * @param type the job's type
	 * @param queue its queue; {@code null} for that of its handler
	 * @param event its only argument
	 * @return whether there is a job; {@code false} if an interceptor dropped it
	 */
	boolean enqueue(String type, @Nullable String queue, Object event);

}
