package org.openjobspec.boot.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobError;

/**
 * An attempt failed.
 *
 * @param error why
 * @param verdict what the handler says of the job's future
 * @param retryAfter the delay before the next attempt, instead of the policy's;
 * {@code null} to leave it to the policy
 */
public record FailureReport(JobError error, Verdict verdict, @Nullable Duration retryAfter) {

	/**
	 * A failure whose future the retry policy decides.
	 * @param error why the attempt failed
	 * @return the report
	 */
	public static FailureReport of(JobError error) {
		return new FailureReport(error, Verdict.RETRY, null);
	}

	/** The handler's response codes (ojs-retry 7.1). */
	public enum Verdict {

		/** The retry policy decides. */
		RETRY,

		/** No further attempt, not in the dead letter. */
		DISCARD,

		/** No further attempt, listed in the dead letter. */
		DEAD_LETTER

	}

}
