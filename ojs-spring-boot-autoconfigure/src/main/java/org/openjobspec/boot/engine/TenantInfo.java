package org.openjobspec.boot.engine;

import java.util.Map;

import org.openjobspec.boot.job.JobState;

/**
 * A tenant with what it has.
 *
 * @param id its name
 * @param jobs how many jobs of every state; those that have ended for as long as they are
 * kept
 */
public record TenantInfo(String id, Map<JobState, Long> jobs) {

	/**
	 * How many jobs it has.
	 * @return the sum over all states
	 */
	public long total() {
		return this.jobs.values().stream().mapToLong(Long::longValue).sum();
	}

}
