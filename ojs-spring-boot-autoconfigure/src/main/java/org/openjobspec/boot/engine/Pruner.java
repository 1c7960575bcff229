package org.openjobspec.boot.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EngineSettings.Retention;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Upkeep.Kind;

/**
 * Deletes what has ended and is old, in batches small enough to let everything else
 * through. Nodes do it at different moments and share it by SKIP LOCKED. Queues may keep
 * their jobs for times of their own; jobs of workflows go with their workflows.
 */
final class Pruner {

	private static final int BATCH = 1000;

	/** At how many to look for those whose time is over; most are kept longer. */
	private static final int LOOK = 5000;

	/** Each may have many jobs. */
	private static final int WORKFLOW_BATCH = 20;

	/** How long to let everything else through between two batches. */
	static final Duration SOON = Duration.ofMillis(50);

	private static final Duration EVERY = Duration.ofMinutes(1);

	private final Store store;

	private final Retention retention;

	private final Duration deliveries;

	private final QueueRules rules;

	private long nextAt = System.nanoTime() + ThreadLocalRandom.current().nextLong(EVERY.toNanos());

	Pruner(Store store, Retention retention, Duration deliveries, QueueRules rules) {
		this.store = store;
		this.retention = retention;
		this.deliveries = deliveries;
		this.rules = rules;
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
		boolean more = false;
		QueueRules.Known now = this.rules.readNow();
		for (Kind kind : Kind.values()) {
			more |= prune(kind, now);
		}
		more |= prune(WorkflowState.COMPLETED, this.retention.completed());
		more |= prune(WorkflowState.CANCELLED, this.retention.cancelled());
		more |= prune(WorkflowState.FAILED, this.retention.discarded());
		more |= this.store.transactions()
			.separately(() -> this.store.events().prune(this.retention.events(), BATCH * 4)) == BATCH * 4;
		this.store.transactions().separately(() -> this.store.leases().forgetWorkers(Duration.ofDays(1)));
		if (!more) {
			this.store.transactions().separately(() -> {
				this.store.retentionMarks().forget();
				return true;
			});
		}
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

	private boolean prune(Kind kind, QueueRules.Known now) {
		Duration others = orElse(age(kind, now.others()), general(kind));
		Map<String, Duration> own = new TreeMap<>();
		now.queues().forEach((queue, settings) -> {
			Duration age = orElse(age(kind, settings), others);
			if (!age.equals(others)) {
				own.put(queue, age);
			}
		});
		SortedSet<Duration> ages = new TreeSet<>(own.values());
		ages.add(others);
		Duration longest = ages.last();
		boolean more = this.store.transactions()
			.separately(() -> this.store.upkeep().prune(kind, longest, BATCH)) == BATCH;
		for (Duration age : ages.headSet(longest)) {
			more |= walk(kind, age, others, own);
		}
		return more;
	}

	private boolean walk(Kind kind, Duration age, Duration others, Map<String, Duration> own) {
		// When the rules change, everything is looked at once more.
		String hash = UUID.nameUUIDFromBytes((others + " " + own).getBytes(StandardCharsets.UTF_8)).toString();
		boolean named = age.compareTo(others) < 0;
		List<String> queues = new ArrayList<>();
		own.forEach((queue, time) -> {
			if ((time.compareTo(age) <= 0) == named) {
				queues.add(queue);
			}
		});
		return this.store.transactions().separately(() -> {
			this.store.retentionMarks().begin(kind, age, hash);
			return this.store.retentionMarks().walk(kind, age, hash, queues, named, LOOK);
		}) >= LOOK;
	}

	private static Duration orElse(@Nullable Duration own, Duration otherwise) {
		return (own != null) ? own : otherwise;
	}

	private static @Nullable Duration age(Kind kind, QueueSettings settings) {
		QueueSettings.Retention times = settings.retention();
		return switch (kind) {
			case COMPLETED -> times.completed();
			case CANCELLED -> times.cancelled();
			case DISCARDED, EXPIRED -> times.discarded();
			case DEAD_LETTER -> times.deadLetter();
		};
	}

	private Duration general(Kind kind) {
		return switch (kind) {
			case COMPLETED -> this.retention.completed();
			case CANCELLED -> this.retention.cancelled();
			case DISCARDED, EXPIRED -> this.retention.discarded();
			case DEAD_LETTER -> this.retention.deadLetter();
		};
	}

}
