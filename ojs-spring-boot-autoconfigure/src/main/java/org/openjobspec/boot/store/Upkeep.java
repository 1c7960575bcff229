package org.openjobspec.boot.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is due, and what is old enough to go.
 */
public final class Upkeep {

	// One statement tells an idle node that nothing is to be done. Receipts are removed
	// in the order of their times, so that the beginning of their index is full of dead
	// entries while another session keeps them from being vacuumed: the look begins
	// where the last one has found something. A second of leeway is for those who have
	// taken their time and commit later. The tables come in the order in which TRUNCATE
	// locks them.
	private static final String DUE = """
			SELECT ceil(extract(epoch FROM c.first - clock_timestamp()) * 1000)::int8 AS cron_ms,
			       h.present AS webhooks, h.active AS subscribed, l.present AS limits, j.present AS limited_jobs,
			       (extract(epoch FROM w.first - clock_timestamp()) * 1000)::int8 AS promote_ms,
			       (extract(epoch FROM e.first - clock_timestamp()) * 1000)::int8 AS expire_ms,
			       (extract(epoch FROM r.first - clock_timestamp()) * 1000)::int8 AS reap_ms,
			       least(r.first, clock_timestamp() - interval '1 second') AS receipts_from,
			       EXISTS (SELECT 1 FROM ojs.worker WHERE NOT dead
			               AND heartbeat_at < statement_timestamp() - :timeoutMs * interval '1 millisecond') AS silent,
			       ARRAY(SELECT name FROM ojs.queue WHERE limited) AS limited_queues
			FROM (SELECT count(*) > 0 AS present, coalesce(bool_or(active), false) AS active FROM ojs.webhook) h
			CROSS JOIN (SELECT min(next_run_at) AS first FROM ojs.cron) c
			CROSS JOIN (SELECT EXISTS (SELECT 1 FROM ojs.rate_limit) AS present) l
			CROSS JOIN (SELECT (SELECT r.lane FROM ojs.ready r WHERE r.queue = r.lane ORDER BY r.lane LIMIT 1)
			                   IS NOT NULL AS present) j
			CROSS JOIN (SELECT min(due_at) AS first FROM ojs.waiting) w
			CROSS JOIN (SELECT min(expires_at) AS first FROM ojs.expiry) e
			CROSS JOIN (SELECT min(check_at) AS first FROM ojs.claim WHERE check_at >= :receiptsFrom::timestamptz) r
			""";

	private static final String PRUNE = """
			WITH old AS MATERIALIZED (
			    SELECT job_id FROM ojs.outcome
			    WHERE state = :state AND finished_at < statement_timestamp() - :ms * interval '1 millisecond'
			      -- A workflow is forgotten as a whole; its dead letters go first.
			      AND (:state = 8 OR NOT EXISTS (SELECT 1 FROM ojs.step s WHERE s.job_id = outcome.job_id))
			    ORDER BY finished_at LIMIT :limit FOR UPDATE SKIP LOCKED
			),
			outcomes AS (DELETE FROM ojs.outcome WHERE job_id = ANY (ARRAY(SELECT job_id FROM old))),
			%s
			DELETE FROM ojs.job WHERE id = ANY (ARRAY(SELECT job_id FROM old))
			""".formatted(Belongings.deletedWithKeys("old"));

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private final JdbcClient jdbc;

	Upkeep(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** The kinds of ended jobs that are kept for different times. */
	public enum Kind {

		/** {@link JobState#COMPLETED}. */
		COMPLETED(Outcomes.COMPLETED),

		/** {@link JobState#CANCELLED}. */
		CANCELLED(Outcomes.CANCELLED),

		/** {@link JobState#DISCARDED}, failed, not in the dead letter. */
		DISCARDED(Outcomes.DISCARDED),

		/** {@link JobState#DISCARDED}, expired. */
		EXPIRED(Outcomes.EXPIRED),

		/** {@link JobState#DISCARDED}, in the dead letter. */
		DEAD_LETTER(Outcomes.DEAD_LETTER);

		private final int number;

		Kind(int number) {
			this.number = number;
		}

		int number() {
			return this.number;
		}

	}

	/**
	 * When something is next to be done. A duration is zero or negative when it is due,
	 * and {@code null} when nothing of its kind waits.
	 *
	 * @param promote until a waiting job is due
	 * @param reap until a claim is to be looked at
	 * @param expire until a job expires
	 * @param cron until a periodic job is due
	 * @param silentWorker whether a worker has been silent for too long
	 * @param receiptsFrom before which time no receipt of a claim was seen
	 * @param limits whether limits are in use
	 * @param limitedQueues the queues that are limited
	 * @param limitedJobs whether there are jobs that wait to be admitted
	 * @param webhooks whether there are subscriptions to events
	 * @param subscribed whether one of them is active
	 */
	public record Due(@Nullable Duration promote, @Nullable Duration reap, @Nullable Duration expire,
			@Nullable Duration cron, boolean silentWorker, Instant receiptsFrom, boolean limits,
			List<String> limitedQueues, boolean limitedJobs, boolean webhooks, boolean subscribed) {
	}

	/**
	 * Looks what is to be done.
	 * @param heartbeatTimeout after how long a silence a worker counts as dead
	 * @param receiptsFrom from which time on receipts of claims are looked for
	 * @return when what is due
	 */
	public Due due(Duration heartbeatTimeout, Instant receiptsFrom) {
		return this.jdbc.sql(DUE)
			.param("timeoutMs", heartbeatTimeout.toMillis())
			.param("receiptsFrom", SqlArrays.text(receiptsFrom))
			.query((row, number) -> new Due(Columns.millis(row, "promote_ms"), Columns.millis(row, "reap_ms"),
					Columns.millis(row, "expire_ms"), Columns.millis(row, "cron_ms"), row.getBoolean("silent"),
					Columns.required(row, "receipts_from"), row.getBoolean("limits"),
					List.of((String[]) row.getArray("limited_queues").getArray()), row.getBoolean("limited_jobs"),
					row.getBoolean("webhooks"), row.getBoolean("subscribed")))
			.single();
	}

	/**
	 * Deletes old jobs with all that belongs to them.
	 * @param kind which kind
	 * @param age for how long they have ended
	 * @param limit how many at most
	 * @return how many were deleted
	 */
	public int prune(Kind kind, Duration age, int limit) {
		return this.jdbc.sql(PRUNE)
			.param("state", kind.number())
			.param("ms", age.toMillis())
			.param("limit", limit)
			.update();
	}

	/** Asks for a sign of life. */
	public void ping() {
		this.jdbc.sql("SELECT 1").query(Integer.class).single();
	}

	/**
	 * Deletes everything, unless somebody uses one of the tables for some time. It waits
	 * for less than the server does until it looks for deadlocks, of which it might
	 * choose somebody's sweep as the victim: a sweep takes some of the tables in another
	 * order. Webhooks, settings, periodic jobs and limits come first, so that a node that
	 * reads events, fires or admits is waited for before it needs the other tables.
	 * @throws org.springframework.dao.PessimisticLockingFailureException if it is to be
	 * tried again in another transaction
	 */
	public void truncate() {
		this.jdbc.sql("SET LOCAL lock_timeout = '300ms'").update();
		try {
			this.jdbc.sql("""
					TRUNCATE ojs.webhook_cursor, ojs.webhook, ojs.delivery, ojs.queue_config, ojs.retention_mark,
					         ojs.cron, ojs.rate_limit, ojs.rate_lane, ojs.rate_start, ojs.job, ojs.ready,
					         ojs.waiting, ojs.outcome, ojs.failure, ojs.unique_key, ojs.expiry, ojs.claim,
					         ojs.lease, ojs.worker, ojs.queue, ojs.event, ojs.workflow, ojs.step,
					         ojs.progress, ojs.checkpoint, ojs.schema, ojs.pool
					""").update();
		}
		catch (UncategorizedSQLException ex) {
			// Spring knows the state of a deadlock, but not that of a lock that is waited
			// for in vain.
			if (ex.getCause() instanceof SQLException cause && LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
				throw new CannotAcquireLockException("The tables are in use", ex);
			}
			throw ex;
		}
	}

}
