package org.openjobspec.boot.engine;

import java.nio.ByteBuffer;
import java.time.Instant;
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
		return of(System.currentTimeMillis(), random.nextLong(), random.nextLong());
	}

	/**
	 * Makes the id that whoever knows the same facts makes of them, so that of all who
	 * would store a job of that id one does.
	 * @param time the time that the id shows
	 * @param facts what tells this id from others; they stand for the random bits
	 * @return the id
	 */
	static UUID of(Instant time, String facts) {
		ByteBuffer hash = ByteBuffer.wrap(Fingerprint.sha256(facts));
		return of(time.toEpochMilli(), hash.getLong(), hash.getLong());
	}

	private static UUID of(long millis, long some, long others) {
		long high = (millis << 16) | 0x7000L | (some & 0x0FFFL);
		long low = (others & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
		return new UUID(high, low);
	}

}
