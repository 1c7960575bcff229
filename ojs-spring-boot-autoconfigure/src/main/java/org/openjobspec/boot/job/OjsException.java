package org.openjobspec.boot.job;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a request to the job system. The set is closed: each kind has a
 * code, an HTTP status and a sentence for the person who meets it.
 */
public abstract sealed class OjsException extends RuntimeException
		permits InvalidRequestException, NotFoundException, ConflictException, DuplicateJobException,
		EnqueueDroppedException, ReadOnlyTransactionException, QueueFullException, BackendUnavailableException {

	private static final long serialVersionUID = 1L;

	/** The code of the error on the wire. */
	private final String code;

	/** The HTTP status. */
	private final int status;

	/** Whether the same request may succeed later. */
	private final boolean retryable;

	private final transient Map<String, Object> details;

	/** The place in its batch of the job that is to blame, from 0. */
	private @Nullable Integer index;

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
		Map<String, Object> facts = (this.details != null) ? this.details : Map.of();
		if (this.index == null) {
			return facts;
		}
		Map<String, Object> all = new LinkedHashMap<>(facts);
		all.put("index", this.index);
		return Map.copyOf(all);
	}

	/**
	 * Which of the jobs of one request is to blame.
	 * @return its place among them, from 0; {@code null} for a request of one job, and
	 * for what concerns all of them
	 */
	public @Nullable Integer index() {
		return this.index;
	}

	/**
	 * Says which of the jobs of one request is to blame.
	 * @param place its place among them, from 0
	 * @return this exception
	 */
	public OjsException at(int place) {
		this.index = place;
		return this;
	}

	/**
	 * What to do about it.
	 * @return one sentence
	 */
	public abstract String hint();

	@Override
	public String getMessage() {
		String message = super.getMessage();
		String text = (message != null) ? message : this.code;
		String job = (this.index != null) ? "jobs[%d]".formatted(this.index) : "";
		return text.startsWith(job) ? text : job + ": " + text;
	}

}
