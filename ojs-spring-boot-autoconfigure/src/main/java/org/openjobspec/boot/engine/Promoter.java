package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WaitingJobs;

/**
 * Makes due jobs available, in bounded batches.
 */
final class Promoter {

	static final int BATCH = 1000;

	private final Store store;

	private final Announcements announcements;

	private final Limiter limiter;

	Promoter(Store store, Announcements announcements, Limiter limiter) {
		this.limiter = limiter;
		this.store = store;
		this.announcements = announcements;
	}

	/** Promotes one batch of any queue. */
	int promote() {
		return promote(null, BATCH);
	}

	/**
	 * Promotes one batch of some queues, on behalf of a fetch that found nothing.
	 */
	int promoteNow(List<String> queues) {
		return promote(queues, BATCH);
	}

	/**
	 * Makes retryable jobs available before they are due.
	 * @return those that were retryable
	 */
	List<UUID> hasten(Collection<UUID> ids) {
		List<WaitingJobs.Available> hastened = this.store.transactions()
			.writeOnce("retry", ids.size() + " jobs", () -> this.store.waiting().hasten(ids));
		announce(hastened);
		return hastened.stream().map(WaitingJobs.Available::jobId).toList();
	}

	private int promote(@Nullable List<String> queues, int limit) {
		List<WaitingJobs.Available> promoted = this.store.transactions()
			.writeOnce("promote", "due jobs", () -> this.store.waiting().promote(queues, limit));
		announce(promoted);
		return promoted.size();
	}

	private void announce(List<WaitingJobs.Available> promoted) {
		if (!promoted.isEmpty()) {
			List<Announcements.Available> available = new ArrayList<>(promoted.size());
			promoted.forEach(job -> available.add(new Announcements.Available(job.queue(), job.priority(), job.seq())));
			// Before the wake-up, as with an enqueue.
			this.announcements.events(() -> promoted.stream()
				.filter(job -> job.from() == JobState.SCHEDULED)
				.map(job -> new JobEvent(JobEvent.ENQUEUED, job.availableAt(), job.jobId(), job.type(), job.queue(),
						job.attempt(), Map.of()))
				.toList());
			this.announcements.available(available);
			if (promoted.stream().anyMatch((job) -> job.limited() || this.limiter.limits(job.queue()))) {
				this.announcements.afterCommit(this.limiter::changed);
			}
		}
	}

}
