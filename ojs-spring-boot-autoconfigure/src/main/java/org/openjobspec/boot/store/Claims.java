package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Claims jobs: available to active, exclusively, by row lock.
 */
public final class Claims {

	// One statement: find, lock, mark as held, leave a receipt for the reaper, log, and
	// read what the worker needs.
	// - The rows are found through the index ready_order and named by ctid, which
	// leaves the planner one way only, also when its statistics date from an empty
	// queue. LATERAL over the ranges keeps the order: a later range is not touched once
	// the limit is reached. SKIP LOCKED passes over rows that another claim holds.
	// - Their order is also that in which they are dealt out to those who claim together.
	// - No column of an index changes, so the update is heap-only.
	// - The commit need not be flushed: a claim lost in a crash of the server is a job
	// that is delivered again.
	private static final String CLAIM_OF = """
			WITH clock AS MATERIALIZED (
			    SELECT clock_timestamp() AS now,
			           :embedded AND EXISTS (SELECT 1 FROM ojs.worker w WHERE w.id = :worker::text AND w.dead) AS dead
			),
			claimed AS (
			    UPDATE ojs.ready r
			    SET worker = coalesce(:worker::text, (:workers::text[])[t.place]), attempt = r.attempt + 1, started_at = s.now,
			        lease_ms = coalesce(:leaseMs::int8, r.lease_ms),
			        lease_until = CASE WHEN NOT :embedded THEN
			            s.now + coalesce(:leaseMs::int8, r.lease_ms, :defaultLeaseMs) * interval '1 millisecond' END,
			        execute_until = s.now
			            + (coalesce(r.timeout_ms, :defaultTimeoutMs) + :graceMs) * interval '1 millisecond'
			    FROM clock s, unnest(ARRAY(
			        SELECT found.ctid
			        FROM unnest(:queues::text[], :fromRanks::int[], :fromSeqs::int8[], :toRanks::int[])
			             AS l (queue, from_rank, from_seq, to_rank)
			        LEFT JOIN LATERAL (SELECT paused, limited FROM ojs.queue WHERE name = l.queue OFFSET 0) q ON true
			        CROSS JOIN LATERAL (
			            SELECT c.ctid FROM ojs.ready c
			            WHERE %s
			              AND (c.rank, c.seq) > (l.from_rank::smallint, l.from_seq) AND c.rank < l.to_rank::smallint
			              AND c.worker IS NULL
			              AND (c.expires_at IS NULL OR c.expires_at > statement_timestamp())
			              AND (:anyType OR c.type = ANY (:types::text[]))
			              AND (q.limited IS NOT TRUE OR c.lane IS NOT NULL)
			            ORDER BY c.rank, c.seq LIMIT :limit FOR UPDATE SKIP LOCKED) found
			        WHERE q.paused IS NOT TRUE
			          AND NOT (SELECT dead FROM clock)
			        LIMIT :limit)) WITH ORDINALITY AS t (row, place)
			    WHERE r.ctid = t.row
			    RETURNING r.job_id, r.seq, r.rank, r.queue, r.type, r.attempt, r.worker, r.available_at, r.started_at,
			              r.lease_until, r.execute_until, r.lane, t.place
			),
			starts AS (
			    INSERT INTO ojs.rate_start (lane, at) SELECT lane, started_at FROM claimed WHERE lane IS NOT NULL
			),
			receipt AS (
			    INSERT INTO ojs.claim (check_at, worker, job_ids)
			    SELECT least(min(lease_until), min(execute_until), min(started_at) + interval '30 seconds'), worker,
			           array_agg(job_id)
			    FROM claimed GROUP BY worker
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_ids, job_type, queue, attempt, data)
			    SELECT min(started_at), 'job.started', CASE WHEN count(*) = 1 THEN (array_agg(job_id))[1] END,
			           CASE WHEN count(*) > 1 THEN array_agg(job_id) END, type, queue, attempt,
			           jsonb_build_object('worker_id', worker)
			    FROM claimed GROUP BY type, queue, attempt, worker
			)
			SELECT c.*, j.args, j.meta, j.options, j.priority, j.created_at, j.scheduled_at, j.expires_at, j.timeout_ms,
			       j.lease_ms, j.workflow_id, f.error, f.failed_attempt, f.occurred_at, f.retry_delay_ms,
			       (date_part('epoch', c.execute_until - c.started_at) * 1000)::int8 AS execute_ms,
			       (date_part('epoch', c.lease_until - c.started_at) * 1000)::int8 AS leased_ms
			FROM claimed c
			CROSS JOIN LATERAL (SELECT * FROM ojs.job WHERE id = c.job_id OFFSET 0) j
			LEFT JOIN LATERAL (
			    SELECT error, attempt AS failed_attempt, occurred_at, retry_delay_ms FROM ojs.failure
			    WHERE job_id = c.job_id AND c.attempt > 1 ORDER BY id DESC LIMIT 1) f ON true
			""";

	private static final String CLAIM = CLAIM_OF.formatted("c.queue = l.queue");

	// The rows are found through the index ready_tenant, which is the only one that knows
	// the order of what is compared here.
	private static final String CLAIM_OF_TENANT = CLAIM_OF
		.formatted("c.tenant IS NOT NULL AND (c.tenant || '/' || c.queue) = :tenant::text || '/' || l.queue");

	private static final String BELOW = """
			SELECT l.queue, l.rank, below.seq
			FROM unnest(:queues::text[], :ranks::int[], :seqs::int8[]) AS l (queue, rank, seq)
			CROSS JOIN LATERAL (
			    SELECT c.seq FROM ojs.ready c
			    WHERE c.queue = l.queue AND c.rank = l.rank::smallint AND c.seq <= l.seq AND c.worker IS NULL
			      AND (c.expires_at IS NULL OR c.expires_at > statement_timestamp())
			      AND (:anyType OR c.type = ANY (:types::text[]))
			    ORDER BY c.seq LIMIT 1) below
			""";

	private final PinnedStatements pinned;

	private final ClaimMarks anyTypeMarks = new ClaimMarks(System::nanoTime);

	private final Map<Set<String>, ClaimMarks> typedMarks = new HashMap<>();

	Claims(PinnedStatements pinned) {
		this.pinned = pinned;
	}

	/**
	 * What to claim, for one worker or for several who ask for the same.
	 *
	 * @param queues the queues, in the order in which they are emptied
	 * @param types only these types; {@code null} for any
	 * @param shares who claims how many
	 * @param lease how long the claim lasts; {@code null} for the job's own or the
	 * default
	 * @param defaultLease the default
	 * @param defaultTimeout how long an attempt may run when its job says nothing
	 * @param grace added to each timeout, for a worker that enforces timeouts itself
	 * @param embedded whether the worker's heartbeat stands for its leases
	 * @param tenant only this tenant's jobs; {@code null} for all
	 */
	public record Request(List<String> queues, @Nullable Set<String> types, List<Share> shares,
			@Nullable Duration lease, Duration defaultLease, Duration defaultTimeout, Duration grace, boolean embedded,
			@Nullable String tenant) {

		int limit() {
			return this.shares.stream().mapToInt(Share::count).sum();
		}

	}

	/**
	 * What one of those who claim together gets.
	 *
	 * @param worker who claims; empty for a worker without a name
	 * @param count how many jobs at most
	 */
	public record Share(String worker, int count) {
	}

	/**
	 * A claimed job.
	 *
	 * @param job the job, with its latest failure only
	 * @param checkIn the time until its first deadline
	 * @param limited whether its start counts against a limit
	 */
	public record Claimed(Job job, Duration checkIn, boolean limited) {
	}

	/**
	 * Claims jobs.
	 * @param request what to claim
	 * @return for each share the claimed jobs in the order of delivery; the first share
	 * gets the first jobs
	 */
	public List<List<Claimed>> claim(Request request) {
		if (request.tenant() != null) {
			return claimOfTenant(request);
		}
		ClaimMarks marks = marks(request.types());
		ClaimMarks.Look look = marks.look(request.queues());
		List<Row> rows = rows(CLAIM, parameters(request, look.ranges()));
		for (Row row : rows) {
			marks.advance(look, row.queue(), row.rank(), row.seq());
		}
		return dealt(request.shares(), rows);
	}

	// Without marks, which would be kept for each tenant: what a tenant has ready
	// is less, and looks at the beginning are what a mark could only make cheaper.
	private List<List<Claimed>> claimOfTenant(Request request) {
		List<ClaimMarks.Range> ranges = request.queues()
			.stream()
			.map(queue -> new ClaimMarks.Range(queue, Short.MIN_VALUE, 0, Short.MAX_VALUE))
			.toList();
		List<Row> rows = rows(CLAIM_OF_TENANT,
				parameters(request, ranges).addValue("tenant", request.tenant(), Types.VARCHAR));
		return dealt(request.shares(), rows);
	}

	private static MapSqlParameterSource parameters(Request request, List<ClaimMarks.Range> ranges) {
		List<Share> shares = request.shares();
		return new MapSqlParameterSource()
			.addValue("worker", (shares.size() == 1) ? shares.get(0).worker() : null, Types.VARCHAR)
			.addValue("workers", workers(shares))
			.addValue("leaseMs", JobInserts.millis(request.lease()), Types.BIGINT)
			.addValue("defaultLeaseMs", request.defaultLease().toMillis())
			.addValue("defaultTimeoutMs", request.defaultTimeout().toMillis())
			.addValue("graceMs", request.grace().toMillis())
			.addValue("embedded", request.embedded())
			.addValue("queues", SqlArrays.texts(ranges, ClaimMarks.Range::queue))
			.addValue("fromRanks", SqlArrays.integers(ranges, ClaimMarks.Range::fromRank))
			.addValue("fromSeqs", SqlArrays.longs(ranges, ClaimMarks.Range::fromSeq))
			.addValue("toRanks", SqlArrays.integers(ranges, ClaimMarks.Range::toRank))
			.addValue("anyType", request.types() == null)
			.addValue("types",
					SqlArrays.texts((request.types() != null) ? request.types() : Set.<String>of(), type -> type))
			.addValue("limit", request.limit());
	}

	private List<Row> rows(String sql, SqlParameterSource parameters) {
		List<Row> rows = this.pinned.query(Plan.CLAIM, sql, parameters, (row, number) -> row(row));
		rows.sort(null);
		return rows;
	}

	// One worker is a parameter by itself: reading the n-th of many strings from an array
	// takes n steps.
	private static SqlArrayValue workers(List<Share> shares) {
		List<String> workers = new ArrayList<>();
		if (shares.size() > 1) {
			shares.forEach(share -> workers.addAll(Collections.nCopies(share.count(), share.worker())));
		}
		return SqlArrays.texts(workers, worker -> worker);
	}

	private static List<List<Claimed>> dealt(List<Share> shares, List<Row> rows) {
		List<List<Claimed>> dealt = new ArrayList<>(shares.size());
		int end = 0;
		int next = 0;
		for (Share share : shares) {
			end += share.count();
			List<Claimed> part = new ArrayList<>();
			for (; next < rows.size() && rows.get(next).place() <= end; next++) {
				part.add(rows.get(next).claimed());
			}
			dealt.add(part);
		}
		return dealt;
	}

	private static Row row(ResultSet row) throws SQLException {
		return new Row(row.getInt("place"), row.getInt("rank"), row.getLong("seq"), row.getString("queue"),
				claimed(row));
	}

	private static Claimed claimed(ResultSet row) throws SQLException {
		String worker = row.getString("worker");
		String error = row.getString("error");
		List<JobFailure> failures = (error != null) ? List.of(new JobFailure(row.getInt("failed_attempt"),
				Columns.required(row, "occurred_at"), JobCodec.readError(error), Columns.millis(row, "retry_delay_ms")))
				: List.of();
		Job job = new Job(row.getObject("job_id", UUID.class), row.getString("type"), row.getString("queue"),
				row.getString("args"), row.getString("meta"), row.getInt("priority"),
				JobCodec.read(row.getString("options"), Columns.millis(row, "timeout_ms"),
						Columns.millis(row, "lease_ms"), Columns.instant(row, "scheduled_at"),
						Columns.instant(row, "expires_at")),
				JobState.ACTIVE, row.getInt("attempt"), Columns.required(row, "created_at"),
				Columns.instant(row, "available_at"), Columns.instant(row, "started_at"), null, null,
				(worker == null || worker.isEmpty()) ? null : worker, null, false, false, failures,
				row.getObject("workflow_id", UUID.class), null);
		Duration execute = Duration.ofMillis(row.getLong("execute_ms"));
		Duration lease = Columns.millis(row, "leased_ms");
		return new Claimed(job, (lease != null && lease.compareTo(execute) < 0) ? lease : execute,
				row.getString("lane") != null);
	}

	// Jobs of other types stay behind a mark that knows only some types, so each
	// selection of types has marks of its
	// own. An application has few selections; a bound guards against one that makes them
	// up.
	private ClaimMarks marks(@Nullable Set<String> types) {
		if (types == null) {
			return this.anyTypeMarks;
		}
		synchronized (this.typedMarks) {
			if (this.typedMarks.size() > 64 && !this.typedMarks.containsKey(types)) {
				this.typedMarks.clear();
			}
			return this.typedMarks.computeIfAbsent(Set.copyOf(types), key -> new ClaimMarks(System::nanoTime));
		}
	}

	/**
	 * Notes that a job has become available, so that a claim looks where it is.
	 * @param queue its queue
	 * @param priority its priority
	 * @param seq its place in the order of the queue
	 */
	public void appeared(String queue, int priority, long seq) {
		this.anyTypeMarks.rewind(queue, -priority, seq);
		synchronized (this.typedMarks) {
			this.typedMarks.values().forEach(marks -> marks.rewind(queue, -priority, seq));
		}
	}

	/**
	 * Looks for jobs below the marks: of transactions that took a number long before they
	 * committed, or handed back, by a node whose message was lost. The marks are taken
	 * back to what is found. Walks over everything that the marks spare, which may take
	 * long.
	 * @return the queues in which there was something
	 */
	public Set<String> lookBelowMarks() {
		Set<String> found = new HashSet<>(lookBelow(null, this.anyTypeMarks));
		Map<Set<String>, ClaimMarks> typed;
		synchronized (this.typedMarks) {
			typed = Map.copyOf(this.typedMarks);
		}
		typed.forEach((types, marks) -> found.addAll(lookBelow(types, marks)));
		return found;
	}

	private Set<String> lookBelow(@Nullable Set<String> types, ClaimMarks marks) {
		List<ClaimMarks.Depth> depths = marks.depths();
		if (depths.isEmpty()) {
			return Set.of();
		}
		SqlParameterSource parameters = new MapSqlParameterSource()
			.addValue("queues", SqlArrays.texts(depths, ClaimMarks.Depth::queue))
			.addValue("ranks", SqlArrays.integers(depths, ClaimMarks.Depth::rank))
			.addValue("seqs", SqlArrays.longs(depths, ClaimMarks.Depth::seq))
			.addValue("anyType", types == null)
			.addValue("types", SqlArrays.texts((types != null) ? types : Set.<String>of(), type -> type));
		Set<String> found = new HashSet<>();
		this.pinned
			.query(Plan.CLAIM, BELOW, parameters,
					(row, number) -> new ClaimMarks.Depth(row.getString("queue"), row.getInt("rank"),
							row.getLong("seq")))
			.forEach(job -> {
				marks.rewind(job.queue(), job.rank(), job.seq());
				found.add(job.queue());
			});
		return found;
	}

	/** Forgets all marks, so that the next claims look from the start. */
	public void forgetMarks() {
		this.anyTypeMarks.clear();
		synchronized (this.typedMarks) {
			this.typedMarks.values().forEach(ClaimMarks::clear);
		}
	}

	/**
	 * A claimed row; its place is that of the order of delivery, from 1.
	 */
	private record Row(int place, int rank, long seq, String queue, Claimed claimed) implements Comparable<Row> {

		@Override
		public int compareTo(Row other) {
			return Integer.compare(this.place, other.place);
		}

	}

}
