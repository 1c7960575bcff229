package org.openjobspec.boot.engine;

import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
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
	 * Makes a copy to be logged with its stack trace.
	 * @param failure what was thrown
	 * @return an exception with the same stack traces and causes, and without messages
	 */
	public static Throwable trace(Throwable failure) {
		return new WithoutPayload(failure, 0);
	}

	/**
	 * Makes of what a handler has thrown what may be logged. Its messages are the
	 * application's own affair; but those of Jackson quote what it has read, and may be
	 * about our reading of a job.
	 * @param failure what was thrown
	 * @return the same exception, or a copy if Jackson has a part in it
	 */
	public static Throwable ofHandler(Throwable failure) {
		// Bounded, since causes may go round in a circle.
		boolean quoted = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.limit(MAX_DEPTH)
			.anyMatch(JacksonException.class::isInstance);
		return quoted ? trace(failure) : failure;
	}

	/**
	 * An exception that shows another one without its message.
	 */
	private static final class WithoutPayload extends Exception {

		private static final long serialVersionUID = 1L;

		WithoutPayload(Throwable original, int depth) {
			super(text(original), cause(original, depth), true, true);
			setStackTrace(original.getStackTrace());
		}

		// Bounded, since causes may go round in a circle.
		private static @Nullable Throwable cause(Throwable original, int depth) {
			Throwable cause = original.getCause();
			return (cause != null && depth < MAX_DEPTH) ? new WithoutPayload(cause, depth + 1) : null;
		}

	}

}
