package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How many jobs of a key may run or start (ojs-rate-limiting 6). All jobs with one key,
 * of whatever type and queue, share its limits, on all nodes; what the latest of them
 * says holds. All limits must be met before a job starts.
 *
 * @param key what is protected, for example {@code stripe-api} or {@code tenant:acme}:
 * letters, digits and {@code . _ : -}, at most 255 characters; {@link #OWN_QUEUE} for the
 * job's queue
 * @param concurrency how many may run at once; 0 stops the key; {@code null} for any
 * number
 * @param rate how many may start within any window of a length; {@code null} for any
 * number
 * @param throttle as {@code rate}, but at even distances; {@code null} for none
 * @param onLimit what becomes of a job that must not start now
 */
public record RateLimit(String key, @Nullable Integer concurrency, @Nullable Rate rate, @Nullable Rate throttle,
		OnLimit onLimit) {

	/**
	 * The key of the queue that a job is in, whichever that turns out to be:
	 * {@code queue:} and its name.
	 */
	public static final String OWN_QUEUE = "queue:";

	private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:-]{0,254}");

	/**
	 * Checks the limit.
	 * @param key what is protected
	 * @param concurrency how many may run at once
	 * @param rate how many may start within any window of a length
	 * @param throttle as {@code rate}, at even distances
	 * @param onLimit what becomes of a job that must not start now
	 * @throws InvalidRequestException if the key is not one, or a number is negative
	 */
	public RateLimit {
		checkKey(key);
		if (concurrency != null && concurrency < 0) {
			throw InvalidRequestException.field("rate_limit.concurrency",
					"rate_limit.concurrency must not be negative, and is " + concurrency);
		}
	}

	/**
	 * Checks a key.
	 * @param key the key
	 * @return the same key
	 * @throws InvalidRequestException if it is not one
	 */
	public static String checkKey(String key) {
		if (!KEY.matcher(key).matches()) {
			throw InvalidRequestException.field("rate_limit.key",
					"rate_limit.key must consist of letters, digits and . _ : -, start with a letter or digit and have at most 255 characters");
		}
		return key;
	}

	/**
	 * At most so many jobs of a key at once.
	 * @param key what is protected
	 * @param jobs how many
	 * @return the limit; what exceeds it waits
	 */
	public static RateLimit concurrency(String key, int jobs) {
		return new RateLimit(key, jobs, null, null, OnLimit.WAIT);
	}

	/**
	 * At most so many starts of jobs of a key within any window.
	 * @param key what is protected
	 * @param jobs how many
	 * @param window the length of the window
	 * @return the limit; what exceeds it waits
	 */
	public static RateLimit rate(String key, int jobs, Duration window) {
		return new RateLimit(key, null, new Rate(jobs, window), null, OnLimit.WAIT);
	}

	/**
	 * The limit of a job of which the queue is known.
	 * @param queue the job's queue
	 * @return the limit, {@link #OWN_QUEUE} replaced by the key of that queue
	 */
	public RateLimit in(String queue) {
		return this.key.equals(OWN_QUEUE)
				? new RateLimit(OWN_QUEUE + queue, this.concurrency, this.rate, this.throttle, this.onLimit) : this;
	}

	/**
	 * Starts within a time.
	 *
	 * @param limit how many
	 * @param period within which time
	 */
	public record Rate(int limit, Duration period) {

		/**
		 * Checks the rate.
		 * @param limit how many
		 * @param period within which time
		 * @throws InvalidRequestException if it is negative or the time is none
		 */
		public Rate {
			if (limit < 0) {
				throw InvalidRequestException.field("rate_limit", "the limit of a rate must not be negative");
			}
			if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(Duration.ofDays(31)) > 0) {
				throw InvalidRequestException.field("rate_limit",
						"the period of a rate must be from one millisecond to 31 days");
			}
		}

	}

	/** What becomes of a job that must not start now. */
	public enum OnLimit {

		/** It waits, available, and lets others pass. */
		WAIT,

		/** As {@link #WAIT}; this server always knows when a job may start. */
		RESCHEDULE,

		/** It is discarded. */
		DROP;

		/**
		 * The name on the wire.
		 * @return the name in lower case
		 */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
