package org.openjobspec.boot.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * Jobs as a claim brings them.
 */
final class Jobs {

	private Jobs() {
	}

	static Job active(String type, String args) {
		Instant now = Instant.now();
		return new Job(UUID.randomUUID(), type, "default", args, "{}", 0,
				new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null, List.of(), null, Map.of()),
				JobState.ACTIVE, 1, now, now, now, null, null, "test", null, false, false, List.of(), null, null);
	}

}
