package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Active to completed, for many attempts in one statement.
 */
public final class Completions {

	// Fenced by worker, attempt and the time of the claim, where the row is deleted: a
	// claim that a crash of the server has undone may be made again by the same worker
	// with the same number. A row that another attempt holds by now, or that another
	// transaction takes away while this one waits for it, stays as it is. The ctid leaves
	// the planner one way only, also inside a caller's transaction. The caller sorts by
	// id, so that two batches with common rows lock them in one order.
	private static final String COMPLETE = """
			WITH moved AS (
			    DELETE FROM ojs.ready r
			    USING (SELECT h.row, i.worker, i.attempt, i.started_at::timestamptz, i.result
			           FROM unnest(:ids::uuid[], :workers::text[], :attempts::int[], :starts::text[],
			                       :results::text[])
			               AS i (job_id, worker, attempt, started_at, result)
			           CROSS JOIN LATERAL (
			               SELECT c.ctid AS row FROM ojs.ready c WHERE c.job_id = i.job_id OFFSET 0) h
			           OFFSET 0) held
			    WHERE r.ctid = held.row AND r.worker = held.worker AND r.attempt = held.attempt
			      AND r.started_at = coalesce(held.started_at, r.started_at) %s
			    RETURNING r.job_id, r.queue, r.type, r.attempt, r.worker, r.started_at, clock_timestamp() AS now,
			              held.result, r.workflow_id, r.lane
			),
			done AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker, result)
			    SELECT job_id, now, started_at, attempt, 4, queue, worker, result FROM moved
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_ids, job_type, queue, attempt, duration_ms)
			    SELECT min(now), 'job.completed', CASE WHEN count(*) = 1 THEN (array_agg(job_id))[1] END,
			           CASE WHEN count(*) > 1 THEN array_agg(job_id) END, type, queue, attempt,
			           array_agg((date_part('epoch', now - started_at) * 1000)::int8)
			    FROM moved GROUP BY type, queue, attempt
			)
			SELECT job_id, type, queue, attempt, workflow_id, lane IS NOT NULL AS limited, now AS finished_at,
			       (date_part('epoch', now - started_at) * 1000)::int8 AS duration_ms
			FROM moved
			""";

	// The end of a step moves other steps, in the same transaction; who cannot carry that
	// out leaves such jobs alone.
	private static final String COMPLETE_FREE = COMPLETE.formatted("AND r.workflow_id IS NULL");

	private static final String COMPLETE_ANY = COMPLETE.formatted("");

	// As COMPLETE, for clients that cannot name their attempt: the one that holds the
	// job at this moment, if it is theirs. A job that was fetched without a worker's
	// name is anybody's. The placeholder is which rows, and what becomes of a locked one.
	private static final String ACKNOWLEDGE = """
			WITH input AS MATERIALIZED (
			    SELECT * FROM unnest(:ids::uuid[], :workers::text[], :results::text[]) AS i (job_id, worker, result)
			),
			moved AS (
			    DELETE FROM ojs.ready r
			    WHERE r.ctid = ANY (ARRAY(
			        SELECT held.ctid FROM input i CROSS JOIN LATERAL (
			            SELECT h.ctid FROM ojs.ready h
			            WHERE h.job_id = i.job_id AND h.worker IS NOT NULL
			              AND (i.worker IS NULL OR h.worker IN (i.worker, ''))
			              %s) held))
			    RETURNING r.job_id, r.queue, r.type, r.attempt, r.worker, r.started_at
			),
			finished AS MATERIALIZED (
			    SELECT m.*, i.result, c.now, (date_part('epoch', c.now - m.started_at) * 1000)::int8 AS duration_ms
			    FROM moved m JOIN input i USING (job_id) CROSS JOIN (SELECT clock_timestamp() AS now OFFSET 0) c
			),
			done AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker, result)
			    SELECT job_id, now, started_at, attempt, 4, queue, worker, result FROM finished
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_ids, job_type, queue, attempt, duration_ms)
			    SELECT min(now), 'job.completed', CASE WHEN count(*) = 1 THEN (array_agg(job_id))[1] END,
			           CASE WHEN count(*) > 1 THEN array_agg(job_id) END, type, queue, attempt, array_agg(duration_ms)
			    FROM finished GROUP BY type, queue, attempt
			)
			SELECT j.*, false AS is_ready, f.worker AS outcome_worker, NULL::timestamptz AS available_at,
			       NULL::timestamptz AS due_at, 4 AS outcome_state, f.now AS finished_at, f.result, f.attempt, f.started_at,
			       (SELECT json_agg(json_build_array(e.attempt, e.occurred_at, e.retry_delay_ms, e.error) ORDER BY e.id)
			        FROM ojs.failure e WHERE e.job_id = f.job_id)::text AS failures
			FROM finished f CROSS JOIN LATERAL (SELECT * FROM ojs.job WHERE id = f.job_id OFFSET 0) j
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
	 * @param startedAt when it was claimed; {@code null} if that is not known
	 * @param result JSON text, or {@code null}
	 */
	public record Success(UUID jobId, String worker, int attempt, @Nullable Instant startedAt,
			@Nullable String result) {
	}

	/**
	 * What a client reports that cannot name its attempt.
	 *
	 * @param jobId the job
	 * @param worker who reports; {@code null} for a client that has no name
	 * @param result JSON text, or {@code null}
	 */
	public record Acknowledgement(UUID jobId, @Nullable String worker, @Nullable String result) {
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
	 * @param workflowId the workflow that it is a step of, or {@code null}
	 * @param limited whether its end lets another start
	 */
	public record Completed(UUID jobId, String type, String queue, int attempt, Instant finishedAt, Duration duration,
			@Nullable UUID workflowId, boolean limited) {
	}

	/**
	 * Completes attempts.
	 * @param successes the attempts, each job at most once
	 * @param steps whether to complete steps of workflows too, which the caller then must
	 * carry out in the same transaction
	 * @return what was completed; the others were no longer held, or are steps
	 */
	public List<Completed> complete(Collection<Success> successes, boolean steps) {
		List<Success> rows = new ArrayList<>(successes);
		rows.sort(Comparator.comparing(Success::jobId));
		SqlParameterSource parameters = new MapSqlParameterSource("ids", SqlArrays.uuids(rows, Success::jobId))
			.addValue("workers", SqlArrays.texts(rows, Success::worker))
			.addValue("attempts", SqlArrays.integers(rows, Success::attempt))
			.addValue("starts", SqlArrays.texts(rows, success -> SqlArrays.text(success.startedAt())))
			.addValue("results", SqlArrays.texts(rows, Success::result));
		return this.pinned.query(Plan.LOOKUP, steps ? COMPLETE_ANY : COMPLETE_FREE, parameters,
				(row, number) -> new Completed(row.getObject("job_id", UUID.class), row.getString("type"),
						row.getString("queue"), row.getInt("attempt"), Columns.required(row, "finished_at"),
						Duration.ofMillis(row.getLong("duration_ms")), row.getObject("workflow_id", UUID.class),
						row.getBoolean("limited")));
	}

	/** Which jobs are completed. */
	public enum Locked {

		/**
		 * Those whose end moves nothing else: a job whose row another transaction has
		 * locked is passed over, and a step of a workflow.
		 */
		SKIP("AND h.workflow_id IS NULL OFFSET 0 FOR UPDATE SKIP LOCKED"),

		/** All; a locked row is waited for. */
		AWAIT("OFFSET 0 FOR UPDATE");

		private final String sql;

		Locked(String clause) {
			this.sql = ACKNOWLEDGE.formatted(clause);
		}

	}

	/**
	 * Completes the attempts that hold the jobs.
	 * @param acknowledgements the reports, each job at most once
	 * @param locked what becomes of a locked job
	 * @return the completed jobs with their error histories; one that is missing is not
	 * active, or is held by another worker than the one that reports
	 */
	public List<Job> acknowledge(Collection<Acknowledgement> acknowledgements, Locked locked) {
		List<Acknowledgement> rows = new ArrayList<>(acknowledgements);
		rows.sort(Comparator.comparing(Acknowledgement::jobId));
		SqlParameterSource parameters = new MapSqlParameterSource("ids", SqlArrays.uuids(rows, Acknowledgement::jobId))
			.addValue("workers", SqlArrays.texts(rows, Acknowledgement::worker))
			.addValue("results", SqlArrays.texts(rows, Acknowledgement::result));
		return this.pinned.query(Plan.LOOKUP, locked.sql, parameters, (row, number) -> JobReads.job(row));
	}

}
