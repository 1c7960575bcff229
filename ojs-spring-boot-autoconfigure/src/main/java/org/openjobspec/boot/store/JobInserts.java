package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stores new jobs.
 */
public final class JobInserts {

	// The database's clock alone decides between available and scheduled, and whatever
	// is relative counts from it. A taken id stores nothing of its job and raises
	// nothing: an error would doom the caller's transaction. The ids are taken in their
	// own order, so that two batches with common ids wait for each other in one
	// direction only; the order of the jobs is that of ojs.ready.
	private static final String INSERT = """
			WITH input AS MATERIALIZED (
			    SELECT i.*, c.now,
			           coalesce(i.scheduled_at, c.now + i.delay_ms * interval '1 millisecond') AS starts_at,
			           coalesce(i.expires_at, c.now + i.live_ms * interval '1 millisecond') AS ends_at
			    FROM unnest(:ids::uuid[], :types::text[], :queues::text[], :args::text[], :metas::text[],
			                :priorities::int[], :maxAttempts::int[], :options::text[], :timeouts::int8[], :leases::int8[],
			                :scheduled::timestamptz[], :delays::int8[], :expires::timestamptz[], :lives::int8[],
			                :due::timestamptz[], :pending::bool[], :workflows::uuid[], :lanes::text[], :tenants::text[])
			         WITH ORDINALITY AS i (id, type, queue, args, meta, priority, max_attempts, options, timeout_ms,
			                               lease_ms, scheduled_at, delay_ms, expires_at, live_ms, due_at, pending, workflow_id, lane, tenant,
			                               ord)
			         CROSS JOIN (SELECT clock_timestamp() AS now) c
			),
			stored AS (
			    INSERT INTO ojs.job (id, created_at, scheduled_at, expires_at, timeout_ms, lease_ms, max_attempts,
			                         priority, type, queue, args, meta, options, workflow_id,
			                         lane, tenant)
			    SELECT id, now, starts_at, ends_at, timeout_ms, lease_ms, max_attempts, priority, type, queue, args, meta,
			           options, workflow_id, lane, tenant
			    FROM input ORDER BY id
			    ON CONFLICT (id) DO NOTHING
			    RETURNING id
			),
			placed AS MATERIALIZED (
			    SELECT i.*, coalesce(i.due_at, i.starts_at) AS begins_at,
			           CASE WHEN i.pending THEN 3 WHEN coalesce(i.due_at, i.starts_at) > i.now THEN 1 ELSE 0 END AS place
			    FROM input i JOIN stored USING (id)
			),
			available AS (
			    INSERT INTO ojs.ready (available_at, job_id, expires_at, timeout_ms, lease_ms, rank, queue, type, workflow_id,
			                           lane, tenant)
			    SELECT now, id, ends_at, timeout_ms, lease_ms, -priority, coalesce(lane, queue), type, workflow_id, lane,
			           tenant
			    FROM placed WHERE place = 0 ORDER BY ord
			    RETURNING job_id, seq
			),
			later AS (
			    INSERT INTO ojs.waiting (job_id, due_at, expires_at, timeout_ms, lease_ms, state, rank, queue, type,
			                             workflow_id, lane, tenant)
			    SELECT id, CASE WHEN place = 1 THEN begins_at END, ends_at, timeout_ms, lease_ms, place, -priority, queue,
			           type, workflow_id, lane, tenant
			    FROM placed WHERE place <> 0
			),
			ending AS (
			    INSERT INTO ojs.expiry (job_id, expires_at) SELECT id, ends_at FROM placed WHERE ends_at IS NOT NULL
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_ids, job_type, queue, attempt, data)
			    SELECT now, CASE place WHEN 0 THEN 'job.enqueued' ELSE 'job.scheduled' END,
			           CASE WHEN count(*) = 1 THEN (array_agg(id ORDER BY ord))[1] END,
			           CASE WHEN count(*) > 1 THEN array_agg(id ORDER BY ord) END, type, queue, 0,
			           CASE WHEN place = 1 THEN jsonb_build_object('scheduled_at',
			                               CASE WHEN place = 1 THEN begins_at END)
			                          WHEN priority <> 0 THEN jsonb_build_object('priority', priority) END
			    FROM placed WHERE place <> 3
			    GROUP BY now, place, type, queue, priority, CASE WHEN place = 1 THEN begins_at END ORDER BY min(ord)
			)
			SELECT p.id, p.place, p.now, p.starts_at, p.ends_at, p.begins_at, a.seq
			FROM placed p LEFT JOIN available a ON a.job_id = p.id
			""";

	// As INSERT, for one job that is available at once and does not expire: most of those
	// that come alone. Half of the work for the server, since what a batch needs is not
	// there: arrays, joins, groups, and tables that the job does not touch.
	private static final String INSERT_ONE = """
			WITH stored AS (
			    INSERT INTO ojs.job (id, created_at, timeout_ms, lease_ms, max_attempts, priority, type, queue, args, meta,
			                         options, tenant)
			    VALUES (:id, clock_timestamp(), :timeout, :lease, :maxAttempts, :priority, :type, :queue, :args, :meta,
			            :options, :tenant)
			    ON CONFLICT (id) DO NOTHING
			    RETURNING id, created_at, timeout_ms, lease_ms, priority, type, queue, tenant
			),
			available AS (
			    INSERT INTO ojs.ready (available_at, job_id, timeout_ms, lease_ms, rank, queue, type, tenant)
			    SELECT created_at, id, timeout_ms, lease_ms, -priority, queue, type, tenant FROM stored
			    RETURNING seq
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT created_at, 'job.enqueued', id, type, queue, 0,
			           CASE WHEN priority <> 0 THEN jsonb_build_object('priority', priority) END
			    FROM stored
			)
			SELECT s.id, 0 AS place, s.created_at AS now, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at,
			       NULL::timestamptz AS begins_at, a.seq
			FROM stored s CROSS JOIN available a
			""";

	private final JdbcClient jdbc;

	JobInserts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Stores jobs in the order given.
	 * @param jobs the jobs
	 * @return the stored jobs by id; one that is missing had an id that was taken
	 */
	public Map<UUID, Inserted> insert(List<NewJob> jobs) {
		if (jobs.size() == 1 && isAvailableForGood(jobs.get(0))) {
			NewJob job = jobs.get(0);
			return insertOne(job).map((inserted) -> Map.of(job.id(), inserted)).orElse(Map.of());
		}
		Map<UUID, NewJob> byId = new HashMap<>(jobs.size() * 2);
		for (NewJob job : jobs) {
			byId.put(job.id(), job);
		}
		Map<UUID, Inserted> inserted = new HashMap<>(jobs.size() * 2);
		List<NewJob> rows = new ArrayList<>(jobs);
		this.jdbc.sql(INSERT)
			.param("ids", SqlArrays.uuids(rows, NewJob::id))
			.param("types", SqlArrays.texts(rows, NewJob::type))
			.param("queues", SqlArrays.texts(rows, NewJob::queue))
			.param("args", SqlArrays.texts(rows, NewJob::args))
			.param("metas", SqlArrays.texts(rows, NewJob::meta))
			.param("priorities", SqlArrays.integers(rows, NewJob::priority))
			.param("maxAttempts", SqlArrays.integers(rows, job -> job.options().retry().maxAttempts()))
			.param("options", SqlArrays.texts(rows, job -> JobCodec.write(job.options())))
			.param("timeouts", SqlArrays.longs(rows, job -> millis(job.options().timeout())))
			.param("leases", SqlArrays.longs(rows, job -> millis(job.options().visibilityTimeout())))
			.param("scheduled", SqlArrays.instants(rows, job -> job.options().scheduledAt()))
			.param("delays", SqlArrays.longs(rows, job -> millis(job.delay())))
			.param("expires", SqlArrays.instants(rows, job -> job.options().expiresAt()))
			.param("lives", SqlArrays.longs(rows, job -> millis(job.timeToLive())))
			.param("due", SqlArrays.instants(rows, NewJob::dueAt))
			.param("pending", SqlArrays.booleans(rows, NewJob::pending))
			.param("lanes", SqlArrays.texts(rows, NewJob::lane))
			.param("tenants", SqlArrays.texts(rows, NewJob::tenant))
			.param("workflows", SqlArrays.array("uuid", rows, NewJob::workflowId))
			.query(row -> {
				UUID id = row.getObject("id", UUID.class);
				NewJob job = byId.get(id);
				if (job != null) {
					inserted.put(id, inserted(job, row));
				}
			});
		return inserted;
	}

	private static boolean isAvailableForGood(NewJob job) {
		JobOptions options = job.options();
		return !job.pending() && job.delay() == null && job.timeToLive() == null && job.dueAt() == null
				&& options.scheduledAt() == null && options.expiresAt() == null && job.workflowId() == null
				&& job.rateLimit() == null;
	}

	// Every parameter with its type: the driver would otherwise prepare the statement
	// anew whenever one becomes null.
	private Optional<Inserted> insertOne(NewJob job) {
		JobOptions options = job.options();
		return this.jdbc.sql(INSERT_ONE)
			.param("id", job.id())
			.param("timeout", millis(options.timeout()), Types.BIGINT)
			.param("lease", millis(options.visibilityTimeout()), Types.BIGINT)
			.param("maxAttempts", options.retry().maxAttempts(), Types.INTEGER)
			.param("priority", job.priority(), Types.INTEGER)
			.param("type", job.type(), Types.VARCHAR)
			.param("queue", job.queue(), Types.VARCHAR)
			.param("args", job.args(), Types.VARCHAR)
			.param("meta", job.meta(), Types.VARCHAR)
			.param("options", JobCodec.write(options), Types.VARCHAR)
			.param("tenant", job.tenant(), Types.VARCHAR)
			.query((row, number) -> inserted(job, row))
			.optional();
	}

	private static Inserted inserted(NewJob job, ResultSet row) throws SQLException {
		JobState state = switch (row.getInt("place")) {
			case 0 -> JobState.AVAILABLE;
			case 1 -> JobState.SCHEDULED;
			default -> JobState.PENDING;
		};
		Instant now = Columns.required(row, "now");
		JobOptions asked = job.options();
		JobOptions options = new JobOptions(asked.retry(), asked.unique(), asked.timeout(), asked.visibilityTimeout(),
				Columns.instant(row, "starts_at"), Columns.instant(row, "ends_at"), asked.tags(), asked.schema(),
				asked.attributes());
		Job stored = new Job(job.id(), job.type(), job.queue(), job.args(), job.meta(), job.priority(), options, state,
				0, now, now, null, null, (state == JobState.SCHEDULED) ? Columns.instant(row, "begins_at") : null, null,
				null, false, false, List.of(), job.workflowId(), null);
		return new Inserted(stored, row.getLong("seq"));
	}

	static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	/**
	 * A job as it was stored.
	 *
	 * @param job the job
	 * @param seq its place in the order of its queue; 0 when it is not available
	 */
	public record Inserted(Job job, long seq) {
	}

}
