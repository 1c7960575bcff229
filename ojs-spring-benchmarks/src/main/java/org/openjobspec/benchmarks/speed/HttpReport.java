package org.openjobspec.benchmarks.speed;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * What {@link HttpLoad} has measured, for people.
 */
final class HttpReport {

	/** The number of connections at which it is looked into what limits. */
	static final int PROFILED = 64;

	private static final double BUSY = 0.9;

	private final Map<Load, List<Measured>> measured;

	HttpReport(Map<Load, List<Measured>> measured) {
		this.measured = measured;
	}

	/**
	 * A load without its times.
	 *
	 * @param roundTrip whether jobs are fetched and acknowledged
	 * @param batch jobs per enqueue and fetch
	 * @param connections how many connections
	 */
	record Load(boolean roundTrip, int batch, int connections) {

		String work() {
			return (this.roundTrip ? "enqueue, fetch, ack" : "enqueue") + ((this.batch == 1) ? "" : " × " + this.batch);
		}

		String text() {
			return work() + ", " + this.connections + ((this.connections == 1) ? " connection" : " connections");
		}

		LoadPlan plan(String url, int warmUpMillis, int millis) {
			return new LoadPlan(url, this.connections, this.batch, this.roundTrip,
					this.roundTrip ? "bench-trip" : "bench-enqueue", warmUpMillis, millis);
		}

	}

	/** What a load has shown; the profile of our own node only. */
	record Measured(LoadResult result, @Nullable Profile profile) {
	}

	/**
	 * Writes the section.
	 * @param target the server that was measured; {@code null} for a node of ours
	 * @param millis how long each load was measured
	 * @return the section
	 */
	Section section(@Nullable URI target, int millis) {
		Section section = new Section("HTTP")
			.text(("The server is %s. A process of its own loads it with one closed loop per connection, kept alive; each "
					+ "load lasts %d ms after a warm-up, and all loads take turns. In batches of 100, `POST /jobs/batch` "
					+ "takes 100 jobs and `POST /workers/fetch` delivers up to 100; each job is acknowledged singly, as OJS "
					+ "has no acknowledgement of many. All connections share one queue. p50 to p99 are of single requests, "
					+ "acknowledgements included; a trip is a whole round, that of a batch too, and – where none was complete within the time. Medians of the rounds, with "
					+ "the smallest and the largest.")
				.formatted((target != null)
						? "the one that `--target` names, " + target + ", where what was only enqueued is left behind"
						: "a Spring Boot application with default settings (Tomcat, a pool of 10 connections, no handlers) "
								+ "in a process of its own, whose tables are emptied before each load",
						millis));
		List<List<String>> rows = new ArrayList<>();
		this.measured.forEach((load, rounds) -> {
			rows.add(List.of(load.work(), Integer.toString(load.connections()),
					range(rounds, (one) -> one.result().requestsPerSecond()).text(Stats::count),
					range(rounds, (one) -> one.result().jobsPerSecond()).text(Stats::count),
					latency(rounds, "request", LoadResult.Latency::p50),
					latency(rounds, "request", LoadResult.Latency::p95),
					latency(rounds, "request", LoadResult.Latency::p99),
					load.roundTrip() ? latency(rounds, "trip", LoadResult.Latency::p50) : "",
					load.roundTrip() ? latency(rounds, "trip", LoadResult.Latency::p99) : "",
					Long.toString(emptyFetches(rounds))));
			section.raw(load.text(), rounds);
		});
		section.table(List.of("Work", "Connections", "Requests/s", "Jobs/s", "p50 ms", "p95 ms", "p99 ms",
				"Trip p50 ms", "Trip p99 ms", "Fetches without a job"), rows);
		if (target == null) {
			profiles(section);
		}
		return section;
	}

	private void profiles(Section section) {
		section
			.text(("**What limits at %d connections.** Every 20 ms all connections to the node's database are asked what "
					+ "they wait for, as long as they are in a statement or transaction; processor time is what `/proc` "
					+ "says of all processes of the node, PostgreSQL and the load, and of the whole machine. A transaction "
					+ "that writes is one that was given an id, which the server counts exactly; commits of every kind and "
					+ "syncs of the log are what its statistics say, each connection with a delay of up to a second. Goal: "
					+ "limited by the processors, that is at least %s of them busy.")
				.formatted(PROFILED, Stats.percent(BUSY)));
		List<List<String>> waits = new ArrayList<>();
		List<List<String>> costs = new ArrayList<>();
		this.measured.forEach((load, rounds) -> {
			List<Measured> profiled = rounds.stream().filter((one) -> one.profile() != null).toList();
			if (!profiled.isEmpty()) {
				waits.add(waits(load, profiled));
				costs.add(costs(load, profiled));
			}
		});
		List<String> header = new ArrayList<>(List.of("Work", "Connections at work"));
		Profile.KINDS.forEach((kind) -> header.add(kind.equals("CPU") ? "CPU" : "waits: " + kind));
		header.addAll(List.of("Processors busy", "of that node, PostgreSQL and load", "Stolen", "Goal"));
		section.table(header, waits);
		section.table(List.of("Work", "CPU µs/job: node", "PostgreSQL", "load", "Writing transactions/job",
				"Commits/job", "Requests/writing transaction", "Syncs of the log/job", "WAL bytes/job"), costs);
	}

	private static List<String> waits(Load load, List<Measured> rounds) {
		List<String> row = new ArrayList<>();
		row.add(load.work());
		row.add(Stats.decimal(range(rounds, (one) -> profile(one).backends()).median()));
		for (String kind : Profile.KINDS) {
			row.add(Stats
				.percent(range(rounds, (one) -> Objects.requireNonNull(profile(one).kinds().get(kind))).median()));
		}
		Range busy = known(rounds, Profile::machineBusy);
		Range stolen = known(rounds, Profile::machineStolen);
		row.add((busy != null) ? busy.text(Stats::percent) : "unknown");
		double own = range(rounds, (one) -> profile(one).ownShare()).median();
		row.add(Double.isNaN(own) ? "unknown" : Stats.percent(own));
		row.add((stolen != null) ? Stats.percent(stolen.median()) : "unknown");
		row.add((busy != null) ? Goal.verdict(busy.median() >= BUSY) : "unknown");
		return row;
	}

	private static List<String> costs(Load load, List<Measured> rounds) {
		List<String> row = new ArrayList<>();
		row.add(load.work());
		for (ToDoubleFunction<Measured> seconds : List.<ToDoubleFunction<Measured>>of(
				(one) -> Profile.orNaN(profile(one).nodeSeconds()),
				(one) -> Profile.orNaN(profile(one).postgresSeconds()),
				(one) -> Profile.orNaN(profile(one).loadSeconds()))) {
			double median = range(rounds, (one) -> seconds.applyAsDouble(one) * 1e6 / jobs(one)).median();
			row.add(Double.isNaN(median) ? "unknown (no `/proc`)" : Stats.count(median));
		}
		row.add(perJob(rounds, (one) -> profile(one).counters().writes(), Stats::decimal));
		row.add(perJob(rounds, (one) -> profile(one).counters().commits(), Stats::decimal));
		row.add(Stats
			.decimal(range(rounds, (one) -> requests(one) / Math.max(1, profile(one).counters().writes())).median()));
		row.add(perJob(rounds, (one) -> profile(one).counters().walSyncs(), Stats::decimal));
		row.add(perJob(rounds, (one) -> profile(one).counters().walBytes(), Stats::count));
		return row;
	}

	private static String perJob(List<Measured> rounds, ToDoubleFunction<Measured> value,
			DoubleFunction<String> format) {
		return format.apply(range(rounds, (one) -> value.applyAsDouble(one) / jobs(one)).median());
	}

	// The profile's window and the load's differ by the moment that a message takes.
	private static double jobs(Measured one) {
		return Math.max(1, one.result().jobsPerSecond() * profile(one).seconds());
	}

	private static double requests(Measured one) {
		return one.result().requestsPerSecond() * profile(one).seconds();
	}

	private static Profile profile(Measured one) {
		return Objects.requireNonNull(one.profile());
	}

	private static @Nullable Range known(List<Measured> rounds, Function<Profile, @Nullable Double> value) {
		List<Double> values = new ArrayList<>();
		for (Measured one : rounds) {
			Double known = value.apply(profile(one));
			if (known != null) {
				values.add(known);
			}
		}
		return values.isEmpty() ? null : Range.of(values);
	}

	private static long emptyFetches(List<Measured> rounds) {
		return rounds.stream().mapToLong((one) -> one.result().emptyFetches()).sum();
	}

	private static String latency(List<Measured> rounds, String kind, ToDoubleFunction<LoadResult.Latency> value) {
		if (rounds.stream().anyMatch((one) -> latency(one, kind).count() == 0)) {
			return "–";
		}
		return range(rounds, (one) -> value.applyAsDouble(latency(one, kind))).text(Stats::decimal);
	}

	private static LoadResult.Latency latency(Measured one, String kind) {
		return Objects.requireNonNull(one.result().latencies().get(kind), kind);
	}

	private static Range range(List<Measured> rounds, ToDoubleFunction<Measured> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
