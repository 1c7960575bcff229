package org.openjobspec.boot.store;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.PretendingDataSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.SchemaException.Problem;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link SchemaMigration}.
 */
class SchemaMigrationTests {

	private final Database database = TestDatabase.fresh();

	private final DataSource dataSource = this.database.dataSource();

	private final JdbcClient jdbc = JdbcClient.create(this.dataSource);

	private final SchemaMigration migration = new SchemaMigration(this.dataSource);

	@Nested
	class Migrating {

		@Test
		void anEmptyDatabaseGetsTheSchemaAndItsHistoryAndNothingElse() {
			assertThat(migrate()).isEqualTo("9");
			assertThat(tables("ojs")).contains("job", "ready", "waiting", "outcome", "cron", "jobs",
					"flyway_schema_history");
			assertThat(tables("public")).isEmpty();
		}

		@Test
		void aSecondRunChangesNothing() {
			migrate();
			assertThat(migrate()).isEqualTo("9");
			assertThat(historyLength()).isEqualTo(9);
		}

		/** Flyway would take a second connection, and much longer. */
		@Test
		void whatIsUpToDateIsSeenWithoutFlyway() {
			migrate();
			try (HikariDataSource pool = new HikariDataSource()) {
				pool.setDataSource(dataSource);
				pool.setMaximumPoolSize(1);
				pool.setConnectionTimeout(1000);
				assertThat(new SchemaMigration(pool).migrate()).isEqualTo("9");
				assertThat(new SchemaMigration(pool).validate()).isEqualTo("9");
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "UPDATE ojs.flyway_schema_history SET success = false WHERE version = '9'",
				"UPDATE ojs.flyway_schema_history SET checksum = checksum + 1 WHERE version = '5'",
				"UPDATE ojs.flyway_schema_history SET script = 'V4__other.sql' WHERE version = '4'",
				"UPDATE ojs.flyway_schema_history SET type = 'JDBC' WHERE version = '3'",
				"UPDATE ojs.flyway_schema_history SET version = '8.1' WHERE version = '9'",
				"DELETE FROM ojs.flyway_schema_history WHERE version = '9'",
				"DELETE FROM ojs.flyway_schema_history WHERE version = '2'", "DELETE FROM ojs.flyway_schema_history" })
		void whatIsUnusualIsLeftToFlyway(String change) {
			migrate();
			MigrationHistory history = new MigrationHistory(dataSource);
			assertThat(history.isCurrent()).isTrue();
			jdbc.sql(change).update();
			assertThat(history.isCurrent()).isFalse();
		}

		@Test
		void aLookLeavesNoTransactionBehind() throws Exception {
			try (Connection connection = dataSource.getConnection()) {
				connection.setAutoCommit(false);
				MigrationHistory history = new MigrationHistory(new SingleConnectionDataSource(connection, true));
				assertThat(history.isCurrent()).as("without tables").isFalse();
				assertThat(transactionStatus(connection)).isEqualTo(TransactionState.IDLE);
				migrate();
				assertThat(history.isCurrent()).as("with tables").isTrue();
				assertThat(transactionStatus(connection)).isEqualTo(TransactionState.IDLE);
			}
		}

		@Test
		@Timeout(120)
		void nodesMayStartTogether() throws Exception {
			int nodes = 4;
			for (int round = 0; round < 3; round++) {
				DataSource fresh = TestDatabase.fresh().dataSource();
				ExecutorService executor = Executors.newFixedThreadPool(nodes);
				try {
					CountDownLatch start = new CountDownLatch(1);
					List<Future<String>> versions = new ArrayList<>();
					for (int node = 0; node < nodes; node++) {
						versions.add(executor.submit(() -> {
							start.await();
							return new SchemaMigration(fresh).migrate();
						}));
					}
					start.countDown();
					for (Future<String> version : versions) {
						assertThat(version.get(60, TimeUnit.SECONDS)).isEqualTo("9");
					}
				}
				finally {
					executor.shutdownNow();
				}
				assertThat(historyLength(JdbcClient.create(fresh))).isEqualTo(9);
			}
		}

		@Test
		void pooledConnectionsComeBackAsTheyWere() {
			try (HikariDataSource pool = new HikariDataSource()) {
				pool.setDataSource(dataSource);
				pool.setMaximumPoolSize(2);
				JdbcClient pooled = JdbcClient.create(pool);
				String before = pooled.sql("SHOW search_path").query(String.class).single();
				new SchemaMigration(pool).migrate();
				TransactionTemplate outer = new TransactionTemplate(new JdbcTransactionManager(pool));
				outer.executeWithoutResult((status) -> {
					assertThat(pooled.sql("SHOW search_path").query(String.class).single()).isEqualTo(before);
					assertThat(onAnotherConnection(pool, "SHOW search_path")).isEqualTo(before);
				});
				assertThat(jdbc.sql("""
						SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
						WHERE locktype = 'advisory' AND d.datname = current_database()""").query(Long.class).single())
					.isZero();
			}
		}

		@Test
		void tablesThatWereCreatedByHandAreAdopted() throws Exception {
			runFileByHand();
			jdbc.sql("INSERT INTO ojs.queue (name) VALUES ('kept')").update();
			assertThat(migrate()).isEqualTo("9");
			assertThat(jdbc.sql("SELECT name FROM ojs.queue").query(String.class).single()).isEqualTo("kept");
			assertThat(jdbc.sql("SELECT type FROM ojs.flyway_schema_history WHERE version = '1'")
				.query(String.class)
				.single()).isEqualTo("BASELINE");
			assertThat(migration.validate()).isEqualTo("9");
		}

		@Test
		@Timeout(60)
		void aNodeAtWorkIsNotEndedForAMigrationThatWaitsForIt() throws Exception {
			runFileByHand();
			ExecutorService executor = Executors.newSingleThreadExecutor();
			try (Connection node = dataSource.getConnection(); Statement statement = node.createStatement()) {
				node.setAutoCommit(false);
				statement.execute("UPDATE ojs.ready SET attempt = attempt WHERE false");
				Future<String> version = executor.submit(SchemaMigrationTests.this::migrate);
				Awaitility.await()
					.until(() -> jdbc
						.sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ojs.ready'::regclass")
						.query(Integer.class)
						.single() > 0);
				// Past the moment at which the migration looks for deadlocks, so that the
				// node would be the one to be ended.
				TimeUnit.MILLISECONDS.sleep(1500);
				statement.execute("SELECT id FROM ojs.job");
				node.commit();
				assertThat(version.get(30, TimeUnit.SECONDS)).isEqualTo("9");
			}
			finally {
				executor.shutdownNow();
			}
		}

		@Test
		void aSchemaOfSomethingElseIsLeftAlone() {
			jdbc.sql("CREATE SCHEMA ojs").update();
			jdbc.sql("CREATE TABLE ojs.theirs (id int)").update();
			assertProblem(Problem.FOREIGN, migration::migrate);
			assertThat(tables("ojs")).containsExactly("theirs");
		}

		@Test
		void aNewerSchemaIsLeftAlone() {
			migrate();
			pretendVersion("999");
			assertProblem(Problem.NEWER, migration::migrate)
				.withMessage("The schema 'ojs' has version 999, this library knows versions up to 9.");
		}

		@Test
		void aSchemaOfAnOlderVersionIsUpgradedAndItsEventsStayReadable() throws Exception {
			runFileByHand();
			jdbc.sql("INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt) "
					+ "VALUES (now(), 'job.started', gen_random_uuid(), 't.a', 'default', 1)")
				.update();
			assertThat(migrate()).isEqualTo("9");
			assertThat(new Store(dataSource, null).events()
				.read(EventLog.Position.START, Set.of(), Set.of(), Set.of(), null, 10))
				.extracting((entry) -> entry.event().jobType(), (entry) -> entry.position().ord())
				.containsExactly(tuple("t.a", EventLog.Position.LAST));
		}

		@Test
		@Timeout(30)
		void anUpgradeWaitsForAClaimUnderWayAndDoesNotHoldWhatThatNeeds() throws Exception {
			runFileByHand();
			ExecutorService executor = Executors.newSingleThreadExecutor();
			try (Connection claim = dataSource.getConnection(); Statement statement = claim.createStatement()) {
				claim.setAutoCommit(false);
				statement.execute("INSERT INTO ojs.claim (check_at, worker, job_ids) VALUES (now(), 'w', '{}')");
				Future<String> version = executor.submit(SchemaMigrationTests.this::migrate);
				Awaitility.await()
					.until(() -> jdbc
						.sql("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted "
								+ "AND relation IN ('ojs.claim'::regclass, 'ojs.event'::regclass))")
						.query(Boolean.class)
						.single());
				statement.execute("INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt) "
						+ "VALUES (now(), 'job.started', gen_random_uuid(), 't.a', 'default', 1)");
				claim.commit();
				assertThat(version.get(20, TimeUnit.SECONDS)).isEqualTo("9");
				assertThat(jdbc.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
					.query(Long.class)
					.single()).isZero();
			}
			finally {
				executor.shutdownNow();
			}
		}

		@Test
		void whatWasSetForQueuesBeforeVersionNineIsWhatCallsHaveSet() throws Exception {
			runFileByHand();
			for (String file : List.of("V2__events_per_statement", "V3__cron", "V4__progress_checkpoints_schemas",
					"V5__workflows", "V6__rate_limits")) {
				run(file + ".sql");
			}
			jdbc.sql("INSERT INTO ojs.queue (name, max_depth, limited) VALUES ('a', 5, true), ('b', NULL, false)")
				.update();
			jdbc.sql("INSERT INTO ojs.rate_limit (key, concurrency, rate, rate_ms, updated_at) "
					+ "VALUES ('queue:a', 2, 3, 1000, now()), ('queue:b', 9, NULL, NULL, now())")
				.update();
			assertThat(migrate()).isEqualTo("9");
			List<QueueConfigs.Entry> entries = new Store(dataSource, null).queueConfigs().all();
			assertThat(entries).singleElement().satisfies((entry) -> {
				assertThat(entry.name()).isEqualTo("a");
				assertThat(entry.stored()).isEqualTo(QueueSettings.NONE.toBuilder()
					.maxDepth(5)
					.concurrency(2)
					.rate(new RateLimit.Rate(3, Duration.ofSeconds(1)))
					.build());
				assertThat(entry.declared()).isEqualTo(QueueSettings.NONE);
			});
		}

		@Test
		void aMigrationThatIsNotTheOneOfThisLibraryIsReported() {
			migrate();
			jdbc.sql("UPDATE ojs.flyway_schema_history SET checksum = 1").update();
			assertProblem(Problem.FAILED, migration::migrate).withMessageContaining("checksum mismatch");
		}

	}

	@Nested
	class WithLimitedRights {

		private final DataSource limited = limitedUser();

		@Test
		void aUserWhoMayNotCreateSchemasIsTold() {
			assertProblem(Problem.NO_PRIVILEGE, new SchemaMigration(this.limited)::migrate)
				.withMessageContaining("permission denied for database");
			assertThat(tables("ojs")).isEmpty();
		}

		@Test
		void aSchemaThatAnAdministratorMadeForTheUserIsFilled() {
			jdbc.sql("CREATE SCHEMA ojs AUTHORIZATION " + user()).update();
			assertThat(new SchemaMigration(this.limited).migrate()).isEqualTo("9");
		}

		@Test
		void aHistoryThatTheUserMayNotReadIsNotAskedFor() throws Exception {
			migrate();
			assertReadable(false);
			jdbc.sql("GRANT USAGE ON SCHEMA ojs TO " + user()).update();
			assertReadable(false);
			jdbc.sql("GRANT SELECT ON ojs.flyway_schema_history TO " + user()).update();
			assertReadable(true);
			assertThat(new SchemaMigration(this.limited).validate()).isEqualTo("9");
		}

		private void assertReadable(boolean expected) throws SQLException {
			try (Connection connection = this.limited.getConnection();
					Statement statement = connection.createStatement()) {
				assertThat(MigrationHistory.isReadable(statement)).isEqualTo(expected);
			}
		}

		@Test
		void aSchemaInWhichTheUserMayNotCreateTablesIsReported() {
			jdbc.sql("CREATE SCHEMA ojs").update();
			assertProblem(Problem.NO_PRIVILEGE, new SchemaMigration(this.limited)::migrate)
				.withMessage("The database user may not create tables in the schema 'ojs'.");
		}

		private DataSource limitedUser() {
			jdbc.sql("CREATE ROLE " + user() + " LOGIN PASSWORD 'limited'").update();
			PGSimpleDataSource source = new PGSimpleDataSource();
			source.setUrl(database.url());
			source.setUser(user());
			source.setPassword("limited");
			return source;
		}

		// Roles belong to the server, on which other tests run too.
		private String user() {
			return "limited_" + jdbc.sql("SELECT current_database()").query(String.class).single();
		}

	}

	@Nested
	class Validating {

		@Test
		void aMigratedSchemaPasses() {
			migrate();
			assertThat(migration.validate()).isEqualTo("9");
		}

		@Test
		void anAbsentSchemaIsReportedAndNotCreated() {
			assertProblem(Problem.ABSENT, migration::validate);
			assertThat(jdbc.sql("SELECT to_regnamespace('ojs') IS NULL").query(Boolean.class).single()).isTrue();
		}

		@Test
		void tablesWithoutHistoryAreReported() throws Exception {
			runFileByHand();
			assertProblem(Problem.NO_HISTORY, migration::validate);
			assertThat(tables("ojs")).doesNotContain("flyway_schema_history");
		}

		@Test
		void anOutdatedSchemaIsReported() {
			migrate();
			jdbc.sql("DELETE FROM ojs.flyway_schema_history").update();
			assertProblem(Problem.OUTDATED, migration::validate)
				.withMessage("The schema 'ojs' has version 0, this library needs version 9.");
		}

		@Test
		void aNewerSchemaIsReported() {
			migrate();
			pretendVersion("9.1");
			assertProblem(Problem.NEWER, migration::validate);
		}

	}

	@Nested
	class OnAnotherDatabase {

		@Test
		void anotherProductIsRefused() {
			DataSource other = new PretendingDataSource(dataSource, "H2", 2);
			assertProblem(Problem.WRONG_DATABASE, new SchemaMigration(other)::migrate)
				.withMessage("The DataSource leads to H2 2.1.");
			assertThat(tables("ojs")).isEmpty();
		}

		@ParameterizedTest
		@ValueSource(booleans = { false, true })
		void anOldPostgresIsRefused(boolean migrated) {
			if (migrated) {
				migrate();
			}
			DataSource old = new PretendingDataSource(dataSource, "PostgreSQL", 13);
			assertProblem(Problem.DATABASE_TOO_OLD, new SchemaMigration(old)::validate)
				.withMessage("The DataSource leads to PostgreSQL 13.1, but PostgreSQL 14 is the oldest that works.");
		}

		@Test
		void aDatabaseThatDoesNotAnswerIsReported() {
			PGSimpleDataSource nowhere = new PGSimpleDataSource();
			nowhere.setUrl("jdbc:postgresql://localhost:1/nothing");
			AtomicInteger attempts = new AtomicInteger();
			DataSource counting = new DelegatingDataSource(nowhere) {
				@Override
				public Connection getConnection() throws SQLException {
					attempts.incrementAndGet();
					return super.getConnection();
				}
			};
			assertProblem(Problem.UNREACHABLE, new SchemaMigration(counting)::migrate)
				.withMessageStartingWith("The database cannot be reached: Connection to localhost:1 refused");
			assertThat(attempts).as("each may last as long as the pool's timeout").hasValue(1);
			LazyConnectionDataSourceProxy late = new LazyConnectionDataSourceProxy();
			late.setTargetDataSource(counting);
			late.setDefaultAutoCommit(true);
			late.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			attempts.set(0);
			assertProblem(Problem.UNREACHABLE, new SchemaMigration(late)::migrate);
			assertThat(attempts).as("a pool that connects late").hasValue(1);
		}

		@Test
		void theMessageSaysWhatOnlyTheCauseKnows() {
			Exception refused = new SQLException("Connection to db:5432 refused",
					new ConnectException("Connection refused"));
			Exception unknown = new SQLException("The connection attempt failed.",
					new UnknownHostException("postgers"));
			Exception dropped = new SQLException("Connection to db:5432 refused",
					new ConnectException("Connection timed out"));
			Exception full = new SQLTransientConnectionException("pool - request timed out after 30000ms");
			assertThat(PostgresCheck.unreachable(refused))
				.hasMessage("The database cannot be reached: Connection to db:5432 refused");
			assertThat(PostgresCheck.unreachable(new IllegalStateException("pool", unknown)))
				.hasMessage("The database cannot be reached: The connection attempt failed. "
						+ "(java.net.UnknownHostException: postgers)");
			assertThat(PostgresCheck.unreachable(dropped))
				.hasMessage("The database cannot be reached: Connection to db:5432 refused "
						+ "(java.net.ConnectException: Connection timed out)");
			assertThat(PostgresCheck.unreachable(full))
				.hasMessage("The database cannot be reached: pool - request timed out after 30000ms");
			assertThat(PostgresCheck.unreachable(new IllegalStateException("closed")))
				.hasMessage("The database cannot be reached: closed");
		}

		@Test
		void aDatabaseThatGoesAwayBetweenTwoLooksIsReported() {
			AtomicInteger attempts = new AtomicInteger();
			LazyConnectionDataSourceProxy late = new LazyConnectionDataSourceProxy();
			late.setDefaultAutoCommit(true);
			late.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			late.setTargetDataSource(new DelegatingDataSource(dataSource) {
				@Override
				public Connection getConnection() throws SQLException {
					if (attempts.incrementAndGet() > 1) {
						throw new SQLException("Connection to db:5432 refused", "08001");
					}
					return super.getConnection();
				}
			});
			assertProblem(Problem.UNREACHABLE, new SchemaMigration(late)::migrate)
				.withMessage("The database cannot be reached: Connection to db:5432 refused");
		}

		@Test
		void aPoolThatCannotBeMadeIsReported() {
			try (HikariDataSource pool = new HikariDataSource()) {
				pool.setJdbcUrl("jdbc:postgresql://localhost:1/nothing");
				pool.setConnectionTimeout(500);
				assertProblem(Problem.UNREACHABLE, new SchemaMigration(pool)::validate)
					.withMessageContaining("localhost:1");
			}
		}

	}

	private static ThrowableAssertAlternative<SchemaException> assertProblem(Problem problem, ThrowingCallable code) {
		return assertThatExceptionOfType(SchemaException.class).isThrownBy(code)
			.satisfies((ex) -> assertThat(ex.problem()).isEqualTo(problem));
	}

	private static TransactionState transactionStatus(Connection connection) throws SQLException {
		return connection.unwrap(BaseConnection.class).getTransactionState();
	}

	private String migrate() {
		return this.migration.migrate();
	}

	private void runFileByHand() throws Exception {
		run("V1__jobs.sql");
	}

	private void run(String file) throws Exception {
		String script = new ClassPathResource(SchemaMigration.LOCATION + '/' + file)
			.getContentAsString(StandardCharsets.UTF_8);
		try (Connection connection = this.dataSource.getConnection()) {
			SingleConnectionDataSource one = new SingleConnectionDataSource(connection, true);
			JdbcClient.create(one).sql(script).update();
		}
	}

	private void pretendVersion(String version) {
		this.jdbc
			.sql("""
					INSERT INTO ojs.flyway_schema_history
					SELECT installed_rank + 1, :version, 'later', type, 'V999__later.sql', checksum, installed_by, now(), 1, true
					FROM ojs.flyway_schema_history ORDER BY installed_rank DESC LIMIT 1""")
			.param("version", version)
			.update();
	}

	private List<String> tables(String schema) {
		return this.jdbc.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = :schema")
			.param("schema", schema)
			.query(String.class)
			.list();
	}

	private long historyLength() {
		return historyLength(this.jdbc);
	}

	private static long historyLength(JdbcClient jdbc) {
		return jdbc.sql("SELECT count(*) FROM ojs.flyway_schema_history").query(Long.class).single();
	}

	private static String onAnotherConnection(DataSource pool, String sql) {
		try (Connection connection = pool.getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
