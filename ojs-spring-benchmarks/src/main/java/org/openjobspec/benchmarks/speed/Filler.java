package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import org.openjobspec.benchmarks.support.Database;

/**
 * Puts millions of jobs into the tables without going through the engine, as the engine
 * would have left them: ids that ascend with time, in the order of the queue.
 */
final class Filler {

	private static final int CHUNK = 500_000;

	/** Above this many rows the planner's statistics are renewed. */
	private static final long LARGE = 100_000;

	// A UUIDv7: milliseconds, version, low bits of the number, variant, the number.
	private static final String ROWS = """
			SELECT n, (lpad(to_hex((extract(epoch FROM now()) * 1000)::int8 + n / 1000), 12, '0') || '7'
			           || lpad(to_hex(n % 1000), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid AS id
			FROM generate_series(?::int8, ?::int8) n
			""";

	private static final String JOBS = """
			stored AS (
			    INSERT INTO ojs.job (id, created_at, max_attempts, priority, type, queue, args, meta)
			    SELECT id, now(), 3, 0, '%s', 'default', '[' || n || ']', '{}' FROM rows ORDER BY n)
			""".formatted(Ojs.TYPE);

	private static final String WAITING = "WITH rows AS MATERIALIZED (" + ROWS + "), " + JOBS + """
			INSERT INTO ojs.ready (available_at, job_id, rank, queue, type)
			SELECT now(), id, 0, 'default', '%s' FROM rows ORDER BY n
			""".formatted(Ojs.TYPE);

	private static final String COMPLETED = "WITH rows AS MATERIALIZED (" + ROWS + "), " + JOBS + """
			INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue, worker)
			SELECT id, now(), now(), 1, 4, 'default', 'filler' FROM rows ORDER BY n
			""";

	private final Database database;

	private long next;

	Filler(Database database) {
		this.database = database;
	}

	/**
	 * Adds jobs until so many are waiting.
	 * @param waiting how many
	 * @throws SQLException if the server refuses
	 */
	void fillTo(long waiting) throws SQLException {
		try (Connection connection = this.database.connect()) {
			long missing = waiting - Drain.count(connection, "SELECT count(*) FROM ojs.ready");
			insert(connection, WAITING, missing);
			vacuum(connection, missing, "ojs.ready, ojs.job");
		}
	}

	/**
	 * Adds jobs that were completed.
	 * @param completed how many
	 * @throws SQLException if the server refuses
	 */
	void complete(long completed) throws SQLException {
		try (Connection connection = this.database.connect()) {
			insert(connection, COMPLETED, completed);
			vacuum(connection, completed, "ojs.outcome, ojs.job");
		}
	}

	private void insert(Connection connection, String sql, long count) throws SQLException {
		try (Statement settings = connection.createStatement();
				PreparedStatement insert = connection.prepareStatement(sql)) {
			settings.execute("SET synchronous_commit = off");
			long end = this.next + count;
			while (this.next < end) {
				long last = Math.min(this.next + CHUNK, end);
				insert.setLong(1, this.next);
				insert.setLong(2, last - 1);
				insert.executeUpdate();
				this.next = last;
			}
			settings.execute("RESET synchronous_commit");
		}
	}

	private static void vacuum(Connection connection, long rows, String tables) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute((rows > LARGE) ? "VACUUM (ANALYZE) " + tables : "VACUUM (ANALYZE) ojs.ready");
			if (rows > LARGE) {
				Settle.checkpoint(statement);
			}
		}
	}

}
