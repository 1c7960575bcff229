package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.PinnedStatements.Plan;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
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

	private static final String SET = """
			UPDATE ojs.rate_limit
			SET concurrency = :concurrency, rate = :rate, rate_ms = :rateMs, throttle = :throttle,
			    throttle_ms = :throttleMs, updated_at = clock_timestamp()
			WHERE key = :key
			""";

	// What an operator has said of a queue is no job's to change. A key that is locked is
	// passed over: an operator's transaction may stay open.
	private static final String CHANGE = """
			WITH wanted AS (
			    SELECT c.key FROM ojs.rate_limit c
			    WHERE c.key = :key AND (c.concurrency, c.rate, c.rate_ms, c.throttle, c.throttle_ms) IS DISTINCT FROM
			          (:concurrency::int, :rate::int, :rateMs::int8, :throttle::int, :throttleMs::int8)
			      AND NOT EXISTS (SELECT 1 FROM ojs.queue q WHERE q.limited AND c.key = 'queue:' || q.name)
			),
			held AS (
			    SELECT h.key FROM ojs.rate_limit h WHERE h.key IN (SELECT key FROM wanted) FOR NO KEY UPDATE SKIP LOCKED
			),
			changed AS (
			    UPDATE ojs.rate_limit r
			    SET concurrency = :concurrency, rate = :rate, rate_ms = :rateMs, throttle = :throttle,
			        throttle_ms = :throttleMs, updated_at = clock_timestamp()
			    FROM held WHERE r.key = held.key
			)
			SELECT EXISTS (SELECT 1 FROM held) OR NOT EXISTS (SELECT 1 FROM wanted)
			""";

	// Which lanes wait: one probe per lane instead of one row per job. What would be
	// admitted to a paused queue would hold a place and not start. A queue may have been
	// limited while the first job of a lane was being stored; that lane does not know the
	// queue's key yet.
	private static final String WAITING = """
			WITH RECURSIVE lanes AS (
			    (SELECT r.lane FROM ojs.ready r WHERE r.queue = r.lane ORDER BY r.lane LIMIT 1)
			    UNION ALL
			    SELECT (SELECT r.lane FROM ojs.ready r WHERE r.queue = r.lane AND r.lane > l.lane
			            ORDER BY r.lane LIMIT 1)
			    FROM lanes l WHERE l.lane IS NOT NULL
			)
			SELECT l.lane, n.incomplete,
			       CASE WHEN n.incomplete THEN k.keys || ('queue:' || k.queue) ELSE k.keys END AS keys
			FROM lanes l
			CROSS JOIN LATERAL (
			    SELECT array_agg(e.key ORDER BY e.key) AS keys, min(e.queue) AS queue FROM ojs.rate_lane e
			    WHERE e.lane = l.lane) k
			LEFT JOIN ojs.queue q ON q.name = k.queue
			CROSS JOIN LATERAL (
			    SELECT q.limited IS TRUE AND NOT ('queue:' || k.queue) = ANY (k.keys) AS incomplete) n
			WHERE k.keys IS NOT NULL AND q.paused IS NOT TRUE
			  AND (cardinality(:queues::text[]) = 0 OR k.queue = ANY (:queues::text[]))
			""";

	// Another node that holds a key admits from it.
	private static final String LOCK = """
			SELECT key FROM ojs.rate_limit WHERE key = ANY (:keys::text[]) ORDER BY key FOR NO KEY UPDATE SKIP LOCKED
			""";

	private static final String COMPLETE = """
			INSERT INTO ojs.rate_lane (lane, key, queue)
			SELECT DISTINCT l.lane, 'queue:' || l.queue, l.queue
			FROM ojs.rate_lane l JOIN ojs.queue q ON q.name = l.queue
			WHERE q.limited
			ON CONFLICT DO NOTHING
			""";

	// What was admitted to a queue that has been paused since, and has not started.
	private static final String RECALL = """
			UPDATE ojs.ready r SET queue = r.lane
			WHERE r.ctid = ANY (ARRAY(
			    SELECT p.ctid
			    FROM ojs.rate_lane l JOIN ojs.queue q ON q.name = l.queue AND q.paused
			    CROSS JOIN LATERAL (
			        SELECT c.ctid FROM ojs.ready c
			        WHERE c.lane = l.lane AND c.queue <> c.lane AND c.worker IS NULL FOR UPDATE SKIP LOCKED) p
			    WHERE l.key = ANY (:keys::text[])))
			RETURNING r.job_id
			""";

	// What is in a queue is held, whether it runs yet or not. Of a limited queue, also
	// what was claimed before it was limited: that is among the first of the queue.
	private static final String STATE = """
			SELECT r.key, r.rate, r.rate_ms, r.throttle, r.throttle_ms,
			       e.concurrency, h.held + f.held AS held, h.unstarted, w.waiting, s.started, s.first_start, s.last_start,
			       clock_timestamp() AS now
			FROM ojs.rate_limit r
			CROSS JOIN LATERAL (
			    SELECT CASE WHEN r.overridden IS NOT NULL
			                     AND (r.overridden_until IS NULL OR r.overridden_until > clock_timestamp())
			                THEN r.overridden ELSE r.concurrency END AS concurrency) e
			CROSS JOIN LATERAL (
			    SELECT count(*) AS held, count(*) FILTER (WHERE j.worker IS NULL) AS unstarted
			    FROM ojs.rate_lane l JOIN ojs.ready j ON j.lane = l.lane AND j.queue <> j.lane
			    WHERE l.key = r.key) h
			CROSS JOIN LATERAL (
			    SELECT count(*) AS held
			    FROM ojs.queue q
			    CROSS JOIN LATERAL (
			        SELECT c.worker, c.lane FROM ojs.ready c WHERE c.queue = q.name
			        ORDER BY c.rank, c.seq LIMIT 10000) j
			    WHERE q.limited AND r.key = 'queue:' || q.name AND j.worker IS NOT NULL AND j.lane IS NULL) f
			CROSS JOIN LATERAL (
			    SELECT count(*) AS waiting FROM (
			        SELECT 1 FROM ojs.rate_lane l JOIN ojs.ready j ON j.queue = l.lane
			        WHERE l.key = r.key
			        LIMIT CASE :counting WHEN 'NOTHING' THEN 0
			                             WHEN 'WHAT_MATTERS' THEN greatest(e.concurrency, r.rate, r.throttle) END) c) w
			CROSS JOIN LATERAL (
			    SELECT count(*) FILTER (WHERE b.at > clock_timestamp() - r.rate_ms * interval '1 millisecond')
			               AS started,
			           min(b.at) FILTER (WHERE b.at > clock_timestamp() - r.rate_ms * interval '1 millisecond')
			               AS first_start,
			           max(b.at) AS last_start
			    FROM ojs.rate_lane l JOIN ojs.rate_start b ON b.lane = l.lane
			    WHERE l.key = r.key) s
			WHERE r.key = ANY (:keys::text[])
			ORDER BY r.key
			""";

	// Locked here and not where they are moved: a job that somebody's open transaction
	// has locked is passed over, and the next one takes its place.
	private static final String CANDIDATES = """
			SELECT l.keys, c.job_id
			FROM (SELECT k.lane, array_agg(k.key) AS keys, min(b.room) AS room
			      FROM ojs.rate_lane k
			      LEFT JOIN unnest(:keys::text[], :rooms::int[]) AS b (key, room) ON b.key = k.key
			      WHERE k.lane = ANY (:lanes::text[])
			      GROUP BY k.lane
			      HAVING count(b.key) = count(*) AND min(b.room) > 0) l
			CROSS JOIN LATERAL (
			    SELECT r.job_id, r.rank, r.seq FROM ojs.ready r
			    WHERE r.queue = l.lane AND (r.expires_at IS NULL OR r.expires_at > statement_timestamp())
			    ORDER BY r.rank, r.seq LIMIT l.room FOR UPDATE SKIP LOCKED) c
			ORDER BY c.rank, c.seq
			""";

	// It keeps its place in the order of the queue.
	private static final String ADMIT = """
			UPDATE ojs.ready r SET queue = split_part(r.lane, '~', 1)
			WHERE r.job_id = ANY (:ids::uuid[]) AND r.queue = r.lane
			RETURNING r.job_id, r.queue, r.rank, r.seq, clock_timestamp() AS now
			""";

	// Only from lanes of which all keys are locked, so that it is known that one of them
	// has no room.
	private static final String DROP = """
			WITH gone AS (
			    DELETE FROM ojs.ready r WHERE r.ctid = ANY (ARRAY(
			        SELECT d.ctid
			        FROM (SELECT k.lane FROM ojs.rate_lane k
			              WHERE k.lane = ANY (:lanes::text[]) AND k.lane LIKE '%!'
			              GROUP BY k.lane
			              HAVING bool_and(k.key = ANY (:keys::text[])) AND bool_or(k.key = ANY (:exhausted::text[]))) l
			        CROSS JOIN LATERAL (
			            SELECT c.ctid FROM ojs.ready c WHERE c.queue = l.lane
			            ORDER BY c.rank, c.seq LIMIT :limit FOR UPDATE SKIP LOCKED) d
			        LIMIT :limit))
			    RETURNING job_id, split_part(lane, '~', 1) AS queue, type, attempt, started_at, workflow_id
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue)
			    SELECT job_id, clock_timestamp(), started_at, attempt, 6, queue FROM gone
			    RETURNING job_id, finished_at
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			    SELECT e.finished_at, 'job.discarded', g.job_id, g.type, g.queue, g.attempt,
			           jsonb_build_object('reason', 'rate_limited')
			    FROM gone g JOIN ended e USING (job_id)
			)
			SELECT g.job_id, g.queue, g.type, g.attempt, g.workflow_id, e.finished_at
			FROM gone g JOIN ended e USING (job_id)
			""";

	// Jobs that were stored before their queue was limited, or by whoever did not know.
	private static final String PARK = """
			WITH moved AS (
			    UPDATE ojs.ready r SET lane = r.queue || '~queue:' || r.queue, queue = r.queue || '~queue:' || r.queue
			    WHERE r.ctid = ANY (ARRAY(
			        SELECT p.ctid
			        FROM ojs.queue q
			        CROSS JOIN LATERAL (
			            SELECT c.ctid FROM ojs.ready c
			            WHERE c.queue = q.name AND c.worker IS NULL AND c.lane IS NULL
			            ORDER BY c.rank, c.seq LIMIT :limit FOR UPDATE SKIP LOCKED) p
			        WHERE q.limited LIMIT :limit))
			    RETURNING r.job_id
			)
			SELECT count(*) AS parked FROM moved
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

	// No window of any of a lane's keys reaches that far back.
	private static final String FORGET_STARTS = """
			DELETE FROM ojs.rate_start s WHERE s.ctid = ANY (ARRAY(
			    SELECT o.ctid
			    FROM (SELECT l.lane, max(greatest(r.rate_ms, r.throttle_ms, 1000)) AS window_ms
			          FROM ojs.rate_lane l JOIN ojs.rate_limit r ON r.key = l.key
			          WHERE l.lane IN (SELECT k.lane FROM ojs.rate_lane k WHERE k.key = ANY (:keys::text[]))
			          GROUP BY l.lane) w
			    CROSS JOIN LATERAL (
			        SELECT c.ctid FROM ojs.rate_start c
			        WHERE c.lane = w.lane AND c.at < clock_timestamp() - w.window_ms * interval '2 milliseconds'
			        LIMIT 10000 FOR UPDATE SKIP LOCKED) o
			    LIMIT 10000))
			""";

	private final JdbcClient jdbc;

	private final PinnedStatements pinned;

	RateLimits(JdbcClient jdbc, PinnedStatements pinned) {
		this.jdbc = jdbc;
		this.pinned = pinned;
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
	 * @param waiting how many wait; 0 unless they were to be counted
	 * @param started how many have started within the window
	 * @param firstStart the first of these
	 * @param lastStart the last start of all that are remembered
	 * @param now the database's clock
	 */
	public record State(String key, @Nullable Integer concurrency, RateLimit.@Nullable Rate rate,
			RateLimit.@Nullable Rate throttle, int held, int unstarted, int waiting, int started,
			@Nullable Instant firstStart, @Nullable Instant lastStart, Instant now) {

		/**
		 * How many more may run by the concurrency.
		 * @return the number, {@link Integer#MAX_VALUE} for any
		 */
		public int leftByConcurrency() {
			return (this.concurrency != null) ? Math.max(0, this.concurrency - this.held) : Integer.MAX_VALUE;
		}

		/**
		 * How many more may start within the window. What has been let in and does not
		 * run yet counts as if it started now.
		 * @return the number, {@link Integer#MAX_VALUE} for any
		 */
		public int leftByRate() {
			return (this.rate != null) ? Math.max(0, this.rate.limit() - this.started - this.unstarted)
					: Integer.MAX_VALUE;
		}

		/**
		 * How many more may start now by the throttle, which lets start one at a time.
		 * @return 0 or 1, {@link Integer#MAX_VALUE} without a throttle
		 */
		public int leftByThrottle() {
			if (this.throttle == null) {
				return Integer.MAX_VALUE;
			}
			return (this.throttle.limit() == 0 || this.unstarted > 0 || nextByThrottle() != null) ? 0 : 1;
		}

		/**
		 * When the first start leaves the window.
		 * @return the time, {@code null} without one
		 */
		public @Nullable Instant windowResetsAt() {
			return (this.rate != null && this.firstStart != null) ? this.firstStart.plus(this.rate.period()) : null;
		}

		/**
		 * When the next may start by the throttle.
		 * @return a time to come, {@code null} if the throttle lets one start now or none
		 * at all
		 */
		public @Nullable Instant nextByThrottle() {
			if (this.throttle == null || this.throttle.limit() == 0 || this.lastStart == null) {
				return null;
			}
			Instant next = this.lastStart.plus(this.throttle.period().dividedBy(this.throttle.limit()));
			return next.isAfter(this.now) ? next : null;
		}

	}

	/**
	 * A lane in which jobs wait.
	 *
	 * @param name its name
	 * @param keys its keys
	 * @param incomplete whether it is not noted yet that its queue is limited
	 */
	public record Lane(String name, List<String> keys, boolean incomplete) {
	}

	/**
	 * A job that waits.
	 *
	 * @param keys its keys
	 * @param jobId the job
	 */
	public record Candidate(List<String> keys, UUID jobId) {
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
	 * Sets what an operator says.
	 * @param limit the limit
	 */
	public void set(RateLimit limit) {
		numbers(SET, limit).update();
	}

	/**
	 * Sets what the latest job says. To be run as a transaction by itself, as it locks
	 * the key.
	 * @param limit the limit
	 * @return whether it holds now, or is not to hold; otherwise somebody else has locked
	 * the key
	 */
	public boolean change(RateLimit limit) {
		return numbers(CHANGE, limit).query(Boolean.class).single();
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
	 * Limits a queue, or no longer: from now on only what was admitted is claimed from
	 * it.
	 * @param queue the queue
	 * @param limited whether it is limited
	 */
	public void limitQueue(String queue, boolean limited) {
		this.jdbc.sql(LIMIT_QUEUE).param("queue", queue).param("limited", limited).update();
	}

	/**
	 * In which lanes jobs wait, except for those of paused queues.
	 * @param queues only of these queues; empty for all
	 * @return the lanes
	 */
	public List<Lane> waiting(Collection<String> queues) {
		return this.pinned.query(Plan.LOOKUP, WAITING,
				new MapSqlParameterSource("queues", SqlArrays.texts(queues, (queue) -> queue)),
				(row, number) -> new Lane(row.getString("lane"), texts(row, "keys"), row.getBoolean("incomplete")));
	}

	private static List<String> texts(ResultSet row, String column) throws SQLException {
		return List.of((String[]) row.getArray(column).getArray());
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
	 * Notes the keys of limited queues for all lanes of these queues.
	 */
	public void complete() {
		this.jdbc.sql(COMPLETE).update();
	}

	/**
	 * Takes back what was admitted to queues that are paused, and has not started.
	 * @param keys keys that are locked
	 */
	public void recall(Collection<String> keys) {
		this.pinned.query(Plan.LOOKUP, RECALL, new MapSqlParameterSource("keys", SqlArrays.texts(keys, (key) -> key)),
				(row, number) -> row.getObject("job_id", UUID.class));
	}

	/**
	 * How much of what waits for a key is counted, in the same moment as all the rest.
	 */
	public enum Counting {

		/** Nothing, and so it is taken for nothing. */
		NOTHING,

		/** Not more than could ever start at once. */
		WHAT_MATTERS,

		/** Everything, which may be much. */
		ALL

	}

	/**
	 * Reads where keys stand.
	 * @param keys the keys
	 * @param counting whether to count what waits
	 * @return the states of those that exist
	 */
	public List<State> states(Collection<String> keys, Counting counting) {
		return this.pinned.query(Plan.LOOKUP, STATE,
				new MapSqlParameterSource("keys", SqlArrays.texts(keys, (key) -> key)).addValue("counting",
						counting.name()),
				(row, number) -> state(row));
	}

	private static State state(ResultSet row) throws SQLException {
		return new State(row.getString("key"), integer(row, "concurrency"), rate(row, "rate"), rate(row, "throttle"),
				row.getInt("held"), row.getInt("unstarted"), row.getInt("waiting"), row.getInt("started"),
				Columns.instant(row, "first_start"), Columns.instant(row, "last_start"), Columns.required(row, "now"));
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
	 * Locks what is to be admitted next, of lanes whose keys all have room.
	 * @param lanes the lanes
	 * @param rooms how many more may start, by keys that are locked
	 * @return the jobs, in the order in which they are to be admitted; for each lane as
	 * many as the least of its keys has room for
	 */
	public List<Candidate> candidates(Collection<Lane> lanes, Map<String, Integer> rooms) {
		return this.pinned.query(Plan.LOOKUP, CANDIDATES,
				new MapSqlParameterSource("lanes", SqlArrays.texts(lanes, Lane::name))
					.addValue("keys", SqlArrays.texts(rooms.entrySet(), Map.Entry::getKey))
					.addValue("rooms", SqlArrays.integers(rooms.entrySet(), Map.Entry::getValue)),
				(row, number) -> new Candidate(texts(row, "keys"), row.getObject("job_id", UUID.class)));
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
	 * Discards what must not wait and cannot start.
	 * @param lanes the lanes
	 * @param keys the keys that are locked
	 * @param exhausted those of them that have no more room
	 * @param limit how many at most
	 * @return the discarded jobs
	 */
	public List<WaitingJobs.Ended> drop(Collection<Lane> lanes, Collection<String> keys, Collection<String> exhausted,
			int limit) {
		return this.pinned.query(Plan.LOOKUP, DROP,
				new MapSqlParameterSource("lanes", SqlArrays.texts(lanes, Lane::name))
					.addValue("keys", SqlArrays.texts(keys, (key) -> key))
					.addValue("exhausted", SqlArrays.texts(exhausted, (key) -> key))
					.addValue("limit", limit),
				(row, number) -> WaitingJobs.Ended.of(row, null));
	}

	/**
	 * Puts jobs of limited queues into their lanes.
	 * @param limit how many at most
	 * @return how many
	 */
	public int park(int limit) {
		return this.pinned
			.query(Plan.LOOKUP, PARK, new MapSqlParameterSource("limit", limit), (row, number) -> row.getInt("parked"))
			.get(0);
	}

	/**
	 * Forgets starts that no window reaches any more.
	 * @param keys the keys
	 */
	public void forgetStarts(Collection<String> keys) {
		this.jdbc.sql(FORGET_STARTS).param("keys", SqlArrays.texts(keys, (key) -> key)).update();
	}

	/**
	 * Sets a number of the operator's in place of what jobs say.
	 * @param key the key
	 * @param concurrency how many may run at once; {@code null} to take it back
	 * @param until until when; {@code null} for good
	 * @return whether the key exists
	 */
	public boolean override(String key, @Nullable Integer concurrency, @Nullable Instant until) {
		return this.jdbc
			.sql("""
					UPDATE ojs.rate_limit SET overridden = :concurrency, overridden_until = :until::timestamptz WHERE key = :key
					""")
			.param("concurrency", concurrency, Types.INTEGER)
			.param("until", SqlArrays.text(until), Types.VARCHAR)
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
