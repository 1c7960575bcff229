package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Opens a connection for each statement, which commits by itself.
 */
final class UnpooledDataSource extends AbstractDataSource {

	private static final int PATIENCE_MILLIS = 10_000;

	private final OwnConnection connections;

	UnpooledDataSource(OwnConnection connections) {
		this.connections = connections;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = this.connections.open();
		try {
			// Whatever the URL allows its statements: nobody else notices when
			// the network drops this one.
			connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
			if (!connection.getAutoCommit()) {
				connection.setAutoCommit(true);
			}
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			JdbcUtils.closeConnection(connection);
			throw ex;
		}
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("Connections are those of the application's user");
	}

}
