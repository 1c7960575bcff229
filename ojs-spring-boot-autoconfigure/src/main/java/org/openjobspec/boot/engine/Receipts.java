package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;

/**
 * When this node looks at receipts of claims, and from where on. A busy node leaves
 * dozens per second, each due at a moment of its own; looking at each in its moment costs
 * as many statements, and each of them reads over all that were removed before while
 * another session keeps them from being vacuumed.
 */
final class Receipts {

	/** Receipts that fall due within this time are looked at together. */
	private static final Duration TOGETHER = Duration.ofMillis(250);

	/**
	 * How often all of them are looked at: one whose transaction took long may appear
	 * before the place from which the others are looked at.
	 */
	private static final Duration ALL = Duration.ofSeconds(5);

	private Instant from = Instant.EPOCH;

	private long restsUntil = System.nanoTime();

	private long allAt = System.nanoTime();

	/**
	 * From where on to look for the first.
	 * @return a time of the database's clock
	 */
	Instant lookFrom() {
		if (System.nanoTime() - this.allAt < 0) {
			return this.from;
		}
		this.allAt = System.nanoTime() + ALL.toNanos();
		return Instant.EPOCH;
	}

	void seenFrom(Instant time) {
		this.from = time;
	}

	/**
	 * How long a sweep can wait.
	 * @return zero or less if it need not
	 */
	Duration rest() {
		return Duration.ofNanos(this.restsUntil - System.nanoTime());
	}

	void swept(Reaper.Found found) {
		this.restsUntil = System.nanoTime() + ((found != Reaper.Found.SOME) ? TOGETHER.toNanos() : 0);
	}

}
