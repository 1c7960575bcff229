package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;

/**
 * Notices when this process did not run for a while, whoever is to blame: a stopped
 * process, a collection of garbage, a machine with too much to do.
 */
final class StallWatch implements AutoCloseable {

	private static final Duration STEP = Duration.ofMillis(200);

	private final Thread thread;

	/**
	 * Starts.
	 * @param tolerated how long is not worth a word
	 * @param listener hears from when to when the process stood still
	 */
	StallWatch(Duration tolerated, BiConsumer<Instant, Instant> listener) {
		this.thread = new Thread(() -> watch(tolerated, listener), "stall-watch");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private static void watch(Duration tolerated, BiConsumer<Instant, Instant> listener) {
		while (!Thread.currentThread().isInterrupted()) {
			long before = System.nanoTime();
			Instant from = Instant.now();
			try {
				Thread.sleep(STEP.toMillis());
			}
			catch (InterruptedException ex) {
				return;
			}
			Duration slept = Duration.ofNanos(System.nanoTime() - before);
			if (slept.minus(STEP).compareTo(tolerated) > 0) {
				listener.accept(from, Instant.now());
			}
		}
	}

	@Override
	public void close() {
		this.thread.interrupt();
	}

}
