package org.openjobspec.boot.engine;

import java.util.List;
import java.util.UUID;

/**
 * What became of many jobs.
 *
 * @param matched how many jobs were taken on
 * @param succeeded with how many of them it worked
 * @param refusals why it did not with the others, the first hundred of them
 * @param more whether more jobs match, so that the same request has more to do
 */
public record BulkResult(int matched, int succeeded, List<Refusal> refusals, boolean more) {

	/**
	 * A job with which it did not work.
	 *
	 * @param jobId the job
	 * @param reason why
	 */
	public record Refusal(UUID jobId, String reason) {
	}

}
