package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RateLimit;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Limits by key, and the lanes in which limited jobs wait.
 */
public final class RateLimits {

	// In the transaction that stores the first job of a lane. Nothing that is there is
	// locked: that transaction may stay open, and the key is everybody's.
	private static final String INTRODUCE = """
			WITH introduced AS (
			    INSERT INTO ojs.rate_limit (key, concurrency, rate, rate_ms, throttle, throttle_ms, updated_at)
			    VALUES (:key, :concurrency, :rate, :rateMs, :throttle, :throttleMs, clock_timestamp())
			    ON CONFLICT (key) DO NOTHING
			)
			INSERT INTO ojs.rate_lane (lane, key, queue)
			SELECT :lane, :key, :queue
			UNION ALL
			SELECT :lane, 'queue:' || q.name, q.name FROM ojs.queue q WHERE q.name = :queue AND q.limited
			ON CONFLICT DO NOTHING
			""";

	private static final String CHANGE = """
			UPDATE ojs.rate_limit
			SET concurrency = :concurrency, rate = :rate, rate_ms = :rateMs, throttle = :throttle,
			    throttle_ms = :throttleMs, updated_at = clock_timestamp()
			WHERE key = :key AND (concurrency, rate, rate_ms, throttle, throttle_ms) IS DISTINCT FROM
			      (:concurrency::int, :rate::int, :rateMs::int8, :throttle::int, :throttleMs::int8)
			""";

	// Which lanes wait: one probe per lane instead of one row per job.
	private static final String WAITING = """
			WITH RECURSIVE lanes AS (
			    (SELECT lane FROM ojs.ready WHERE lane IS NOT NULL ORDER BY lane LIMIT 1)
			    UNION ALL
			    SELECT (SELECT r.lane FROM ojs.ready r WHERE r.lane > l.lane ORDER BY r.lane LIMIT 1)
			    FROM lanes l WHERE l.lane IS NOT NULL
			)
			SELECT DISTINCT k.key
			FROM lanes l JOIN ojs.rate_lane k ON k.lane = l.lane
			WHERE EXISTS (SELECT 1 FROM ojs.ready r WHERE r.queue = l.lane)
			  AND (cardinality(:queues::text[]) = 0 OR k.queue = ANY (:queues::text[]))
			""";

	// Another node that holds a key admits from it.
	private static final String LOCK = """
			SELECT key FROM ojs.rate_limit WHERE key = ANY (:keys::text[]) ORDER BY key FOR NO KEY UPDATE SKIP LOCKED
			""";

	private static final String STATE = """
			SELECT r.key, r.rate, r.rate_ms, r.throttle, r.throttle_ms, r.blocked_until, r.overridden_until,
			       CASE WHEN r.overridden IS NOT NULL
			                 AND (r.overridden_until IS NULL OR r.overridden_until > clock_timestamp())
			            THEN r.overridden ELSE r.concurrency END AS concurrency,
			       coalesce(h.held, 0) AS held, coalesce(h.unstarted, 0) AS unstarted, coalesce(h.waiting, 0) AS waiting,
			       (SELECT count(*) FROM ojs.rate_lane l JOIN ojs.rate_start s ON s.lane = l.lane
			        WHERE l.key = r.key AND s.at > clock_timestamp() - r.rate_ms * interval '1 millisecond') AS started,
			       (SELECT min(s.at) FROM ojs.rate_lane l JOIN ojs.rate_start s ON s.lane = l.lane
			        WHERE l.key = r.key AND s.at > clock_timestamp() - r.rate_ms * interval '1 millisecond') AS first_start,
			       (SELECT max(s.at) FROM ojs.rate_lane l JOIN ojs.rate_start s ON s.lane = l.lane
			        WHERE l.key = r.key) AS last_start,
			       clock_timestamp() AS now
			FROM ojs.rate_limit r
			LEFT JOIN LATERAL (
			    SELECT count(*) FILTER (WHERE j.queue <> j.lane) AS held,
			           count(*) FILTER (WHERE j.queue <> j.lane AND j.worker IS NULL) AS unstarted,
			           count(*) FILTER (WHERE j.queue = j.lane) AS waiting
			    FROM ojs.rate_lane l JOIN ojs.ready j ON j.lane = l.lane
			    WHERE l.key = r.key) h ON true
			WHERE r.key = ANY (:keys::text[])
			ORDER BY r.key
			""";

	private static final String CANDIDATES = """
			SELECT l.lane, l.keys, c.job_id, c.rank, c.seq
			FROM (SELECT lane, array_agg(key ORDER BY key) AS keys FROM ojs.rate_lane
			      WHERE lane IN (SELECT lane FROM ojs.rate_lane WHERE key = ANY (:keys::text[]))
			      GROUP BY lane) l
			CROSS JOIN LATERAL (
			    SELECT r.job_id, r.rank, r.seq FROM ojs.ready r
			    WHERE r.queue = l.lane AND (r.expires_at IS NULL OR r.expires_at > statement_timestamp())
			    ORDER BY r.rank, r.seq LIMIT :limit) c
			WHERE l.keys <@ :keys::text[]
			ORDER BY c.rank, c.seq
			""";

	// It keeps its place in the order of the queue.
	private static final String ADMIT = """
			UPDATE ojs.ready r SET queue = split_part(r.lane, '~', 1)
			WHERE r.job_id = ANY (:ids::uuid[]) AND r.queue = r.lane
			RETURNING r.job_id, r.queue, r.rank, r.seq, clock_timestamp() AS now
			""";

	private static final String DROP = """
			WITH gone AS (
			    DELETE FROM ojs.ready r WHERE r.ctid = ANY (ARRAY(
			        SELECT d.ctid FROM ojs.rate_lane l JOIN ojs.ready d ON d.queue = l.lane
			        WHERE l.key = ANY (:keys::text[]) AND l.lane LIKE '%!' LIMIT :limit FOR UPDATE OF d SKIP LOCKED))
			    RETURNING job_id, lane, type, attempt, started_at
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue)
			    SELECT job_id, clock_timestamp(), started_at, attempt, 6, split_part(lane, '~', 1) FROM gone
			    RETURNING job_id, finished_at
			)
			INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			SELECT e.finished_at, 'job.discarded', g.job_id, g.type, split_part(g.lane, '~', 1), g.attempt,
			       jsonb_build_object('reason', 'rate_limited')
			FROM gone g JOIN ended e USING (job_id)
			""";

	// Jobs that were stored before their queue was limited, or by whoever did not know.
	private static final String PARK = """
			WITH moved AS (
			    UPDATE ojs.ready r SET lane = r.queue || '~queue:' || r.queue, queue = r.queue || '~queue:' || r.queue
			    WHERE r.ctid = ANY (ARRAY(
			        SELECT p.ctid FROM ojs.queue q JOIN ojs.ready p ON p.queue = q.name
			        WHERE q.limited AND p.worker IS NULL AND p.lane IS NULL LIMIT :limit FOR UPDATE OF p SKIP LOCKED))
			    RETURNING r.lane
			)
			SELECT count(*) FROM moved
			""";

	private static final String LIMIT_QUEUE = """
			WITH queue AS (
			    INSERT INTO ojs.queue (name, limited) VALUES (:queue, :limited)
			    ON CONFLICT (name) DO UPDATE SET limited = excluded.limited
			)
			INSERT INTO ojs.rate_lane (lane, key, queue)
			SELECT DISTINCT lane, 'queue:' || queue, queue FROM ojs.rate_lane WHERE queue = :queue AND :limited
			ON CONFLICT DO NOTHING
			""";

	private static final String FORGET_STARTS = """
			DELETE FROM ojs.rate_start s WHERE s.ctid = ANY (ARRAY(
			    SELECT o.ctid FROM ojs.rate_limit r JOIN ojs.rate_lane l ON l.key = r.key JOIN ojs.rate_start o ON o.lane = l.lane
			    WHERE r.key = ANY (:keys::text[])
			      AND o.at < clock_timestamp() - greatest(r.rate_ms, r.throttle_ms, 1000) * interval '2 milliseconds'
			    LIMIT 10000))
			""";

	private final JdbcClient jdbc;

	RateLimits(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Where a key stands.
	 *
	 * @param key the key
	 * @param concurrency how many may run at once; {@code null} for any number
	 * @param rate how many may start within a window; {@code null} for any number
	 * @param throttle as {@code rate}, at even distances
	 * @param held how many run, or may start at any moment
	 * @param unstarted how many of these do not run yet
	 * @param waiting how many wait
	 * @param started how many have started within the window
	 * @param firstStart the first of these
	 * @param lastStart the last start of all that are remembered
	 * @param blockedUntil until when none may start
	 * @param overriddenUntil until when the operator's number holds
	 * @param now the database's clock
	 */
	public record State(String key, @Nullable Integer concurrency, RateLimit.@Nullable Rate rate,
			RateLimit.@Nullable Rate throttle, int held, int unstarted, int waiting, int started,
			@Nullable Instant firstStart, @Nullable Instant lastStart, @Nullable Instant blockedUntil,
			@Nullable Instant overriddenUntil, Instant now) {
	}

	/**
	 * A job that waits.
	 *
	 * @param lane its lane
	 * @param keys its keys, sorted
	 * @param jobId the job
	 */
	public record Candidate(String lane, List<String> keys, UUID jobId) {
	}

	/**
	 * The lane of a limited job.
	 * @param queue its queue
	 * @param limit its limit
	 * @return the lane
	 */
	public static String lane(String queue, RateLimit limit) {
		return queue + '~' + limit.key() + ((limit.onLimit() == RateLimit.OnLimit.DROP) ? "!" : "");
	}

	/**
	 * Notes that a lane is in use, and a key that was not known.
	 * @param queue the queue
	 * @param limit the limit
	 */
	public void introduce(String queue, RateLimit limit) {
		numbers(INTRODUCE, limit).param("lane", lane(queue, limit)).param("queue", queue).update();
	}

	/**
	 * Sets what a limit says now. To be run in a transaction of its own, as it locks the
	 * key.
	 * @param limit the limit
	 */
	public void change(RateLimit limit) {
		numbers(CHANGE, limit).update();
	}

	private JdbcClient.StatementSpec numbers(String sql, RateLimit limit) {
		RateLimit.Rate rate = limit.rate();
		RateLimit.Rate throttle = limit.throttle();
		return this.jdbc.sql(sql)
			.param("key", limit.key())
			.param("concurrency", limit.concurrency(), Types.INTEGER)
			.param("rate", (rate != null) ? Integer.valueOf(rate.limit()) : null, Types.INTEGER)
			.param("rateMs", (rate != null) ? JobInserts.millis(rate.period()) : null, Types.BIGINT)
			.param("throttle", (throttle != null) ? Integer.valueOf(throttle.limit()) : null, Types.INTEGER)
			.param("throttleMs", (throttle != null) ? JobInserts.millis(throttle.period()) : null, Types.BIGINT);
	}

	/**
	 * Limits a queue, or no longer: from now on only what was admitted is claimed from it.
	 * @param queue the queue
	 * @param limited whether it is limited
	 */
	public void limitQueue(String queue, boolean limited) {
		this.jdbc.sql(LIMIT_QUEUE).param("queue", queue).param("limited", limited).update();
	}

	/**
	 * Which keys have jobs that wait.
	 * @param queues only of these queues; empty for all
	 * @return the keys
	 */
	public List<String> waitingKeys(Collection<String> queues) {
		return this.jdbc.sql(WAITING)
			.param("queues", SqlArrays.texts(queues, (queue) -> queue))
			.query(String.class)
			.list();
	}

	/**
	 * Locks keys until the transaction ends, except for those that somebody else has
	 * locked.
	 * @param keys the keys
	 * @return those that are locked now
	 */
	public List<String> lock(Collection<String> keys) {
		return this.jdbc.sql(LOCK).param("keys", SqlArrays.texts(keys, (key) -> key)).query(String.class).list();
	}

	/**
	 * Reads where keys stand.
	 * @param keys the keys
	 * @return the states of those that exist
	 */
	public List<State> states(Collection<String> keys) {
		return this.jdbc.sql(STATE)
			.param("keys", SqlArrays.texts(keys, (key) -> key))
			.query((row, number) -> state(row))
			.list();
	}

	private static State state(ResultSet row) throws SQLException {
		return new State(row.getString("key"), integer(row, "concurrency"), rate(row, "rate"), rate(row, "throttle"),
				row.getInt("held"), row.getInt("unstarted"), row.getInt("waiting"), row.getInt("started"),
				Columns.instant(row, "first_start"), Columns.instant(row, "last_start"),
				Columns.instant(row, "blocked_until"), Columns.instant(row, "overridden_until"),
				Columns.required(row, "now"));
	}

	private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
		int value = row.getInt(column);
		return row.wasNull() ? null : Integer.valueOf(value);
	}

	private static RateLimit.@Nullable Rate rate(ResultSet row, String column) throws SQLException {
		Integer limit = integer(row, column);
		Duration period = Columns.millis(row, column + "_ms");
		return (limit != null && period != null) ? new RateLimit.Rate(limit, period) : null;
	}

	/**
	 * Reads what waits for keys, none of which is missing.
	 * @param keys keys that are locked
	 * @param limit how many of each lane at most
	 * @return the jobs, in the order in which they are to be admitted
	 */
	public List<Candidate> candidates(Collection<String> keys, int limit) {
		return this.jdbc.sql(CANDIDATES)
			.param("keys", SqlArrays.texts(keys, (key) -> key))
			.param("limit", limit)
			.query((row, number) -> new Candidate(row.getString("lane"),
					List.of((String[]) row.getArray("keys").getArray()), row.getObject("job_id", UUID.class)))
			.list();
	}

	/**
	 * Lets jobs into their queues.
	 * @param jobs the jobs
	 * @return where they are now
	 */
	public List<Failures.Returned> admit(Collection<UUID> jobs) {
		return this.jdbc.sql(ADMIT)
			.param("ids", SqlArrays.uuids(jobs, (id) -> id))
			.query((row, number) -> Failures.Returned.of(row))
			.list();
	}

	/**
	 * Discards what must not wait.
	 * @param keys keys that are locked
	 * @param limit how many at most
	 * @return how many
	 */
	public int drop(Collection<String> keys, int limit) {
		return this.jdbc.sql(DROP)
			.param("keys", SqlArrays.texts(keys, (key) -> key))
			.param("limit", limit)
			.update();
	}

	/**
	 * Puts jobs of limited queues into their lanes.
	 * @param limit how many at most
	 * @return how many
	 */
	public int park(int limit) {
		return this.jdbc.sql(PARK).param("limit", limit).query(Integer.class).single();
	}

	/**
	 * Forgets starts that no window reaches any more.
	 * @param keys the keys
	 */
	public void forgetStarts(Collection<String> keys) {
		this.jdbc.sql(FORGET_STARTS).param("keys", SqlArrays.texts(keys, (key) -> key)).update();
	}

	/**
	 * Stops a key for some time.
	 * @param key the key
	 * @param until until when
	 */
	public void block(String key, Instant until) {
		this.jdbc.sql("UPDATE ojs.rate_limit SET blocked_until = :until::timestamptz WHERE key = :key")
			.param("until", until.toString())
			.param("key", key)
			.update();
	}

	/**
	 * Sets a number of the operator's in place of what jobs say.
	 * @param key the key
	 * @param concurrency how many may run at once; {@code null} to take it back
	 * @param until until when; {@code null} for good
	 * @return whether the key exists
	 */
	public boolean override(String key, @Nullable Integer concurrency, @Nullable Instant until) {
		return this.jdbc.sql("""
				UPDATE ojs.rate_limit SET overridden = :concurrency, overridden_until = :until::timestamptz WHERE key = :key
				""")
			.param("concurrency", concurrency, Types.INTEGER)
			.param("until", Optional.ofNullable(until).map(Instant::toString).orElse(null), Types.VARCHAR)
			.param("key", key)
			.update() == 1;
	}

	/**
	 * Lists keys.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the keys, sorted
	 */
	public List<String> keys(int limit, int offset) {
		return this.jdbc.sql("SELECT key FROM ojs.rate_limit ORDER BY key LIMIT :limit OFFSET :offset")
			.param("limit", limit)
			.param("offset", offset)
			.query(String.class)
			.list();
	}

}
