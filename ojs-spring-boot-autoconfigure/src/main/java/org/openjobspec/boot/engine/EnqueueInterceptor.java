package org.openjobspec.boot.engine;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobRequest;

/**
 * Sees every job before it is stored, whether it comes from
 * {@link org.openjobspec.boot.job.JobRequest} in this application or over HTTP
 * (ojs-middleware, enqueue chain). Declare beans of this type; their order is Spring's
 * ({@code @Order}). Must be safe for concurrent use.
 */
@FunctionalInterface
public interface EnqueueInterceptor {

	/**
	 * Passes, changes, drops or refuses a job.
	 * @param request the job as the interceptors before this one left it
	 * @return the job to go on with, of the same id; {@code null} drops it, which the
	 * caller sees as {@link org.openjobspec.boot.job.EnqueueDroppedException}. An
	 * exception refuses it and reaches the caller. Either way nothing of the call is
	 * stored, the other jobs of a batch included
	 */
	@Nullable JobRequest intercept(JobRequest request);

}
