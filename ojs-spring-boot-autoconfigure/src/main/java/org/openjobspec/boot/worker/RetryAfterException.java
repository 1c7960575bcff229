package org.openjobspec.boot.worker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to fail its attempt and choose the delay before the next one
 * itself. It costs an attempt like any failure: when none is left, the job ends.
 */
public class RetryAfterException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The time until the next attempt. */
	private final Duration delay;

	/**
	 * Fails the attempt.
	 * @param delay the time until the next attempt; zero or less means at once
	 */
	public RetryAfterException(Duration delay) {
		this(delay, "The handler asked for another attempt after " + delay);
	}

	/**
	 * Fails the attempt.
	 * @param delay the time until the next attempt; zero or less means at once
	 * @param message why, for the job's error history
	 */
	public RetryAfterException(Duration delay, String message) {
		this(delay, message, null);
	}

	/**
	 * Fails the attempt.
	 * @param delay the time until the next attempt; zero or less means at once
	 * @param message why, for the job's error history
	 * @param cause what went wrong
	 */
	public RetryAfterException(Duration delay, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.delay = delay.isNegative() ? Duration.ZERO : delay;
	}

	/**
	 * The time until the next attempt.
	 * @return zero or more
	 */
	public Duration delay() {
		return this.delay;
	}

}
