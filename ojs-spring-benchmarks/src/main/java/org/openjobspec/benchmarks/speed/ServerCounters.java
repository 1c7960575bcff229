package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Counters of a PostgreSQL server that only rise.
 *
 * @param writes transactions that were given an id, which those are that write; exact
 * @param commits commits in one database, reads too; each connection reports its own at
 * most once per second
 * @param walBytes bytes of write-ahead log; exact
 * @param fullPages pages that were put into the log whole; reported as the commits are
 * @param walSyncs how often the log was forced to disk; reported as the commits are
 */
record ServerCounters(long writes, long commits, long walBytes, long fullPages, long walSyncs) {

	// The number of syncs moved to another view with version 18.
	private static final String READ = """
			SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8,
			       (SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = ?),
			       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::int8, w.wal_fpi, %s
			FROM pg_stat_wal w
			""";

	private static final String SYNCS = "w.wal_sync";

	private static final String SYNCS_SINCE_18 = """
			(SELECT coalesce(sum(fsyncs), 0)::int8 FROM pg_stat_io WHERE object = 'wal')
			""";

	/**
	 * Reads the counters.
	 * @param connection a connection to another database, so that it does not count
	 * itself
	 * @param database the database whose commits to count
	 * @return the counters
	 * @throws SQLException if the server refuses
	 */
	static ServerCounters read(Connection connection, String database) throws SQLException {
		boolean since18 = connection.getMetaData().getDatabaseMajorVersion() >= 18;
		try (PreparedStatement statement = connection
			.prepareStatement(READ.formatted(since18 ? SYNCS_SINCE_18 : SYNCS))) {
			statement.setString(1, database);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return new ServerCounters(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
						row.getLong(5));
			}
		}
	}

	/**
	 * What has happened since.
	 * @param before the earlier counters
	 * @return the differences
	 */
	ServerCounters since(ServerCounters before) {
		return new ServerCounters(this.writes - before.writes, this.commits - before.commits,
				this.walBytes - before.walBytes, this.fullPages - before.fullPages, this.walSyncs - before.walSyncs);
	}

}
