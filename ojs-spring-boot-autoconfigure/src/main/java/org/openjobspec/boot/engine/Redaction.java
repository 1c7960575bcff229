package org.openjobspec.boot.engine;

import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.OjsException;
import org.openjobspec.boot.store.SqlFaults;
import tools.jackson.core.JacksonException;

/**
 * Makes of exceptions what may be logged. Their messages quote what they are about: rows,
 * JSON, arguments and secrets. Classes and stack traces tell where to look, and the level
 * DEBUG has the rest.
 */
public final class Redaction {

	private static final int MAX_DEPTH = 20;

	private Redaction() {
	}

	/**
	 * Says in one line what has gone wrong.
	 * @param failure what was thrown
	 * @return what the database said, without values; otherwise the exception's class
	 */
	public static String text(Throwable failure) {
		return SqlFaults.summary(failure);
	}

	/**
	 * Whether a database has had a part in it, by a refusal or by its absence.
	 * @param failure what was thrown
	 * @return whether a cause is a database's
	 */
	public static boolean isOfDatabase(Throwable failure) {
		return SqlFaults.describe(failure) != null;
	}

	/**
	 * Whether a pool had no connection to give, and the database has no part in that.
	 * @param failure what was thrown
	 * @return whether it is the pool's own failure
	 */
	public static boolean isOfPool(Throwable failure) {
		return SqlFaults.ofPool(failure);
	}

	/**
	 * Makes a copy to be logged with its stack trace.
	 * @param failure what was thrown
	 * @return an exception with the same stack traces and causes, and without messages
	 */
	public static Throwable trace(Throwable failure) {
		return new RedactedException(failure, 0);
	}

	/**
	 * Makes of what a handler has thrown what may be logged. Its messages are the
	 * application's own affair; but those of Jackson quote what it has read, and may be
	 * about our reading of a job.
	 * @param failure what was thrown
	 * @return the same exception, or a copy if Jackson has a part in it
	 */
	public static Throwable ofHandler(Throwable failure) {
		return quotesJson(failure) ? trace(failure) : failure;
	}

	// Bounded, since causes may go round in a circle.
	private static boolean quotesJson(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.limit(MAX_DEPTH)
			.anyMatch(JacksonException.class::isInstance);
	}

	/**
	 * Makes of what kept jobs from being enqueued what may be logged. What producers are
	 * told is theirs to know.
	 * @param failure what was thrown
	 * @return the same exception, or a copy if it or a cause may quote what it is about
	 */
	public static Throwable ofEnqueue(Throwable failure) {
		if (!(failure instanceof OjsException)) {
			return trace(failure);
		}
		if (failure instanceof InvalidRequestException invalid && invalid.code().equals("schema_validation")) {
			// It says where the arguments do not fit, which is by their names.
			return new RedactedException(failure, "The arguments do not fit their schema", 0);
		}
		return (quotesJson(failure) || SqlFaults.quotes(failure))
				? new RedactedException(failure, failure.toString(), 0) : failure;
	}

	/**
	 * The class of an exception.
	 * @param failure the exception, or a copy of it that was made here
	 * @return the name of the original's class
	 */
	public static String type(Throwable failure) {
		return (failure instanceof RedactedException copy) ? copy.original : failure.getClass().getName();
	}

	/**
	 * An exception that shows another one without its message.
	 */
	private static final class RedactedException extends Exception {

		private static final long serialVersionUID = 1L;

		private final String original;

		RedactedException(Throwable original, int depth) {
			this(original, text(original), depth);
		}

		RedactedException(Throwable original, String message, int depth) {
			super(message, cause(original, depth), true, true);
			this.original = original.getClass().getName();
			setStackTrace(original.getStackTrace());
		}

		// Bounded, since causes may go round in a circle.
		private static @Nullable Throwable cause(Throwable original, int depth) {
			Throwable cause = original.getCause();
			return (cause != null && depth < MAX_DEPTH) ? new RedactedException(cause, depth + 1) : null;
		}

	}

}
