package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.CronOverlap;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How many ticks of periodic jobs fire per second, beside enqueueing as many jobs one
 * after the other.
 */
final class CronSpeed implements Scenario {

	private static final int TICKS = 2_000;

	private static final String PLAIN = "Enqueue, one job per transaction, one thread";

	private static final Duration STANDSTILL = Duration.ofMinutes(2);

	@Override
	public String name() {
		return "cron";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Comparison comparison = Comparison.inRounds(bench, "jobs/s", CronSpeed::measure);
		Section section = new Section("Periodic jobs")
			.text(("%s periodic jobs that are due at the same moment, each fired in a transaction of its own by whichever "
					+ "node takes its row; none of their jobs is worked off. The clock runs from the moment at which they "
					+ "become due until the database shows that each has had its run, so that it holds up to a second until "
					+ "the nodes look.")
				.formatted(Stats.count(bench.scaled(TICKS))));
		comparison.report(section);
		return section;
	}

	private static void measure(Bench bench, Comparison comparison) throws Exception {
		int ticks = bench.scaled(TICKS);
		enqueue(bench, comparison, ticks);
		fire(bench, comparison, ticks, 1, CronOverlap.ALLOW);
		fire(bench, comparison, ticks, 1, CronOverlap.SKIP);
		fire(bench, comparison, ticks, 2, CronOverlap.ALLOW);
	}

	private static void enqueue(Bench bench, Comparison comparison, int jobs) throws Exception {
		Database database = bench.server().fresh("ojs_cron");
		try (ConfigurableApplicationContext node = node(database)) {
			OjsTemplate template = node.getBean(OjsTemplate.class);
			TransactionTemplate transaction = new TransactionTemplate(node.getBean(PlatformTransactionManager.class));
			Settle.all(database);
			long start = System.nanoTime();
			for (int job = 0; job < jobs; job++) {
				int number = job;
				transaction.executeWithoutResult((status) -> template.enqueue(NodeApplication.TYPE, number));
			}
			comparison.add(PLAIN, PLAIN, jobs, System.nanoTime() - start);
		}
	}

	private static void fire(Bench bench, Comparison comparison, int ticks, int nodes, CronOverlap overlap)
			throws Exception {
		Database database = bench.server().fresh("ojs_cron");
		List<ConfigurableApplicationContext> contexts = new ArrayList<>();
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			for (int i = 0; i < nodes; i++) {
				contexts.add(node(database));
			}
			OjsTemplate template = contexts.get(0).getBean(OjsTemplate.class);
			for (int i = 0; i < ticks; i++) {
				template.cron("periodic-" + i, "@every 24h", NodeApplication.TYPE).overlap(overlap).register();
			}
			Settle.all(database);
			long start = System.nanoTime();
			statement.execute("UPDATE ojs.cron SET next_run_at = clock_timestamp()");
			while (Drain.count(connection, "SELECT count(*) FROM ojs.cron WHERE run_count = 0") > 0) {
				if (System.nanoTime() - start > STANDSTILL.toNanos()) {
					throw new IllegalStateException("Not all periodic jobs have fired within " + STANDSTILL);
				}
				Thread.sleep(5);
			}
			comparison.add("Fire, overlap %s, nodes: %d".formatted(overlap.wireName(), nodes), PLAIN, ticks,
					System.nanoTime() - start);
			requireOneEach(connection, ticks);
		}
		finally {
			contexts.forEach(ConfigurableApplicationContext::close);
		}
	}

	private static void requireOneEach(Connection connection, int ticks) throws SQLException {
		Drain.check("runs", ticks, Drain.count(connection, "SELECT sum(run_count) FROM ojs.cron"));
		Drain.check("jobs", ticks, Drain.count(connection, "SELECT count(*) FROM ojs.job"));
	}

	private static ConfigurableApplicationContext node(Database database) {
		return NodeApplication.start(database, "spring.main.web-application-type=none", "ojs.worker.enabled=false");
	}

}
