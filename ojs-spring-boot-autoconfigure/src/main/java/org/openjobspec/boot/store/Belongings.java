package org.openjobspec.boot.store;

/**
 * What is deleted together with a job, but for its unique keys, which others may want at
 * the same moment.
 */
final class Belongings {

	private static final String DELETE = """
			failures AS (DELETE FROM ojs.failure WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			leases AS (DELETE FROM ojs.lease WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			progress AS (DELETE FROM ojs.progress WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			checkpoints AS (DELETE FROM ojs.checkpoint WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			expiries AS (DELETE FROM ojs.expiry WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s)))""";

	private Belongings() {
	}

	/**
	 * Common table expressions that delete.
	 * @param jobs the expression before them that has the jobs, in {@code job_id}
	 * @return the text, without a comma at its end
	 */
	static String deletedWith(String jobs) {
		return DELETE.formatted(jobs);
	}

}
