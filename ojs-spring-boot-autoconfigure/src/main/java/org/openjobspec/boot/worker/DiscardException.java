package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to end its job for good without listing it in the dead letter.
 */
public class DiscardException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Ends the job.
	 * @param message why, for the job's error history
	 */
	public DiscardException(String message) {
		super(message);
	}

	/**
	 * Ends the job.
	 * @param message why, for the job's error history
	 * @param cause what went wrong
	 */
	public DiscardException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
