package org.openjobspec.boot.store;

/**
 * What is deleted together with a job.
 */
final class Belongings {

	// A key that somebody's open transaction is taking over is left to it.
	private static final String KEYS = """
			keys AS (
			    DELETE FROM ojs.unique_key WHERE ctid = ANY (ARRAY(
			        SELECT k.ctid FROM ojs.unique_key k
			        WHERE k.job_id = ANY (ARRAY(SELECT job_id FROM %1$s)) FOR UPDATE SKIP LOCKED))
			),
			""";

	private static final String DELETE = """
			failures AS (DELETE FROM ojs.failure WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			leases AS (DELETE FROM ojs.lease WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			progress AS (DELETE FROM ojs.progress WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			checkpoints AS (DELETE FROM ojs.checkpoint WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s))),
			expiries AS (DELETE FROM ojs.expiry WHERE job_id = ANY (ARRAY(SELECT job_id FROM %1$s)))""";

	private Belongings() {
	}

	/**
	 * Common table expressions that delete all but the unique keys.
	 * @param jobs the expression before them that has the jobs, in {@code job_id}
	 * @return the text, without a comma at its end
	 */
	static String deletedWith(String jobs) {
		return DELETE.formatted(jobs);
	}

	/**
	 * Common table expressions that delete the unique keys as well.
	 * @param jobs the expression before them that has the jobs, in {@code job_id}
	 * @return the text, without a comma at its end
	 */
	static String deletedWithKeys(String jobs) {
		return KEYS.formatted(jobs) + deletedWith(jobs);
	}

}
