package org.openjobspec.boot.store;

import java.net.ConnectException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Says what the database did not like, without what it did not like: PostgreSQL repeats
 * rows, texts and JSON documents in its messages.
 */
public final class SqlFaults {

	/**
	 * Classes of SQLSTATE whose very first line quotes values: data, and what is raised.
	 */
	private static final Set<String> QUOTING = Set.of("22", "P0");

	private static final int MAX_DEPTH = 20;

	private SqlFaults() {
	}

	/**
	 * Describes the failure of a statement or of a connection.
	 * @param failure what was thrown
	 * @return the first line of what the driver or the pool said, as far as it names
	 * nothing but tables, columns, constraints, hosts and users, with the SQLSTATE;
	 * {@code null} if no database is involved
	 */
	public static @Nullable String describe(Throwable failure) {
		return failures(failure).reduce((outer, inner) -> inner).map(SqlFaults::text).orElse(null);
	}

	/**
	 * Says why there is no connection.
	 * @param failure what was thrown instead of a connection
	 * @return what the driver said, and its cause: of a refused connection only the
	 * driver names host and port, of an unknown host only the cause says that it is
	 */
	static String reason(Throwable failure) {
		Throwable cause = causes(failure).reduce(failure, (outer, inner) -> inner);
		Throwable said = failures(failure).reduce((outer, inner) -> inner).map(Throwable.class::cast).orElse(cause);
		String sentence = (said.getMessage() != null) ? said.getMessage() : said.toString();
		// The driver calls refused what the network has dropped, too.
		boolean known = said == cause
				|| (cause instanceof ConnectException && String.valueOf(cause.getMessage()).contains("refused"));
		return known ? sentence : sentence + " (" + cause + ')';
	}

	// Bounded, since causes may go round in a circle.
	private static Stream<Throwable> causes(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_DEPTH);
	}

	private static Stream<SQLException> failures(Throwable failure) {
		return causes(failure).filter(SQLException.class::isInstance).map(SQLException.class::cast);
	}

	/**
	 * Says in one line what has gone wrong.
	 * @param failure what was thrown
	 * @return what {@link #describe} says; the exception's class if no database is
	 * involved
	 */
	public static String summary(Throwable failure) {
		String sql = describe(failure);
		return (sql != null) ? sql : failure.getClass().getName();
	}

	/**
	 * Whether a pool had no connection to give, and the database has no part in that.
	 * @param failure what was thrown
	 * @return whether it is the pool's own failure
	 */
	public static boolean ofPool(Throwable failure) {
		// What the database says has a state, and so has that it cannot be reached. A
		// pool passes that on if it was why nothing became free.
		List<SQLException> failures = failures(failure).toList();
		return !failures.isEmpty() && failures.stream().allMatch((thrown) -> thrown.getSQLState() == null);
	}

	/**
	 * Whether what a database said may quote values.
	 * @param failure what was thrown
	 * @return whether it or a cause may repeat rows, texts or JSON documents
	 */
	public static boolean quotes(Throwable failure) {
		// What follows the first line is details, which have the values.
		return failures(failure).anyMatch((thrown) -> quotesAtOnce(thrown)
				|| (thrown.getMessage() != null && thrown.getMessage().indexOf('\n') >= 0));
	}

	private static boolean quotesAtOnce(SQLException failure) {
		String state = failure.getSQLState();
		return failure instanceof BatchUpdateException
				|| (state != null && state.length() == 5 && QUOTING.contains(state.substring(0, 2)));
	}

	// The outer ones repeat the inner one's message, and that of a batch has the whole
	// statement with its values.
	private static String text(SQLException failure) {
		String state = failure.getSQLState();
		String name = failure.getClass().getName() + ((state != null) ? " [" + state + ']' : "");
		String message = failure.getMessage();
		return (message == null || quotesAtOnce(failure)) ? name : name + ": " + message.lines().findFirst().orElse("");
	}

}
