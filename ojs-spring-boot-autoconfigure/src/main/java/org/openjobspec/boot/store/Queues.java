package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Queues: which there are, which are paused, what they hold.
 */
public final class Queues {

	// The narrow tables answer for what has not ended. What has ended may be much, so who
	// asks often must be able to do without.
	private static final String COUNT = """
			SELECT coalesce((SELECT paused FROM ojs.queue WHERE name = :queue), false) AS paused, clock_timestamp() AS now,
			       (extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000)::int8 AS took_ms,
			       r.available, r.active, w.scheduled, w.retryable, w.pending, o.completed, o.cancelled, o.discarded,
			       o.dead_letter
			FROM (SELECT count(*) FILTER (WHERE worker IS NULL) AS available,
			             count(*) FILTER (WHERE worker IS NOT NULL) AS active
			      -- Limited jobs that wait are in lanes, whose names begin with the queue's.
			      FROM ojs.ready WHERE queue = :queue OR (queue > :queue || '~' AND queue < :queue || '~~')) r,
			     (SELECT count(*) FILTER (WHERE state = 1) AS scheduled, count(*) FILTER (WHERE state = 2) AS retryable,
			             count(*) FILTER (WHERE state = 3) AS pending
			      FROM ojs.waiting WHERE queue = :queue) w,
			     (SELECT count(*) FILTER (WHERE state = 4) AS completed, count(*) FILTER (WHERE state = 5) AS cancelled,
			             count(*) FILTER (WHERE state >= 6) AS discarded, count(*) FILTER (WHERE state = 8) AS dead_letter
			      FROM ojs.outcome WHERE queue = :queue AND :ended) o
			""";

	// A loose scan: one probe per queue instead of one row per job.
	private static final String USED = """
			WITH RECURSIVE ready AS (
			    (SELECT queue FROM ojs.ready ORDER BY queue LIMIT 1)
			    UNION ALL
			    SELECT (SELECT r.queue FROM ojs.ready r WHERE r.queue > p.queue ORDER BY r.queue LIMIT 1)
			    FROM ready p WHERE p.queue IS NOT NULL
			),
			waiting AS (
			    (SELECT queue FROM ojs.waiting ORDER BY queue LIMIT 1)
			    UNION ALL
			    SELECT (SELECT w.queue FROM ojs.waiting w WHERE w.queue > p.queue ORDER BY w.queue LIMIT 1)
			    FROM waiting p WHERE p.queue IS NOT NULL
			)
			SELECT name, paused, created_at FROM ojs.queue
			UNION ALL
			SELECT u.queue, false, clock_timestamp()
			FROM (SELECT split_part(queue, '~', 1) AS queue FROM ready UNION SELECT queue FROM waiting) u
			WHERE u.queue IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ojs.queue q WHERE q.name = u.queue)
			ORDER BY 1
			""";

	// Up to the bound, so that a queue that is far beyond costs no more than one that is
	// full.
	private static final String DEPTH = """
			SELECT (SELECT count(*) FROM (
			            SELECT 1 FROM ojs.ready WHERE queue = :queue AND worker IS NULL
			            UNION ALL
			            SELECT 1 FROM ojs.ready WHERE queue > :queue || '~' AND queue < :queue || '~~'
			            LIMIT :atMost) r)
			     + (SELECT count(*) FROM (SELECT 1 FROM ojs.waiting WHERE queue = :queue AND state <> 3 LIMIT :atMost) w)
			""";

	private final JdbcClient jdbc;

	Queues(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Remembers that queues are in use.
	 * @param names the queues
	 */
	public void remember(Collection<String> names) {
		this.jdbc.sql("""
				INSERT INTO ojs.queue (name) SELECT n FROM unnest(:names::text[]) AS u (n) ORDER BY n
				ON CONFLICT (name) DO NOTHING
				""").param("names", SqlArrays.texts(names, name -> name)).update();
	}

	/**
	 * Stops or resumes deliveries. A claim reads this in its own statement, so it holds
	 * at once on every node.
	 * @param name the queue
	 * @param paused whether to stop
	 * @return the queue
	 */
	public Entry pause(String name, boolean paused) {
		return this.jdbc.sql("""
				INSERT INTO ojs.queue (name, paused) VALUES (:name, :paused)
				ON CONFLICT (name) DO UPDATE SET paused = excluded.paused RETURNING name, paused, created_at
				""").param("name", name).param("paused", paused).query((row, number) -> entry(row)).single();
	}

	/**
	 * Bounds a queue.
	 * @param name the queue
	 * @param maxDepth how many jobs it may hold; {@code null} for any number
	 */
	public void bound(String name, @Nullable Integer maxDepth) {
		this.jdbc.sql("""
				INSERT INTO ojs.queue (name, max_depth) VALUES (:name, :depth)
				ON CONFLICT (name) DO UPDATE SET max_depth = excluded.max_depth
				""").param("name", name).param("depth", maxDepth, Types.INTEGER).update();
	}

	/**
	 * Counts what a bounded queue holds (ojs-backpressure 4): available, scheduled and
	 * retryable jobs.
	 * @param queue the queue
	 * @param atMost where to stop counting
	 * @return the number
	 */
	public int depth(String queue, int atMost) {
		return this.jdbc.sql(DEPTH).param("queue", queue).param("atMost", atMost).query(Integer.class).single();
	}

	/**
	 * Lists the queues that have been used or paused.
	 * @return the queues by name
	 */
	public List<Entry> list() {
		return this.jdbc.sql(USED).query((row, number) -> entry(row)).list();
	}

	private static Entry entry(ResultSet row) throws SQLException {
		return new Entry(row.getString("name"), row.getBoolean("paused"), Columns.required(row, "created_at"));
	}

	/**
	 * Counts a queue's jobs.
	 * @param queue the queue
	 * @param ended whether to count those that have ended, too
	 * @return the counts
	 */
	public Counts count(String queue, boolean ended) {
		return this.jdbc.sql(COUNT)
			.param("queue", queue)
			.param("ended", ended)
			.query((row, number) -> new Counts(row.getBoolean("paused"), row.getLong("available"),
					row.getLong("active"), row.getLong("scheduled"), row.getLong("retryable"), row.getLong("pending"),
					row.getLong("completed"), row.getLong("cancelled"), row.getLong("discarded"),
					row.getLong("dead_letter"), Columns.required(row, "now"),
					Duration.ofMillis(row.getLong("took_ms"))))
			.single();
	}

	/**
	 * Counts available jobs of other types among those that come next.
	 * @param queues the queues
	 * @param types the types not to count
	 * @param depth how many jobs of each queue to look at
	 * @return how many of which type
	 */
	public Map<String, Long> countOthers(Collection<String> queues, Collection<String> types, int depth) {
		Map<String, Long> counts = new TreeMap<>();
		this.jdbc.sql("""
				SELECT n.type, count(*) AS jobs
				FROM unnest(:queues::text[]) AS q (name) CROSS JOIN LATERAL (
				    SELECT r.type, r.worker FROM ojs.ready r WHERE r.queue = q.name
				    ORDER BY r.rank, r.seq LIMIT :depth) n
				WHERE n.worker IS NULL AND NOT n.type = ANY (:types::text[])
				GROUP BY n.type
				""")
			.param("queues", SqlArrays.texts(queues, queue -> queue))
			.param("types", SqlArrays.texts(types, type -> type))
			.param("depth", depth)
			.query(row -> {
				counts.put(row.getString("type"), row.getLong("jobs"));
			});
		return counts;
	}

	/**
	 * A queue.
	 *
	 * @param name its name
	 * @param paused whether deliveries are stopped
	 * @param createdAt when it was first seen
	 */
	public record Entry(String name, boolean paused, Instant createdAt) {
	}

	/**
	 * What a queue holds, by state, and how long the database has counted.
	 *
	 * @param paused whether deliveries are stopped
	 * @param available jobs that may be fetched, or wait for a limit
	 * @param active jobs that are being run
	 * @param scheduled jobs that are not due yet
	 * @param retryable jobs that wait for their next attempt
	 * @param pending jobs that wait to be activated
	 * @param completed jobs that have completed; 0 unless they were counted
	 * @param cancelled jobs that were cancelled; 0 unless they were counted
	 * @param discarded jobs that have failed for good; 0 unless they were counted
	 * @param deadLetter those of them that are in the dead letter
	 * @param now the database's time
	 * @param took how long the count took
	 */
	public record Counts(boolean paused, long available, long active, long scheduled, long retryable, long pending,
			long completed, long cancelled, long discarded, long deadLetter, Instant now, Duration took) {
	}

}
