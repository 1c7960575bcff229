package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits of the harness, which end with its interruption.
 */
final class Pause {

	private Pause() {
	}

	static void of(Duration duration) {
		try {
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/**
	 * Waits for something to become true.
	 * @param limit how long at most
	 * @param condition what to wait for
	 * @return whether it has become true
	 */
	static boolean until(Duration limit, BooleanSupplier condition) {
		long end = System.nanoTime() + limit.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				return false;
			}
			of(Duration.ofMillis(50));
		}
		return true;
	}

}
