package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

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

	private final LongSupplier nanos;

	private long restsUntil;

	private long allAt;

	Receipts() {
		this(System::nanoTime);
	}

	Receipts(LongSupplier nanos) {
		this.nanos = nanos;
		this.restsUntil = nanos.getAsLong();
		this.allAt = this.restsUntil;
	}

	/**
	 * From where on to look for the first.
	 * @return a time of the database's clock
	 */
	Instant lookFrom() {
		return (this.nanos.getAsLong() - this.allAt < 0) ? this.from : Instant.EPOCH;
	}

	/**
	 * A look has succeeded.
	 * @param lookedFrom what {@link #lookFrom} had said
	 * @param first before which time no receipt was seen
	 */
	void seen(Instant lookedFrom, Instant first) {
		this.from = first;
		if (lookedFrom.equals(Instant.EPOCH)) {
			this.allAt = this.nanos.getAsLong() + ALL.toNanos();
		}
	}

	/**
	 * How long a sweep can wait.
	 * @return zero or less if it need not
	 */
	Duration rest() {
		return Duration.ofNanos(this.restsUntil - this.nanos.getAsLong());
	}

	void swept(Reaper.Found found) {
		this.restsUntil = this.nanos.getAsLong() + ((found != Reaper.Found.SOME) ? TOGETHER.toNanos() : 0);
	}

}
