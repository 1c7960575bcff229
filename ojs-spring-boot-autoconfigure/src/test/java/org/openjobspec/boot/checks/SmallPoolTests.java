package org.openjobspec.boot.checks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many connections a node needs: what its transactional handlers hold, and one more
 * for its heartbeats and all else.
 */
@ExtendWith(OutputCaptureExtension.class)
class SmallPoolTests {

	private static final int HANDLERS = 4;

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private static final String[] IMPATIENT = { "ojs.engine.heartbeat-timeout=2s",
			"ojs.worker.heartbeat-interval=500ms", "ojs.worker.concurrency=" + HANDLERS };

	@Test
	void withOneConnectionMoreThanTransactionalHandlersTheNodeStaysAlive() {
		Database database = TestDatabase.fresh();
		try (Node other = Node.plain(Other.class, database, IMPATIENT);
				Node node = Node.plain(Busy.class, database, withPool(HANDLERS + 1))) {
			holdsItsJobsWithEachHandlerBusy(node, other);
		}
	}

	@Test
	void withoutThatConnectionItsHeartbeatsGoBesideThePool(CapturedOutput output) {
		Database database = TestDatabase.fresh();
		try (Node other = Node.plain(Other.class, database, IMPATIENT);
				Node node = Node.plain(Busy.class, database, withPool(HANDLERS))) {
			holdsItsJobsWithEachHandlerBusy(node, other);
			assertThat(output).containsOnlyOnce("The worker's heartbeat got no connection of the pool");
		}
	}

	@Test
	void whereNobodyKnowsAWayPastThePoolItCountsAsDeadAndItsJobsRunAgain() {
		Database database = TestDatabase.fresh();
		try (Node other = Node.plain(Other.class, database, IMPATIENT);
				Node node = Node.plain(Hidden.class, database, withPool(HANDLERS))) {
			Handlers handlers = node.bean(Handlers.class);
			node.enqueue("check.hold", HANDLERS);
			await().atMost(PATIENCE).until(() -> handlers.holding.get() == HANDLERS);
			JdbcTemplate jdbc = other.bean(JdbcTemplate.class);
			await().atMost(PATIENCE).until(() -> available(jdbc) == HANDLERS);
			handlers.gate.countDown();
			await().atMost(PATIENCE).until(() -> completed(jdbc).size() == HANDLERS);
			assertThat(completed(jdbc)).containsOnly(2);
		}
	}

	private static void holdsItsJobsWithEachHandlerBusy(Node node, Node other) {
		Handlers handlers = node.bean(Handlers.class);
		node.enqueue("check.hold", HANDLERS);
		await().atMost(PATIENCE).until(() -> handlers.holding.get() == HANDLERS);
		JdbcTemplate jdbc = other.bean(JdbcTemplate.class);
		long since = heartbeat(jdbc);
		await().atMost(PATIENCE).until(() -> heartbeat(jdbc) - since > 4000);
		handlers.gate.countDown();
		await().atMost(PATIENCE).until(() -> completed(jdbc).size() == HANDLERS);
		assertThat(completed(jdbc)).containsOnly(1);
	}

	private static String[] withPool(int size) {
		return new String[] { IMPATIENT[0], IMPATIENT[1], IMPATIENT[2],
				"spring.datasource.hikari.maximum-pool-size=" + size };
	}

	private static long heartbeat(JdbcTemplate jdbc) {
		Long millis = jdbc.queryForObject("SELECT max(extract(epoch FROM heartbeat_at) * 1000)::int8 FROM ojs.worker",
				Long.class);
		return (millis != null) ? millis : 0;
	}

	private static int available(JdbcTemplate jdbc) {
		Integer count = jdbc.queryForObject("SELECT count(*) FROM ojs.ready WHERE worker IS NULL", Integer.class);
		return (count != null) ? count : 0;
	}

	private static List<Integer> completed(JdbcTemplate jdbc) {
		return jdbc.queryForList("SELECT attempt FROM ojs.jobs WHERE state = 'completed'", Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Busy {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Other {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Hidden {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

		@Bean
		HiddenPool dataSource(DataSourceProperties properties) {
			HikariDataSource pool = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			pool.setMaximumPoolSize(HANDLERS);
			return new HiddenPool(pool);
		}

	}

	/** A pool of which nobody learns where it connects to. */
	static class HiddenPool extends AbstractDataSource implements AutoCloseable {

		private final HikariDataSource pool;

		HiddenPool(HikariDataSource pool) {
			this.pool = pool;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.pool.getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return this.pool.getConnection(username, password);
		}

		@Override
		public void close() {
			this.pool.close();
		}

	}

	static class Handlers {

		final AtomicInteger holding = new AtomicInteger();

		final CountDownLatch gate = new CountDownLatch(1);

		@OjsHandler(type = "check.hold", transactional = true)
		void hold(int number) throws InterruptedException {
			this.holding.incrementAndGet();
			this.gate.await();
		}

	}

}
