package org.openjobspec.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.matrix.ClassPaths.Starter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much longer an application with a database takes to start with the starter. Not
 * part of the build, since it says something on a quiet machine only.
 */
class StartUpMeasurement {

	private static final Pattern STARTED = Pattern
		.compile("Started DemoApplication in [\\d.]+ seconds \\(process running for ([\\d.]+)\\)");

	private static final Pattern POOL = Pattern.compile("(?m)^(\\S+) .*HikariPool-1 - (Starting|Start completed)");

	private static final Pattern CLASSES = Pattern.compile("java\\.cls\\.(?:sharedL|l)oadedClasses=(\\d+)");

	private static final int ROUNDS = Integer.getInteger("ojs.matrix.rounds", 10);

	@Test
	void measures(@TempDir Path files) throws IOException {
		List<Round> rounds = new ArrayList<>();
		try (ClassPaths classPaths = new ClassPaths(files)) {
			// The first round fills the machine's caches and is not counted.
			for (int number = 0; number <= ROUNDS; number++) {
				Round round = round(number, files.resolve("round" + number), classPaths);
				if (number > 0) {
					rounds.add(round);
				}
			}
		}
		String report = report(rounds);
		System.out.println(report);
		Path target = Path.of("target", "start-up.md");
		Files.writeString(target, report);
		assertThat(target).isNotEmptyFile();
	}

	private static Round round(int number, Path files, ClassPaths classPaths) {
		Map<Starter, Start> first = new EnumMap<>(Starter.class);
		Map<Starter, Start> second = new EnumMap<>(Starter.class);
		List<Starter> order = (number % 2 == 0) ? List.of(Starter.NONE, Starter.PLAIN)
				: List.of(Starter.PLAIN, Starter.NONE);
		Combination combination = Combination.of(Feature.WEB, Feature.JPA, Feature.FLYWAY, Feature.ACTUATOR);
		for (Starter starter : order) {
			Database database = TestDatabase.fresh();
			Demo demo = Demo.generate(combination, starter, files.resolve(starter.name()), database, classPaths);
			first.put(starter, start(demo, "first"));
			second.put(starter, start(demo, "second"));
		}
		return new Round(first, second);
	}

	private static Start start(Demo demo, String name) {
		try (DemoProcess process = demo.start(name, List.of())) {
			process.awaitStart();
			double processor = millis(process.processorTime());
			int classes = CLASSES.matcher(String.join("\n", process.ask("PerfCounter.print")))
				.results()
				.mapToInt((found) -> Integer.parseInt(found.group(1)))
				.sum();
			assertThat(process.stop()).isEqualTo(DemoProcess.TERMINATED);
			String log = process.log();
			Matcher started = STARTED.matcher(log);
			assertThat(started.find()).isTrue();
			List<OffsetDateTime> pool = POOL.matcher(log)
				.results()
				.map((found) -> OffsetDateTime.parse(found.group(1)))
				.toList();
			return new Start(Double.parseDouble(started.group(1)) * 1000,
					millis(Duration.between(pool.get(0), pool.get(1))), processor, classes);
		}
	}

	private static double millis(Duration time) {
		return time.toNanos() / 1e6;
	}

	private static String report(List<Round> rounds) {
		StringBuilder report = new StringBuilder();
		report.append("%d rounds, %d processors, Java %s%n%n".formatted(rounds.size(),
				Runtime.getRuntime().availableProcessors(), Runtime.version()));
		report.append("| Start | | Without | With | Difference | Ratio |\n| --- | --- | --- | --- | --- | --- |\n");
		for (boolean first : new boolean[] { true, false }) {
			String name = first ? "first" : "second";
			row(report, rounds, first, name + " | from the JVM's start, ms", Start::whole);
			row(report, rounds, first, name + " | of which the first connection, ms", Start::connection);
			row(report, rounds, first, name + " | processor time, ms", Start::processor);
			row(report, rounds, first, name + " | classes", Start::classes);
		}
		return report.toString();
	}

	private static void row(StringBuilder report, List<Round> rounds, boolean first, String name,
			ToDoubleFunction<Start> value) {
		double[] without = values(rounds, first, Starter.NONE, value);
		double[] with = values(rounds, first, Starter.PLAIN, value);
		double[] differences = IntStream.range(0, rounds.size()).mapToDouble((i) -> with[i] - without[i]).toArray();
		double[] ratios = IntStream.range(0, rounds.size()).mapToDouble((i) -> with[i] / without[i]).toArray();
		report.append("| %s | %s | %s | %s | %s |%n".formatted(name, spread(without, "%.0f"), spread(with, "%.0f"),
				spread(differences, "%.0f"), spread(ratios, "%.2f")));
	}

	private static double[] values(List<Round> rounds, boolean first, Starter starter, ToDoubleFunction<Start> value) {
		return rounds.stream()
			.map((round) -> first ? round.first() : round.second())
			.map((starts) -> starts.get(starter))
			.mapToDouble(value)
			.toArray();
	}

	private static String spread(double[] values, String format) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, sorted[0],
				sorted[sorted.length - 1]);
	}

	/**
	 * One start.
	 *
	 * @param whole milliseconds from the JVM's start until the application has started
	 * @param connection milliseconds until the pool has its first connection
	 * @param processor milliseconds of processor time until a moment after that
	 * @param classes how many classes have been loaded
	 */
	private record Start(double whole, double connection, double processor, int classes) {

	}

	private record Round(Map<Starter, Start> first, Map<Starter, Start> second) {

	}

}
