package org.openjobspec.boot;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.TestDatabase.OwnServer;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TestDatabase}.
 */
class TestDatabaseTests {

	@Test
	void freshDatabasesAreEmptyAndDistinct() {
		Database first = TestDatabase.fresh();
		Database second = TestDatabase.fresh();
		JdbcClient.create(first.dataSource()).sql("CREATE TABLE only_in_first (id int)").update();
		assertThat(second.url()).isNotEqualTo(first.url());
		assertThat(JdbcClient.create(second.dataSource())
			.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
			.query(Long.class)
			.single()).isZero();
		assertThat(first.properties()).contains("spring.datasource.url=" + first.url());
	}

	@Test
	void anOwnServerKeepsItsDataAndPortWhenItIsStoppedOrKilled() {
		try (OwnServer server = TestDatabase.ownServer(true)) {
			JdbcClient jdbc = JdbcClient.create(server.database().dataSource());
			assertThat(jdbc.sql("SHOW fsync").query(String.class).single()).isEqualTo("on");
			jdbc.sql("CREATE TABLE kept (id int)").update();
			server.stop();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> server.database().dataSource().getConnection());
			server.start();
			jdbc.sql("INSERT INTO kept VALUES (1)").update();
			server.kill();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> server.database().dataSource().getConnection());
			server.start();
			assertThat(jdbc.sql("SELECT id FROM kept").query(Integer.class).list()).containsExactly(1);
		}
	}

}
