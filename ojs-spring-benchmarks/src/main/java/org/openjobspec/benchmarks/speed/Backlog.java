package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * Whether many waiting or completed jobs slow down the claim and the completion.
 */
final class Backlog implements Scenario {

	/** Not scaled: less is worked off before it can be measured. */
	private static final int SMALL = 10_000;

	private static final int MEDIUM = 1_000_000;

	private static final int LARGE = 10_000_000;

	private static final int HISTORY = 10_000_000;

	private static final int WARM_UP_JOBS = 50_000;

	/** How many times a small backlog is worked off for one measure. */
	private static final int WAVES = 10;

	private static final Duration WINDOW = Duration.ofSeconds(10);

	private static final Duration LEAST_WINDOW = Duration.ofSeconds(1);

	/** Nobody takes that long to begin. */
	private static final Duration STANDSTILL = Duration.ofSeconds(60);

	private static final double GOAL = 0.8;

	@Override
	public String name() {
		return "backlog";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		List<Rate> rates = new ArrayList<>();
		measure(bench, rates, 0, SMALL, Math.max(2 * SMALL, bench.scaled(MEDIUM)),
				Math.max(4 * SMALL, bench.scaled(LARGE)));
		measure(bench, rates, 0, SMALL);
		measure(bench, rates, bench.scaled(HISTORY), SMALL, Math.max(2 * SMALL, bench.scaled(MEDIUM)),
				Math.max(4 * SMALL, bench.scaled(LARGE)));
		return report(bench, rates);
	}

	private static void measure(Bench bench, List<Rate> rates, int completed, int... sizes) throws Exception {
		Database database = bench.server().fresh("ojs_backlog");
		FloorStatements statements = FloorStatements.record(database);
		try (Ojs ojs = new Ojs()) {
			ojs.prepare(database, new Workload(Duration.ZERO, Peer.OJS.concurrency(bench.concurrency())));
			FloorNode floor = new FloorNode(database, statements, Peer.FLOOR.concurrency(bench.concurrency()),
					new Work(Duration.ZERO));
			Filler filler = new Filler(database);
			filler.fillTo(bench.scaled(WARM_UP_JOBS));
			window(bench, ojs, bench.scaled(WARM_UP_JOBS));
			filler.fillTo(bench.scaled(WARM_UP_JOBS));
			window(bench, floor, bench.scaled(WARM_UP_JOBS));
			if (completed > 0) {
				bench.log("Adding %s completed jobs".formatted(Stats.count(completed)));
				filler.complete(completed);
			}
			for (int size : sizes) {
				for (int round = 1; round <= bench.rounds(); round++) {
					add(bench, rates,
							new Rate(Peer.OJS.label(), size, completed, round, rate(bench, ojs, filler, size)));
					add(bench, rates,
							new Rate(Peer.FLOOR.label(), size, completed, round, rate(bench, floor, filler, size)));
				}
			}
		}
	}

	private static void add(Bench bench, List<Rate> rates, Rate rate) {
		rates.add(rate);
		bench.log("Round %d  %11s waiting, %11s completed  %-13s %10s jobs/s".formatted(rate.round(),
				Stats.count(rate.waiting()), Stats.count(rate.completed()), rate.contender(),
				Stats.count(rate.jobsPerSecond())));
	}

	private static double rate(Bench bench, Node node, Filler filler, int size) throws Exception {
		double jobs = 0;
		double seconds = 0;
		int waves = (size > SMALL) ? 1 : WAVES;
		for (int wave = 0; wave < waves; wave++) {
			filler.fillTo(size);
			Window window = window(bench, node, size);
			jobs += window.jobs();
			seconds += window.seconds();
		}
		return jobs / seconds;
	}

	// Without the first tenth of a small backlog, in which the node gets going, and
	// without its last, in which it has too little to do; of a large one at most half,
	// so that it stays large.
	private static Window window(Bench bench, Node node, int size) throws Exception {
		int begin = Math.min(size / 10, SMALL);
		int end = (size > SMALL) ? size / 2 : size - begin;
		long limit = Math.max(LEAST_WINDOW.toNanos(), (long) (WINDOW.toNanos() * Math.min(1, bench.scale())));
		long before = node.finished();
		node.start();
		try {
			long first = await(node, before + begin, System.nanoTime() + STANDSTILL.toNanos());
			long firstJobs = node.finished();
			if (firstJobs < before + begin) {
				throw new IllegalStateException(
						"Only %d of %d jobs have been worked off".formatted(firstJobs - before, size));
			}
			long last = await(node, before + end, first + limit);
			return new Window(node.finished() - firstJobs, (last - first) / 1e9);
		}
		finally {
			node.stop();
		}
	}

	private static long await(Node node, long finished, long deadline) throws InterruptedException {
		long now = System.nanoTime();
		while (node.finished() < finished && now < deadline) {
			Thread.sleep(1);
			now = System.nanoTime();
		}
		return System.nanoTime();
	}

	private static Section report(Bench bench, List<Rate> rates) {
		Section section = new Section("Backlog");
		section.text(("Jobs that do nothing, worked off by one node from a queue in which so many are waiting; in turn "
				+ "with the floor, rounds: %d. Before each measure SQL tops the queue up, then VACUUM (ANALYZE). "
				+ "A measure covers at most %d s and at most half of the queue; of the smallest queue the middle 80 %% of "
				+ "%d fillings, so that it covers as many jobs. The smallest queue is measured again at the end, in a new "
				+ "database; with completed jobs, all sizes are measured in one that holds these.")
			.formatted(bench.rounds(), WINDOW.toSeconds(), WAVES));
		List<List<String>> rows = new ArrayList<>();
		for (Rate key : rates.stream().map(Rate::key).distinct().toList()) {
			double median = median(rates, key);
			double base = median(rates, new Rate(key.contender(), SMALL, 0, 0, 0));
			rows.add(List.of(key.contender(), Stats.count(key.waiting()), Stats.count(key.completed()),
					Stats.count(median), range(rates, key), Stats.percent(median / base),
					(median / base >= GOAL) ? "met" : "missed"));
		}
		section.table(List.of("", "waiting", "completed", "jobs/s, median", "min – max",
				"of that with %s waiting".formatted(Stats.count(SMALL)), "≥ 80 %"), rows);
		return section.raw("rates", rates);
	}

	private static double median(List<Rate> rates, Rate key) {
		return Stats.median(values(rates, key));
	}

	private static String range(List<Rate> rates, Rate key) {
		double[] sorted = values(rates, key).stream().mapToDouble(Double::doubleValue).sorted().toArray();
		return Stats.count(sorted[0]) + " – " + Stats.count(sorted[sorted.length - 1]);
	}

	private static List<Double> values(List<Rate> rates, Rate key) {
		return rates.stream().filter((rate) -> rate.key().equals(key)).map(Rate::jobsPerSecond).toList();
	}

	/**
	 * A rate at a size.
	 *
	 * @param contender of whom
	 * @param waiting how many jobs were waiting at its start
	 * @param completed how many completed jobs were in the tables at the start
	 * @param round in which round
	 * @param jobsPerSecond the rate
	 */
	record Rate(String contender, int waiting, int completed, int round, double jobsPerSecond) {

		Rate key() {
			return new Rate(this.contender, this.waiting, this.completed, 0, 0);
		}

	}

	private record Window(long jobs, double seconds) {
	}

}
