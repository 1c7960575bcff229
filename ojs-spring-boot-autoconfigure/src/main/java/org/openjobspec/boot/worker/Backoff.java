package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing delays between tries: 100 ms doubling to 5 s, each at random between a half and
 * the whole.
 */
final class Backoff {

	private static final long FIRST = 100;

	private static final long MAX = 5_000;

	private long next = FIRST;

	Duration next() {
		long delay = this.next;
		this.next = Math.min(MAX, delay * 2);
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(delay / 2, delay + 1));
	}

	void reset() {
		this.next = FIRST;
	}

}
