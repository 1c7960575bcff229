package org.openjobspec.boot.engine;

import java.util.List;

import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.Queues;
import org.openjobspec.boot.store.Store;

/**
 * Lists, counts and pauses queues.
 */
final class QueueDesk {

	private final Store store;

	private final Announcements announcements;

	QueueDesk(Store store, Announcements announcements) {
		this.store = store;
		this.announcements = announcements;
	}

	List<QueueInfo> list() {
		return this.store.queues().list().stream().map(QueueDesk::info).toList();
	}

	QueueStats stats(String queue) {
		Queues.Counts counts = this.store.queues().count(JobRequest.checkQueue("queue", queue));
		return new QueueStats(queue, counts.paused(), counts.available(), counts.active(), counts.scheduled(),
				counts.retryable(), counts.pending(), counts.completed(), counts.cancelled(), counts.discarded(),
				counts.deadLetter(), counts.now());
	}

	QueueInfo pause(String queue, boolean paused) {
		JobRequest.checkQueue("queue", queue);
		QueueInfo info = this.store.transactions()
			.writeOnce(paused ? "pause" : "resume", queue, () -> info(this.store.queues().pause(queue, paused)));
		if (!paused) {
			this.announcements.resumed(queue);
		}
		return info;
	}

	private static QueueInfo info(Queues.Entry entry) {
		return new QueueInfo(entry.name(), entry.paused(), entry.createdAt());
	}

}
