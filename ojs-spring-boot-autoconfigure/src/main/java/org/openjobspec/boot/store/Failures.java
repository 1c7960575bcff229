package org.openjobspec.boot.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * Ends attempts that did not succeed: active to retryable, discarded or back to
 * available.
 */
public final class Failures {

	// What follows was decided beforehand from the policy; this statement only carries it
	// out if the attempt is still
	// held.
	private static final String FAIL = """
			WITH moved AS (
			    DELETE FROM ojs.ready
			    WHERE job_id = :id AND worker = :worker AND attempt = :attempt
			      AND started_at = coalesce(:startedAt::timestamptz, started_at)
			    RETURNING *, clock_timestamp() AS now
			),
			recorded AS (
			    INSERT INTO ojs.failure (job_id, occurred_at, retry_delay_ms, attempt, error)
			    SELECT job_id, now, :delayMs::int8, attempt, :error FROM moved
			),
			retried AS (
			    INSERT INTO ojs.waiting (job_id, due_at, started_at, expires_at, attempt, timeout_ms, lease_ms, state, rank,
			                             queue, type, workflow_id, lane, tenant)
			    SELECT job_id, now + :delayMs::int8 * interval '1 millisecond', started_at, expires_at, attempt, timeout_ms,
			           lease_ms, 2, rank, queue, type, workflow_id, lane, tenant
			    FROM moved WHERE :delayMs::int8 IS NOT NULL
			    RETURNING due_at
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker)
			    SELECT job_id, now, started_at, attempt, :outcome, queue, worker FROM moved WHERE :delayMs::int8 IS NULL
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT m.now, e.type, m.job_id, m.type, m.queue, m.attempt, e.data
			    FROM moved m LEFT JOIN retried r ON true CROSS JOIN LATERAL (VALUES
			        (1, 'job.failed', jsonb_build_object('error', :brief::jsonb, 'duration_ms',
			             (date_part('epoch', m.now - m.started_at) * 1000)::int8)),
			        (2, CASE WHEN r.due_at IS NULL THEN 'job.discarded' ELSE 'job.retrying' END,
			             CASE WHEN r.due_at IS NULL
			                  THEN jsonb_build_object('total_attempts', m.attempt, 'last_error', :brief::jsonb)
			                  ELSE jsonb_build_object('max_attempts', :maxAttempts::int, 'next_retry_at', r.due_at,
			                                          'error', :brief::jsonb) END)) AS e (ord, type, data)
			    ORDER BY e.ord
			)
			SELECT m.now, r.due_at, (date_part('epoch', m.now - m.started_at) * 1000)::int8 AS duration_ms
			FROM moved m LEFT JOIN retried r ON true
			""";

	// The row stays where it is in the order of its queue, which the update does not
	// touch. An attempt that is handed back without cost gives its number back too; the
	// worker's name still tells its late reports from the next holder's. A limited job
	// returns to its lane: its start counts, and the next one must be admitted again.
	// The new time tells the next fetch that there may be a checkpoint.
	private static final String RELEASE = """
			WITH released AS (
			UPDATE ojs.ready r
			SET worker = NULL, lease_until = NULL, execute_until = NULL, started_at = NULL,
			    attempt = r.attempt - 1, queue = coalesce(r.lane, r.queue), available_at = clock_timestamp()
			WHERE r.ctid = ANY (ARRAY(
			    SELECT held.ctid
			    FROM unnest(:ids::uuid[], :workers::text[], :attempts::int[], :starts::timestamptz[])
			        AS i (job_id, worker, attempt, started_at)
			    CROSS JOIN LATERAL (
			        SELECT h.ctid FROM ojs.ready h
			        WHERE h.job_id = i.job_id AND h.worker = i.worker AND h.attempt = i.attempt
			          AND h.started_at = coalesce(i.started_at, h.started_at)
			        OFFSET 0 FOR UPDATE) held))
			RETURNING r.job_id, split_part(r.queue, '~', 1) AS queue, r.rank, r.seq, clock_timestamp() AS now
			),
			-- The next claim may have the same worker and number: it must not inherit this one's lease.
			ended AS (DELETE FROM ojs.lease WHERE job_id = ANY (ARRAY(SELECT job_id FROM released)))
			SELECT * FROM released
			""";

	// It waits from now on, and not since before the attempt that was lost.
	private static final String RETURN = """
			WITH moved AS (
			    UPDATE ojs.ready
			    SET worker = NULL, lease_until = NULL, execute_until = NULL, started_at = NULL,
			        queue = coalesce(lane, queue), available_at = clock_timestamp()
			    WHERE job_id = :id AND worker = :worker AND attempt = :attempt
			      AND started_at = coalesce(:startedAt::timestamptz, started_at)
			    RETURNING *, clock_timestamp() AS now
			),
			recorded AS (
			    INSERT INTO ojs.failure (job_id, occurred_at, retry_delay_ms, attempt, error)
			    SELECT job_id, now, 0, attempt, :error FROM moved
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT now, 'job.failed', job_id, type, split_part(queue, '~', 1), attempt,
			           jsonb_build_object('error', :brief::jsonb)
			    FROM moved
			)
			SELECT job_id, split_part(queue, '~', 1) AS queue, rank, seq, now FROM moved
			""";

	private final PinnedStatements pinned;

	Failures(PinnedStatements pinned) {
		this.pinned = pinned;
	}

	/**
	 * An attempt, as its holder knows it.
	 *
	 * @param jobId the job
	 * @param worker who holds it
	 * @param attempt the attempt
	 * @param startedAt when it was claimed; {@code null} if that is not known
	 */
	public record Attempt(UUID jobId, String worker, int attempt, @Nullable Instant startedAt) {

		/** What a statement is told that is fenced by this attempt. */
		MapSqlParameterSource parameters() {
			return new MapSqlParameterSource("id", this.jobId).addValue("worker", this.worker)
				.addValue("attempt", this.attempt)
				.addValue("startedAt", SqlArrays.text(this.startedAt), Types.VARCHAR);
		}

	}

	/**
	 * What became of a failed attempt.
	 *
	 * @param failedAt when it ended
	 * @param dueAt when the next attempt is due; {@code null} if there is none
	 * @param duration how long it took
	 */
	public record Failed(Instant failedAt, @Nullable Instant dueAt, Duration duration) {
	}

	/**
	 * A job that is available again.
	 *
	 * @param jobId the job
	 * @param queue its queue
	 * @param priority its priority
	 * @param seq its place in the order of the queue
	 * @param at when it was returned
	 */
	public record Returned(UUID jobId, String queue, int priority, long seq, Instant at) {

		static Returned of(ResultSet row) throws SQLException {
			return new Returned(row.getObject("job_id", UUID.class), row.getString("queue"), -row.getInt("rank"),
					row.getLong("seq"), Columns.required(row, "now"));
		}

	}

	/**
	 * Ends an attempt with an error.
	 * @param attempt the attempt
	 * @param error why it failed
	 * @param retryDelay the delay before the next attempt; {@code null} for none
	 * @param deadLetter whether a job without a next attempt goes to the dead letter
	 * @param maxAttempts the policy's number of attempts, for the event
	 * @return what became of it; nothing if the attempt was no longer held
	 */
	public Optional<Failed> fail(Attempt attempt, JobError error, @Nullable Duration retryDelay, boolean deadLetter,
			int maxAttempts) {
		return this.pinned
			.query(Plan.LOOKUP, FAIL,
					attempt.parameters()
						.addValue("delayMs", JobInserts.millis(retryDelay), Types.BIGINT)
						.addValue("error", JobCodec.write(error))
						.addValue("brief", JobCodec.write(brief(error)))
						.addValue("outcome", deadLetter ? Outcomes.DEAD_LETTER : Outcomes.DISCARDED)
						.addValue("maxAttempts", maxAttempts),
					(row, number) -> new Failed(Columns.required(row, "now"), Columns.instant(row, "due_at"),
							Duration.ofMillis(row.getLong("duration_ms"))))
			.stream()
			.findFirst();
	}

	/**
	 * Events carry no backtrace and no details: they are many, and read by more people.
	 */
	static JobError brief(JobError error) {
		return new JobError(storable(error.type()), storable(error.code()), storable(error.message()),
				error.retryable(), Map.of(), List.of());
	}

	// jsonb takes neither U+0000 nor halves of surrogate pairs.
	private static String storable(String text) {
		boolean plain = text.chars().noneMatch((c) -> c == 0 || Character.isSurrogate((char) c));
		return plain ? text
				: new String(text.replace('\u0000', ' ').getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	/**
	 * Hands attempts back as if they had not been claimed.
	 * @param attempts the attempts
	 * @return the jobs that are available again; the others were no longer held
	 */
	public List<Returned> release(Collection<Attempt> attempts) {
		List<Attempt> rows = attempts.stream().sorted(Comparator.comparing(Attempt::jobId)).toList();
		return this.pinned.query(Plan.LOOKUP, RELEASE,
				new MapSqlParameterSource("ids", SqlArrays.uuids(rows, Attempt::jobId))
					.addValue("workers", SqlArrays.texts(rows, Attempt::worker))
					.addValue("attempts", SqlArrays.integers(rows, Attempt::attempt))
					.addValue("starts", SqlArrays.instants(rows, Attempt::startedAt)),
				(row, number) -> Returned.of(row));
	}

	/**
	 * Ends an attempt whose lease ran out: the job is available at once, and the attempt
	 * counts.
	 * @param attempt the attempt
	 * @param error why it ended
	 * @return the job; nothing if the attempt was no longer held
	 */
	public Optional<Returned> returnToQueue(Attempt attempt, JobError error) {
		return this.pinned
			.query(Plan.LOOKUP, RETURN,
					attempt.parameters()
						.addValue("error", JobCodec.write(error))
						.addValue("brief", JobCodec.write(brief(error))),
					(row, number) -> Returned.of(row))
			.stream()
			.findFirst();
	}

}
