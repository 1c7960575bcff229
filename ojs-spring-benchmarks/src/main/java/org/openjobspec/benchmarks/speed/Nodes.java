package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What several nodes on one database do together, and whether they share the work fairly.
 */
final class Nodes implements Scenario {

	private static final int JOBS = 200_000;

	private static final int WARM_UP_JOBS = 40_000;

	private static final List<Integer> NODES = List.of(1, 2, 4);

	private static final String WARM_UP_QUEUE = "warm-up";

	private static final String QUEUE = "backlog";

	/**
	 * What one node did.
	 *
	 * @param jobs how many jobs
	 * @param firstStart when it started its first, in seconds after the first start of
	 * all
	 */
	record Share(long jobs, double firstStart) {
	}

	/**
	 * A drained backlog.
	 *
	 * @param jobs its size
	 * @param seconds from the first start to the last end
	 * @param shares what each node did
	 */
	record Drain(long jobs, double seconds, List<Share> shares) {

		double perSecond() {
			return this.jobs / this.seconds;
		}

		/** The smallest share in relation to a fair one. */
		double smallest() {
			return this.shares.stream().mapToLong(Share::jobs).min().orElse(0) / fair();
		}

		/** The largest share in relation to a fair one. */
		double largest() {
			return this.shares.stream().mapToLong(Share::jobs).max().orElse(0) / fair();
		}

		private double fair() {
			return (double) this.jobs / this.shares.size();
		}

		/** When the last node joined in. */
		double lastStart() {
			return this.shares.stream().mapToDouble(Share::firstStart).max().orElse(0);
		}

	}

	@Override
	public String name() {
		return "nodes";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Map<Integer, List<Drain>> drains = new LinkedHashMap<>();
		for (int round = 1; round <= bench.rounds(); round++) {
			for (int nodes : NODES) {
				Drain drain = measure(bench, nodes);
				bench.log("Round %d, nodes: %d, %.0f jobs/s".formatted(round, nodes, drain.perSecond()));
				drains.computeIfAbsent(nodes, (key) -> new ArrayList<>()).add(drain);
			}
		}
		return section(bench, drains);
	}

	private static Drain measure(Bench bench, int nodes) throws SQLException, InterruptedException {
		Database database = bench.server().fresh("bench_nodes");
		List<LinkedProcess> processes = new ArrayList<>();
		try (ConfigurableApplicationContext producer = NodeApplication.start(database,
				"spring.main.web-application-type=none", "ojs.worker.enabled=false")) {
			for (int node = 1; node <= nodes; node++) {
				processes.add(LinkedProcess.start(NodeApplication.class,
						bench.directory().resolve("nodes-" + node + ".log"), List.of("-Xmx512m"),
						NodeApplication.arguments(database, "spring.main.web-application-type=none",
								"bench.handler=noop", "ojs.worker.queues=" + WARM_UP_QUEUE + "," + QUEUE)));
			}
			processes.forEach((process) -> process.receive(NodeApplication.Started.class));
			drain(producer, database, WARM_UP_QUEUE, bench.scaled(WARM_UP_JOBS));
			drain(producer, database, QUEUE, bench.scaled(JOBS));
			return result(producer.getBean(JdbcClient.class), nodes);
		}
		finally {
			processes.forEach(LinkedProcess::close);
		}
	}

	// Only enqueues are told to other nodes, not that a queue goes on; so a last job
	// wakes them all at once instead of each at its next poll.
	private static void drain(ConfigurableApplicationContext producer, Database database, String queue, int jobs)
			throws SQLException, InterruptedException {
		JobEngine engine = producer.getBean(JobEngine.class);
		OjsTemplate template = producer.getBean(OjsTemplate.class);
		engine.pause(queue, true);
		QueueFiller.fill(template, queue, jobs - 1);
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("VACUUM ANALYZE");
			statement.execute("CHECKPOINT");
		}
		engine.pause(queue, false);
		template.request(NodeApplication.TYPE).queue(queue).enqueue();
		QueueFiller.awaitEmpty(producer.getBean(JdbcClient.class), queue);
	}

	private static Drain result(JdbcClient jdbc, int nodes) {
		List<Share> shares = jdbc.sql("""
				SELECT count(*), extract(epoch FROM min(started_at) - min(min(started_at)) OVER ())
				FROM ojs.outcome WHERE queue = ? AND state = 4 GROUP BY worker ORDER BY worker
				""").param(QUEUE).query((row, number) -> new Share(row.getLong(1), row.getDouble(2))).list();
		List<Share> all = new ArrayList<>(shares);
		// A node that got nothing has a share too.
		while (all.size() < nodes) {
			all.add(new Share(0, 0));
		}
		double seconds = jdbc
			.sql("SELECT extract(epoch FROM max(finished_at) - min(started_at)) FROM ojs.outcome WHERE queue = ?")
			.param(QUEUE)
			.query(Double.class)
			.single();
		return new Drain(shares.stream().mapToLong(Share::jobs).sum(), seconds, all);
	}

	private static Section section(Bench bench, Map<Integer, List<Drain>> drains) {
		Section section = new Section("Nodes")
			.text(("Nodes (Spring Boot applications with default settings, a process each) drain %s no-op jobs that "
					+ "were enqueued while their queue was paused, after a smaller backlog to warm up; then the queue is "
					+ "resumed and a last job wakes all nodes at once. Measured by the database's clock, from the first "
					+ "start to the last end; each measurement has a fresh database and fresh processes, all on this "
					+ "machine. A fair share is 100 %%. Medians of the rounds, with the smallest and the largest.")
				.formatted(Stats.count(bench.scaled(JOBS))));
		double single = range(drains.getOrDefault(1, List.of()), Drain::perSecond).median();
		List<List<String>> rows = new ArrayList<>();
		drains.forEach((nodes, rounds) -> {
			Range rate = range(rounds, Drain::perSecond);
			rows.add(List.of(Integer.toString(nodes), rate.text(Stats::count), Stats.ratio(rate.median() / single),
					range(rounds, Drain::smallest).text(Stats::percent),
					range(rounds, Drain::largest).text(Stats::percent),
					Stats.decimal(range(rounds, Drain::lastStart).median())));
			section.raw("nodes: " + nodes, rounds);
		});
		return section.table(List.of("Nodes", "Jobs/s", "To one node", "Smallest share", "Largest share",
				"Last node's first start after s"), rows);
	}

	private static Range range(List<Drain> rounds, ToDoubleFunction<Drain> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
