package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * Whether rows that VACUUM cannot or may not remove slow a node down.
 */
final class Bloat implements Scenario {

	private static final Duration LENGTH = Duration.ofMinutes(10);

	/** Of the undisturbed one, which only shows how much the rate wavers by itself. */
	private static final Duration CONTROL = Duration.ofMinutes(2);

	/** Before another session opens its transaction. */
	private static final Duration BEFORE = Duration.ofMinutes(1);

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Duration LEAST_INTERVAL = Duration.ofMillis(200);

	private static final int BATCH = 1_000;

	/** The queue is kept between this and twice this. */
	private static final int WAITING = 10_000;

	private static final double GOAL = 0.7;

	private static final List<String> TABLES = List.of("job", "ready", "outcome", "event", "claim");

	@Override
	public String name() {
		return "bloat";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		List<Series> all = new ArrayList<>();
		for (Disturbance disturbance : Disturbance.values()) {
			all.add(measure(bench, disturbance));
		}
		return report(bench, all);
	}

	private static Series measure(Bench bench, Disturbance disturbance) throws Exception {
		Database database = bench.server().fresh("ojs_bloat");
		Duration interval = scaled(INTERVAL, bench.scale());
		List<Sample> samples = new ArrayList<>();
		try (Ojs ojs = new Ojs(); Connection observer = database.connect(); Connection holder = database.connect()) {
			ojs.prepare(database, new Workload(Duration.ZERO, Peer.OJS.concurrency(bench.concurrency())));
			if (disturbance == Disturbance.NO_AUTOVACUUM) {
				switchAutovacuumOff(observer);
			}
			Producer producer = new Producer(ojs);
			ExecutorService thread = Executors.newSingleThreadExecutor();
			try {
				Future<?> producing = thread.submit(producer);
				ojs.start();
				// What the virtual machine compiles meanwhile is no part of the
				// comparison.
				sample(ojs, producing, observer, interval.multipliedBy(2));
				Duration length = (disturbance == Disturbance.NONE) ? CONTROL : LENGTH;
				long intervals = length.plus(BEFORE).dividedBy(INTERVAL);
				long before = BEFORE.dividedBy(INTERVAL);
				for (int number = 0; number < intervals; number++) {
					if (number == before && disturbance == Disturbance.TRANSACTION) {
						hold(holder);
					}
					Sample sample = sample(ojs, producing, observer, interval);
					samples.add(sample);
					bench.log("%-22s %3d  %10s jobs/s, %s dead rows in ready".formatted(disturbance.label,
							number - before, Stats.count(sample.jobsPerSecond()),
							Stats.count((double) sample.deadRows())));
				}
				producer.stop();
				producing.get();
				ojs.stop();
			}
			finally {
				producer.stop();
				thread.shutdown();
			}
		}
		return new Series(disturbance.label, (int) BEFORE.dividedBy(INTERVAL), samples);
	}

	private static Duration scaled(Duration full, double scale) {
		Duration scaled = Duration.ofMillis((long) (full.toMillis() * Math.min(1, scale)));
		return (scaled.compareTo(LEAST_INTERVAL) < 0) ? LEAST_INTERVAL : scaled;
	}

	private static void switchAutovacuumOff(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String table : TABLES) {
				statement.execute("ALTER TABLE ojs." + table + " SET (autovacuum_enabled = false)");
			}
		}
	}

	// The first query takes the snapshot that is held from then on.
	private static void hold(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		Drain.count(connection, "SELECT count(*) FROM ojs.queue");
	}

	private static Sample sample(Ojs ojs, Future<?> producing, Connection observer, Duration interval)
			throws Exception {
		long finished = ojs.finished();
		long start = System.nanoTime();
		Thread.sleep(interval.toMillis());
		double rate = (ojs.finished() - finished) * 1e9 / (System.nanoTime() - start);
		if (producing.isDone()) {
			producing.get();
		}
		try (Statement statement = observer.createStatement(); ResultSet row = statement.executeQuery("""
				SELECT n_dead_tup, pg_relation_size('ojs.ready'), pg_indexes_size('ojs.ready')
				FROM pg_stat_user_tables WHERE relid = 'ojs.ready'::regclass""")) {
			row.next();
			return new Sample(rate, row.getLong(1), row.getLong(2), row.getLong(3));
		}
	}

	private static Section report(Bench bench, List<Series> all) {
		Section section = new Section("Bloat");
		section.text(("One process that enqueues jobs that do nothing in batches of %s, such that %s to %s are always "
				+ "waiting, and works them off. The rate of completed jobs is noted every %s ms, first for %s intervals as "
				+ "a reference, then for %s more: undisturbed (for %s only); while another session holds a REPEATABLE READ transaction "
				+ "with its snapshot; and, from the start on, with autovacuum off for %s. Each in a fresh database. The worst interval of "
				+ "the undisturbed one tells what checkpoints and the disk do by themselves.")
			.formatted(Stats.count(BATCH), Stats.count(WAITING), Stats.count(2.0 * WAITING),
					scaled(INTERVAL, bench.scale()).toMillis(), BEFORE.dividedBy(INTERVAL), LENGTH.dividedBy(INTERVAL),
					CONTROL.dividedBy(INTERVAL), String.join(", ", TABLES)));
		List<List<String>> rows = new ArrayList<>();
		for (Series series : all) {
			double reference = series.reference();
			double worst = series.worst();
			Sample end = series.samples().get(series.samples().size() - 1);
			rows.add(List.of(series.disturbance(), Stats.count(reference),
					Stats.count(series.later().get(0).jobsPerSecond()), Stats.count(worst),
					Stats.count(end.jobsPerSecond()), Stats.percent(series.usual() / reference),
					Stats.percent(worst / reference), (worst / reference >= GOAL) ? "met" : "missed",
					Stats.count((double) series.mostDead()),
					Stats.count(end.tableBytes() / 1e6) + " + " + Stats.count(end.indexBytes() / 1e6) + " MB"));
		}
		section.table(List.of("", "reference, jobs/s", "first", "worst", "last", "median of reference",
				"worst of reference", "≥ 70 %", "dead rows of ready, at most", "its size at the end, with indexes"),
				rows);
		return section.raw("series", all);
	}

	/** What makes dead rows stay. */
	private enum Disturbance {

		NONE("undisturbed"), TRANSACTION("transaction held open"), NO_AUTOVACUUM("without autovacuum");

		private final String label;

		Disturbance(String label) {
			this.label = label;
		}

	}

	/**
	 * The rates of one run.
	 *
	 * @param disturbance what was done
	 * @param before how many of the samples are from before it
	 * @param samples the samples in their order
	 */
	record Series(String disturbance, int before, List<Sample> samples) {

		double reference() {
			return Stats.median(this.samples.subList(0, this.before).stream().map(Sample::jobsPerSecond).toList());
		}

		List<Sample> later() {
			return this.samples.subList(this.before, this.samples.size());
		}

		double usual() {
			return Stats.median(later().stream().map(Sample::jobsPerSecond).toList());
		}

		double worst() {
			return later().stream().mapToDouble(Sample::jobsPerSecond).min().orElse(0);
		}

		long mostDead() {
			return this.samples.stream().max(Comparator.comparing(Sample::deadRows)).map(Sample::deadRows).orElse(0L);
		}

	}

	/**
	 * One interval.
	 *
	 * @param jobsPerSecond completed jobs
	 * @param deadRows of the table ready at its end, as the server estimates
	 * @param tableBytes size of that table
	 * @param indexBytes size of its indexes
	 */
	record Sample(double jobsPerSecond, long deadRows, long tableBytes, long indexBytes) {
	}

	/**
	 * Keeps the queue from running dry.
	 */
	private static final class Producer implements Runnable {

		private final Ojs ojs;

		private volatile boolean stopped;

		Producer(Ojs ojs) {
			this.ojs = ojs;
		}

		@Override
		public void run() {
			int enqueued = 0;
			while (!this.stopped) {
				if (enqueued - this.ojs.finished() < 2 * WAITING - BATCH) {
					this.ojs.enqueueBatch(enqueued, BATCH);
					enqueued += BATCH;
				}
				else {
					LockSupport.parkNanos(1_000_000);
				}
			}
		}

		void stop() {
			this.stopped = true;
		}

	}

}
