package org.openjobspec.boot.store;

import org.openjobspec.boot.job.JobState;

/**
 * The numbers in {@code ojs.outcome.state} and {@code ojs.waiting.state}, which
 * {@code db/V1__jobs.sql} documents.
 */
final class Outcomes {

	static final int SCHEDULED = 1;

	static final int RETRYABLE = 2;

	static final int PENDING = 3;

	static final int COMPLETED = 4;

	static final int CANCELLED = 5;

	static final int DISCARDED = 6;

	static final int EXPIRED = 7;

	static final int DEAD_LETTER = 8;

	private Outcomes() {
	}

	static JobState state(int number) {
		return switch (number) {
			case SCHEDULED -> JobState.SCHEDULED;
			case RETRYABLE -> JobState.RETRYABLE;
			case PENDING -> JobState.PENDING;
			case COMPLETED -> JobState.COMPLETED;
			case CANCELLED -> JobState.CANCELLED;
			case DISCARDED, EXPIRED, DEAD_LETTER -> JobState.DISCARDED;
			default -> throw new IllegalStateException(
					"The database holds the unknown state %d; it was written by a newer version".formatted(number));
		};
	}

}
