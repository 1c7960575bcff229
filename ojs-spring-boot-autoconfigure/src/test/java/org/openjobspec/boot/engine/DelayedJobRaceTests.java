package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs for later and jobs that expire, in large numbers, on four nodes.
 */
@Timeout(600)
class DelayedJobRaceTests {

	/** How many jobs wait, or fall due at once. */
	private static final int MASS = Integer.getInteger("ojs.test.mass", 100_000);

	private static final int BATCH = 1000;

	/** Started by the tests that need it. */
	@RegisterExtension
	private static final ClusterFixture cluster = new ClusterFixture(TestDatabase.fresh(), EngineFixture.QUICK);

	/**
	 * Stores what waits for its time, the later ones each a millisecond after another.
	 */
	private static void store(JdbcClient sql, String queue, int count, String offset) {
		sql.sql("""
				WITH stored AS (
				    INSERT INTO ojs.job (id, created_at, max_attempts, priority, type, queue, args, meta)
				    SELECT gen_random_uuid(), clock_timestamp(), 3, 0, 't.mass', :queue, '[]', '{}'
				    FROM generate_series(1, :count)
				    RETURNING id)
				INSERT INTO ojs.waiting (job_id, due_at, state, rank, queue, type)
				SELECT id, now() + CAST(:offset AS interval) + row_number() OVER () * interval '1 millisecond', 1, 0, :queue,
				       't.mass'
				FROM stored
				""")
			.param("queue", queue)
			.param("count", count)
			.param("offset", offset)
			.update();
		sql.sql("ANALYZE ojs.waiting").update();
	}

	@Nested
	class Claiming {

		// One connection, so that it can be asked for what it has read. Nobody keeps
		// house.
		private final EngineFixture node = EngineFixture.withOneConnection();

		@AfterEach
		void close() {
			this.node.close();
		}

		private long read() {
			this.node.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
			return this.node.sql().sql("""
					SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = 'waiting')
					     + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE relname = 'waiting')
					""").query(Long.class).single();
		}

		@Test
		void readsNothingOfWhatWaitsForItsTime() {
			store(this.node.sql(), "default", MASS, "1 hour");
			for (int i = 0; i < 20; i++) {
				this.node.enqueue("t.a");
			}
			long before = read();
			for (int i = 0; i < 20; i++) {
				Job job = this.node.fetchOne("w1");
				this.node.engine().complete(List.of(Completion.of(job, "w1", null)));
			}
			assertThat(read() - before).as("what claims and completions have read").isZero();
			for (int i = 0; i < 20; i++) {
				assertThat(this.node.fetch(10)).isEmpty();
			}
			assertThat(read() - before).as("what fetches that found nothing have read").isLessThan(100);
		}

		@Test
		void ofAQueueReadsNothingOfWhatHasFallenDueInAnother() {
			store(this.node.sql(), "mass", MASS / 2, "-1 hour");
			// The plan that is kept for the statement is one for such fetches.
			for (int i = 0; i < 8; i++) {
				assertThat(this.node.fetch(1, "mass")).hasSize(1);
				this.node.sql().sql("DELETE FROM ojs.ready").update();
			}
			long before = read();
			for (int i = 0; i < 20; i++) {
				assertThat(this.node.fetch(10, "other")).isEmpty();
			}
			assertThat(read() - before).isLessThan(1000);
		}

	}

	@Nested
	class FallingDueAtOnce {

		/** Notes how many rows each statement has removed. */
		private static void watch(String table) {
			cluster.sql().sql("CREATE TABLE batch (size int, at timestamptz)").update();
			cluster.sql().sql("""
					CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
					'BEGIN INSERT INTO public.batch SELECT count(*), clock_timestamp() FROM gone; RETURN NULL; END'
					""").update();
			cluster.sql().sql("""
					CREATE TRIGGER note AFTER DELETE ON ojs.%s REFERENCING OLD TABLE AS gone
					FOR EACH STATEMENT EXECUTE FUNCTION note()
					""".formatted(table)).update();
		}

		@BeforeEach
		void stop() {
			cluster.stop();
		}

		@AfterEach
		void unwatch() {
			cluster.sql().sql("DROP FUNCTION IF EXISTS note CASCADE").update();
			cluster.sql().sql("DROP TABLE IF EXISTS batch").update();
		}

		private static int largest() {
			return cluster.sql().sql("SELECT max(size) FROM batch").query(Integer.class).single();
		}

		@Test
		void isPromotedInBoundedBatchesWhileOtherQueuesAreServed() throws Exception {
			store(cluster.sql(), "mass", MASS, "-1 hour");
			watch("waiting");
			AtomicBoolean done = new AtomicBoolean();
			Future<Long> waits = cluster.submit(() -> countWaits(done));
			cluster.start();
			Future<List<Integer>> served = cluster.submit(() -> cluster.inParallel(4, (thread) -> {
				int rounds = 0;
				while (!done.get()) {
					cluster.node(thread).enqueue("t.other", (request) -> request.queue("other" + thread));
					List<Job> jobs = cluster.node(thread).fetch(1, "other" + thread);
					assertThat(jobs).hasSize(1);
					rounds += cluster.complete(thread, jobs);
				}
				return rounds;
			}));
			await().atMost(Duration.ofMinutes(5)).until(() -> cluster.count("ojs.waiting") == 0);
			done.set(true);
			assertThat(served.get(60, TimeUnit.SECONDS)).allSatisfy((rounds) -> assertThat(rounds).isPositive());
			assertThat(cluster.sql().sql("SELECT sum(size) FROM batch").query(Long.class).single()).isEqualTo(MASS);
			assertThat(largest()).isLessThanOrEqualTo(BATCH);
			assertThat(cluster.count("""
					ojs.outcome
					WHERE finished_at > (SELECT min(at) FROM batch WHERE size > 0)
					  AND finished_at < (SELECT max(at) FROM batch WHERE size > 0)
					""")).as("what was enqueued and completed meanwhile").isGreaterThan(10);
			assertThat(waits.get(60, TimeUnit.SECONDS)).as("sessions seen waiting for a row or a table").isZero();
		}

		// Nodes may meet at the row of a queue that none of them has seen before.
		private static long countWaits(AtomicBoolean done) throws InterruptedException {
			long waits = 0;
			while (!done.get()) {
				waits += cluster.count("""
						pg_locks l JOIN pg_stat_activity a USING (pid)
						WHERE NOT l.granted AND l.locktype IN ('tuple', 'transactionid', 'relation')
						  AND a.datname = current_database() AND a.query NOT LIKE '%INSERT INTO ojs.queue%'
						""");
				Thread.sleep(5);
			}
			return waits;
		}

		@Test
		void isPromotedByOthersAndClaimedWhileOnesTransactionStaysOpen() throws Exception {
			store(cluster.sql(), "default", 2500, "-1 hour");
			CountDownLatch promoted = new CountDownLatch(1);
			CountDownLatch mayEnd = new CountDownLatch(1);
			Future<?> open = cluster.submit(() -> cluster.transaction(0).execute((status) -> {
				assertThat(cluster.node(0).fetch(1)).hasSize(1);
				promoted.countDown();
				awaited(mayEnd);
				return true;
			}));
			awaited(promoted);
			Future<List<Job>> others = cluster.submit(() -> {
				cluster.node(1).enqueue("t.a");
				assertThat(cluster.node(2).fetch(1)).extracting(Job::type).containsExactly("t.a");
				return cluster.node(3).fetch(10);
			});
			assertThat(others.get(30, TimeUnit.SECONDS)).hasSize(10);
			assertThat(open.isDone()).isFalse();
			mayEnd.countDown();
			open.get(30, TimeUnit.SECONDS);
			cluster.start();
			await().atMost(Duration.ofSeconds(30)).until(() -> cluster.count("ojs.waiting") == 0);
			assertThat(cluster.count("ojs.ready")).isEqualTo(2501);
		}

		@Test
		void expiresInBoundedBatchesThatPassOverWhatATransactionHasLocked() throws Exception {
			store(cluster.sql(), "default", 2000, "1 hour");
			cluster.engine(0).enqueue(Collections.nCopies(1000, JobRequest.of("t.a").build()));
			cluster.sql().sql("INSERT INTO ojs.expiry SELECT id, now() FROM ojs.job").update();
			watch("expiry");
			CountDownLatch locked = new CountDownLatch(1);
			CountDownLatch mayEnd = new CountDownLatch(1);
			Future<?> open = cluster.submit(() -> cluster.transaction(0).execute((status) -> {
				for (String rows : List.of("ready", "waiting ORDER BY job_id", "expiry ORDER BY job_id DESC")) {
					cluster.node(0)
						.sql()
						.sql("SELECT 1 FROM ojs.%s LIMIT 5 FOR UPDATE".formatted(rows))
						.query()
						.listOfRows();
				}
				locked.countDown();
				awaited(mayEnd);
				return true;
			}));
			awaited(locked);
			cluster.start();
			await().atMost(Duration.ofSeconds(30)).until(() -> cluster.count("ojs.outcome WHERE state = 7") == 2985);
			mayEnd.countDown();
			open.get(30, TimeUnit.SECONDS);
			await().atMost(Duration.ofSeconds(30)).until(() -> cluster.count("ojs.outcome WHERE state = 7") == 3000);
			assertThat(largest()).isLessThanOrEqualTo(BATCH);
			assertThat(cluster.count("ojs.waiting") + cluster.count("ojs.ready")).isZero();
		}

		private static void awaited(CountDownLatch latch) {
			try {
				assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * The database's clock is moved instead: functions of its own hide the built-in ones.
	 */
	@Nested
	class WhenTheClocksOfTheNodesAreWrong {

		// As often as an application looks that sets nothing.
		private static final EngineSettings SETTINGS = EngineSettings.DEFAULT;

		private static TestDatabase.Database database(String offset) {
			TestDatabase.Database database = TestDatabase.fresh();
			JdbcClient sql = JdbcClient.create(database.dataSource());
			sql.sql("CREATE SCHEMA clock").update();
			for (String function : List.of("clock_timestamp", "statement_timestamp", "now")) {
				sql.sql("""
						CREATE FUNCTION clock.%1$s() RETURNS timestamptz LANGUAGE sql %2$s AS
						'SELECT pg_catalog.%1$s() + interval ''%3$s'''
						""".formatted(function, function.equals("clock_timestamp") ? "VOLATILE" : "STABLE", offset))
					.update();
			}
			sql.sql("""
					DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = clock, pg_catalog, public',
					                           current_database()); END $$
					""").update();
			return database;
		}

		@ParameterizedTest
		@ValueSource(strings = { "1 hour", "-1 hour" })
		void everythingHappensWhenTheDatabaseSaysSo(String offset) {
			TestDatabase.Database database = database(offset);
			try (EngineFixture sender = new EngineFixture(database, SETTINGS);
					EngineFixture node = new EngineFixture(database, SETTINGS)) {
				Instant now = now(node);
				assertThat(Duration.between(Instant.now(), now).abs()).isGreaterThan(Duration.ofMinutes(50));
				// By a node that is gone when they are due.
				Instant due = now.plusSeconds(4);
				for (int i = 0; i < 10; i++) {
					sender.enqueue("t.delayed", (request) -> request.delay(Duration.ofSeconds(4)));
					sender.enqueue("t.scheduled", (request) -> request.scheduledAt(due));
					sender.enqueue("t.living", (request) -> request.queue("q").timeToLive(Duration.ofSeconds(4)));
					sender.enqueue("t.expiring", (request) -> request.queue("q").expiresAt(due));
				}
				sender.close();
				node.engine().start();
				node.engine()
					.registerCron(new CronRequest("a", CronExpression.parse("* * * * * *"), CronRequest.zone("UTC"),
							CronOverlap.ALLOW, null, null, JobRequest.of("t.tick").queue("ticks").build()));
				Job held = retried(node);
				await().atMost(Duration.ofSeconds(30))
					.until(() -> count(node, "ojs.waiting") + count(node, "ojs.expiry") == 0);
				assertOnTime(node, """
						SELECT r.available_at - j.scheduled_at FROM ojs.ready r JOIN ojs.job j ON j.id = r.job_id
						WHERE j.type IN ('t.delayed', 't.scheduled')
						""");
				assertOnTime(node, """
						SELECT o.finished_at - j.expires_at FROM ojs.outcome o JOIN ojs.job j ON j.id = o.job_id
						WHERE o.state = 7
						""");
				await().atMost(Duration.ofSeconds(30))
					.until(() -> node.engine().findCron("a").orElseThrow().runCount() >= 2);
				await().atMost(Duration.ofSeconds(30)).until(() -> node.read(held).state() == JobState.AVAILABLE);
			}
		}

		/** Failed once, and then left by its worker for longer than it may. */
		private static Job retried(EngineFixture node) {
			node.enqueue("t.leased",
					(request) -> request.queue("leased")
						.retry((policy) -> policy.withIntervals(Duration.ofMillis(100), Duration.ofMillis(100))
							.withJitter(false)));
			Job first = node.fetch(1, "leased").get(0);
			assertThat(node.engine().fail(first, FailureReport.of(JobError.of("handler_error", "boom", null))))
				.isTrue();
			return await().atMost(Duration.ofSeconds(30))
				.until(() -> node.engine()
					.fetch(new FetchRequest(List.of("leased"), null, 1, "w1", Duration.ofSeconds(1), false)),
						(jobs) -> !jobs.isEmpty())
				.get(0);
		}

		private static long count(EngineFixture node, String table) {
			return node.sql().sql("SELECT count(*) FROM " + table).query(Long.class).single();
		}

		private static Instant now(EngineFixture node) {
			return node.sql()
				.sql("SELECT clock_timestamp()")
				.query((row, number) -> row.getTimestamp(1).toInstant())
				.single();
		}

		// Never early; and most within a second, however busy the machine is.
		private static void assertOnTime(EngineFixture node, String late) {
			List<Long> millis = node.sql()
				.sql("SELECT (extract(epoch FROM late) * 1000)::int8 FROM (%s) AS l (late) ORDER BY 1".formatted(late))
				.query(Long.class)
				.list();
			assertThat(millis).hasSize(20).allSatisfy((each) -> assertThat(each).isNotNegative());
			assertThat(millis.get(10)).isLessThanOrEqualTo(1100);
		}

	}

}
