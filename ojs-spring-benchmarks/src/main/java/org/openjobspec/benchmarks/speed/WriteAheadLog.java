package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * Reads what a server has written to its log, and how much of it is images of whole
 * pages, which the first change of a page after a checkpoint costs. These are told apart
 * by {@code pg_walinspect} where the server has it.
 */
final class WriteAheadLog implements AutoCloseable {

	private final Connection connection;

	private final boolean inspects;

	private WriteAheadLog(Connection connection, boolean inspects) {
		this.connection = connection;
		this.inspects = inspects;
	}

	/**
	 * Bytes of the log.
	 *
	 * @param bytes all of them
	 * @param pageBytes those that are images of whole pages; {@code null} if the server
	 * cannot tell
	 */
	record Written(long bytes, @Nullable Long pageBytes) {
	}

	/**
	 * Connects.
	 * @param database a database of the server, which gets the extension
	 * @return the log
	 * @throws SQLException if the server refuses
	 */
	static WriteAheadLog open(Database database) throws SQLException {
		Connection connection = database.connect();
		try (Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_walinspect')")) {
			row.next();
			boolean inspects = row.getBoolean(1);
			if (inspects) {
				statement.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect");
			}
			return new WriteAheadLog(connection, inspects);
		}
	}

	/** Makes the next change of each page cost an image of it. */
	void checkpoint() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("CHECKPOINT");
		}
	}

	/**
	 * The end of the log.
	 * @return its position
	 * @throws SQLException if the server refuses
	 */
	String position() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * What was written between two positions.
	 * @param from the earlier
	 * @param to the later
	 * @return the bytes
	 * @throws SQLException if the server refuses
	 */
	Written between(String from, String to) throws SQLException {
		// A claim does not wait for the disk, and only what is on it can be inspected.
		String pages = this.inspects ? "(SELECT sum(fpi_size)::int8 FROM pg_get_wal_stats(?::pg_lsn, ?::pg_lsn, false))"
				: "NULL::int8";
		try (PreparedStatement statement = this.connection
			.prepareStatement("SELECT pg_wal_lsn_diff(?::pg_lsn, ?::pg_lsn)::int8, " + pages)) {
			statement.setString(1, to);
			statement.setString(2, from);
			if (this.inspects) {
				awaitFlushed(to);
				statement.setString(3, from);
				statement.setString(4, to);
			}
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				long pageBytes = row.getLong(2);
				return new Written(row.getLong(1), row.wasNull() ? null : pageBytes);
			}
		}
	}

	private void awaitFlushed(String position) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement("""
				SELECT pg_current_wal_flush_lsn() >= ?::pg_lsn, pg_sleep(0.01)
				""")) {
			statement.setString(1, position);
			for (int attempt = 0; attempt < 1000; attempt++) {
				try (ResultSet row = statement.executeQuery()) {
					row.next();
					if (row.getBoolean(1)) {
						return;
					}
				}
			}
			throw new IllegalStateException("The log was not written to disk up to " + position);
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
