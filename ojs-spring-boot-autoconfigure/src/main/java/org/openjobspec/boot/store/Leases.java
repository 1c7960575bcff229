package org.openjobspec.boot.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who holds which active jobs and until when: heartbeats, dead workers, overdue leases.
 */
public final class Leases {

	// An embedded worker that was declared dead stays so: its jobs went to others, and
	// what it still reports under its name must not be mistaken for the report on a
	// later claim. It takes a new name.
	private static final String BEAT = """
			INSERT INTO ojs.worker (id, started_at, seen_at, heartbeat_at, embedded, info)
			VALUES (:worker, clock_timestamp(), clock_timestamp(), clock_timestamp(), :embedded, :info)
			ON CONFLICT (id) DO UPDATE
			SET seen_at = excluded.seen_at, heartbeat_at = excluded.heartbeat_at,
			    dead = ojs.worker.dead AND ojs.worker.embedded, info = coalesce(excluded.info, ojs.worker.info)
			RETURNING directive, seen_at, dead
			""";

	// A job that was fetched without a worker's name is extended by whoever names it.
	private static final String EXTEND = """
			INSERT INTO ojs.lease AS l (job_id, worker, attempt, lease_until)
			SELECT held.job_id, held.worker, held.attempt, clock_timestamp()
			           + coalesce(:leaseMs::int8, held.lease_ms, :defaultLeaseMs) * interval '1 millisecond'
			FROM unnest(:ids::uuid[]) AS i (job_id) CROSS JOIN LATERAL (
			    SELECT h.job_id, h.worker, h.attempt, h.lease_ms FROM ojs.ready h
			    WHERE h.job_id = i.job_id AND h.worker IN (:worker, '') OFFSET 0) held
			ORDER BY held.job_id
			ON CONFLICT (job_id) DO UPDATE
			SET worker = excluded.worker, attempt = excluded.attempt, lease_until = excluded.lease_until
			RETURNING l.job_id
			""";

	// A lease of a worker whose heartbeat stands for it has no end of its own; the row
	// only says that the attempt began.
	private static final String MARK_STARTED = """
			INSERT INTO ojs.lease AS l (job_id, worker, attempt, lease_until)
			SELECT h.job_id, h.worker, h.attempt, 'infinity' FROM ojs.ready h
			WHERE h.job_id = :id AND h.worker = :worker AND h.attempt = :attempt
			  AND h.started_at = coalesce(:startedAt::timestamptz, h.started_at)
			ON CONFLICT (job_id) DO UPDATE
			SET worker = excluded.worker, attempt = excluded.attempt, lease_until = excluded.lease_until
			RETURNING l.job_id
			""";

	private static final String HELD = """
			SELECT i.job_id FROM unnest(:ids::uuid[]) AS i (job_id) CROSS JOIN LATERAL (
			    SELECT 1 FROM ojs.ready h WHERE h.job_id = i.job_id AND h.worker = :worker OFFSET 0) held
			""";

	// Right after the server itself was away, silence says nothing about a worker; and
	// who has claimed a job that it still holds was alive then.
	private static final String DECLARE_DEAD = """
			WITH silent AS (
			    UPDATE ojs.worker w SET dead = true
			    WHERE NOT dead AND heartbeat_at < statement_timestamp() - :timeoutMs * interval '1 millisecond'
			      AND pg_postmaster_start_time() < statement_timestamp() - :timeoutMs * interval '1 millisecond'
			      AND NOT EXISTS (
			          SELECT 1 FROM ojs.claim c CROSS JOIN unnest(c.job_ids) AS j (job_id) CROSS JOIN LATERAL (
			              SELECT 1 FROM ojs.ready h
			              WHERE h.job_id = j.job_id AND h.worker = w.id
			                AND h.started_at >= statement_timestamp() - :timeoutMs * interval '1 millisecond'
			              OFFSET 0) young
			          WHERE c.worker = w.id)
			    RETURNING id
			),
			abandoned AS (
			    UPDATE ojs.claim SET abandoned = true, check_at = statement_timestamp()
			    WHERE worker IN (SELECT id FROM silent)
			)
			SELECT id FROM silent
			""";

	// Most receipts name only jobs that have ended since. They go in one statement, with
	// the leases of those jobs, which are locked in the order in which heartbeats lock
	// them.
	private static final String CLEAR = """
			WITH due AS MATERIALIZED (
			    SELECT c.id, c.worker, c.job_ids FROM ojs.claim c
			    WHERE c.check_at >= :from::timestamptz AND c.check_at <= statement_timestamp()
			    ORDER BY c.check_at LIMIT :limit FOR UPDATE SKIP LOCKED
			),
			ended AS MATERIALIZED (
			    SELECT d.* FROM due d
			    WHERE NOT EXISTS (
			        SELECT 1 FROM unnest(d.job_ids) AS j (job_id) CROSS JOIN LATERAL (
			            SELECT 1 FROM ojs.ready h WHERE h.job_id = j.job_id AND h.worker = d.worker OFFSET 0) held)
			),
			leases AS (
			    DELETE FROM ojs.lease l WHERE l.ctid = ANY (ARRAY(
			        SELECT held.ctid
			        FROM (SELECT j.job_id, e.worker FROM ended e CROSS JOIN unnest(e.job_ids) AS j (job_id)
			              ORDER BY j.job_id) o
			        CROSS JOIN LATERAL (
			            SELECT k.ctid FROM ojs.lease k
			            WHERE k.job_id = o.job_id AND k.worker = o.worker OFFSET 0 FOR UPDATE) held))
			),
			gone AS (
			    DELETE FROM ojs.claim WHERE id = ANY (ARRAY(SELECT id FROM ended)) RETURNING id
			)
			SELECT count(*) FROM gone
			""";

	// In the order in which heartbeats lock them.
	private static final String FORGET = """
			DELETE FROM ojs.lease l WHERE l.ctid = ANY (ARRAY(
			    SELECT held.ctid FROM unnest(:ids::uuid[], :workers::text[]) AS i (job_id, worker) CROSS JOIN LATERAL (
			        SELECT k.ctid FROM ojs.lease k
			        WHERE k.job_id = i.job_id AND k.worker = i.worker OFFSET 0 FOR UPDATE) held))
			""";

	private static final String DUE = """
			SELECT c.id, c.worker, c.job_ids,
			       c.abandoned OR EXISTS (SELECT 1 FROM ojs.worker w WHERE w.id = c.worker AND w.dead AND w.embedded)
			           AS abandoned
			FROM ojs.claim c
			WHERE c.check_at >= :from::timestamptz AND c.check_at <= statement_timestamp()
			ORDER BY c.check_at LIMIT :limit FOR UPDATE OF c SKIP LOCKED
			""";

	private static final String ACTIVE = """
			SELECT i.claim, r.job_id, r.attempt, r.worker, r.started_at,
			       r.lease_until IS NULL AND l.job_id IS NULL AS unmarked,
			       -- A claim may commit after its worker has signed off.
			       r.lease_until IS NULL AND NOT EXISTS (SELECT 1 FROM ojs.worker w WHERE w.id = r.worker) AS orphan,
			       coalesce(l.lease_until, r.lease_until) <= clock_timestamp() AS lease_over, r.execute_until <= clock_timestamp() AS time_over
			FROM unnest(:claims::int8[], :workers::text[], :ids::uuid[]) AS i (claim, worker, job_id)
			CROSS JOIN LATERAL (
			    SELECT * FROM ojs.ready h WHERE h.job_id = i.job_id AND h.worker = i.worker OFFSET 0) r
			LEFT JOIN ojs.lease l ON l.job_id = r.job_id AND l.worker = r.worker AND l.attempt = r.attempt
			""";

	private static final String RECHECK = """
			UPDATE ojs.claim c SET job_ids = :ids::uuid[], check_at = n.check_at
			FROM (SELECT least(min(coalesce(l.lease_until, r.lease_until)), min(r.execute_until),
			                   clock_timestamp() + interval '30 seconds') AS check_at
			      FROM unnest(:ids::uuid[]) AS i (job_id)
			      CROSS JOIN LATERAL (SELECT * FROM ojs.ready h WHERE h.job_id = i.job_id OFFSET 0) r
			      LEFT JOIN ojs.lease l ON l.job_id = r.job_id AND l.worker = r.worker AND l.attempt = r.attempt) n
			WHERE c.id = :claim
			""";

	private final JdbcClient jdbc;

	private final PinnedStatements pinned;

	Leases(JdbcClient jdbc, PinnedStatements pinned) {
		this.jdbc = jdbc;
		this.pinned = pinned;
	}

	static Leases over(DataSource dataSource) {
		return new Leases(JdbcClient.create(dataSource),
				new PinnedStatements(new NamedParameterJdbcTemplate(dataSource), new Transactions(dataSource)));
	}

	/**
	 * What a worker is told.
	 *
	 * @param directive {@code quiet} or {@code terminate}; {@code null} to go on
	 * @param now the database's clock
	 * @param dead whether it is embedded and has been declared dead
	 */
	public record Beat(@Nullable String directive, Instant now, boolean dead) {
	}

	/**
	 * Records a sign of life.
	 * @param worker the worker
	 * @param embedded whether it runs in an application of this kind
	 * @param info what it says of itself, JSON; {@code null} for nothing new
	 * @return what it is told
	 */
	public Beat beat(String worker, boolean embedded, @Nullable String info) {
		return this.jdbc.sql(BEAT)
			.param("worker", worker)
			.param("embedded", embedded)
			.param("info", info)
			.query((row, number) -> new Beat(row.getString("directive"), Columns.required(row, "seen_at"),
					row.getBoolean("dead")))
			.single();
	}

	/**
	 * Extends leases.
	 * @param worker who asks
	 * @param jobs the jobs
	 * @param lease the new length; {@code null} for each job's own
	 * @param defaultLease the length for a job that has none
	 * @return the jobs that the worker holds
	 */
	public Set<UUID> extend(String worker, Collection<UUID> jobs, @Nullable Duration lease, Duration defaultLease) {
		Set<UUID> extended = new HashSet<>(this.pinned.query(Plan.LOOKUP, EXTEND,
				new MapSqlParameterSource("worker", worker)
					.addValue("ids", SqlArrays.uuids(jobs.stream().sorted().toList(), id -> id))
					.addValue("leaseMs", JobInserts.millis(lease), Types.BIGINT)
					.addValue("defaultLeaseMs", defaultLease.toMillis()),
				(row, number) -> row.getObject("job_id", UUID.class)));
		if (lease != null && !extended.isEmpty()) {
			// The new lease may be shorter than the one that the receipt knows.
			this.jdbc.sql("""
					UPDATE ojs.claim SET check_at = clock_timestamp() + :leaseMs * interval '1 millisecond'
					WHERE worker = :worker AND check_at > clock_timestamp() + :leaseMs * interval '1 millisecond'
					""").param("worker", worker).param("leaseMs", lease.toMillis()).update();
		}
		return extended;
	}

	/**
	 * Notes that an embedded worker is about to start an attempt.
	 * @param attempt the attempt
	 * @return whether the worker still holds it
	 */
	public boolean markStarted(Failures.Attempt attempt) {
		return !this.pinned.query(Plan.LOOKUP, MARK_STARTED, attempt.parameters(), (row, number) -> true).isEmpty();
	}

	/**
	 * Which jobs a worker holds.
	 * @param worker who asks
	 * @param jobs the jobs
	 * @return those of them that it holds
	 */
	public Set<UUID> held(String worker, Collection<UUID> jobs) {
		return new HashSet<>(this.pinned.query(Plan.LOOKUP, HELD,
				new MapSqlParameterSource("worker", worker).addValue("ids", SqlArrays.uuids(jobs, id -> id)),
				(row, number) -> row.getObject("job_id", UUID.class)));
	}

	/**
	 * Removes a worker that has stopped; what it still holds is looked at at once.
	 * @param worker the worker
	 */
	public void signOff(String worker) {
		this.jdbc.sql("""
				WITH gone AS (DELETE FROM ojs.worker WHERE id = :worker)
				UPDATE ojs.claim SET abandoned = true, check_at = clock_timestamp() WHERE worker = :worker
				""").param("worker", worker).update();
	}

	/**
	 * Declares workers dead that used to heartbeat and stopped.
	 * @param timeout after how long a silence
	 * @return the workers
	 */
	public List<String> declareDead(Duration timeout) {
		return this.pinned.query(Plan.LOOKUP, DECLARE_DEAD, new MapSqlParameterSource("timeoutMs", timeout.toMillis()),
				(row, number) -> row.getString("id"));
	}

	/**
	 * Removes remote workers that have long been silent and hold nothing.
	 * @param age after how long a silence
	 * @return how many
	 */
	public int forgetWorkers(Duration age) {
		return this.jdbc.sql("""
				DELETE FROM ojs.worker w
				WHERE w.seen_at < statement_timestamp() - :ms * interval '1 millisecond'
				  AND NOT EXISTS (SELECT 1 FROM ojs.claim c WHERE c.worker = w.id)
				""").param("ms", age.toMillis()).update();
	}

	/**
	 * A job whose lease or time is over.
	 *
	 * @param attempt who held it
	 * @param cause why it is over
	 * @param unmarked whether its worker is embedded and has not marked it as started
	 */
	public record Overdue(Failures.Attempt attempt, Cause cause, boolean unmarked) {
	}

	/** Why a lease ended. */
	public enum Cause {

		/** The worker is dead or has signed off. */
		WORKER_GONE,

		/** Neither result nor heartbeat came within the visibility timeout. */
		LEASE_OVER,

		/** The attempt ran longer than its timeout. */
		TIME_OVER

	}

	/**
	 * Forgets claims that are due and whose jobs have all ended.
	 * @param from from which time on to look
	 * @param limit how many claims to look at
	 * @return how many were forgotten
	 */
	public int clear(Instant from, int limit) {
		return this.pinned
			.query(Plan.LOOKUP, CLEAR, new MapSqlParameterSource("from", SqlArrays.text(from)).addValue("limit", limit),
					(row, number) -> row.getInt(1))
			.get(0);
	}

	/**
	 * Looks through claims that are due, within one transaction of the caller's, who
	 * deals with what is overdue before it commits.
	 * @param from from which time on to look
	 * @param limit how many claims to look at
	 * @return what is overdue
	 */
	public Sweep sweep(Instant from, int limit) {
		List<Receipt> receipts = this.jdbc.sql(DUE)
			.param("from", SqlArrays.text(from))
			.param("limit", limit)
			.query((row, number) -> receipt(row))
			.list();
		if (receipts.isEmpty()) {
			return new Sweep(List.of(), 0);
		}
		List<Overdue> overdue = new ArrayList<>();
		List<Held> all = held(receipts);
		List<Named> ended = new ArrayList<>();
		for (Receipt receipt : receipts) {
			List<UUID> remaining = new ArrayList<>();
			for (Held held : all) {
				if (held.claim() == receipt.id()) {
					Cause cause = receipt.abandoned() ? Cause.WORKER_GONE : held.cause();
					if (cause != null) {
						overdue.add(new Overdue(held.attempt(), cause, held.unmarked()));
					}
					else {
						remaining.add(held.attempt().jobId());
					}
				}
			}
			receipt.jobs()
				.stream()
				.filter(id -> !remaining.contains(id))
				.forEach(id -> ended.add(new Named(receipt.id(), receipt.worker(), id)));
			settle(receipt, remaining);
		}
		forget(ended);
		return new Sweep(overdue, receipts.size());
	}

	private void forget(List<Named> ended) {
		if (!ended.isEmpty()) {
			ended.sort(Comparator.comparing(Named::jobId));
			this.jdbc.sql(FORGET)
				.param("ids", SqlArrays.uuids(ended, Named::jobId))
				.param("workers", SqlArrays.texts(ended, Named::worker))
				.update();
		}
	}

	private void settle(Receipt receipt, List<UUID> remaining) {
		if (remaining.isEmpty()) {
			this.jdbc.sql("DELETE FROM ojs.claim WHERE id = :claim").param("claim", receipt.id()).update();
		}
		else {
			this.jdbc.sql(RECHECK)
				.param("ids", SqlArrays.uuids(remaining, id -> id))
				.param("claim", receipt.id())
				.update();
		}
	}

	private List<Held> held(List<Receipt> receipts) {
		List<Named> wanted = new ArrayList<>();
		for (Receipt receipt : receipts) {
			for (UUID id : receipt.jobs()) {
				wanted.add(new Named(receipt.id(), receipt.worker(), id));
			}
		}
		return this.pinned.query(Plan.LOOKUP, ACTIVE,
				new MapSqlParameterSource("claims", SqlArrays.longs(wanted, Named::claim))
					.addValue("workers", SqlArrays.texts(wanted, Named::worker))
					.addValue("ids", SqlArrays.uuids(wanted, Named::jobId)),
				(row, number) -> new Held(row.getLong("claim"),
						new Failures.Attempt(row.getObject("job_id", UUID.class), row.getString("worker"),
								row.getInt("attempt"), Columns.required(row, "started_at")),
						row.getBoolean("orphan") ? Cause.WORKER_GONE
								: row.getBoolean("time_over") ? Cause.TIME_OVER
										: row.getBoolean("lease_over") ? Cause.LEASE_OVER : null,
						row.getBoolean("unmarked")));
	}

	private static Receipt receipt(ResultSet row) throws SQLException {
		Array ids = row.getArray("job_ids");
		return new Receipt(row.getLong("id"), row.getString("worker"), List.of((UUID[]) ids.getArray()),
				row.getBoolean("abandoned"));
	}

	/**
	 * What a sweep found.
	 *
	 * @param overdue the jobs whose leases are over
	 * @param looked how many claims were looked at
	 */
	public record Sweep(List<Overdue> overdue, int looked) {
	}

	private record Receipt(long id, String worker, List<UUID> jobs, boolean abandoned) {
	}

	/** A job that a receipt names, held or not. */
	private record Named(long claim, String worker, UUID jobId) {
	}

	private record Held(long claim, Failures.Attempt attempt, @Nullable Cause cause, boolean unmarked) {
	}

}
