package org.openjobspec.boot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.store.Store;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Makes an engine that has no database and is thrown away, on Spring Boot's thread for
 * such things and while Spring reads the configuration: its classes, some hundred, are
 * read and verified when the thread that starts the application needs them. Does nothing
 * else, since a start may still be without an engine.
 */
final class EnginePreinitializer implements BackgroundPreinitializer {

	@Override
	public void preinitialize() {
		new JobEngine(new Store(new NoDatabase(), null, null), EngineSettings.DEFAULT, List.of(), (type) -> null);
	}

	private static final class NoDatabase extends AbstractDataSource {

		@Override
		public Connection getConnection() throws SQLException {
			throw new SQLException("This engine is for no jobs");
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
