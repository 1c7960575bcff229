package org.openjobspec.boot.autoconfigure;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The development database did not start. Carries the cure, for the failure analysis.
 */
final class DevDatabaseException extends RuntimeException {

	private static final String OR_CONFIGURE = "or name a PostgreSQL of your own with 'spring.datasource.url'.";

	private final String action;

	private DevDatabaseException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	/**
	 * A folder cannot be read, written, locked or served.
	 * @param directory the folder
	 * @param cause what the file system said
	 * @return the exception
	 */
	static DevDatabaseException directory(Path directory, Throwable cause) {
		return new DevDatabaseException(
				"The development database cannot use its data directory '%s': %s".formatted(directory, cause),
				"Make the folder writable for this user, choose another one with 'ojs.dev-database.data-directory', "
						+ OR_CONFIGURE,
				cause);
	}

	/**
	 * Another application holds the folder, and its server does not answer.
	 * @param directory the folder
	 * @return the exception
	 */
	static DevDatabaseException inUse(Path directory) {
		return new DevDatabaseException(
				"The data directory '%s' of the development database ".formatted(directory)
						+ "is in use by another application or server that does not answer.",
				"Stop the other application, choose another folder with 'ojs.dev-database.data-directory', "
						+ OR_CONFIGURE,
				null);
	}

	/**
	 * The server did not start.
	 * @param directory the folder it was to serve
	 * @param log what initdb and the server wrote
	 * @param cause how the start ended
	 * @return the exception, by the cause that the log shows
	 */
	static DevDatabaseException start(Path directory, String log, @Nullable Throwable cause) {
		if (log.contains("as root") || log.contains("\"root\" execution")) {
			return new DevDatabaseException(
					"The development database cannot be started: PostgreSQL refuses to run as root.",
					"Run the application as another user, make the command 'unshare' (util-linux) and user namespaces "
							+ "available, with which the server starts as nobody, " + OR_CONFIGURE,
					cause);
		}
		if (log.contains("incompatible with server") || log.contains("not a valid data directory")
				|| log.contains("could not open file") || log.contains("exists but is not empty")
				|| log.contains("could not access directory") || log.contains("invalid permissions")) {
			return new DevDatabaseException(
					"The development database cannot use its data directory '%s': it is incomplete, damaged, or of another PostgreSQL version.%n%n%s"
						.formatted(directory, log),
					"Delete the folder to begin with an empty database, choose another one with "
							+ "'ojs.dev-database.data-directory', " + OR_CONFIGURE,
					cause);
		}
		return new DevDatabaseException(
				"The development database did not start in '%s'.%n%n%s".formatted(directory,
						log.isBlank() ? String.valueOf(cause) : log),
				"Mend what the server's log says, switch the development database off with "
						+ "'ojs.dev-database.enabled=false', " + OR_CONFIGURE,
				cause);
	}

	String action() {
		return this.action;
	}

}
