package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.PostgresServer;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the floor does what the engine does, so that the two can be compared.
 */
class FloorNodeTest {

	private static PostgresServer server;

	@BeforeAll
	static void startServer() {
		server = PostgresServer.start(Map.of("fsync", "off"));
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void completesEveryJobOnceAndLeavesBehindWhatTheEngineLeaves() throws Exception {
		int jobs = 2_345;
		assertThat(traces("floor", new Floor(), jobs)).isEqualTo(traces("engine", new Ojs(), jobs));
	}

	private static String traces(String name, Contender contender, int jobs) throws Exception {
		Database database = server.database().fresh("test_" + name);
		try (contender) {
			contender.prepare(database, new Workload(Duration.ZERO, 2));
			contender.enqueueInBatches(jobs, 1_000);
			Drain.run(contender, database, jobs);
		}
		try (Connection connection = database.connect()) {
			return "%d completed, %d kinds of events, %d attempts, %d workers".formatted(
					Drain.count(connection, "SELECT count(*) FROM ojs.outcome WHERE state = 4 AND result IS NULL"),
					Drain.count(connection, "SELECT count(DISTINCT type) FROM ojs.event"),
					Drain.count(connection, "SELECT sum(attempt) FROM ojs.outcome"),
					Drain.count(connection, "SELECT count(DISTINCT worker) FROM ojs.outcome"));
		}
	}

	@Test
	void worksDownAQueueThatWasFilledWithoutTheEngine() throws Exception {
		Database database = server.database().fresh("test_filled");
		FloorStatements statements = FloorStatements.record(database);
		try (Ojs ojs = new Ojs()) {
			ojs.prepare(database, new Workload(Duration.ZERO, 2));
			Filler filler = new Filler(database);
			filler.fillTo(700);
			filler.complete(300);
			Work work = new Work(Duration.ZERO);
			FloorNode floor = new FloorNode(database, statements, 2, work);
			floor.start();
			await(floor, 700);
			floor.stop();
			filler.fillTo(500);
			ojs.start();
			await(ojs, 500);
			ojs.stop();
		}
		try (Connection connection = database.connect()) {
			assertThat(Drain.count(connection, "SELECT count(*) FROM ojs.outcome")).isEqualTo(1_500);
			assertThat(Drain.count(connection, "SELECT count(*) FROM ojs.ready")).isZero();
			assertThat(Drain.count(connection, """
					SELECT count(*) FROM (SELECT id, lag(id) OVER (ORDER BY args::jsonb->0) AS before FROM ojs.job) j
					WHERE id <= before""")).isZero();
		}
	}

	private static void await(Node node, int jobs) throws InterruptedException {
		while (node.finished() < jobs) {
			Thread.sleep(1);
		}
	}

	@Test
	void countsWhatTheApplicationWaitsFor() throws Exception {
		RoundTrips roundTrips = new RoundTrips();
		try (Connection connection = roundTrips
			.observe(new DriverManagerDataSource(server.database().url(), server.database().user(), ""))
			.getConnection()) {
			try (var statement = connection.prepareStatement("SELECT ?")) {
				statement.setInt(1, 1);
				statement.executeQuery().close();
				statement.executeQuery().close();
			}
			connection.setAutoCommit(false);
			try (var statement = connection.createStatement()) {
				statement.execute("SELECT 1");
			}
			connection.commit();
		}
		assertThat(roundTrips.count()).isEqualTo(4);
	}

}
