package org.openjobspec.boot.job;

import java.util.Map;

/**
 * The database could not be reached or refused to work. Whether the operation took effect
 * is known only when {@link #getCause()} says so; repeating it with the job's id is safe.
 */
public final class BackendUnavailableException extends OjsException {

	private static final long serialVersionUID = 1L;

	/**
	 * The database failed.
	 * @param operation what was tried
	 * @param cause why it failed
	 */
	public BackendUnavailableException(String operation, Throwable cause) {
		super("backend_error", 503, true, "Cannot %s: the database is not available".formatted(operation), Map.of());
		initCause(cause);
	}

	@Override
	public String hint() {
		return "Try again after a pause; the server resumes by itself when the database is back.";
	}

}
