package org.openjobspec.boot.store;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be used as it is.
 */
public final class SchemaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The kind of problem. */
	private final Problem problem;

	SchemaException(Problem problem, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.problem = problem;
	}

	/**
	 * What is wrong.
	 * @return the kind of problem
	 */
	public Problem problem() {
		return this.problem;
	}

	/**
	 * The kinds of problems, each with a cure of its own.
	 */
	public enum Problem {

		/** No connection can be had. */
		UNREACHABLE,

		/** The server is not a PostgreSQL. */
		WRONG_DATABASE,

		/** The server is a PostgreSQL that is too old. */
		DATABASE_TOO_OLD,

		/** The database has no schema {@code ojs}, or an empty one. */
		ABSENT,

		/** The tables are there, but no history tells how they came. */
		NO_HISTORY,

		/** Migrations of this library have not been run. */
		OUTDATED,

		/** A newer version of this library has migrated the database. */
		NEWER,

		/** A schema {@code ojs} exists that belongs to something else. */
		FOREIGN,

		/** The user may not create the schema or its tables. */
		NO_PRIVILEGE,

		/** A migration failed, or one that was run is not the one of this library. */
		FAILED

	}

}
