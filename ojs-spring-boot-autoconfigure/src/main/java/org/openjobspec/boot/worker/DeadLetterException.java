package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to end its job for good and list it in the dead letter, where it
 * can be retried by hand.
 */
public class DeadLetterException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Ends the job.
	 * @param message why, for the job's error history
	 */
	public DeadLetterException(String message) {
		super(message);
	}

	/**
	 * Ends the job.
	 * @param message why, for the job's error history
	 * @param cause what went wrong
	 */
	public DeadLetterException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
