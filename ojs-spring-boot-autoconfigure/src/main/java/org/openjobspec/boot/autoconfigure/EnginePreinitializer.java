package org.openjobspec.boot.autoconfigure;

import java.util.List;

import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.store.Store;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Makes an engine that has no database and is thrown away, on Spring Boot's thread for
 * such things and while Spring reads the configuration: its classes, some hundred, are
 * read and verified when the thread that starts the application needs them. Does nothing
 * else, since a start may still be without an engine.
 */
final class EnginePreinitializer implements BackgroundPreinitializer {

	@Override
	public void preinitialize() {
		// Without a driver it has no connections, and nobody asks it for one.
		new JobEngine(new Store(new SimpleDriverDataSource(), null, null), EngineSettings.DEFAULT, List.of(),
				(type) -> null);
	}

}
