package org.openjobspec.boot.job;

/**
 * Which part of which jobs, in which order.
 *
 * @param filter the jobs
 * @param sort by what they are ordered
 * @param ascending whether the lowest comes first
 * @param limit how many at most
 * @param offset how many to pass over
 */
public record JobQuery(JobFilter filter, Sort sort, boolean ascending, int limit, int offset) {

	/** What jobs are ordered by; equals are ordered by their ids. */
	public enum Sort {

		/** The ids, which are in the order of creation, to the millisecond. */
		CREATED,

		/** When they are due. */
		SCHEDULED,

		/** Their priorities. */
		PRIORITY

	}

}
