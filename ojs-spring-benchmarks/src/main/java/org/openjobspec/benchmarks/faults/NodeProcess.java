package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.ChildProcess;

/**
 * One node of the cluster, over its lives.
 */
final class NodeProcess implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private final String name;

	private final int port = freePort();

	private final Link link;

	private final Link recorderLink;

	private final Settings settings;

	private volatile @Nullable ChildProcess process;

	private volatile boolean schemaManaged = true;

	private volatile Instant startedAt = Instant.now();

	NodeProcess(String name, Link link, Link recorderLink, Settings settings) {
		this.name = name;
		this.link = link;
		this.recorderLink = recorderLink;
		this.settings = settings;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String name() {
		return this.name;
	}

	int port() {
		return this.port;
	}

	/** The way that its pool and its listening connection take. */
	Link link() {
		return this.link;
	}

	/** From now on the node starts with a schema that it does not know. */
	void leaveSchemaAlone() {
		this.schemaManaged = false;
	}

	void launch() {
		launch(Duration.ZERO);
	}

	/**
	 * Starts the process; does not wait for it.
	 * @param clockShift how wrong its clock is
	 */
	void launch(Duration clockShift) {
		// The JVM crashes when an agent changes archived classes.
		boolean archived = clockShift.isZero() && Files.exists(archive());
		start(clockShift, archived ? "-XX:SharedArchiveFile=" + archive() : "-Xshare:auto");
	}

	private void start(Duration clockShift, String archiveOption) {
		List<String> jvm = new ArrayList<>(List.of("-Xmx160m", "-Xss512k", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", archiveOption));
		if (!clockShift.isZero()) {
			jvm.add(ClockAgent.option(this.settings.directory(), clockShift));
		}
		List<String> arguments = new ArrayList<>(this.link.database().springArguments());
		arguments.addAll(List.of("--server.port=" + this.port, "--server.address=127.0.0.1",
				"--spring.main.banner-mode=off", "--spring.datasource.hikari.maximum-pool-size=10",
				"--spring.datasource.hikari.connection-timeout=2000",
				"--spring.datasource.hikari.validation-timeout=1000", "--logging.level.org.openjobspec=info",
				"--ojs.worker.concurrency=16", "--ojs.schema.management=" + (this.schemaManaged ? "migrate" : "none"),
				"--ojs.engine.heartbeat-timeout=" + this.settings.heartbeatTimeout().toMillis() + "ms",
				"--ojs.worker.heartbeat-interval=" + this.settings.heartbeatInterval().toMillis() + "ms",
				"--harness.node=" + this.name, "--harness.recorder-url=" + this.recorderLink.database().url(),
				"--harness.stall=" + this.settings.stall().toMillis() + "ms"));
		Sabotage sabotage = this.settings.sabotage();
		if (sabotage != null) {
			arguments.add("--harness.sabotage=" + sabotage.label());
		}
		this.process = ChildProcess.start(NodeApplication.class, this.settings.directory().resolve(this.name + ".log"),
				jvm, arguments);
	}

	/**
	 * Starts and stops the node once, to archive the classes that it loads: nodes that
	 * are restarted again and again then start in a fraction of the time, and of the
	 * processors.
	 */
	void archiveClasses() {
		if (!Files.exists(archive())) {
			start(Duration.ZERO, "-XX:ArchiveClassesAtExit=" + archive());
			awaitReady();
			stop();
			// The next build has other classes, and the JVM would pass over these.
			archive().toFile().deleteOnExit();
		}
	}

	private Path archive() {
		return this.settings.directory().resolveSibling("nodes.jsa").toAbsolutePath();
	}

	/** Waits until the process answers. */
	void awaitReady() {
		if (!Pause.until(LIMIT, () -> !isAlive() || answers())) {
			throw new IllegalStateException("%s did not start within %s, see %s".formatted(this.name, LIMIT, log()));
		}
		if (!isAlive()) {
			throw new IllegalStateException("%s has ended, see %s".formatted(this.name, log()));
		}
		this.startedAt = Instant.now();
	}

	/** Since when this life of it answers. */
	Instant startedAt() {
		return this.startedAt;
	}

	boolean isAlive() {
		ChildProcess current = this.process;
		return current != null && current.isAlive();
	}

	boolean answers() {
		try {
			return Http.get(this.port, "/harness/info").status() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String log() {
		return this.settings.directory().resolve(this.name + ".log").toString();
	}

	private ChildProcess current() {
		ChildProcess current = this.process;
		if (current == null) {
			throw new IllegalStateException(this.name + " has not been started");
		}
		return current;
	}

	long pid() {
		return current().pid();
	}

	void kill() {
		current().kill();
	}

	void pause() {
		current().pause();
	}

	void resume() {
		current().resume();
	}

	/** Stops the process in order. */
	void stop() {
		current().terminate();
		if (!current().await(LIMIT)) {
			throw new IllegalStateException("%s did not stop within %s, see %s".formatted(this.name, LIMIT, log()));
		}
	}

	@Override
	public void close() {
		ChildProcess current = this.process;
		if (current != null) {
			current.close();
		}
	}

}
