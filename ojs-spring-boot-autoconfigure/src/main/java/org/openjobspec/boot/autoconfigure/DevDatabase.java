package org.openjobspec.boot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * An embedded PostgreSQL for development. The first application on a data directory owns
 * the server and stops it when it stops; others on the same directory borrow it. A server
 * that outlived its owner (kill -9) is adopted by the next application.
 * <p>
 * It writes as durably as a production server, and trusts every connection from this
 * machine.
 */
final class DevDatabase implements JdbcConnectionDetails, AutoCloseable {

	static final String NAME = "postgres";

	static final String USER = "postgres";

	private static final Log logger = LogFactory.getLog(DevDatabase.class);

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final long POLL_MILLIS = 100;

	private final int port;

	private final Runnable stop;

	private DevDatabase(int port, Runnable stop) {
		this.port = port;
		this.stop = stop;
	}

	/**
	 * Start a server, or find the one that runs.
	 * @param path the folder to keep data in, or {@code null} for one that goes away
	 * @param port the port for a new server, or 0 for a free one
	 * @return the database, ready for connections
	 * @throws DevDatabaseException when there is no server after 60 seconds
	 */
	static DevDatabase open(@Nullable Path path, int port) {
		DevDatabaseDirectory directory = (path != null) ? DevDatabaseDirectory.kept(path)
				: DevDatabaseDirectory.forOneRun();
		long deadline = System.nanoTime() + START_LIMIT.toNanos();
		while (true) {
			FileLock lock = directory.tryLock();
			if (lock != null) {
				return own(directory, lock, port, deadline);
			}
			Optional<Postmaster> server = Postmaster.of(directory.data()).filter(Postmaster::answers);
			if (server.isPresent()) {
				return running(server.get(), directory, "shared with another application", () -> {
				});
			}
			pause(directory, deadline);
		}
	}

	private static DevDatabase own(DevDatabaseDirectory directory, FileLock lock, int port, long deadline) {
		try {
			Optional<Postmaster> survivor = survivor(directory, deadline);
			if (survivor.isPresent()) {
				return running(survivor.get(), directory, "left running by an application that was killed", () -> {
					survivor.get().stop();
					directory.release(lock);
				});
			}
			EmbeddedPostgres server = start(directory, port);
			return running(new Postmaster(directory.data(), 0, server.getPort()), directory, "started", () -> {
				stop(server);
				directory.release(lock);
			});
		}
		catch (RuntimeException ex) {
			directory.release(lock);
			throw ex;
		}
	}

	// A server that lives but does not answer may be recovering or shutting down: it must
	// have done so before another one may touch its data.
	private static Optional<Postmaster> survivor(DevDatabaseDirectory directory, long deadline) {
		while (true) {
			Optional<Postmaster> named = Postmaster.of(directory.data());
			if (named.isEmpty()) {
				return named;
			}
			Postmaster server = named.get();
			if (!server.isAlive()) {
				server.forget();
				return Optional.empty();
			}
			if (server.answers()) {
				return named;
			}
			pause(directory, deadline);
		}
	}

	private static EmbeddedPostgres start(DevDatabaseDirectory directory, int port) {
		File log = directory.log().toFile();
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setOverrideWorkingDirectory(DevDatabaseDirectory.binaries().toFile())
			.setDataDirectory(directory.data())
			.setCleanDataDirectory(false)
			.setPort(port)
			// The library is made for tests and gives up durability for speed.
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setLocaleConfig("locale", "C")
			.setPGStartupWait(START_LIMIT)
			// Its hook would race with the shutdown of the application context.
			.setRegisterShutdownHook(false)
			.setOutputRedirector(ProcessBuilder.Redirect.appendTo(log))
			.setErrorRedirector(ProcessBuilder.Redirect.appendTo(log));
		FutureTask<EmbeddedPostgres> starting = new FutureTask<>(builder::start);
		Thread starter = new Thread(starting, "ojs-dev-database-start");
		starter.setDaemon(true);
		try {
			Files.deleteIfExists(directory.log());
			starter.start();
			return await(starting, directory);
		}
		catch (ExecutionException ex) {
			throw DevDatabaseException.start(directory.path(), directory.logTail(), ex.getCause());
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(directory.path(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw DevDatabaseException.start(directory.path(), directory.logTail(), ex);
		}
		finally {
			// The library waits out its limit even when the server has refused to start.
			starter.interrupt();
		}
	}

	private static EmbeddedPostgres await(FutureTask<EmbeddedPostgres> starting, DevDatabaseDirectory directory)
			throws ExecutionException, InterruptedException {
		while (true) {
			try {
				return starting.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				String log = directory.logTail();
				if (log.contains("could not start server")) {
					throw DevDatabaseException.start(directory.path(), log, null);
				}
			}
		}
	}

	private static void stop(EmbeddedPostgres server) {
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static DevDatabase running(Postmaster server, DevDatabaseDirectory directory, String how, Runnable stop) {
		DevDatabase database = new DevDatabase(server.port(), stop);
		logger.info("Development database: PostgreSQL at %s, user %s, %s in %s (%s)".formatted(database.getJdbcUrl(),
				USER, directory.temporary() ? "temporary data" : "data", directory.path(), how));
		return database;
	}

	private static void pause(DevDatabaseDirectory directory, long deadline) {
		try {
			if (System.nanoTime() - deadline > 0) {
				throw DevDatabaseException.inUse(directory.path());
			}
			Thread.sleep(POLL_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw DevDatabaseException.inUse(directory.path());
		}
	}

	@Override
	public String getJdbcUrl() {
		return "jdbc:postgresql://localhost:%d/%s".formatted(this.port, NAME);
	}

	@Override
	public String getUsername() {
		return USER;
	}

	@Override
	public @Nullable String getPassword() {
		return null;
	}

	@Override
	public void close() {
		this.stop.run();
	}

}
