package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.JobInserts;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

/**
 * Stores jobs of which everything is decided, and tells of them.
 */
final class Intake {

	private final Store store;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final Limiter limiter;

	Intake(Store store, Announcements announcements, DueTimes dueTimes, Limiter limiter) {
		this.store = store;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
		this.limiter = limiter;
	}

	/**
	 * Stores jobs in the transaction of the caller, and tells of them once it has
	 * committed.
	 * @param jobs the jobs
	 * @return the stored jobs by id; one that is missing had an id that was taken
	 */
	Map<UUID, JobInserts.Inserted> store(List<NewJob> jobs) {
		if (jobs.isEmpty()) {
			return Map.of();
		}
		this.limiter.introduce(jobs);
		Map<UUID, JobInserts.Inserted> inserted = this.store.inserts().insert(jobs);
		announce(inserted.values());
		return inserted;
	}

	void announce(Collection<JobInserts.Inserted> inserted) {
		List<Announcements.Available> available = new ArrayList<>();
		boolean limited = false;
		for (JobInserts.Inserted stored : inserted) {
			Job job = stored.job();
			this.announcements.seen(job.queue());
			if (job.state() == JobState.AVAILABLE) {
				available.add(new Announcements.Available(job.queue(), job.priority(), stored.seq()));
				limited |= this.limiter.limits(job.queue());
			}
			else if (job.nextAttemptAt() != null) {
				Duration delay = Duration.between(job.createdAt(), job.nextAttemptAt());
				this.announcements.afterCommit(() -> this.dueTimes.dueIn(delay));
			}
			if (job.options().expiresAt() != null) {
				Duration left = Duration.between(job.createdAt(), job.options().expiresAt());
				this.announcements.afterCommit(() -> this.dueTimes.dueIn(left));
			}
		}
		// Before the wake-up, so that whoever listens hears of a job that came alone
		// before it starts. Those of a batch are told of when their callers are answered.
		this.announcements.events(() -> inserted.stream()
			.map(JobInserts.Inserted::job)
			.filter((job) -> job.state() != JobState.PENDING)
			.map(Intake::event)
			.toList());
		this.announcements.available(available);
		if (limited) {
			this.announcements.afterCommit(this.limiter::changed);
		}
	}

	private static JobEvent event(Job job) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		boolean scheduled = job.state() == JobState.SCHEDULED && job.nextAttemptAt() != null;
		if (scheduled) {
			data.put("scheduled_at", String.valueOf(job.nextAttemptAt()));
		}
		if (job.priority() != 0) {
			data.put("priority", job.priority());
		}
		return new JobEvent(scheduled ? JobEvent.SCHEDULED : JobEvent.ENQUEUED, job.createdAt(), job.id(), job.type(),
				job.queue(), 0, data);
	}

}
