package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts everything, for people. What has not ended is counted in the narrow tables; the
 * history is read as a whole, so nobody may ask for that at every turn.
 */
public final class Census {

	// Limited jobs that wait are in lanes, whose names begin with the queue's.
	private static final String LIVE = """
			SELECT queue, state, jobs, (extract(epoch FROM statement_timestamp() - due) * 1000)::int8 AS due_ms
			FROM (
			    SELECT split_part(queue, '~', 1) AS queue,
			           CASE WHEN worker IS NULL THEN 'AVAILABLE' ELSE 'ACTIVE' END AS state, count(*) AS jobs,
			           min(available_at) FILTER (WHERE worker IS NULL) AS due
			    FROM ojs.ready GROUP BY 1, 2
			    UNION ALL
			    SELECT queue, (ARRAY['SCHEDULED', 'RETRYABLE', 'PENDING'])[state], count(*),
			           min(due_at) FILTER (WHERE due_at <= statement_timestamp())
			    FROM ojs.waiting GROUP BY 1, 2) live
			""";

	private static final String ENDED = """
			SELECT queue, CASE state WHEN 4 THEN 'COMPLETED' WHEN 5 THEN 'CANCELLED' ELSE 'DISCARDED' END AS state,
			       count(*) AS jobs, NULL::int8 AS due_ms
			FROM ojs.outcome GROUP BY 1, 2
			""";

	private static final String BACKLOG = """
			WITH ready AS (
			    SELECT split_part(queue, '~', 1) AS queue, count(*) FILTER (WHERE worker IS NULL) AS depth,
			           count(*) FILTER (WHERE worker IS NOT NULL) AS active,
			           min(available_at) FILTER (WHERE worker IS NULL) AS oldest,
			           (extract(epoch FROM avg(started_at - available_at) FILTER (WHERE worker IS NOT NULL)) * 1000)::int8
			               AS wait_ms
			    FROM ojs.ready GROUP BY 1
			),
			started AS (
			    SELECT queue, sum(coalesce(cardinality(job_ids), 1)) AS started
			    FROM ojs.event
			    WHERE at > statement_timestamp() - interval '1 minute' AND type = 'job.started' GROUP BY 1
			)
			SELECT queue, coalesce(r.depth, 0) AS depth, coalesce(r.active, 0) AS active, r.oldest, r.wait_ms,
			       coalesce(s.started, 0) AS started
			FROM ready r FULL JOIN started s USING (queue) ORDER BY 1
			""";

	// Of the failures only the latest are looked at: no index knows their times, and
	// their numbers are in the order of their times.
	private static final String LAST_MINUTE = """
			SELECT (SELECT count(*) FROM ojs.outcome
			        WHERE state = 4 AND finished_at > statement_timestamp() - interval '1 minute') AS completed,
			       (SELECT count(*) FILTER (WHERE f.occurred_at > statement_timestamp() - interval '1 minute')
			        FROM (SELECT occurred_at FROM ojs.failure ORDER BY id DESC LIMIT 20000) f) AS failed
			""";

	private final JdbcClient jdbc;

	Census(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * How many jobs of a queue are in a state.
	 *
	 * @param queue the queue
	 * @param state the state
	 * @param jobs how many
	 * @param due for how long the first of them could have been fetched, or has been due
	 * to become available; {@code null} if none could and none is
	 */
	public record Count(String queue, JobState state, long jobs, @Nullable Duration due) {
	}

	/**
	 * What waits in a queue to be fetched.
	 *
	 * @param queue the queue
	 * @param depth how many available jobs
	 * @param active how many active jobs
	 * @param oldest since when the first of the available ones is; {@code null} when
	 * there is none
	 * @param started how many attempts were started within the last minute
	 * @param waited how long those that are active have waited, on an average;
	 * {@code null} when there is none
	 */
	public record Backlog(String queue, long depth, long active, @Nullable Instant oldest, long started,
			@Nullable Duration waited) {
	}

	/**
	 * What has happened within a minute.
	 *
	 * @param completed how many jobs were completed
	 * @param failed how many attempts failed, counted up to 20,000
	 */
	public record Minute(long completed, long failed) {
	}

	/**
	 * Counts what has not ended.
	 * @return the counts
	 */
	public List<Count> live() {
		return this.jdbc.sql(LIVE).query((row, number) -> count(row)).list();
	}

	/**
	 * Looks what waits, since when, and what was started lately. Reads the events of a
	 * minute.
	 * @return the queues that have available or active jobs, or have had, by name
	 */
	public List<Backlog> backlog() {
		return this.jdbc.sql(BACKLOG)
			.query((row, number) -> new Backlog(row.getString("queue"), row.getLong("depth"), row.getLong("active"),
					Columns.instant(row, "oldest"), row.getLong("started"), Columns.millis(row, "wait_ms")))
			.list();
	}

	/**
	 * Counts what has ended and is still kept.
	 * @return the counts
	 */
	public List<Count> ended() {
		return this.jdbc.sql(ENDED).query((row, number) -> count(row)).list();
	}

	private static Count count(ResultSet row) throws SQLException {
		return new Count(row.getString("queue"), JobState.valueOf(row.getString("state")), row.getLong("jobs"),
				Columns.millis(row, "due_ms"));
	}

	/**
	 * Counts what has happened within the last minute.
	 * @return the counts
	 */
	public Minute lastMinute() {
		return this.jdbc.sql(LAST_MINUTE)
			.query((row, number) -> new Minute(row.getLong("completed"), row.getLong("failed")))
			.single();
	}

}
