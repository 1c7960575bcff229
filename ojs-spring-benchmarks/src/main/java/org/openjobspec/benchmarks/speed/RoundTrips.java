package org.openjobspec.benchmarks.speed;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how often the application waits for the server.
 */
final class RoundTrips extends SqlObserver {

	private final LongAdder count = new LongAdder();

	@Override
	void roundTrip() {
		this.count.increment();
	}

	long count() {
		return this.count.sum();
	}

}
