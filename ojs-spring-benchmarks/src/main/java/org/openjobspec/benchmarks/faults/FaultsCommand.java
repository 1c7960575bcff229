package org.openjobspec.benchmarks.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.PostgresServer;
import org.openjobspec.benchmarks.support.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Breaks things under load and checks what became of every job.
 */
@Command(name = "faults", mixinStandardHelpOptions = true, showDefaultValues = true, exitCodeOnExecutionException = 3,
		description = "Kills, stalls and fails over under load, and checks every job's history. "
				+ "Exit code 1: a promise was broken; 3: the harness itself failed.")
public final class FaultsCommand implements Callable<Integer> {

	private static final int SABOTAGE_TIMES = 4;

	@Spec
	private @Nullable CommandSpec spec;

	@Option(names = "--only", split = ",", description = "Names of faults; all when absent.")
	private List<String> only = List.of();

	@Option(names = "--times", description = "How often each fault happens.", defaultValue = "20")
	private int times = 20;

	@Option(names = "--nodes", description = "How many nodes there are.", defaultValue = "3")
	private int nodes = 3;

	@Option(names = "--rate", description = "Jobs per second.", defaultValue = "150")
	private double rate = 150;

	@Option(names = "--seed", description = "What all choices follow from.", defaultValue = "1")
	private long seed = 1;

	@Option(names = "--heartbeat-timeout", description = "Silence after which a worker counts as dead.",
			defaultValue = "6s")
	private String heartbeatTimeout = "6s";

	@Option(names = "--soak", description = "All faults mixed in for this time, 1h for example.")
	private @Nullable String soak;

	@Option(names = "--sabotage", split = ",",
			description = "Break the nodes' SQL to see that it is noticed: fencing, row-lock, completion, "
					+ "uniqueness, tick, workflow.")
	private List<String> sabotage = List.of();

	@Option(names = "--out", description = "Where the report, logs and ledgers go.", defaultValue = "target/benchmarks")
	private Path out = Path.of("target/benchmarks");

	/** Every fault in the order of the report; fresh ones, since some count. */
	static List<Fault> faults() {
		return List.of(new Calm(), new KillNode(), new PauseNode(), new KillDatabase(), new RestartDatabase(),
				new Failover(), new ResetConnections(), new StallConnections(), new FullPool(), new WrongClock(),
				new RollingSchema());
	}

	@Override
	public Integer call() throws Exception {
		Files.createDirectories(this.out);
		silence();
		Report report = new Report("faults", "Faults", this.out);
		try (PostgresServer server = PostgresServer.start(Map.of())) {
			report.environment(server.database());
		}
		report.environment("Nodes",
				this.nodes + " processes with -Xmx160m, in front of them a producer and remote workers");
		report.environment("Load", this.rate + " jobs per second");
		report.environment("Heartbeat timeout", this.heartbeatTimeout);
		report.environment("Seed", Long.toString(this.seed));
		boolean broken = false;
		if (!this.sabotage.isEmpty()) {
			broken = sabotage(report);
		}
		if (this.soak != null) {
			broken |= soak(report, DurationStyle.detectAndParse(this.soak));
		}
		if ((this.sabotage.isEmpty() && this.soak == null)) {
			broken |= series(report);
		}
		report.write();
		System.out.println(Files.readString(report.file()));
		return broken ? 1 : 0;
	}

	// The harness's own pools and servers say of each fault what is known already.
	private static void silence() {
		LoggingSystem logging = LoggingSystem.get(FaultsCommand.class.getClassLoader());
		logging.setLogLevel("com.zaxxer.hikari", LogLevel.OFF);
		logging.setLogLevel("io.zonky.test", LogLevel.OFF);
	}

	private Settings settings(String directory) {
		return new Settings(this.nodes, this.rate, this.times, this.seed,
				DurationStyle.detectAndParse(this.heartbeatTimeout), this.out.resolve("faults").resolve(directory),
				null);
	}

	private List<Fault> chosen(List<String> names) {
		List<Fault> all = faults();
		for (String name : names) {
			if (all.stream().noneMatch((fault) -> fault.name().equals(name)) && this.spec != null) {
				throw new ParameterException(this.spec.commandLine(),
						"There is no fault '%s', only %s".formatted(name, all.stream().map(Fault::name).toList()));
			}
		}
		return all.stream().filter((fault) -> names.isEmpty() || names.contains(fault.name())).toList();
	}

	private boolean series(Report report) throws Exception {
		List<Verdict> verdicts = new ArrayList<>();
		try {
			for (Fault fault : chosen(this.only)) {
				verdicts.add(new Series(fault.title(), settings(fault.name())).repeat(fault));
			}
		}
		finally {
			// Also when the harness fails after an hour.
			report.add(FaultsReport.series(verdicts, settings("")));
		}
		return verdicts.stream().anyMatch((verdict) -> !verdict.violations().isEmpty());
	}

	private boolean soak(Report report, Duration length) throws Exception {
		Verdict verdict = new Series("soak", settings("soak")).soak(chosen(this.only), length);
		report.add(FaultsReport.soak(verdict, length));
		return !verdict.violations().isEmpty();
	}

	private boolean sabotage(Report report) throws Exception {
		Map<Sabotage, List<Verdict>> verdicts = new LinkedHashMap<>();
		for (String label : this.sabotage) {
			Sabotage kind = Sabotage.of(label);
			List<Verdict> found = new ArrayList<>();
			for (Fault fault : chosen(List.of(kind.fault()))) {
				Settings broken = settings("sabotage-" + label).with(kind, Math.min(this.times, SABOTAGE_TIMES));
				found.add(new Series(label + " broken, " + fault.title(), broken).repeat(fault));
			}
			verdicts.put(kind, found);
		}
		report.add(FaultsReport.sabotage(verdicts));
		return verdicts.values().stream().flatMap(List::stream).anyMatch((verdict) -> !verdict.violations().isEmpty());
	}

}
