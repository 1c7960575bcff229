package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every contender's handler does, and how often it was done.
 */
final class Work {

	private final Duration duration;

	private final AtomicLong firstAt = new AtomicLong();

	private final AtomicLong done = new AtomicLong();

	Work(Duration duration) {
		this.duration = duration;
	}

	void run() throws InterruptedException {
		begin();
		if (!this.duration.isZero()) {
			Thread.sleep(this.duration.toMillis());
		}
		done(1);
	}

	void begin() {
		if (this.firstAt.get() == 0) {
			this.firstAt.compareAndSet(0, System.nanoTime());
		}
	}

	void done(int jobs) {
		this.done.addAndGet(jobs);
	}

	/** When the first job started, as {@link System#nanoTime()}; 0 if none has. */
	long firstAt() {
		return this.firstAt.get();
	}

	long done() {
		return this.done.get();
	}

}
