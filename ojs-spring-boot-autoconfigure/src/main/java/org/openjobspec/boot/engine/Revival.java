package org.openjobspec.boot.engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.store.DeadLetters.Revived;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Store;

/**
 * Makes discarded jobs available for a new series of attempts, and tells of it.
 */
final class Revival {

	private final Store store;

	private final Announcements announcements;

	private final Limiter limiter;

	Revival(Store store, Announcements announcements, Limiter limiter) {
		this.store = store;
		this.announcements = announcements;
		this.limiter = limiter;
	}

	/**
	 * Makes discarded jobs available, of the dead letter or not.
	 * @return those that were discarded
	 */
	List<Failures.Returned> revive(Collection<UUID> ids) {
		return announced(this.store.transactions()
			.writeOnce("retry", ids.size() + " jobs", () -> this.store.deadLetters().revive(ids)));
	}

	/**
	 * Takes a job out of the dead letter, in the transaction of the caller.
	 * @return the job; nothing if it is not there
	 */
	Optional<Failures.Returned> retry(UUID id) {
		return announced(this.store.deadLetters().retry(id).stream().toList()).stream().findFirst();
	}

	private List<Failures.Returned> announced(List<Revived> revived) {
		this.announcements.events(() -> revived.stream().map(Revival::event).toList());
		List<Failures.Returned> jobs = revived.stream().map(Revived::job).toList();
		this.limiter.availableAgain(jobs);
		return jobs;
	}

	private static JobEvent event(Revived revived) {
		Failures.Returned job = revived.job();
		return new JobEvent(revived.deadLetter() ? JobEvent.DEAD_LETTER_RETRIED : JobEvent.ENQUEUED, job.at(),
				job.jobId(), revived.type(), job.queue(), 0, Map.of());
	}

}
