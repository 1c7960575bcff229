package org.openjobspec.boot.worker;

/**
 * What a handler returned cannot be written as JSON.
 */
final class InvalidResultException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InvalidResultException(String message, Throwable cause) {
		super(message, cause);
	}

}
