package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * A job's arguments do not fit its handler's parameters.
 */
final class InvalidArgumentsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String summary;

	InvalidArgumentsException(String message) {
		this(message, message, null);
	}

	/**
	 * Creates the exception.
	 * @param summary what is wrong, without any part of the arguments
	 * @param message what is wrong
	 * @param cause what was thrown
	 */
	InvalidArgumentsException(String summary, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.summary = summary;
	}

	/**
	 * Makes a copy that shows nothing of the arguments, for traces.
	 */
	InvalidArgumentsException withoutValues() {
		InvalidArgumentsException copy = new InvalidArgumentsException(this.summary);
		copy.setStackTrace(getStackTrace());
		return copy;
	}

	/**
	 * What a log may say.
	 */
	String summary() {
		return this.summary;
	}

}
