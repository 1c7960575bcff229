package org.openjobspec.boot.store;

import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What an operator does with jobs that failed for good, or have ended otherwise.
 */
public final class DeadLetters {

	// The error history stays (ojs-dead-letter 3); only the counter starts again. An
	// expiry that has passed would discard the job at once, so it no longer counts.
	// Locked in one order, so that two of these do not wait for each other.
	private static final String REVIVE = """
			WITH revived AS (
			    DELETE FROM ojs.outcome WHERE ctid = ANY (ARRAY(
			        SELECT o.ctid FROM ojs.outcome o WHERE o.job_id = ANY (:ids::uuid[]) AND o.state >= :least
			        ORDER BY o.job_id FOR UPDATE))
			    RETURNING job_id, state
			),
			moved AS (
			    INSERT INTO ojs.ready (available_at, job_id, timeout_ms, lease_ms, rank, queue, type, lane, tenant)
			    SELECT clock_timestamp(), j.id, j.timeout_ms, j.lease_ms, -j.priority, coalesce(j.lane, j.queue), j.type,
			           j.lane, j.tenant
			    FROM revived v JOIN ojs.job j ON j.id = v.job_id ORDER BY j.id
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, rank, seq, type, available_at, attempt
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt)
			    SELECT m.available_at, CASE v.state WHEN 8 THEN 'dead_letter.retried' ELSE 'job.enqueued' END, m.job_id, m.type,
			           m.queue, m.attempt
			    FROM moved m JOIN revived v ON v.job_id = m.job_id
			)
			SELECT m.job_id, m.queue, m.rank, m.seq, m.available_at AS now, m.type, v.state = 8 AS dead_letter
			FROM moved m JOIN revived v ON v.job_id = m.job_id ORDER BY m.seq
			""";

	private static final String COUNT = """
			SELECT o.queue, j.type, count(*) AS jobs, min(o.finished_at) AS oldest, max(o.finished_at) AS newest
			FROM ojs.outcome o JOIN ojs.job j ON j.id = o.job_id
			WHERE o.state = 8 AND (:tenant::text IS NULL OR j.tenant = :tenant::text) GROUP BY o.queue, j.type
			""";

	private static final String DELETE = """
			WITH gone AS (
			    DELETE FROM ojs.outcome WHERE job_id = :id AND state = 8 RETURNING job_id
			),
			keys AS (DELETE FROM ojs.unique_key WHERE job_id IN (SELECT job_id FROM gone)),
			%s
			DELETE FROM ojs.job WHERE id IN (SELECT job_id FROM gone)
			""".formatted(Belongings.deletedWith("gone"));

	private final JdbcClient jdbc;

	DeadLetters(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A discarded job that is available again.
	 *
	 * @param job the job
	 * @param type its type
	 * @param deadLetter whether it was in the dead letter
	 */
	public record Revived(Failures.Returned job, String type, boolean deadLetter) {
	}

	/**
	 * Makes discarded jobs available, of the dead letter or not.
	 * @param ids the jobs
	 * @return those that were discarded, in their new order
	 */
	public List<Revived> revive(Collection<UUID> ids) {
		return revive(ids, Outcomes.DISCARDED);
	}

	/**
	 * Makes a job of the dead letter available.
	 * @param id the job
	 * @return the job; nothing if it is not in the dead letter
	 */
	public Optional<Revived> retry(UUID id) {
		return revive(List.of(id), Outcomes.DEAD_LETTER).stream().findFirst();
	}

	// The kinds of discarded jobs have the last numbers, the dead letter the very last.
	private List<Revived> revive(Collection<UUID> ids, int least) {
		return this.jdbc.sql(REVIVE)
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.param("least", least)
			.query((row, number) -> new Revived(Failures.Returned.of(row), row.getString("type"),
					row.getBoolean("dead_letter")))
			.list();
	}

	/**
	 * What the dead letter holds of a type in a queue.
	 *
	 * @param queue the queue
	 * @param type the type
	 * @param jobs how many jobs
	 * @param oldest when the first of them was discarded
	 * @param newest when the last of them was discarded
	 */
	public record Group(String queue, String type, long jobs, Instant oldest, Instant newest) {
	}

	/**
	 * Counts the dead letter.
	 * @param tenant only this tenant's; {@code null} for all
	 * @return the counts
	 */
	public List<Group> count(@Nullable String tenant) {
		return this.jdbc.sql(COUNT)
			.param("tenant", tenant, Types.VARCHAR)
			.query((row, number) -> new Group(row.getString("queue"), row.getString("type"), row.getLong("jobs"),
					Columns.required(row, "oldest"), Columns.required(row, "newest")))
			.list();
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
