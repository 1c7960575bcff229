package org.openjobspec.boot.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;

/**
 * The job that was waited for has not ended in time. It goes on regardless.
 */
public class JobTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Job job;

	/**
	 * The time is over.
	 * @param job the job as it was last seen
	 * @param waited how long it was waited for
	 */
	public JobTimeoutException(Job job, Duration waited) {
		super("Job %s of type '%s' has not ended within %s: it is %s (attempt %d of %d, queue '%s')".formatted(job.id(),
				job.type(), waited, job.state().wireName(), job.attempt(), job.maxAttempts(), job.queue()));
		this.job = job;
	}

	/**
	 * The waiting thread was interrupted; its interrupt flag is set again.
	 * @param job the job as it was last seen
	 * @param cause the interruption
	 */
	public JobTimeoutException(Job job, InterruptedException cause) {
		super("Interrupted while waiting for job %s of type '%s': it is %s".formatted(job.id(), job.type(),
				job.state().wireName()), cause);
		this.job = job;
	}

	/**
	 * The job as it was last seen.
	 * @return the job; {@code null} after deserialization
	 */
	public @Nullable Job job() {
		return this.job;
	}

}
