package org.openjobspec.boot.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The plans of the hot statements do not depend on statistics.
 */
class PlanTests {

	@Test
	void claimAndCompletionArePlannedOnceAndTheirSettingsDoNotStay() {
		// One connection, so that what it has prepared can be looked at.
		try (EngineFixture fixture = EngineFixture.withOneConnection()) {
			fixture.engine().enqueue(IntStream.range(0, 30).mapToObj(i -> JobRequest.of("t.a").build()).toList());
			for (int i = 0; i < 30; i++) {
				Job job = fixture.fetchOne("w1");
				fixture.engine().complete(List.of(Completion.of(job, "w1", null)));
			}
			List<String> custom = fixture.sql().sql("""
					SELECT left(statement, 60) || ': ' || custom_plans FROM pg_prepared_statements
					WHERE (statement LIKE '%UPDATE ojs.ready%' OR statement LIKE '%DELETE FROM ojs.ready%')
					  AND (custom_plans > 0 OR generic_plans = 0)
					""").query(String.class).list();
			assertThat(custom).as("statements that were planned for their values").isEmpty();
			assertThat(fixture.sql()
				.sql("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%UPDATE ojs.ready%'")
				.query(Long.class)
				.single()).isEqualTo(1);
			assertThat(fixture.sql()
				.sql("SELECT current_setting('enable_sort') || ' ' || current_setting('plan_cache_mode')")
				.query(String.class)
				.single()).isEqualTo("on auto");
		}
	}

	@Test
	void whatATenantFetchesIsFoundHoweverManyJobsOfOthersComeBefore() {
		try (EngineFixture fixture = EngineFixture.withOneConnection()) {
			// Statistics of an empty queue, which are the worst that there are.
			fixture.sql().sql("ANALYZE ojs.ready").update();
			fixture.sql()
				.sql("""
						INSERT INTO ojs.ready (available_at, job_id, rank, queue, type, tenant)
						SELECT clock_timestamp(), gen_random_uuid(), -5, 'default', 't.a', 'other' FROM generate_series(1, 100000)
						""")
				.update();
			for (int i = 0; i < 20; i++) {
				fixture.enqueue("t.a", (request) -> request.meta("{\"tenant_id\":\"acme\"}"));
			}
			long before = readyRead(fixture);
			for (int i = 0; i < 20; i++) {
				assertThat(fixture.engine()
					.fetch(new FetchRequest(List.of("default"), null, 1, "w1", null, false, "acme"))).hasSize(1);
			}
			// Each claim reads over what those before it have left.
			assertThat(readyRead(fixture) - before).isLessThan(2000);
			assertThat(fixture.sql()
				.sql("SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'ready'")
				.query(Long.class)
				.single()).as("claims that changed an index").isZero();
		}
	}

	@Test
	void aFetchWithoutATenantTakesNoNoticeOfTenants() {
		try (EngineFixture fixture = EngineFixture.withOneConnection()) {
			for (int i = 0; i < 20; i++) {
				fixture.enqueue("t.a", (request) -> request.meta("{\"tenant_id\":\"acme\"}"));
				fixture.fetchOne("w1");
			}
			assertThat(scans(fixture, "ready_tenant")).isZero();
			assertThat(scans(fixture, "ready_order")).isPositive();
		}
	}

	private static long scans(EngineFixture fixture, String index) {
		fixture.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
		return fixture.sql()
			.sql("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = :index")
			.param("index", index)
			.query(Long.class)
			.single();
	}

	private static long readyRead(EngineFixture fixture) {
		fixture.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
		return fixture.sql().sql("""
				SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'ready')
				     + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'ready')
				""").query(Long.class).single();
	}

	@Test
	void looksForReceiptsDoNotReadOverThoseThatWereRemovedWhileAnotherSessionHoldsASnapshot() throws SQLException {
		TestDatabase.Database database = TestDatabase.fresh();
		try (EngineFixture fixture = EngineFixture.withOneConnection(database);
				Connection holder = database.dataSource().getConnection()) {
			holder.setAutoCommit(false);
			holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			JdbcClient.create(new SingleConnectionDataSource(holder, true)).sql("SELECT 1").query(Long.class).single();
			fixture.sql().sql("""
					INSERT INTO ojs.claim (check_at, worker, job_ids)
					SELECT clock_timestamp() - i * interval '1 second', 'w1', '{}' FROM generate_series(2, 3001) i
					""").update();
			fixture.sql().sql("DELETE FROM ojs.claim").update();
			Store store = new Store(fixture.dataSource(), null);
			Instant from = store.upkeep().due(Duration.ofSeconds(30), Instant.EPOCH).receiptsFrom();
			long before = receiptsRead(fixture);
			assertThat(before).as("the measure sees what is read over").isGreaterThanOrEqualTo(3000);
			store.upkeep().due(Duration.ofSeconds(30), from);
			store.transactions().separately(() -> store.leases().clear(from, 10));
			store.transactions().separately(() -> store.leases().sweep(from, 10));
			assertThat(receiptsRead(fixture) - before).isLessThan(20);
		}
	}

	@Test
	void whoLooksAtQueuesAndNumbersAgainDoesNotReadWhatHasEnded() {
		try (EngineFixture fixture = EngineFixture.withOneConnection()) {
			fixture.sql().sql("""
					INSERT INTO ojs.outcome (job_id, finished_at, attempt, state, queue)
					SELECT gen_random_uuid(), clock_timestamp() - interval '1 day', 1, 4, 'default'
					FROM generate_series(1, 20000)
					""").update();
			fixture.engine().pause("default", false);
			AdminDesk desk = fixture.engine().admin();
			desk.stats();
			long before = endedRead(fixture);
			assertThat(before).as("the measure sees what is read").isGreaterThanOrEqualTo(20_000);
			for (int i = 0; i < 20; i++) {
				assertThat(fixture.engine().queues()).hasSize(1);
				assertThat(desk.stats().jobs()).containsEntry(JobState.COMPLETED, 20_000L);
				assertThat(desk.queues(10, 0).items()).hasSize(1);
			}
			assertThat(endedRead(fixture) - before).isZero();
		}
	}

	private static long endedRead(EngineFixture fixture) {
		fixture.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
		return fixture.sql()
			.sql("SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relid = 'ojs.outcome'::regclass")
			.query(Long.class)
			.single();
	}

	private static long receiptsRead(EngineFixture fixture) {
		fixture.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
		return fixture.sql()
			.sql("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'claim_due'")
			.query(Long.class)
			.single();
	}

}
