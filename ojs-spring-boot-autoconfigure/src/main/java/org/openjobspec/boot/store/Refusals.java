package org.openjobspec.boot.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/**
 * Tells a statement that the server has refused from a server that is in no state to
 * carry out anything.
 */
public final class Refusals {

	/**
	 * Classes of SQLSTATE that have nothing to do with what one call asks for, and of
	 * which each may cost a timeout: connection, state of a transaction, log-in, no such
	 * database, resources, locks of whole tables, operator (a statement that took too
	 * long, too), system, internal.
	 */
	private static final Set<String> OF_THE_SERVER = Set.of("08", "25", "28", "3D", "53", "55", "57", "58", "XX");

	private Refusals() {
	}

	/**
	 * Whether the server itself has refused, and so nothing was done. After any other
	 * failure the statement may have been committed.
	 * @param failure what was thrown
	 * @return whether the statement may be repeated, in parts
	 */
	public static boolean isRefused(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLTransientConnectionException) {
				// The pool had no connection. It quotes the state of its latest try.
				return false;
			}
			if (cause instanceof SQLException sql) {
				String state = sql.getSQLState();
				return state != null && state.length() == 5 && !OF_THE_SERVER.contains(state.substring(0, 2));
			}
		}
		return false;
	}

}
