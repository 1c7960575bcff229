package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.openjobspec.boot.engine.EngineSettings.Retention;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Upkeep.Kind;

/**
 * Deletes what has ended and is old, in batches small enough to let everything else
 * through. Nodes do it at different moments and share it by SKIP LOCKED.
 */
final class Pruner {

	private static final int BATCH = 1000;

	/** Each may have many jobs. */
	private static final int WORKFLOW_BATCH = 20;

	/** How long to let everything else through between two batches. */
	static final Duration SOON = Duration.ofMillis(50);

	private static final Duration EVERY = Duration.ofMinutes(1);

	private final Store store;

	private final Retention retention;

	private final Duration deliveries;

	private long nextAt = System.nanoTime() + ThreadLocalRandom.current().nextLong(EVERY.toNanos());

	Pruner(Store store, Retention retention, Duration deliveries) {
		this.store = store;
		this.retention = retention;
		this.deliveries = deliveries;
	}

	/**
	 * Deletes one batch of each kind, if it is time.
	 * @param webhooks whether there are subscriptions, and so deliveries
	 * @return whether to come back soon, since there is more
	 */
	boolean pruneNowAndThen(boolean webhooks) {
		if (System.nanoTime() - this.nextAt < 0) {
			return false;
		}
		boolean more = prune();
		if (webhooks) {
			more |= pruneWebhooks();
		}
		this.nextAt = System.nanoTime()
				+ (more ? SOON.toNanos() : EVERY.toNanos() / 2 + ThreadLocalRandom.current().nextLong(EVERY.toNanos()));
		return more;
	}

	boolean prune() {
		boolean more = prune(Kind.COMPLETED, this.retention.completed());
		more |= prune(Kind.CANCELLED, this.retention.cancelled());
		more |= prune(Kind.DISCARDED, this.retention.discarded());
		more |= prune(Kind.EXPIRED, this.retention.discarded());
		more |= prune(Kind.DEAD_LETTER, this.retention.deadLetter());
		more |= prune(WorkflowState.COMPLETED, this.retention.completed());
		more |= prune(WorkflowState.CANCELLED, this.retention.cancelled());
		more |= prune(WorkflowState.FAILED, this.retention.discarded());
		more |= this.store.transactions()
			.separately(() -> this.store.events().prune(this.retention.events(), BATCH * 4)) == BATCH * 4;
		this.store.transactions().separately(() -> this.store.leases().forgetWorkers(Duration.ofDays(1)));
		return more;
	}

	boolean pruneWebhooks() {
		this.store.transactions().separately(() -> this.store.webhooks().forgetSecrets());
		return this.store.transactions()
			.separately(() -> this.store.deliveries().prune(this.deliveries, BATCH)) == BATCH;
	}

	private boolean prune(WorkflowState state, Duration age) {
		return this.store.transactions()
			.separately(() -> this.store.workflows().prune(state, age, WORKFLOW_BATCH)) == WORKFLOW_BATCH;
	}

	private boolean prune(Kind kind, Duration age) {
		return this.store.transactions().separately(() -> this.store.upkeep().prune(kind, age, BATCH)) == BATCH;
	}

}
