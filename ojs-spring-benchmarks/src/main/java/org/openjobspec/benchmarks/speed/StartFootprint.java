package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * What the starter adds to the start of an application.
 */
final class StartFootprint {

	private static final int ROUNDS_AT_LEAST = 5;

	private static final String WITHOUT = "without the starter (`ojs.enabled=false`)";

	private static final String CONNECTED = "without it, the application itself connects to its database at start";

	private static final String WITH = "with it, on a schema that is there";

	private static final String MIGRATING = "with it, on an empty database";

	private final Bench bench;

	StartFootprint(Bench bench) {
		this.bench = bench;
	}

	void addTo(Section section) {
		Database migrated = this.bench.server().fresh("bench_start");
		start(migrated, "bench.handler=noop");
		Map<String, List<Double>> times = new LinkedHashMap<>();
		int rounds = (this.bench.scale() < 1) ? this.bench.rounds() : Math.max(ROUNDS_AT_LEAST, this.bench.rounds());
		for (int round = 1; round <= rounds; round++) {
			add(times, WITHOUT, start(migrated, "bench.handler=noop", "ojs.enabled=false"));
			add(times, CONNECTED, start(migrated, "bench.handler=noop", "ojs.enabled=false", "bench.connect=true"));
			add(times, WITH, start(migrated, "bench.handler=noop"));
			add(times, MIGRATING, start(this.bench.server().fresh("bench_start_empty"), "bench.handler=noop"));
			this.bench.log("Round %d, start: %s".formatted(round,
					times.values()
						.stream()
						.map((values) -> "%.0f ms".formatted(values.get(values.size() - 1)))
						.toList()));
		}
		report(section, rounds, times);
	}

	private double start(Database database, String... properties) {
		try (LinkedProcess node = LinkedProcess.start(NodeApplication.class,
				this.bench.directory().resolve("start.log"), List.of("-Xmx512m"),
				NodeApplication.arguments(database, properties))) {
			return node.receive(NodeApplication.Started.class).startMillis();
		}
	}

	private static void add(Map<String, List<Double>> times, String what, double millis) {
		times.computeIfAbsent(what, (key) -> new ArrayList<>()).add(millis);
	}

	private void report(Section section, int rounds, Map<String, List<Double>> times) {
		section
			.text(("**Start.** How long `SpringApplication.run` takes in a new process, for an application with a web "
					+ "server, JDBC, the Actuator and one handler, %d times each, taking turns. Without the starter such an "
					+ "application does not connect to its database before it has to, so it is shown also how long it takes "
					+ "one that does.")
				.formatted(rounds));
		double without = Range.of(times.getOrDefault(WITHOUT, List.of())).median();
		double connected = Range.of(times.getOrDefault(CONNECTED, List.of())).median();
		List<List<String>> rows = new ArrayList<>();
		times.forEach((what, millis) -> {
			Range range = Range.of(millis);
			rows.add(List.of(what, range.text(Stats::count), Stats.count(range.median() - without),
					Stats.count(range.median() - connected)));
			section.raw(what, millis);
		});
		section.table(
				List.of("Start", "ms", "more than without the starter, ms", "more than without it but connected, ms"),
				rows);
	}

}
