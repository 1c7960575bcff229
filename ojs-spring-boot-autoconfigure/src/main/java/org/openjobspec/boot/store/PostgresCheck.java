package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.SchemaException.Problem;

import org.springframework.jdbc.support.JdbcUtils;

/**
 * Whether a DataSource leads to a PostgreSQL that can be used.
 */
final class PostgresCheck {

	private static final int OLDEST = 14;

	private PostgresCheck() {
	}

	/**
	 * Connects to a PostgreSQL that can be used, or tells why that is not possible.
	 * @param dataSource the database
	 * @return a connection
	 * @throws SchemaException if there is none to be had, or it leads elsewhere
	 */
	static Connection connect(DataSource dataSource) {
		@Nullable Connection connection = null;
		boolean usable = false;
		try {
			connection = dataSource.getConnection();
			// A pool that connects late, does so for this.
			require(connection);
			usable = true;
			return connection;
		}
		catch (SchemaException ex) {
			throw ex;
		}
		// HikariCP throws what is unchecked when it makes its pool.
		catch (SQLException | RuntimeException ex) {
			throw unreachable(ex);
		}
		finally {
			if (!usable) {
				JdbcUtils.closeConnection(connection);
			}
		}
	}

	static SchemaException unreachable(Exception ex) {
		return new SchemaException(Problem.UNREACHABLE, "The database cannot be reached: " + SqlFaults.reason(ex), ex);
	}

	private static void require(Connection connection) throws SQLException {
		DatabaseMetaData database = connection.getMetaData();
		String found = database.getDatabaseProductName() + " " + database.getDatabaseProductVersion();
		if (!"PostgreSQL".equals(database.getDatabaseProductName())) {
			throw new SchemaException(Problem.WRONG_DATABASE, "The DataSource leads to %s.".formatted(found), null);
		}
		if (database.getDatabaseMajorVersion() < OLDEST) {
			throw new SchemaException(Problem.DATABASE_TOO_OLD,
					"The DataSource leads to %s, but PostgreSQL %d is the oldest that works.".formatted(found, OLDEST),
					null);
		}
	}

}
