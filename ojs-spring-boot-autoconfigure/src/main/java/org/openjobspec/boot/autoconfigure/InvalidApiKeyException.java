package org.openjobspec.boot.autoconfigure;

/**
 * A key of the HTTP API is not configured as it must be. Not Spring Boot's exception for
 * that, whose analysis shows the value: where a hash should be there may be the key.
 */
final class InvalidApiKeyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InvalidApiKeyException(String property, String problem) {
		super("The property '%s' %s".formatted(property, problem));
	}

}
