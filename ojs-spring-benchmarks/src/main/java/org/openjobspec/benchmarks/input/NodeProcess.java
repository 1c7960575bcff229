package org.openjobspec.benchmarks.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.openjobspec.benchmarks.support.ChildProcess;
import org.openjobspec.benchmarks.support.Database;

/**
 * A node in a process of its own, watched from outside.
 */
final class NodeProcess implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(90);

	private final ChildProcess process;

	private final int port;

	private final Vitals vitals;

	private NodeProcess(ChildProcess process, int port, Vitals vitals) {
		this.process = process;
		this.port = port;
		this.vitals = vitals;
	}

	/**
	 * Starts a node and waits until it serves.
	 * @param database its database
	 * @param directory for its log
	 * @param heap its largest heap, as the JVM's option has it
	 * @return the running node
	 * @throws Exception if it does not start
	 */
	static NodeProcess start(Database database, Path directory, String heap) throws Exception {
		Files.createDirectories(directory);
		Path log = directory.resolve("input-node.log").toAbsolutePath();
		Path portFile = directory.resolve("input-node.port").toAbsolutePath();
		Files.deleteIfExists(log);
		Files.deleteIfExists(portFile);
		List<String> arguments = new ArrayList<>(List.of(portFile.toString()));
		arguments.addAll(database.springArguments());
		// What it refuses is logged as information, a line each; and what is not on our
		// paths makes Spring MVC worry, or fail with multipart requests. Workers that
		// never come back must not change the tables while these must not change.
		arguments.addAll(List.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
				"--spring.flyway.enabled=false", "--ojs.worker.enabled=false", "--ojs.engine.heartbeat-timeout=1h",
				"--logging.level.root=warn", "--logging.level.org.springframework=error",
				"--logging.level.org.apache.catalina.core.ContainerBase=off",
				// It says once that it has no validator for the schemas that jobs name.
				"--logging.level.org.openjobspec.boot.engine.SchemaDesk=error",
				"--spring.datasource.hikari.register-mbeans=true", "--spring.datasource.hikari.maximum-pool-size=10"));
		ChildProcess process = ChildProcess.start(InputNode.class, log, List.of("-Xmx" + heap), arguments);
		long deadline = System.nanoTime() + START_LIMIT.toNanos();
		while (!Files.exists(portFile) || Files.size(portFile) == 0) {
			if (!process.isAlive() || System.nanoTime() > deadline) {
				process.close();
				throw new IllegalStateException("The node did not start:\n" + Files.readString(log));
			}
			process.await(Duration.ofMillis(50));
		}
		int port = Integer.parseInt(Files.readString(portFile).strip());
		return new NodeProcess(process, port, Vitals.of(process.pid()));
	}

	int port() {
		return this.port;
	}

	Vitals vitals() {
		return this.vitals;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * What it found worth a warning.
	 * @return the lines of its log
	 * @throws IOException if the log cannot be read
	 */
	List<String> warnings() throws IOException {
		return Files.readAllLines(this.process.log()).stream().filter((line) -> !line.isBlank()).toList();
	}

	@Override
	public void close() {
		this.vitals.close();
		this.process.close();
	}

}
