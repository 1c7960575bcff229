package org.openjobspec.boot.engine;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * An attempt succeeded.
 *
 * @param jobId the job
 * @param worker the worker that holds it
 * @param attempt the attempt that it holds
 * @param result the handler's result, JSON text; {@code null} for none
 * @param workflowId the workflow that the job is a step of; {@code null} if it is none, or
 * that is not known, which costs a step another statement
 */
public record Completion(UUID jobId, String worker, int attempt, @Nullable String result, @Nullable UUID workflowId) {

	/**
	 * An attempt of a job of which nothing more is known.
	 * @param jobId the job
	 * @param worker the worker that holds it
	 * @param attempt the attempt that it holds
	 * @param result the handler's result, JSON text; {@code null} for none
	 */
	public Completion(UUID jobId, String worker, int attempt, @Nullable String result) {
		this(jobId, worker, attempt, result, null);
	}
}
