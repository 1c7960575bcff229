package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * A job's arguments do not fit its handler's parameters.
 */
final class InvalidArgumentsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InvalidArgumentsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
