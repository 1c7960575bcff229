package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.openjobspec.boot.engine.EngineSettings.Retention;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Upkeep.Kind;

/**
 * Deletes what has ended and is old, in batches small enough to let everything else
 * through. Nodes do it at different moments and share it by SKIP LOCKED.
 */
final class Pruner {

	private static final int BATCH = 500;

	private static final Duration EVERY = Duration.ofMinutes(1);

	private final Store store;

	private final Retention retention;

	private long nextAt = System.nanoTime() + ThreadLocalRandom.current().nextLong(EVERY.toNanos());

	Pruner(Store store, Retention retention) {
		this.store = store;
		this.retention = retention;
	}

	/**
	 * Deletes one batch of each kind, if it is time; comes back soon when there is more.
	 */
	void pruneNowAndThen() {
		if (System.nanoTime() - this.nextAt < 0) {
			return;
		}
		boolean more = prune();
		long pause = more ? TimeUnit.MILLISECONDS.toNanos(200)
				: EVERY.toNanos() / 2 + ThreadLocalRandom.current().nextLong(EVERY.toNanos());
		this.nextAt = System.nanoTime() + pause;
	}

	boolean prune() {
		boolean more = prune(Kind.COMPLETED, this.retention.completed());
		more |= prune(Kind.CANCELLED, this.retention.cancelled());
		more |= prune(Kind.DISCARDED, this.retention.discarded());
		more |= prune(Kind.EXPIRED, this.retention.discarded());
		more |= prune(Kind.DEAD_LETTER, this.retention.deadLetter());
		more |= this.store.events().prune(this.retention.events(), BATCH * 4) == BATCH * 4;
		this.store.leases().forgetWorkers(Duration.ofDays(1));
		return more;
	}

	private boolean prune(Kind kind, Duration age) {
		return this.store.transactions().separately(() -> this.store.upkeep().prune(kind, age, BATCH)) == BATCH;
	}

}
