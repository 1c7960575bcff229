package org.openjobspec.benchmarks.speed;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.PostgresServer;
import org.openjobspec.benchmarks.support.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the scenarios and writes their report.
 */
@Command(name = "speed", mixinStandardHelpOptions = true, showDefaultValues = true,
		description = "Measures throughput, latency and footprint beside JobRunr, db-scheduler and bare SQL.")
public final class SpeedCommand implements Callable<Integer> {

	@Option(names = "--jdbc-url",
			description = "The server to measure on, with the right to create databases; " + "embedded when absent.")
	private @Nullable String jdbcUrl;

	@Option(names = "--user", description = "The user for --jdbc-url.", defaultValue = "postgres")
	private String user = "postgres";

	@Option(names = "--password", description = "The password for --jdbc-url.", defaultValue = "")
	private String password = "";

	@Option(names = "--rounds", description = "How often everything that is compared is measured, alternating.",
			defaultValue = "5")
	private int rounds = 5;

	@Option(names = "--scale", description = "1 for the sizes of the report, less for a quick look.",
			defaultValue = "1")
	private double scale = 1;

	@Option(names = "--only", split = ",", description = "Names of scenarios; all when absent.")
	private List<String> only = List.of();

	@Option(names = "--out", description = "Where the report goes.", defaultValue = "target/benchmarks")
	private Path out = Path.of("target/benchmarks");

	@Option(names = "--concurrency", split = ",", paramLabel = "CONTENDER=NUMBER",
			description = "How many jobs that do nothing a contender runs at once, where not as it is best known for: "
					+ "${COMPLETION-CANDIDATES}.")
	private Map<Peer, Integer> concurrency = Map.of();

	@Option(names = "--target",
			description = "A running OJS server, such as http://127.0.0.1:8080/ojs/v1, that the scenario http loads "
					+ "instead of a node of ours.")
	private @Nullable URI target;

	/** Of the embedded server; durable as any other. */
	private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "2GB", "max_wal_size", "8GB",
			"checkpoint_timeout", "15min");

	/** Every scenario in the order of the report. */
	private List<Scenario> scenarios() {
		return List.of(//
				new Throughput(), //
				new StartLatency(), //
				new Backlog(), //
				new Bloat(), //
				new HttpLoad(this.target), //
				new Nodes(), //
				new Footprint(), //
				new CronSpeed(), //
				new WorkflowSpeed(), //
				new UniqueSpeed()//
		);
	}

	@Override
	public Integer call() throws Exception {
		Files.createDirectories(this.out);
		if (this.jdbcUrl != null) {
			run(new Database(this.jdbcUrl, this.user, this.password));
		}
		else {
			try (PostgresServer server = PostgresServer.start(SETTINGS)) {
				run(server.database());
			}
		}
		return 0;
	}

	private void run(Database server) throws Exception {
		Bench bench = new Bench(server, this.rounds, this.scale, this.out, this.concurrency);
		Report report = new Report("speed", "Speed", this.out);
		report.environment(server);
		report.environment("Rounds", Integer.toString(this.rounds));
		report.environment("Scale", Double.toString(this.scale));
		for (Scenario scenario : scenarios()) {
			if (this.only.isEmpty() || this.only.contains(scenario.name())) {
				bench.log("Scenario " + scenario.name());
				report.add(scenario.run(bench));
			}
		}
		report.write();
		System.out.println(Files.readString(report.file()));
	}

}
