package org.openjobspec.boot.client;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;

/**
 * The job that was waited for has ended without success: it was discarded or cancelled.
 */
public class JobFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Job job;

	/**
	 * A job has failed.
	 * @param job the job with its error history
	 */
	public JobFailedException(Job job) {
		super(describe(job));
		this.job = job;
	}

	private static String describe(Job job) {
		JobFailure failure = job.lastFailure();
		String end = job.expired() ? "has expired" : "is " + job.state().wireName();
		return "Job %s of type '%s' %s after %d of %d attempts%s".formatted(job.id(), job.type(), end, job.attempt(),
				job.maxAttempts(),
				(failure != null) ? ": %s: %s".formatted(failure.error().type(), failure.error().message()) : "");
	}

	/**
	 * The job as it was when its end was seen.
	 * @return the job; {@code null} after deserialization
	 */
	public @Nullable Job job() {
		return this.job;
	}

}
