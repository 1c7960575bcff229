package org.openjobspec.benchmarks.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * An embedded PostgreSQL server, as durable as in production unless told otherwise, that
 * can be stopped, killed and started again on the same port and data.
 */
public final class PostgresServer implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final String PID_FILE = "postmaster.pid";

	private final Path data;

	private final Map<String, String> settings;

	private final int port;

	private @Nullable EmbeddedPostgres server;

	private PostgresServer(Path data, Map<String, String> settings) {
		this.data = data;
		this.settings = settings;
		EmbeddedPostgres first = launch(0);
		this.server = first;
		this.port = first.getPort();
		Runtime.getRuntime().addShutdownHook(new Thread(this::close, "postgres-close"));
	}

	/**
	 * Starts a server on new data.
	 * @param settings server settings beyond or instead of fsync and synchronous_commit
	 * on, 300 connections
	 * @return the running server
	 */
	public static PostgresServer start(Map<String, String> settings) {
		try {
			return start(Files.createTempDirectory("ojs-benchmarks"), settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts a server on a directory that may hold data already, of a base backup for
	 * example.
	 * @param data the directory; removed by {@link #close()}
	 * @param settings server settings beyond or instead of the defaults
	 * @return the running server
	 */
	public static PostgresServer start(Path data, Map<String, String> settings) {
		Map<String, String> all = new LinkedHashMap<>();
		all.put("fsync", "on");
		all.put("synchronous_commit", "on");
		all.put("full_page_writes", "on");
		all.put("max_connections", "300");
		all.putAll(settings);
		return new PostgresServer(data, all);
	}

	private EmbeddedPostgres launch(int onPort) {
		try {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setLocaleConfig("locale", "C")
				.setPGStartupWait(START_LIMIT)
				.setDataDirectory(this.data)
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(onPort);
			this.settings.forEach(builder::setServerConfig);
			return builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The server's port, the same over its lives.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Where the server keeps its data.
	 * @return the directory
	 */
	public Path data() {
		return this.data;
	}

	/**
	 * The server's first database.
	 * @return the database
	 */
	public Database database() {
		return new Database("jdbc:postgresql://localhost:" + this.port + "/postgres", "postgres", "");
	}

	/**
	 * Stops the server in order; its connections are closed. Does nothing when it is
	 * down.
	 */
	public synchronized void stop() {
		EmbeddedPostgres running = this.server;
		this.server = null;
		if (running != null) {
			try {
				running.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Kills all processes of the server with SIGKILL. Returns when they are gone.
	 */
	public synchronized void kill() {
		List<ProcessHandle> processes = ProcessHandle.of(pid())
			.stream()
			.flatMap((postmaster) -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
			.toList();
		processes.forEach(ProcessHandle::destroyForcibly);
		try {
			for (ProcessHandle process : processes) {
				process.onExit().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException("The server could not be killed", ex);
		}
		// Frees what the library still holds for a server that it believes to run.
		stop();
	}

	/**
	 * Starts the server again. Does nothing when it is up.
	 */
	public synchronized void start() {
		if (this.server == null) {
			this.server = launch(this.port);
		}
	}

	/**
	 * Runs statements one by one, each a transaction of its own.
	 * @param statements the statements
	 */
	public void execute(String... statements) {
		try (Connection connection = database().connect(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("PostgreSQL refused: " + String.join("; ", statements), ex);
		}
	}

	// The data go as well. An orderly stop would write first what a long run has left to
	// be written, and the library gives it a few seconds only; a kill would leave shared
	// memory behind.
	private synchronized void stopAtOnce() {
		if (this.server != null) {
			postmaster().ifPresent(PostgresServer::quit);
			stop();
		}
	}

	private Optional<ProcessHandle> postmaster() {
		try {
			List<String> lines = Files.readAllLines(this.data.resolve(PID_FILE));
			Instant started = Instant.ofEpochSecond(Long.parseLong(lines.get(2).trim()));
			// One that was killed leaves its file behind, and its number to others.
			return ProcessHandle.of(Long.parseLong(lines.get(0).trim()))
				.filter((process) -> process.info()
					.startInstant()
					.map((instant) -> Duration.between(instant, started).abs().compareTo(START_LIMIT) < 0)
					.orElse(false));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static void quit(ProcessHandle postmaster) {
		try {
			new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).start().waitFor();
			postmaster.onExit().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			postmaster.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		catch (IOException | ExecutionException | TimeoutException ex) {
			postmaster.destroyForcibly();
			postmaster.onExit().join();
		}
	}

	private long pid() {
		try {
			return Long.parseLong(Files.readAllLines(this.data.resolve(PID_FILE)).get(0).trim());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The server is not running", ex);
		}
	}

	/** Stops the server and removes its data. */
	@Override
	public void close() {
		stopAtOnce();
		try {
			FileSystemUtils.deleteRecursively(this.data);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
