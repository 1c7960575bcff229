package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.Progress;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How far attempts have come. An attempt is known by its start: its number is given away
 * a second time when a job is handed back, or retried from the dead letter.
 */
public final class ProgressReports {

	// The row in ready is only looked at: a lock on it would stand in the way of a
	// completion. A report that is overtaken by the end of its attempt is kept with that
	// attempt's start, and hidden from the next one; one that comes after the next
	// attempt has reported changes nothing.
	// A remote worker's report is a sign of life (ojs-progress 6.3), of its job as if a
	// heartbeat had named it, and of the worker if that one sends heartbeats at all. A
	// worker's row that is locked is passed over: whoever declares workers dead waits for
	// the reaper, who may wait for the lease that is extended here.
	private static final String REPORT = """
			WITH held AS MATERIALIZED (
			    SELECT h.job_id, h.started_at, h.worker, h.attempt, h.lease_ms, h.lease_until FROM ojs.ready h
			    WHERE h.job_id = :id AND h.worker IS NOT NULL AND h.started_at IS NOT NULL
			      AND (:worker::text IS NULL OR h.worker IN (:worker::text, ''))
			      AND (:attempt::int IS NULL OR h.attempt = :attempt::int)
			),
			extended AS (
			    INSERT INTO ojs.lease AS l (job_id, worker, attempt, lease_until)
			    SELECT job_id, worker, attempt, clock_timestamp()
			               + coalesce(lease_ms, :defaultLeaseMs) * interval '1 millisecond'
			    FROM held WHERE lease_until IS NOT NULL
			    ON CONFLICT (job_id) DO UPDATE
			    SET worker = excluded.worker, attempt = excluded.attempt,
			        lease_until = CASE WHEN l.worker = excluded.worker AND l.attempt = excluded.attempt
			                           THEN greatest(l.lease_until, excluded.lease_until)
			                           ELSE excluded.lease_until END
			    RETURNING l.worker
			),
			alive AS (
			    UPDATE ojs.worker w SET seen_at = clock_timestamp(), heartbeat_at = clock_timestamp()
			    WHERE w.ctid = ANY (ARRAY(
			        SELECT k.ctid FROM ojs.worker k JOIN extended e ON e.worker = k.id
			        WHERE k.heartbeat_at IS NOT NULL AND NOT k.dead FOR UPDATE OF k SKIP LOCKED))
			)
			INSERT INTO ojs.progress AS p (job_id, updated_at, started_at, progress, message, data)
			SELECT job_id, clock_timestamp(), started_at, :progress::float8, :message::text, :data::text FROM held
			ON CONFLICT (job_id) DO UPDATE
			SET updated_at = excluded.updated_at, started_at = excluded.started_at, message = excluded.message,
			    data = excluded.data,
			    -- Never less than the same attempt has said before (ojs-progress 5.1).
			    progress = CASE WHEN p.started_at = excluded.started_at THEN greatest(p.progress, excluded.progress)
			                    ELSE excluded.progress END
			WHERE p.started_at <= excluded.started_at
			RETURNING p.job_id, p.progress, p.message, p.data, p.updated_at
			""";

	private static final String READ = """
			SELECT j.id AS job_id, r.job_id IS NOT NULL AS is_ready, r.worker AS ready_worker, w.state AS waiting_state,
			       o.state AS outcome_state, p.message, p.data, p.updated_at,
			       CASE WHEN o.state = 4 AND p.job_id IS NOT NULL THEN 1 ELSE p.progress END AS progress
			FROM ojs.job j
			LEFT JOIN ojs.ready r ON r.job_id = j.id
			LEFT JOIN ojs.waiting w ON w.job_id = j.id
			LEFT JOIN ojs.outcome o ON o.job_id = j.id
			LEFT JOIN ojs.progress p ON p.job_id = j.id AND p.started_at = coalesce(r.started_at, w.started_at, o.started_at)
			WHERE j.id = :id
			""";

	private final JdbcClient jdbc;

	ProgressReports(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Stores a report.
	 * @param id the job
	 * @param worker who reports; {@code null} for a client that has no name
	 * @param attempt the attempt; {@code null} for a client that cannot name it
	 * @param progress from 0 to 1, or {@code null}
	 * @param message for people, or {@code null}
	 * @param data JSON text, or {@code null}
	 * @param defaultLease the lease of a remote worker's job that has none of its own
	 * @return the progress; nothing if the job is not active, or not held by who reports
	 */
	public Optional<Progress> report(UUID id, @Nullable String worker, @Nullable Integer attempt,
			@Nullable Double progress, @Nullable String message, @Nullable String data, Duration defaultLease) {
		return this.jdbc.sql(REPORT)
			.param("id", id)
			.param("worker", worker, Types.VARCHAR)
			.param("attempt", attempt, Types.INTEGER)
			.param("progress", progress, Types.DOUBLE)
			.param("message", message, Types.VARCHAR)
			.param("data", data, Types.VARCHAR)
			.param("defaultLeaseMs", defaultLease.toMillis())
			.query((row, number) -> progress(row, JobState.ACTIVE))
			.optional();
	}

	/**
	 * Reads how far a job has come.
	 * @param id the job
	 * @return its progress, without values if its attempt has not reported; nothing if
	 * there is no such job
	 */
	public Optional<Progress> find(UUID id) {
		return this.jdbc.sql(READ)
			.param("id", id)
			.query((row, number) -> progress(row, JobReads.state(row)))
			.optional();
	}

	private static Progress progress(ResultSet row, JobState state) throws SQLException {
		double number = row.getDouble("progress");
		Double value = row.wasNull() ? null : Double.valueOf(number);
		return new Progress(row.getObject("job_id", UUID.class), state, value, row.getString("message"),
				row.getString("data"), Columns.instant(row, "updated_at"));
	}

}
