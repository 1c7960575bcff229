package org.openjobspec.benchmarks.speed;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.benchmarks.support.Database;

/**
 * Connection pools for contenders that do not bring one.
 */
final class Pool {

	private Pool() {
	}

	static HikariDataSource of(Database database, int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(database.url());
		config.setUsername(database.user());
		config.setPassword(database.password());
		config.setMaximumPoolSize(size);
		return new HikariDataSource(config);
	}

}
