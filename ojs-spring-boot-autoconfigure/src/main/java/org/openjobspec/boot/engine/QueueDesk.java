package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.Queues;
import org.openjobspec.boot.store.Store;

/**
 * Lists, counts and pauses queues. Where the history is so long that to count it takes
 * long, it is counted again only when many times as long has passed: somebody may look
 * every second.
 */
final class QueueDesk {

	private static final Duration LONG = Duration.ofMillis(100);

	/** Counting takes at most one part in so many of the time. */
	private static final int SHARE = 20;

	private static final int MAX_KNOWN = 1000;

	private final Store store;

	private final Announcements announcements;

	private final Limiter limiter;

	private final Map<String, Ended> ended = new ConcurrentHashMap<>();

	QueueDesk(Store store, Announcements announcements, Limiter limiter) {
		this.store = store;
		this.announcements = announcements;
		this.limiter = limiter;
	}

	List<QueueInfo> list() {
		return this.store.queues().list().stream().map(QueueDesk::info).toList();
	}

	/**
	 * What of a queue had ended when it was last counted.
	 *
	 * @param counts the counts
	 * @param until until when they will do
	 */
	private record Ended(Queues.Counts counts, long until) {
	}

	QueueStats stats(String queue) {
		JobRequest.checkQueue("queue", queue);
		Ended known = this.ended.get(queue);
		if (known != null && System.nanoTime() - known.until() < 0) {
			return stats(queue, this.store.queues().count(queue, false), known.counts());
		}
		Queues.Counts counts = this.store.queues().count(queue, true);
		if (counts.took().compareTo(LONG) > 0) {
			if (this.ended.size() >= MAX_KNOWN) {
				this.ended.clear();
			}
			this.ended.put(queue, new Ended(counts, System.nanoTime() + counts.took().multipliedBy(SHARE).toNanos()));
		}
		return stats(queue, counts, counts);
	}

	private static QueueStats stats(String queue, Queues.Counts live, Queues.Counts ended) {
		return new QueueStats(queue, live.paused(), live.available(), live.active(), live.scheduled(), live.retryable(),
				live.pending(), ended.completed(), ended.cancelled(), ended.discarded(), ended.deadLetter(),
				live.now());
	}

	QueueInfo pause(String queue, boolean paused) {
		JobRequest.checkQueue("queue", queue);
		QueueInfo info = this.store.transactions()
			.writeOnce(paused ? "pause" : "resume", queue, () -> info(this.store.queues().pause(queue, paused)));
		if (!paused) {
			this.announcements.resumed(queue);
		}
		// To a paused queue nothing is admitted, and what was is taken back.
		this.announcements.afterCommit(this.limiter::mayWaitAgain);
		return info;
	}

	void forget() {
		this.ended.clear();
	}

	static QueueInfo info(Queues.Entry entry) {
		return new QueueInfo(entry.name(), entry.paused(), entry.createdAt());
	}

}
