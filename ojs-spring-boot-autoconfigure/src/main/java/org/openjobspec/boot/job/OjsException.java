package org.openjobspec.boot.job;

import java.util.Map;

/**
 * What can go wrong with a request to the job system. The set is closed: each kind has a
 * code, an HTTP status and a sentence for the person who meets it.
 */
public abstract sealed class OjsException extends RuntimeException
		permits InvalidRequestException, NotFoundException, ConflictException, DuplicateJobException,
		EnqueueDroppedException, ReadOnlyTransactionException, QueueFullException, BackendUnavailableException {

	private static final long serialVersionUID = 1L;

	private final String code;

	private final int status;

	private final boolean retryable;

	private final transient Map<String, Object> details;

	OjsException(String code, int status, boolean retryable, String message, Map<String, Object> details) {
		super(message);
		this.code = code;
		this.status = status;
		this.retryable = retryable;
		this.details = Map.copyOf(details);
	}

	/**
	 * The error's code on the wire.
	 * @return a lower-case code of the HTTP binding
	 */
	public String code() {
		return this.code;
	}

	/**
	 * The HTTP status that goes with the code.
	 * @return 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Whether the same request may succeed later.
	 * @return whether to try again
	 */
	public boolean retryable() {
		return this.retryable;
	}

	/**
	 * Facts for programs, by name.
	 * @return strings, numbers, booleans and lists of them; empty after deserialization
	 */
	public Map<String, Object> details() {
		return (this.details != null) ? this.details : Map.of();
	}

	/**
	 * What to do about it.
	 * @return one sentence
	 */
	public abstract String hint();

	@Override
	public String getMessage() {
		String message = super.getMessage();
		return (message != null) ? message : this.code;
	}

}
