package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts everything, for people. What has not ended is counted in the narrow tables; the
 * history is read as a whole, so nobody may ask for that at every turn.
 */
public final class Census {

	// Limited jobs that wait are in lanes, whose names begin with the queue's.
	private static final String LIVE = """
			SELECT split_part(queue, '~', 1) AS queue,
			       CASE WHEN worker IS NULL THEN 'AVAILABLE' ELSE 'ACTIVE' END AS state, count(*) AS jobs
			FROM ojs.ready GROUP BY 1, 2
			UNION ALL
			SELECT queue, (ARRAY['SCHEDULED', 'RETRYABLE', 'PENDING'])[state], count(*)
			FROM ojs.waiting GROUP BY 1, 2
			""";

	private static final String ENDED = """
			SELECT queue, CASE state WHEN 4 THEN 'COMPLETED' WHEN 5 THEN 'CANCELLED' ELSE 'DISCARDED' END AS state,
			       count(*) AS jobs
			FROM ojs.outcome GROUP BY 1, 2
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
	 */
	public record Count(String queue, JobState state, long jobs) {
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
	 * Counts what has ended and is still kept.
	 * @return the counts
	 */
	public List<Count> ended() {
		return this.jdbc.sql(ENDED).query((row, number) -> count(row)).list();
	}

	private static Count count(ResultSet row) throws SQLException {
		return new Count(row.getString("queue"), JobState.valueOf(row.getString("state")), row.getLong("jobs"));
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
