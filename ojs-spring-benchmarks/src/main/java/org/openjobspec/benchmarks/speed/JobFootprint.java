package org.openjobspec.benchmarks.speed;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a job costs on the wire to the database and in its log.
 */
final class JobFootprint {

	private static final int JOBS = 50_000;

	private static final int SINGLE_JOBS = 5000;

	private static final int PER_SECOND = 100;

	private static final int TRICKLE_JOBS = 1000;

	private static final String QUEUE = "footprint";

	private static final double GOAL = 0.2;

	private static final String FILL = "enqueue, a thousand in a transaction";

	private static final String DRAIN = "claim, run, complete: backlog";

	private static final String SINGLE = "enqueue, each in a transaction of its own";

	private static final String TRICKLE = "claim, run, complete: 100 jobs/s";

	private final Bench bench;

	JobFootprint(Bench bench) {
		this.bench = bench;
	}

	/**
	 * What some jobs have cost.
	 *
	 * @param jobs how many jobs
	 * @param counts what was asked of the database
	 * @param written what was written to the log; {@code null} where it was not looked at
	 * @param afterCheckpoint whether a checkpoint came just before
	 */
	record Cost(int jobs, CountedNode.Counts counts, WriteAheadLog.@Nullable Written written, boolean afterCheckpoint) {

		double calls() {
			return (double) this.counts.calls() / this.jobs;
		}

		double roundTrips() {
			return (double) this.counts.roundTrips() / this.jobs;
		}

		double bytes() {
			return (this.written != null) ? (double) this.written.bytes() / this.jobs : Double.NaN;
		}

		double pageBytes() {
			Long pages = (this.written != null) ? this.written.pageBytes() : null;
			return (pages != null) ? (double) pages / this.jobs : Double.NaN;
		}

	}

	/** The nodes and what looks at them. */
	private record Nodes(CountedNode producer, CountedNode worker, JdbcClient outside, WriteAheadLog log) {
	}

	/** Work on some jobs. */
	private interface Work {

		void run() throws SQLException, InterruptedException;

	}

	void addTo(Section section) throws Exception {
		Database database = this.bench.server().fresh("bench_footprint");
		Map<String, List<Cost>> costs = new LinkedHashMap<>();
		// The producer is a node of its own, so that the worker's costs are only those
		// of a worker.
		try (CountedNode producer = CountedNode.start(database, "producer", "spring.main.web-application-type=none",
				"ojs.worker.enabled=false");
				CountedNode worker = CountedNode.start(database, "worker", "spring.main.web-application-type=none",
						"bench.handler=noop", "bench.queue=" + QUEUE);
				WriteAheadLog log = WriteAheadLog.open(database)) {
			Nodes nodes = new Nodes(producer, worker, JdbcClient.create(uncounted(database)), log);
			fillAndDrain(nodes, this.bench.scaled(JOBS) / 2 + 1, false, new LinkedHashMap<>());
			for (int round = 1; round <= this.bench.rounds(); round++) {
				log.checkpoint();
				fillAndDrain(nodes, this.bench.scaled(JOBS), true, costs);
				fillAndDrain(nodes, this.bench.scaled(JOBS), false, costs);
				single(nodes, Math.max(100, this.bench.scaled(SINGLE_JOBS)), costs);
				trickle(nodes, Math.max(PER_SECOND, this.bench.scaled(TRICKLE_JOBS)), costs);
				this.bench.log("Round %d, jobs".formatted(round));
			}
		}
		report(section, costs);
	}

	private static DataSource uncounted(Database database) {
		return new DriverManagerDataSource(database.url(), database.user(), database.password());
	}

	private static void fillAndDrain(Nodes nodes, int jobs, boolean afterCheckpoint, Map<String, List<Cost>> costs)
			throws SQLException, InterruptedException {
		JobEngine engine = nodes.producer().bean(JobEngine.class);
		engine.pause(QUEUE, true);
		add(costs, FILL, measure(nodes.log(), nodes.producer(), jobs, afterCheckpoint,
				() -> QueueFiller.fill(nodes.producer().bean(OjsTemplate.class), QUEUE, jobs)));
		add(costs, DRAIN, measure(nodes.log(), nodes.worker(), jobs, afterCheckpoint, () -> {
			nodes.worker().bean(JobEngine.class).pause(QUEUE, false);
			QueueFiller.awaitEmpty(nodes.outside(), QUEUE);
		}));
	}

	private static void single(Nodes nodes, int jobs, Map<String, List<Cost>> costs)
			throws SQLException, InterruptedException {
		JobEngine engine = nodes.producer().bean(JobEngine.class);
		engine.pause(QUEUE, true);
		add(costs, SINGLE, measure(nodes.log(), nodes.producer(), jobs, false, () -> {
			for (int i = 0; i < jobs; i++) {
				enqueue(nodes.producer());
			}
		}));
		engine.pause(QUEUE, false);
		QueueFiller.awaitEmpty(nodes.outside(), QUEUE);
	}

	private static void trickle(Nodes nodes, int jobs, Map<String, List<Cost>> costs)
			throws SQLException, InterruptedException {
		add(costs, TRICKLE, measure(null, nodes.worker(), jobs, false, () -> {
			long start = System.nanoTime();
			for (int i = 0; i < jobs; i++) {
				long turn = start + i * (Duration.ofSeconds(1).toNanos() / PER_SECOND);
				for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
					LockSupport.parkNanos(left);
				}
				enqueue(nodes.producer());
			}
			QueueFiller.awaitEmpty(nodes.outside(), QUEUE);
		}));
	}

	private static void enqueue(CountedNode producer) {
		producer.bean(TransactionTemplate.class)
			.executeWithoutResult(
					(status) -> producer.bean(OjsTemplate.class).request(NodeApplication.TYPE).queue(QUEUE).enqueue());
	}

	private static Cost measure(@Nullable WriteAheadLog log, CountedNode node, int jobs, boolean afterCheckpoint,
			Work work) throws SQLException, InterruptedException {
		String from = (log != null) ? log.position() : "";
		CountedNode.Counts before = node.counts();
		work.run();
		CountedNode.Counts counts = node.counts().since(before);
		return new Cost(jobs, counts, (log != null) ? log.between(from, log.position()) : null, afterCheckpoint);
	}

	private static void add(Map<String, List<Cost>> costs, String what, Cost cost) {
		costs.computeIfAbsent(what, (key) -> new ArrayList<>()).add(cost);
	}

	private static void report(Section section, Map<String, List<Cost>> costs) {
		section
			.text(("**Jobs.** A producer without a worker enqueues, a node with one no-op handler and default settings "
					+ "works; %s jobs per fill and drain, %s singly, and %s at 100 per second. Calls are executions of "
					+ "statements, commits, rollbacks and savepoints at the DataSource; round trips are counted at the "
					+ "driver's sockets, with what the pool and the driver do by themselves. The drain includes everything "
					+ "that the node does meanwhile: polling, heartbeats, maintenance. Goal: fewer than %s per job.")
				.formatted(jobs(costs, FILL), jobs(costs, SINGLE), jobs(costs, TRICKLE), GOAL));
		List<List<String>> trips = new ArrayList<>();
		List<List<String>> log = new ArrayList<>();
		costs.forEach((what, rounds) -> {
			Range roundTrips = range(rounds, Cost::roundTrips);
			trips.add(List.of(what, range(rounds, Cost::calls).text(JobFootprint::small),
					roundTrips.text(JobFootprint::small),
					what.equals(DRAIN) ? "< %s: %s".formatted(GOAL, Goal.verdict(roundTrips.median() < GOAL)) : ""));
			for (boolean afterCheckpoint : new boolean[] { true, false }) {
				List<Cost> those = rounds.stream()
					.filter((cost) -> cost.written() != null && cost.afterCheckpoint() == afterCheckpoint)
					.toList();
				if (!those.isEmpty()) {
					log.add(bytes(what, afterCheckpoint, those));
				}
			}
			section.raw(what, rounds);
		});
		section.table(List.of("Work", "Calls/job", "Round trips/job", "Goal"), trips);
		section.text("**Write-ahead log.** Bytes per job as the server's log has grown, all that happened meanwhile "
				+ "included. Right after a checkpoint the first change of each page costs an image of it; these are told "
				+ "apart by `pg_walinspect` where the server has it.");
		section.table(List.of("Work", "When", "WAL bytes/job", "of these page images", "without them"), log);
	}

	private static List<String> bytes(String what, boolean afterCheckpoint, List<Cost> rounds) {
		Range pages = range(rounds, Cost::pageBytes);
		Range rest = range(rounds, (cost) -> cost.bytes() - cost.pageBytes());
		boolean known = !Double.isNaN(pages.median());
		return List.of(what, afterCheckpoint ? "right after a checkpoint" : "later",
				range(rounds, Cost::bytes).text(Stats::count), known ? pages.text(Stats::count) : "unknown",
				known ? rest.text(Stats::count) : "unknown");
	}

	private static String jobs(Map<String, List<Cost>> costs, String what) {
		return Stats.count(costs.getOrDefault(what, List.of()).stream().mapToInt(Cost::jobs).max().orElse(0));
	}

	private static String small(double value) {
		return String.format(Locale.ROOT, "%.3f", value);
	}

	private static Range range(List<Cost> rounds, ToDoubleFunction<Cost> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
