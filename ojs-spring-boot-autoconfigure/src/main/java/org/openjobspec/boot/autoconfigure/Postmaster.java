package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server that the {@code postmaster.pid} of a data directory names. The file outlives
 * a crash and its process id may since have gone to another process, so nothing is
 * believed that was not checked.
 *
 * @param data the data directory
 * @param pid the process id
 * @param port the port on localhost
 */
record Postmaster(Path data, long pid, int port) {

	private static final String FILE = "postmaster.pid";

	private static final int PORT_LINE = 3;

	/**
	 * Return the server that a data directory names.
	 * @param data the data directory
	 * @return the server, dead or alive; empty when none is named, or not yet completely
	 */
	static Optional<Postmaster> of(Path data) {
		try {
			List<String> lines = Files.readAllLines(data.resolve(FILE));
			if (lines.size() <= PORT_LINE) {
				return Optional.empty();
			}
			return Optional.of(new Postmaster(data, Long.parseLong(lines.get(0).trim()),
					Integer.parseInt(lines.get(PORT_LINE).trim())));
		}
		catch (NoSuchFileException | NumberFormatException ex) {
			return Optional.empty();
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(data, ex);
		}
	}

	/**
	 * Return whether the process runs and can be a PostgreSQL server.
	 * @return {@code false} when the server is certainly dead
	 */
	boolean isAlive() {
		return ProcessHandle.of(this.pid)
			.filter(ProcessHandle::isAlive)
			.map((process) -> process.info().command().map((command) -> command.contains("postgres")).orElse(true))
			.orElse(false);
	}

	/**
	 * Ask the server at the port which data it serves.
	 * @return whether it answers and serves this directory
	 */
	boolean answers() {
		try (Connection connection = dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SHOW data_directory")) {
			return result.next() && Files.isSameFile(this.data, Path.of(result.getString(1)));
		}
		catch (SQLException | IOException ex) {
			return false;
		}
	}

	/**
	 * Remove the file of a dead server. PostgreSQL does so itself, but refuses to start
	 * when another process has inherited the process id, as in a restarted container.
	 */
	void forget() {
		try {
			Files.deleteIfExists(this.data.resolve(FILE));
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(this.data, ex);
		}
	}

	/**
	 * Stop the server as soon as its last client has left, and by force after ten
	 * seconds; it loses nothing by that.
	 */
	void stop() {
		ProcessHandle.of(this.pid).ifPresent((process) -> {
			process.destroy();
			if (!gone(process)) {
				process.destroyForcibly();
				gone(process);
			}
		});
	}

	private static boolean gone(ProcessHandle process) {
		try {
			process.onExit().get(10, TimeUnit.SECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private PGSimpleDataSource dataSource() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setServerNames(new String[] { "localhost" });
		dataSource.setPortNumbers(new int[] { this.port });
		dataSource.setDatabaseName(DevDatabase.NAME);
		dataSource.setUser(DevDatabase.USER);
		dataSource.setConnectTimeout(2);
		dataSource.setSocketTimeout(5);
		return dataSource;
	}

}
