package org.openjobspec.boot.job;

import java.time.Duration;

/**
 * Bounds that keep every duration within what a 32-bit number of seconds and a database
 * timestamp can hold.
 */
public final class Durations {

	/** The longest duration that a policy, a delay or a timeout may have: ten years. */
	public static final Duration MAX = Duration.ofDays(3650);

	private Durations() {
	}

}
