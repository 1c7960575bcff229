package org.openjobspec.benchmarks.faults;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids that clients choose.
 */
final class Ids {

	private Ids() {
	}

	/** A UUIDv7. */
	static UUID next() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (System.currentTimeMillis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
		long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
		return new UUID(high, low);
	}

}
