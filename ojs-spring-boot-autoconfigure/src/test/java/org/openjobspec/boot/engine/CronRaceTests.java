package org.openjobspec.boot.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Periodic jobs that four nodes come to fire at the same moment. What is due once a year
 * is made due by moving its next tick into the past.
 */
@Timeout(240)
class CronRaceTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int TICKS = 12;

	private static final String YEARLY = "0 0 1 1 *";

	/** They look all the time, so that each tick finds all of them looking. */
	private static final EngineSettings EAGER = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofMillis(2), EngineSettings.Retention.DEFAULT,
			EngineSettings.Webhooks.DEFAULT);

	private static final TestDatabase.Database database = TestDatabase.fresh();

	/** Started by each test when it is ready for ticks. */
	@RegisterExtension
	private static final ClusterFixture cluster = new ClusterFixture(database, EAGER);

	@AfterEach
	void stop() {
		cluster.stop();
	}

	private static void register(String name, String expression, CronOverlap overlap) {
		cluster.engine(0)
			.registerCron(new CronRequest(name, CronExpression.parse(expression), CronRequest.zone("UTC"), overlap,
					null, null, JobRequest.of("t.tick").build()));
	}

	private static void makeDue() {
		cluster.sql().sql("UPDATE ojs.cron SET next_run_at = statement_timestamp() - interval '1 second'").update();
	}

	private static long leastRuns() {
		return cluster.sql().sql("SELECT min(run_count) FROM ojs.cron").query(Long.class).single();
	}

	private static void awaitRuns(long runs) {
		await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> leastRuns() >= runs);
	}

	@Test
	void overManyTicksEachMakesOneJob() {
		int names = 25;
		for (int i = 0; i < names; i++) {
			register("cron-" + i, YEARLY, CronOverlap.ALLOW);
		}
		cluster.start();
		for (int round = 1; round <= TICKS; round++) {
			makeDue();
			awaitRuns(round);
		}
		assertThat(leastRuns()).isEqualTo(TICKS);
		assertThat(cluster.count("ojs.job")).isEqualTo(TICKS * names);
		assertThat(cluster.count("ojs.cron WHERE run_count = " + TICKS)).isEqualTo(names);
		assertThat(cluster.count("(SELECT DISTINCT meta FROM ojs.job) j")).isEqualTo(TICKS * names);
		assertThat(cluster.count("ojs.event WHERE type = 'cron.triggered'")).isEqualTo(TICKS * names);
	}

	@Test
	void whenTheNodeThatFiredLastStopsAnotherOneGoesOn() {
		AtomicReference<JobEngine> fired = new AtomicReference<>();
		for (EngineFixture node : cluster.nodes()) {
			node.engine().onEvent((event) -> {
				if (event.type().equals(JobEvent.CRON_TRIGGERED)) {
					fired.set(node.engine());
				}
			});
		}
		register("a", YEARLY, CronOverlap.ALLOW);
		cluster.start();
		for (int round = 1; round <= ClusterFixture.NODES; round++) {
			fired.set(null);
			makeDue();
			JobEngine last = await().atMost(PATIENCE).until(fired::get, (engine) -> engine != null);
			assertThat(leastRuns()).isEqualTo(round);
			last.stop();
		}
		assertThat(cluster.count("ojs.job")).isEqualTo(ClusterFixture.NODES);
	}

	@Test
	void whenANodeDiesWhileItFiresTheTickIsMadeOnceByAnother() throws SQLException {
		try (Connection dying = database.dataSource().getConnection()) {
			register("a", YEARLY, CronOverlap.ALLOW);
			makeDue();
			dying.setAutoCommit(false);
			int session = lock(dying);
			cluster.start();
			await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> leastRuns() == 0);
			cluster.sql().sql("SELECT pg_terminate_backend(:session)").param("session", session).query().listOfRows();
			awaitRuns(1);
			await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> cluster.count("ojs.job") == 1);
		}
	}

	@Test
	void whileOneIsLockedForLongTheOthersAreFired() throws SQLException {
		try (Connection slow = database.dataSource().getConnection()) {
			register("a", YEARLY, CronOverlap.ALLOW);
			makeDue();
			slow.setAutoCommit(false);
			lock(slow);
			// All nodes come to the one that is locked first: it has been due for longer.
			cluster.start();
			register("b", "* * * * * *", CronOverlap.ALLOW);
			await().atMost(PATIENCE).until(() -> cluster.count("ojs.cron WHERE name = 'b' AND run_count > 2") == 1);
			assertThat(leastRuns()).isZero();
			slow.rollback();
			awaitRuns(1);
		}
	}

	/** Locks the first one, and tells who does. */
	private static int lock(Connection connection) {
		return JdbcClient.create(new SingleConnectionDataSource(connection, true))
			.sql("SELECT pg_backend_pid() FROM ojs.cron WHERE name = 'a' FOR UPDATE")
			.query(Integer.class)
			.single();
	}

	@Test
	void whatFourNodesHaveMissedIsMadeUpForOnce() {
		int minute = cluster.sql()
			.sql("SELECT extract(minute FROM clock_timestamp() + interval '30 minutes')::int")
			.query(Integer.class)
			.single();
		register("a", minute + " * * * *", CronOverlap.ALLOW);
		cluster.sql().sql("UPDATE ojs.cron SET next_run_at = next_run_at - interval '10 hours'").update();
		cluster.start();
		awaitRuns(1);
		await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> leastRuns() == 1);
		assertThat(cluster.count("ojs.job")).isEqualTo(1);
		assertThat(cluster.count("ojs.cron WHERE next_run_at > clock_timestamp()")).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void runsOverlapOnlyWhereTheyMay(CronOverlap overlap) throws Exception {
		register("a", YEARLY, overlap);
		cluster.start();
		AtomicInteger ticks = new AtomicInteger();
		AtomicBoolean done = new AtomicBoolean();
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < ClusterFixture.NODES; i++) {
			int node = i;
			workers.add(cluster.submit(() -> work(node, ticks, done)));
		}
		for (int round = 1; round <= TICKS; round++) {
			makeDue();
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(5))
				.until(() -> cluster.count("ojs.cron WHERE next_run_at > clock_timestamp()") == 1);
			ticks.set(round);
		}
		await().atMost(PATIENCE).until(() -> cluster.count("ojs.ready") == 0);
		done.set(true);
		for (Future<?> worker : workers) {
			worker.get(30, TimeUnit.SECONDS);
		}
		long jobs = cluster.count("ojs.job");
		if (overlap == CronOverlap.SKIP) {
			assertThat(jobs).isBetween(1L, TICKS - 1L);
			assertThat(cluster.count("ojs.event WHERE type = 'cron.skipped'")).isEqualTo(TICKS - jobs);
		}
		else {
			assertThat(jobs).isEqualTo(TICKS);
		}
		switch (overlap) {
			case SKIP, CANCEL_PREVIOUS -> assertThat(overlaps("j.created_at")).isZero();
			case ENQUEUE -> assertThat(overlaps("o.started_at")).isZero();
			case ALLOW -> assertThat(overlaps("j.created_at")).isPositive();
		}
	}

	/** Holds each job over a tick at least. */
	private static boolean work(int node, AtomicInteger ticks, AtomicBoolean done) throws InterruptedException {
		while (!done.get()) {
			List<Job> jobs = cluster.node(node).fetch(1);
			int claimed = ticks.get();
			do {
				Thread.sleep(1);
			}
			while (!jobs.isEmpty() && ticks.get() < Math.min(claimed + 2, TICKS));
			cluster.complete(node, jobs);
		}
		return true;
	}

	private static long overlaps(String begin) {
		return cluster.sql().sql("""
				WITH run AS (
				    SELECT o.job_id, %s AS begun_at, o.finished_at FROM ojs.outcome o JOIN ojs.job j ON j.id = o.job_id)
				SELECT count(*) FROM run a JOIN run b ON a.job_id <> b.job_id AND b.begun_at >= a.begun_at
				       AND b.begun_at < a.finished_at
				""".formatted(begin)).query(Long.class).single();
	}

}
