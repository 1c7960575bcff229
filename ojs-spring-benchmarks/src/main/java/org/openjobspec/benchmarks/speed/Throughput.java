package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import org.openjobspec.benchmarks.speed.Drain.Drained;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * How many jobs per second one process enqueues and works off.
 */
final class Throughput implements Scenario {

	private static final String SINGLY = "Enqueue, one job per transaction";

	private static final String BATCHES = "Enqueue in batches of 1,000";

	private static final String DRAIN = "Drain, jobs that do nothing";

	private static final String DRAIN_5 = "Drain, jobs of 5 ms, 50 at once";

	private static final String DRAIN_50 = "Drain, jobs of 50 ms, 50 at once";

	private static final int JOBS = 200_000;

	private static final int SINGLE_JOBS = 20_000;

	private static final int JOBS_5 = 50_000;

	private static final int JOBS_50 = 10_000;

	private static final int WARM_UP_JOBS = 30_000;

	private static final int PRODUCERS = 16;

	private static final int BATCH = 1_000;

	private static final int CONCURRENCY = 50;

	@Override
	public String name() {
		return "throughput";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		for (Peer peer : Peer.values()) {
			Measures warmUp = new Measures();
			int jobs = bench.scaled(WARM_UP_JOBS);
			enqueueSingly(bench, warmUp, peer, 0, jobs);
			drain(bench, warmUp, peer, 0, DRAIN, jobs, nothing(bench, peer));
		}
		Measures measures = new Measures();
		for (int round = 1; round <= bench.rounds(); round++) {
			for (Peer peer : Peer.values()) {
				if (peer != Peer.FLOOR) {
					enqueueSingly(bench, measures, peer, round, bench.scaled(SINGLE_JOBS));
				}
				drain(bench, measures, peer, round, DRAIN, bench.scaled(JOBS), nothing(bench, peer));
			}
			sleeping(bench, measures, round, DRAIN_5, bench.scaled(JOBS_5), Duration.ofMillis(5));
			sleeping(bench, measures, round, DRAIN_50, bench.scaled(JOBS_50), Duration.ofMillis(50));
		}
		return report(bench, measures, roundTrips(bench));
	}

	private static Workload nothing(Bench bench, Peer peer) {
		return new Workload(Duration.ZERO, peer.concurrency(bench.concurrency()));
	}

	private static void sleeping(Bench bench, Measures measures, int round, String discipline, int jobs,
			Duration duration) throws Exception {
		for (Peer peer : Peer.values()) {
			if (peer != Peer.FLOOR) {
				drain(bench, measures, peer, round, discipline, jobs, new Workload(duration, CONCURRENCY));
			}
		}
	}

	private static void enqueueSingly(Bench bench, Measures measures, Peer peer, int round, int jobs) throws Exception {
		Database database = fresh(bench, peer);
		try (Contender contender = peer.create()) {
			contender.prepare(database, nothing(bench, peer));
			Settle.all(database);
			long start = System.nanoTime();
			contender.enqueueSingly(jobs, PRODUCERS);
			tell(bench, measures.add(SINGLY, peer, round, jobs, System.nanoTime() - start));
			try (Connection connection = database.connect()) {
				Drain.check("enqueued jobs", jobs, Drain.count(connection, contender.waitingQuery()));
			}
		}
	}

	// The batches are measured only where they fill the queue for jobs that do nothing,
	// and not again for the floor, whose queue this library fills.
	private static void drain(Bench bench, Measures measures, Peer peer, int round, String discipline, int jobs,
			Workload workload) throws Exception {
		Database database = fresh(bench, peer);
		try (Contender contender = peer.create()) {
			contender.prepare(database, workload);
			Settle.all(database);
			long start = System.nanoTime();
			contender.enqueueInBatches(jobs, BATCH);
			long enqueued = System.nanoTime() - start;
			if (discipline.equals(DRAIN) && peer != Peer.FLOOR) {
				tell(bench, measures.add(BATCHES, peer, round, jobs, enqueued));
			}
			Settle.all(database);
			Drained drained = Drain.run(contender, database, jobs);
			tell(bench, measures.add(discipline, peer, round, jobs, drained.nanos()));
		}
	}

	private static Database fresh(Bench bench, Peer peer) {
		return bench.server().fresh("ojs_throughput_" + peer.name().toLowerCase(Locale.ROOT));
	}

	private static void tell(Bench bench, Measures.Measure measure) {
		bench.log("Round %d  %-34s %-13s %10s jobs/s".formatted(measure.round(), measure.discipline(),
				measure.contender(), Stats.count(measure.rate())));
	}

	private static double roundTrips(Bench bench) throws Exception {
		int jobs = bench.scaled(JOBS);
		Database database = fresh(bench, Peer.OJS);
		RoundTrips roundTrips = new RoundTrips();
		try (Ojs ojs = new Ojs(roundTrips)) {
			ojs.prepare(database, nothing(bench, Peer.OJS));
			ojs.enqueueInBatches(jobs, BATCH);
			Settle.all(database);
			long before = roundTrips.count();
			Drain.run(ojs, database, jobs);
			return (roundTrips.count() - before) / (double) jobs;
		}
	}

	private static Section report(Bench bench, Measures measures, double roundTrips) {
		Section section = new Section("Throughput in process");
		section.text(("Rounds: %d. In each, every contender in turn has a fresh database on the same server, enqueues "
				+ "%s jobs from %d threads in a transaction each, then %s jobs in batches of %s from one thread on "
				+ "another fresh database, and drains those with one node in this process. Before each part "
				+ "VACUUM (ANALYZE) and CHECKPOINT; before the first round each contender works on %s jobs that are not counted.")
			.formatted(bench.rounds(), Stats.count(bench.scaled(SINGLE_JOBS)), PRODUCERS,
					Stats.count(bench.scaled(JOBS)), Stats.count(BATCH), Stats.count(bench.scaled(WARM_UP_JOBS))));
		section.text("The clock of a drain runs from the start of the first job until the database shows that none is "
				+ "left; the database is first asked when all handlers have returned. Afterwards SQL must count exactly "
				+ "as many completed jobs. Only ojs-spring and JobRunr keep a history of them.");
		section.table(List.of("", "jobs at once, where they do nothing", "set up as"), settings(bench));
		measures.report(section);
		section.table(List.of("Goal", "wanted", "measured", ""),
				List.of(goal("Drain, as a multiple of JobRunr's", "≥ 5 x", 5,
						measures.ratio(DRAIN, Peer.OJS, Peer.JOBRUNR), Stats::ratio),
						goal("Drain, as a multiple of db-scheduler's", "≥ 2 x", 2,
								measures.ratio(DRAIN, Peer.OJS, Peer.DB_SCHEDULER), Stats::ratio),
						goal("Drain, share of the floor", "≥ 60 %", 0.6, measures.ratio(DRAIN, Peer.OJS, Peer.FLOOR),
								Stats::percent),
						List.of("Round trips per job, counted in a run of its own", "< 0.2", Stats.decimal(roundTrips),
								(roundTrips < 0.2) ? "met" : "missed")));
		section.raw("roundTripsPerJob", roundTrips);
		return section;
	}

	private static List<String> goal(String what, String wanted, double least, Optional<Double> measured,
			Function<Double, String> words) {
		return List.of(what, wanted, measured.map(words).orElse("–"),
				measured.map((value) -> (value >= least) ? "met" : "missed").orElse(""));
	}

	private static List<List<String>> settings(Bench bench) {
		List<List<String>> rows = new ArrayList<>();
		for (Peer peer : Peer.values()) {
			int number = peer.concurrency(bench.concurrency());
			try (Contender contender = peer.create()) {
				rows.add(List.of(peer.label(), (number > 0) ? Integer.toString(number) : "its own default",
						contender.settings()));
			}
		}
		return rows;
	}

}
