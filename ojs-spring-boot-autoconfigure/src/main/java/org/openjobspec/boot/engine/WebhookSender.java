package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Deliveries.Claimed;
import org.openjobspec.boot.store.Deliveries.Ending;
import org.openjobspec.boot.store.Store;

/**
 * Makes an attempt of a delivery, and notes how it has ended.
 */
final class WebhookSender {

	/**
	 * After each attempt that failed (ojs-webhooks); after the last one comes the end.
	 */
	private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(30), Duration.ofMinutes(2),
			Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12),
			Duration.ofHours(24));

	/** What a lease has beyond the longest attempt. */
	private static final Duration MARGIN = Duration.ofSeconds(30);

	private final Store store;

	private final WebhookClient client;

	private final Duration lease;

	WebhookSender(Store store, EngineSettings.Webhooks settings, WebhookTargets targets) {
		this.store = store;
		this.client = new WebhookClient(settings, targets);
		this.lease = settings.timeout().plus(MARGIN);
	}

	/**
	 * For how long a delivery stays with the node that has claimed it.
	 */
	Duration lease() {
		return this.lease;
	}

	/**
	 * Sends a delivery. No transaction is open meanwhile.
	 * @param delivery the delivery as it was claimed
	 * @param retries whether there is another attempt if this one fails
	 * @return what the subscriber has answered
	 */
	WebhookClient.Reply send(Claimed delivery, boolean retries) {
		WebhookClient.Reply reply = this.client.send(delivery);
		boolean delivered = reply.error() == null;
		Duration retryIn = (delivered || reply.hopeless() || !retries) ? null
				: delay(delivery.attempt(), reply.retryAfter());
		// Whoever is interrupted leaves it to the lease: nothing could be written either.
		if (!Thread.currentThread().isInterrupted()) {
			Ending ending = new Ending(delivered, retryIn, reply.status(), reply.error(), reply.took());
			this.store.transactions().separately(() -> this.store.deliveries().finish(delivery, ending));
		}
		return reply;
	}

	/**
	 * How long to wait after an attempt that has failed.
	 * @param attempt which it was, from 1
	 * @param asked how long the subscriber wants to be left alone; {@code null} if it has
	 * not said
	 * @return the delay, at most 24 hours; {@code null} if this was the last attempt
	 */
	static @Nullable Duration delay(int attempt, @Nullable Duration asked) {
		if (attempt > DELAYS.size()) {
			return null;
		}
		Duration delay = DELAYS.get(attempt - 1);
		if (asked == null || asked.compareTo(delay) <= 0) {
			return delay;
		}
		Duration longest = DELAYS.get(DELAYS.size() - 1);
		return (asked.compareTo(longest) < 0) ? asked : longest;
	}

}
