package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Looks something up at most once per interval, however often and by however many it is
 * asked for.
 *
 * @param <T> what is looked up
 */
final class Recent<T> {

	private final Supplier<T> source;

	private final long intervalNanos;

	private @Nullable T value;

	private long lookedAt;

	Recent(Duration interval, Supplier<T> source) {
		this.intervalNanos = interval.toNanos();
		this.source = source;
	}

	synchronized T get() {
		T known = this.value;
		if (known == null || System.nanoTime() - this.lookedAt > this.intervalNanos) {
			known = this.source.get();
			this.value = known;
			this.lookedAt = System.nanoTime();
		}
		return known;
	}

	synchronized void forget() {
		this.value = null;
	}

}
