package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Active to completed, for many attempts in one statement.
 */
public final class Completions {

	// Fenced by worker and attempt: a row that another attempt holds by now is not found
	// and stays as it is. The rows are
	// locked where they are looked up, so that a heartbeat that renews the lease at the
	// same time cannot move them away
	// from the delete. The caller sorts by id, so that two batches with common rows lock
	// them in one order.
	private static final String COMPLETE = """
			WITH input AS MATERIALIZED (
			    SELECT * FROM unnest(:ids::uuid[], :workers::text[], :attempts::int[], :results::text[])
			        AS i (job_id, worker, attempt, result)
			),
			moved AS (
			    DELETE FROM ojs.ready r
			    WHERE r.ctid = ANY (ARRAY(
			        SELECT held.ctid FROM input i CROSS JOIN LATERAL (
			            SELECT h.ctid FROM ojs.ready h
			            WHERE h.job_id = i.job_id AND h.worker = i.worker AND h.attempt = i.attempt
			            OFFSET 0 FOR UPDATE) held))
			    RETURNING r.job_id, r.queue, r.type, r.attempt, r.worker, r.started_at
			),
			done AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker, result)
			    SELECT m.job_id, clock_timestamp(), m.started_at, m.attempt, 4, m.queue, m.worker, i.result
			    FROM moved m JOIN input i USING (job_id, worker, attempt)
			    RETURNING job_id, finished_at
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT d.finished_at, 'job.completed', m.job_id, m.type, m.queue, m.attempt, jsonb_build_object(
			               'duration_ms', (extract(epoch FROM d.finished_at - m.started_at) * 1000)::int8)
			    FROM moved m JOIN done d USING (job_id)
			)
			SELECT m.job_id, m.type, m.queue, m.attempt, d.finished_at,
			       (extract(epoch FROM d.finished_at - m.started_at) * 1000)::int8 AS duration_ms
			FROM moved m JOIN done d USING (job_id)
			""";

	private final PinnedStatements pinned;

	Completions(PinnedStatements pinned) {
		this.pinned = pinned;
	}

	/**
	 * An attempt that succeeded.
	 *
	 * @param jobId the job
	 * @param worker who held it
	 * @param attempt the attempt
	 * @param result JSON text, or {@code null}
	 */
	public record Success(UUID jobId, String worker, int attempt, @Nullable String result) {
	}

	/**
	 * A job that was completed.
	 *
	 * @param jobId the job
	 * @param type its type
	 * @param queue its queue
	 * @param attempt the attempt
	 * @param finishedAt when
	 * @param duration how long the attempt took
	 */
	public record Completed(UUID jobId, String type, String queue, int attempt, Instant finishedAt, Duration duration) {
	}

	/**
	 * Completes attempts.
	 * @param successes the attempts, each job at most once
	 * @return what was completed; the others were no longer held
	 */
	public List<Completed> complete(Collection<Success> successes) {
		List<Success> rows = new ArrayList<>(successes);
		rows.sort(Comparator.comparing(Success::jobId));
		SqlParameterSource parameters = new MapSqlParameterSource("ids", SqlArrays.uuids(rows, Success::jobId))
			.addValue("workers", SqlArrays.texts(rows, Success::worker))
			.addValue("attempts", SqlArrays.integers(rows, Success::attempt))
			.addValue("results", SqlArrays.texts(rows, Success::result));
		return this.pinned.query(Plan.LOOKUP, COMPLETE, parameters,
				(row, number) -> new Completed(row.getObject("job_id", UUID.class), row.getString("type"),
						row.getString("queue"), row.getInt("attempt"), Columns.required(row, "finished_at"),
						Duration.ofMillis(row.getLong("duration_ms"))));
	}

}
