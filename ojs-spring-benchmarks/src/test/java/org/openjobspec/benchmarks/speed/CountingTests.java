package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.PostgresServer;
import org.postgresql.PGConnection;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is counted between an application and its database, on a real server.
 */
class CountingTests {

	private static PostgresServer server;

	@BeforeAll
	static void start() {
		server = PostgresServer.start(Map.of("fsync", "off"));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	private static CountingDataSource counting(String name) {
		Database database = CountingSocketFactory.counted(server.database(), name);
		return new CountingDataSource(
				new DriverManagerDataSource(database.url(), database.user(), database.password()));
	}

	@Test
	void executionsAndEndsOfTransactionsAreCounted_andTheirRoundTripsAsWell() throws SQLException {
		CountingDataSource dataSource = counting("transaction");
		try (Connection connection = dataSource.getConnection()) {
			long before = CountingSocketFactory.roundTrips("transaction");
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("SELECT generate_series(1, ?)")) {
				statement.setInt(1, 10_000);
				statement.executeQuery().close();
			}
			try (Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
			}
			connection.commit();
			assertThat(dataSource.statements()).isEqualTo(2);
			assertThat(dataSource.ends()).isEqualTo(1);
			assertThat(CountingSocketFactory.roundTrips("transaction") - before).isEqualTo(3);
		}
	}

	@Test
	void whatAPoolDoesByItselfIsSeenOnTheWireOnly() throws SQLException {
		CountingDataSource dataSource = counting("test");
		try (Connection connection = dataSource.getConnection()) {
			long before = CountingSocketFactory.roundTrips("test");
			assertThat(connection.isValid(5)).isTrue();
			assertThat(dataSource.statements()).isZero();
			assertThat(CountingSocketFactory.roundTrips("test") - before).isEqualTo(1);
		}
	}

	@Test
	void theDriversConnectionAndItsExceptionsComeThrough() throws SQLException {
		try (Connection connection = counting("through").getConnection();
				Statement statement = connection.createStatement()) {
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT nonsense"))
				.withMessageContaining("nonsense");
		}
	}

	@Test
	void pageImagesAreToldApart() throws SQLException {
		try (WriteAheadLog log = WriteAheadLog.open(server.database())) {
			server.execute("CREATE TABLE page (id int)", "INSERT INTO page VALUES (1)");
			log.checkpoint();
			String from = log.position();
			server.execute("INSERT INTO page VALUES (2)");
			WriteAheadLog.Written first = log.between(from, log.position());
			assertThat(first.pageBytes()).as("the page is put into the log whole").isPositive();
			assertThat(first.bytes()).isGreaterThan(Objects.requireNonNull(first.pageBytes()));
		}
	}

	@Test
	void transactionsThatWriteAreCountedAtOnce() throws SQLException {
		server.execute("CREATE TABLE written (id int)");
		try (Connection outside = server.database().connect()) {
			ServerCounters before = ServerCounters.read(outside, "postgres");
			server.execute("INSERT INTO written VALUES (1)", "SELECT 1", "INSERT INTO written VALUES (2)");
			ServerCounters since = ServerCounters.read(outside, "postgres").since(before);
			assertThat(since.writes()).isEqualTo(2);
			assertThat(since.walBytes()).isPositive();
		}
	}

}
