package org.openjobspec.boot.store;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What an operator does with jobs that failed for good.
 */
public final class DeadLetters {

	// The error history stays (ojs-dead-letter 3); only the counter starts again. An
	// expiry that has passed would
	// discard the job at once, so it no longer counts.
	private static final String RETRY = """
			WITH revived AS (
			    DELETE FROM ojs.outcome WHERE job_id = :id AND state = 8 RETURNING job_id
			),
			moved AS (
			    INSERT INTO ojs.ready (available_at, job_id, timeout_ms, lease_ms, rank, queue, type)
			    SELECT clock_timestamp(), j.id, j.timeout_ms, j.lease_ms, -j.priority, j.queue, j.type
			    FROM ojs.job j WHERE j.id IN (SELECT job_id FROM revived)
			    RETURNING job_id, queue, rank, seq, type, available_at, attempt
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt)
			    SELECT available_at, 'dead_letter.retried', job_id, type, queue, attempt FROM moved
			)
			SELECT job_id, queue, rank, seq, available_at AS now FROM moved
			""";

	private static final String DELETE = """
			WITH gone AS (
			    DELETE FROM ojs.outcome WHERE job_id = :id AND state = 8 RETURNING job_id
			),
			failures AS (DELETE FROM ojs.failure WHERE job_id IN (SELECT job_id FROM gone)),
			keys AS (DELETE FROM ojs.unique_key WHERE job_id IN (SELECT job_id FROM gone)),
			leases AS (DELETE FROM ojs.lease WHERE job_id IN (SELECT job_id FROM gone)),
			progress AS (DELETE FROM ojs.progress WHERE job_id IN (SELECT job_id FROM gone)),
			checkpoints AS (DELETE FROM ojs.checkpoint WHERE job_id IN (SELECT job_id FROM gone)),
			expiries AS (DELETE FROM ojs.expiry WHERE job_id IN (SELECT job_id FROM gone))
			DELETE FROM ojs.job WHERE id IN (SELECT job_id FROM gone)
			""";

	private final JdbcClient jdbc;

	DeadLetters(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Makes a job of the dead letter available.
	 * @param id the job
	 * @return the job; nothing if it is not in the dead letter
	 */
	public Optional<Failures.Returned> retry(UUID id) {
		return this.jdbc.sql(RETRY).param("id", id).query((row, number) -> Failures.Returned.of(row)).optional();
	}

	/**
	 * Deletes a job of the dead letter with all that belongs to it.
	 * @param id the job
	 * @return whether it was there
	 */
	public boolean delete(UUID id) {
		return this.jdbc.sql(DELETE).param("id", id).update() > 0;
	}

}
