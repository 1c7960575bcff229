package org.openjobspec.boot.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Completions;
import org.openjobspec.boot.store.Completions.Completed;
import org.openjobspec.boot.store.Store;

/**
 * ACK (ojs-core 7.3).
 */
final class Finisher {

	private final Store store;

	private final Announcements announcements;

	Finisher(Store store, Announcements announcements) {
		this.store = store;
		this.announcements = announcements;
	}

	Set<UUID> complete(List<Completion> completions) {
		if (completions.isEmpty()) {
			return Set.of();
		}
		List<Completions.Success> successes = completions.stream()
			.map(completion -> new Completions.Success(completion.jobId(), completion.worker(), completion.attempt(),
					completion.result()))
			.toList();
		Object subject = (completions.size() == 1) ? completions.get(0).jobId() : completions.size() + " jobs";
		List<Completed> completed = this.store.transactions()
			.writeOnce("complete", subject, () -> this.store.completions().complete(successes));
		this.announcements.events(() -> completed.stream().map(Finisher::event).toList());
		Set<UUID> ids = new HashSet<>();
		completed.forEach(job -> ids.add(job.jobId()));
		return ids;
	}

	private static JobEvent event(Completed job) {
		return new JobEvent(JobEvent.COMPLETED, job.finishedAt(), job.jobId(), job.type(), job.queue(), job.attempt(),
				Map.of("duration_ms", job.duration().toMillis()));
	}

	Job acknowledge(UUID id, @Nullable String worker, @Nullable String result) {
		Job job = held("acknowledge", id, worker);
		Completion completion = new Completion(id, holder(job), job.attempt(), result);
		if (complete(List.of(completion)).isEmpty()) {
			throw ConflictException.state("acknowledge", id, read(id).state());
		}
		return read(id);
	}

	/**
	 * The job, if the caller may speak for the attempt that runs.
	 * @throws ConflictException if it is not active or somebody else holds it
	 */
	Job held(String operation, UUID id, @Nullable String worker) {
		Job job = read(id);
		if (job.state() != JobState.ACTIVE) {
			throw ConflictException.state(operation, id, job.state());
		}
		if (worker != null && !worker.isEmpty() && job.workerId() != null && !worker.equals(job.workerId())) {
			throw ConflictException.lease(operation, id, "worker '%s'".formatted(worker));
		}
		return job;
	}

	Job read(UUID id) {
		return this.store.reads().find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	static String holder(Job job) {
		return (job.workerId() != null) ? job.workerId() : "";
	}

}
