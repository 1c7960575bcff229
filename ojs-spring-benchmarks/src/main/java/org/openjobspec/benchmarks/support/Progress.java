package org.openjobspec.benchmarks.support;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Tells whoever watches a harness what is going on.
 */
public final class Progress {

	private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");

	private Progress() {
	}

	/**
	 * Prints a line with the time of day.
	 * @param message what is going on
	 */
	public static void tell(String message) {
		System.out.printf("%s  %s%n", LocalTime.now(ZoneId.systemDefault()).format(SECONDS), message);
	}

}
