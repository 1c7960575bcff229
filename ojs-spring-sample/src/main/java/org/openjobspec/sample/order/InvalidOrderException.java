package org.openjobspec.sample.order;

/**
 * An order that nobody can mean.
 */
public class InvalidOrderException extends RuntimeException {

	InvalidOrderException(String reason) {
		super(reason);
	}

}
