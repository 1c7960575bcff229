package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Scheduled, retryable and pending to available, or to cancelled and discarded.
 */
public final class WaitingJobs {

	// Safe on every node at once: SKIP LOCKED shares the due rows out. A job that becomes
	// available goes to the end of
	// its queue and priority, in the order of its due time.
	private static final String PROMOTE = """
			WITH due AS (
			    DELETE FROM ojs.waiting w
			    WHERE w.ctid = ANY (ARRAY(
			        SELECT d.ctid FROM ojs.waiting d
			        WHERE %s
			        ORDER BY d.due_at LIMIT :limit FOR UPDATE SKIP LOCKED))
			    RETURNING *
			),
			moved AS (
			    INSERT INTO ojs.ready (available_at, job_id, started_at, expires_at, attempt, timeout_ms, lease_ms, rank,
			                           queue, type, workflow_id, lane, tenant)
			    SELECT clock_timestamp(), job_id, NULL, expires_at, attempt, timeout_ms, lease_ms, rank,
			           coalesce(lane, queue), type, workflow_id, lane, tenant
			    FROM due ORDER BY due_at
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, rank, seq, type, available_at, attempt,
			              lane IS NOT NULL AS limited
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_ids, job_type, queue, attempt)
			    SELECT min(m.available_at), 'job.enqueued', CASE WHEN count(*) = 1 THEN (array_agg(m.job_id ORDER BY m.seq))[1] END,
			           CASE WHEN count(*) > 1 THEN array_agg(m.job_id ORDER BY m.seq) END, m.type, m.queue, m.attempt
			    FROM moved m JOIN due d USING (job_id) WHERE d.state = 1
			    GROUP BY m.type, m.queue, m.attempt
			)
			SELECT m.*, d.state FROM moved m JOIN due d USING (job_id) ORDER BY m.seq
			""";

	private static final String PROMOTE_ANY = PROMOTE.formatted("d.due_at <= statement_timestamp()");

	private static final String PROMOTE_QUEUES = PROMOTE
		.formatted("d.due_at <= statement_timestamp() AND d.queue = ANY (:queues::text[])");

	private static final String HASTEN = PROMOTE.formatted("d.job_id = ANY (:ids::uuid[]) AND d.state = 2");

	private static final String LOCK = """
			SELECT workflow_id FROM ojs.%s WHERE job_id = ANY (:ids::uuid[]) ORDER BY job_id FOR UPDATE
			""";

	private static final String ACTIVATE = """
			WITH released AS (
			    DELETE FROM ojs.waiting WHERE job_id = :id AND state = 3 RETURNING *
			),
			moved AS (
			    INSERT INTO ojs.ready (available_at, job_id, expires_at, attempt, timeout_ms, lease_ms, rank, queue, type,
			                           workflow_id, lane, tenant)
			    SELECT clock_timestamp(), job_id, expires_at, attempt, timeout_ms, lease_ms, rank, coalesce(lane, queue), type,
			           workflow_id, lane, tenant
			    FROM released
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, rank, seq, type, available_at, attempt,
			              lane IS NOT NULL AS limited
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt)
			    SELECT available_at, 'job.enqueued', job_id, type, queue, attempt FROM moved
			)
			SELECT *, 3 AS state FROM moved
			""";

	// A job that is being promoted at this moment is found in neither table; the caller
	// looks again.
	private static final String CANCEL = """
			WITH ready AS (
			    DELETE FROM ojs.ready WHERE job_id = :id AND (worker IS NULL OR :running)
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, type, attempt, worker, started_at, workflow_id,
			              CASE WHEN worker IS NULL THEN 'AVAILABLE' ELSE 'ACTIVE' END AS previous
			),
			waiting AS (
			    DELETE FROM ojs.waiting WHERE job_id = :id
			    RETURNING job_id, queue, type, attempt, NULL AS worker, started_at, workflow_id,
			              (ARRAY['SCHEDULED', 'RETRYABLE', 'PENDING'])[state] AS previous
			),
			gone AS (
			    SELECT * FROM ready UNION ALL SELECT * FROM waiting
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker)
			    SELECT job_id, clock_timestamp(), started_at, attempt, 5, queue, worker FROM gone
			    RETURNING job_id, finished_at
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt)
			    SELECT e.finished_at, 'job.cancelled', g.job_id, g.type, g.queue, g.attempt
			    FROM gone g JOIN ended e USING (job_id)
			)
			SELECT g.*, e.finished_at FROM gone g JOIN ended e USING (job_id)
			""";

	// Rows that somebody's open transaction has locked are passed over, so that nobody's
	// long transaction stops this.
	// A job that is active when its time comes may finish; should it fail, its next
	// attempt must not start. So the entry
	// of a job that is found in neither state is kept and looked at again, and goes once
	// the job has ended.
	private static final String EXPIRE = """
			WITH due AS MATERIALIZED (
			    SELECT job_id FROM ojs.expiry
			    WHERE expires_at <= statement_timestamp() ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED
			),
			ready AS (
			    DELETE FROM ojs.ready WHERE ctid = ANY (ARRAY(
			        SELECT r.ctid FROM ojs.ready r
			        WHERE r.job_id = ANY (ARRAY(SELECT job_id FROM due)) AND r.worker IS NULL FOR UPDATE SKIP LOCKED))
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, type, attempt, NULL::timestamptz AS started_at, workflow_id
			),
			waiting AS (
			    DELETE FROM ojs.waiting WHERE ctid = ANY (ARRAY(
			        SELECT w.ctid FROM ojs.waiting w
			        WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM due)) FOR UPDATE SKIP LOCKED))
			    RETURNING job_id, queue, type, attempt, started_at, workflow_id
			),
			gone AS (
			    SELECT * FROM ready UNION ALL SELECT * FROM waiting
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue)
			    SELECT job_id, clock_timestamp(), started_at, attempt, 7, queue FROM gone
			    RETURNING job_id, finished_at
			),
			finished AS MATERIALIZED (
			    SELECT job_id FROM ended
			    UNION ALL
			    SELECT d.job_id FROM due d
			    WHERE NOT EXISTS (SELECT 1 FROM ojs.ready r WHERE r.job_id = d.job_id)
			      AND NOT EXISTS (SELECT 1 FROM ojs.waiting w WHERE w.job_id = d.job_id)
			),
			dropped AS (
			    DELETE FROM ojs.expiry WHERE job_id = ANY (ARRAY(SELECT job_id FROM finished))
			),
			kept AS (
			    UPDATE ojs.expiry SET expires_at = statement_timestamp() + interval '1 second'
			    WHERE job_id = ANY (ARRAY(SELECT job_id FROM due EXCEPT SELECT job_id FROM finished))
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT e.finished_at, 'job.expired', g.job_id, g.type, g.queue, g.attempt,
			           jsonb_build_object('expired_at', e.finished_at)
			    FROM gone g JOIN ended e USING (job_id)
			)
			SELECT g.job_id, g.queue, g.type, g.attempt, g.workflow_id, e.finished_at, (SELECT count(*) FROM due) AS seen
			FROM (SELECT 1) one LEFT JOIN (gone g JOIN ended e USING (job_id)) ON true
			""";

	private final JdbcClient jdbc;

	WaitingJobs(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A job that has become available.
	 *
	 * @param jobId the job
	 * @param type its type
	 * @param queue its queue
	 * @param priority its priority
	 * @param seq its place in the order of the queue
	 * @param attempt how many attempts have started
	 * @param availableAt when
	 * @param from the state that it was in
	 * @param limited whether it waits to be admitted
	 */
	public record Available(UUID jobId, String type, String queue, int priority, long seq, int attempt,
			Instant availableAt, JobState from, boolean limited) {
	}

	/**
	 * A job that was ended before it could run to its end.
	 *
	 * @param jobId the job
	 * @param type its type
	 * @param queue its queue
	 * @param attempt how many attempts had started
	 * @param endedAt when
	 * @param previous the state that it was in; {@code null} when unknown
	 * @param workflowId the workflow that it is a step of, or {@code null}
	 */
	public record Ended(UUID jobId, String type, String queue, int attempt, Instant endedAt,
			@Nullable JobState previous, @Nullable UUID workflowId) {

		static Ended of(ResultSet row, @Nullable JobState previous) throws SQLException {
			return new Ended(row.getObject("job_id", UUID.class), row.getString("type"), row.getString("queue"),
					row.getInt("attempt"), Columns.required(row, "finished_at"), previous,
					row.getObject("workflow_id", UUID.class));
		}

		/**
		 * What listeners are told.
		 * @param eventType the type of the event
		 * @param data its data
		 * @return the event
		 */
		public JobEvent event(String eventType, Map<String, @Nullable Object> data) {
			return new JobEvent(eventType, this.endedAt, this.jobId, this.type, this.queue, this.attempt, data);
		}

	}

	/**
	 * Makes due jobs available.
	 * @param queues only of these queues; {@code null} for all
	 * @param limit how many at most
	 * @return the jobs, in their new order
	 */
	public List<Available> promote(@Nullable List<String> queues, int limit) {
		JdbcClient.StatementSpec statement = (queues != null)
				? this.jdbc.sql(PROMOTE_QUEUES).param("queues", SqlArrays.texts(queues, queue -> queue))
				: this.jdbc.sql(PROMOTE_ANY);
		return statement.param("limit", limit).query((row, number) -> available(row)).list();
	}

	/**
	 * Makes retryable jobs available before they are due.
	 * @param ids the jobs
	 * @return those that were retryable, in their new order
	 */
	public List<Available> hasten(Collection<UUID> ids) {
		return this.jdbc.sql(HASTEN)
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.param("limit", ids.size())
			.query((row, number) -> available(row))
			.list();
	}

	/**
	 * Makes a pending job available.
	 * @param id the job
	 * @return the job; nothing if it is not pending
	 */
	public Optional<Available> activate(UUID id) {
		return this.jdbc.sql(ACTIVATE).param("id", id).query((row, number) -> available(row)).optional();
	}

	private static Available available(ResultSet row) throws SQLException {
		return new Available(row.getObject("job_id", UUID.class), row.getString("type"), row.getString("queue"),
				-row.getInt("rank"), row.getLong("seq"), row.getInt("attempt"), Columns.required(row, "available_at"),
				Outcomes.state(row.getInt("state")), row.getBoolean("limited"));
	}

	/**
	 * Locks jobs that have not ended, in one order.
	 * @param ids the jobs
	 * @return the workflows that they are steps of
	 */
	public Set<UUID> lock(Collection<UUID> ids) {
		Set<UUID> workflows = new TreeSet<>();
		for (String table : List.of("ready", "waiting")) {
			this.jdbc.sql(LOCK.formatted(table)).param("ids", SqlArrays.uuids(ids, (id) -> id)).query((row) -> {
				UUID workflow = row.getObject("workflow_id", UUID.class);
				if (workflow != null) {
					workflows.add(workflow);
				}
			});
		}
		return workflows;
	}

	/**
	 * Cancels a job that has not ended.
	 * @param id the job
	 * @param running whether also one that runs
	 * @return the job; nothing if it has ended, does not exist, is just moving, or runs
	 * and is to be let run
	 */
	public Optional<Ended> cancel(UUID id, boolean running) {
		return this.jdbc.sql(CANCEL)
			.param("id", id)
			.param("running", running)
			.query((row, number) -> Ended.of(row, JobState.valueOf(row.getString("previous"))))
			.optional();
	}

	/**
	 * Discards jobs whose time has run out.
	 * @param limit how many to look at
	 * @return the discarded jobs
	 */
	public Expired expire(int limit) {
		List<Ended> ended = new ArrayList<>();
		long[] seen = new long[1];
		this.jdbc.sql(EXPIRE).param("limit", limit).query(row -> {
			seen[0] = row.getLong("seen");
			if (row.getObject("job_id") != null) {
				ended.add(Ended.of(row, null));
			}
		});
		return new Expired(ended, seen[0]);
	}

	/**
	 * The result of one sweep.
	 *
	 * @param jobs the jobs that were discarded
	 * @param seen how many entries were looked at
	 */
	public record Expired(List<Ended> jobs, long seen) {
	}

}
