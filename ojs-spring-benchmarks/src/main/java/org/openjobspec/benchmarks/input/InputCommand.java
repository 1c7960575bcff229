package org.openjobspec.benchmarks.input;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.PostgresServer;
import org.openjobspec.benchmarks.support.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends the requests and writes the report.
 */
@Command(name = "input", mixinStandardHelpOptions = true, showDefaultValues = true,
		description = "Sends valid to hostile requests to a node and checks every answer, the tables and the memory.")
public final class InputCommand implements Callable<Integer> {

	@Option(names = "--requests", description = "How many requests.", defaultValue = "1000000")
	private long requests = 1_000_000;

	@Option(names = "--seed", description = "What the requests follow from.", defaultValue = "1")
	private long seed = 1;

	@Option(names = "--connections", description = "How many connections at once.", defaultValue = "12")
	private int connections = 12;

	@Option(names = "--window", description = "How many requests between two looks at memory and tables.",
			defaultValue = "50000")
	private int window = 50_000;

	@Option(names = "--only-index", description = "Sends this request alone, and prints it and its answer.")
	private @Nullable Long onlyIndex;

	@Option(names = "--jdbc-url",
			description = "The server to use, with the right to create databases; embedded when absent.")
	private @Nullable String jdbcUrl;

	@Option(names = "--user", description = "The user for --jdbc-url.", defaultValue = "postgres")
	private String user = "postgres";

	@Option(names = "--password", description = "The password for --jdbc-url.", defaultValue = "")
	private String password = "";

	@Option(names = "--heap", description = "The node's largest heap.", defaultValue = "256m")
	private String heap = "256m";

	@Option(names = "--out", description = "Where the report goes.", defaultValue = "target/benchmarks")
	private Path out = Path.of("target/benchmarks");

	@Override
	public Integer call() throws Exception {
		Files.createDirectories(this.out);
		if (this.jdbcUrl != null) {
			return run(new Database(this.jdbcUrl, this.user, this.password));
		}
		try (PostgresServer server = PostgresServer.start(Map.of())) {
			return run(server.database());
		}
	}

	private int run(Database server) throws Exception {
		Database database = server.fresh("ojs_input");
		try (NodeProcess node = NodeProcess.start(database, this.out, this.heap);
				Tables tables = new Tables(database)) {
			Assault assault = new Assault(new Generator(this.seed), node, tables, this.requests);
			if (this.onlyIndex != null) {
				return assault.single(this.onlyIndex) ? 0 : 1;
			}
			Report report = new Report("input", "Bad input", this.out);
			report.environment(server);
			Findings findings = assault.run(this.connections, this.window);
			findings.describe(report, this.seed, this.connections, this.heap);
			System.out.println(Files.readString(report.file()));
			return findings.isClean() ? 0 : 1;
		}
	}

}
