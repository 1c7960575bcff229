package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.openjobspec.benchmarks.support.Database;

/**
 * Puts a database in order before something is measured, so that nobody pays for what
 * came before.
 */
final class Settle {

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private Settle() {
	}

	static void all(Database database) throws SQLException {
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("VACUUM (ANALYZE)");
			checkpoint(statement);
		}
		System.gc();
	}

	// Not everybody may do that on a server that is not embedded.
	static void checkpoint(Statement statement) throws SQLException {
		try {
			statement.execute("CHECKPOINT");
		}
		catch (SQLException ex) {
			if (!INSUFFICIENT_PRIVILEGE.equals(ex.getSQLState())) {
				throw ex;
			}
		}
	}

}
