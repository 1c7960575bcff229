package org.openjobspec.boot.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * How many deliveries of which subscription this node sends, and how many more it may, so
 * that one that is slow does not take the threads of all others.
 */
final class WebhookShares {

	/** Which part of the threads one subscription may take. */
	private static final int PART = 8;

	private final int threads;

	private final int each;

	private final Map<UUID, Integer> sending = new HashMap<>();

	/** Those that have not answered the last time, which wait in one thread. */
	private final Set<UUID> silent = new HashSet<>();

	private int busy;

	WebhookShares(int threads) {
		this.threads = threads;
		this.each = Math.max(1, threads / PART);
	}

	/** How many threads are free. */
	synchronized int free() {
		return this.threads - this.busy;
	}

	/** How many deliveries of a subscription may begin of which nothing is known. */
	int each() {
		return this.each;
	}

	/** How many may begin of those of which something is known. */
	synchronized Map<UUID, Integer> left() {
		Map<UUID, Integer> left = new HashMap<>();
		this.silent.forEach((webhook) -> left.put(webhook, 1));
		this.sending.forEach((webhook, count) -> left.put(webhook,
				Math.max(0, (this.silent.contains(webhook) ? 1 : this.each) - count)));
		return left;
	}

	synchronized void began(UUID webhook) {
		this.busy++;
		this.sending.merge(webhook, 1, Integer::sum);
	}

	synchronized void ended(UUID webhook) {
		this.busy--;
		this.sending.computeIfPresent(webhook, (id, count) -> (count > 1) ? count - 1 : null);
	}

	synchronized void heard(UUID webhook, boolean answered) {
		if (answered) {
			this.silent.remove(webhook);
		}
		else {
			this.silent.add(webhook);
		}
	}

	synchronized void forgive() {
		this.silent.clear();
	}

}
