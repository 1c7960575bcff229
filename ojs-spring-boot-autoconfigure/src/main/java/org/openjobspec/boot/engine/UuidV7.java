package org.openjobspec.boot.engine;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes ids: 48 bits of milliseconds, 74 random bits (RFC 9562, 5.7). The order of jobs
 * does not rest on them.
 */
final class UuidV7 {

	private UuidV7() {
	}

	static UUID next() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (System.currentTimeMillis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
		long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
		return new UUID(high, low);
	}

}
