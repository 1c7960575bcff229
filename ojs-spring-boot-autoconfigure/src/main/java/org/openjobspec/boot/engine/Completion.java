package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;

/**
 * An attempt succeeded.
 *
 * @param jobId the job
 * @param worker the worker that holds it
 * @param attempt the attempt that it holds
 * @param startedAt when the database says that the attempt was claimed; {@code null} if
 * that is not known, and then an attempt with the same number that follows a claim which
 * a crash of the server has undone cannot be told from it
 * @param result the handler's result, JSON text; {@code null} for none
 * @param workflowId the workflow that the job is a step of; {@code null} if it is none,
 * or that is not known, which costs a step another statement
 */
public record Completion(UUID jobId, String worker, int attempt, @Nullable Instant startedAt, @Nullable String result,
		@Nullable UUID workflowId) {

	/**
	 * An attempt that succeeded.
	 * @param job the job as it was fetched
	 * @param worker the worker that holds it
	 * @param result the handler's result, JSON text; {@code null} for none
	 * @return the completion
	 */
	public static Completion of(Job job, String worker, @Nullable String result) {
		return new Completion(job.id(), worker, job.attempt(), job.startedAt(), result, job.workflowId());
	}

}
