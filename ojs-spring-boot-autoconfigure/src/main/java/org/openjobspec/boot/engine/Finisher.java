package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Completions;
import org.openjobspec.boot.store.Completions.Acknowledgement;
import org.openjobspec.boot.store.Completions.Completed;
import org.openjobspec.boot.store.Completions.Locked;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WorkflowSteps;

/**
 * ACK (ojs-core 7.3).
 */
final class Finisher {

	private final Store store;

	private final Announcements announcements;

	private final Gathering<Acknowledgement, Optional<Job>> together = new Gathering<>(Acknowledgement::jobId,
			this::acknowledgeTogether,
			(acknowledgements, completed) -> announce(completed.stream().flatMap(Optional::stream).toList()));

	private final WorkflowAdvance workflows;

	private final Limiter limiter;

	Finisher(Store store, Announcements announcements, WorkflowAdvance workflows, Limiter limiter) {
		this.limiter = limiter;
		this.store = store;
		this.announcements = announcements;
		this.workflows = workflows;
	}

	Set<UUID> complete(List<Completion> completions) {
		if (completions.isEmpty()) {
			return Set.of();
		}
		List<Completions.Success> successes = completions.stream()
			.map(completion -> new Completions.Success(completion.jobId(), completion.worker(), completion.attempt(),
					completion.startedAt(), completion.result()))
			.toList();
		Object subject = (completions.size() == 1) ? completions.get(0).jobId() : completions.size() + " jobs";
		Set<UUID> ids = new HashSet<>();
		if (completions.stream().allMatch((completion) -> completion.workflowId() == null)) {
			note(this.store.transactions()
				.writeOnce("complete", subject, () -> this.store.completions().complete(successes, false)), ids);
			if (ids.size() == successes.size()) {
				return ids;
			}
		}
		// Not held any more, or steps of workflows: these are completed together with
		// what follows from it.
		List<Completions.Success> left = successes.stream().filter((one) -> !ids.contains(one.jobId())).toList();
		note(this.store.transactions().write("complete", subject, () -> completeSteps(left)), ids);
		return ids;
	}

	private List<Completed> completeSteps(List<Completions.Success> successes) {
		List<Completed> completed = this.store.completions().complete(successes, true);
		List<WorkflowSteps.Ended> steps = new ArrayList<>();
		for (Completed job : completed) {
			if (job.workflowId() != null) {
				steps.add(new WorkflowSteps.Ended(job.workflowId(), job.jobId(), WorkflowSteps.State.COMPLETED));
			}
		}
		this.workflows.settle(steps);
		return completed;
	}

	private void note(List<Completed> completed, Set<UUID> ids) {
		this.announcements.events(() -> completed.stream().map(Finisher::event).toList());
		completed.forEach((job) -> ids.add(job.jobId()));
		if (completed.stream().anyMatch(Completed::limited)) {
			this.announcements.afterCommit(this.limiter::changed);
		}
	}

	private static JobEvent event(Completed job) {
		return new JobEvent(JobEvent.COMPLETED, job.finishedAt(), job.jobId(), job.type(), job.queue(), job.attempt(),
				Map.of("duration_ms", job.duration().toMillis()));
	}

	Job acknowledge(UUID id, @Nullable String worker, @Nullable String result) {
		Acknowledgement acknowledgement = new Acknowledgement(id, (worker == null || worker.isEmpty()) ? null : worker,
				result);
		Optional<Job> completed = this.store.transactions().alone() ? this.together.submit(acknowledgement)
				: Optional.empty();
		return completed.or(() -> acknowledgeAlone(acknowledgement)).orElseThrow(() -> {
			Job job = held("acknowledge", id, worker);
			// It was claimed in between.
			return ConflictException.state("acknowledge", id, job.state());
		});
	}

	// A job that somebody's open transaction has locked is passed over: callers who know
	// nothing of it must not wait. Who reports it then waits alone.
	private List<Optional<Job>> acknowledgeTogether(List<Acknowledgement> acknowledgements) {
		Object subject = (acknowledgements.size() == 1) ? acknowledgements.get(0).jobId()
				: acknowledgements.size() + " jobs";
		Map<UUID, Job> completed = new HashMap<>();
		this.store.transactions()
			.writeOnce("acknowledge", subject,
					() -> this.store.completions().acknowledge(acknowledgements, Locked.SKIP))
			.forEach(job -> completed.put(job.id(), job));
		return acknowledgements.stream().map(one -> Optional.ofNullable(completed.get(one.jobId()))).toList();
	}

	private Optional<Job> acknowledgeAlone(Acknowledgement acknowledgement) {
		return this.store.transactions().write("acknowledge", acknowledgement.jobId(), () -> {
			List<Job> completed = this.store.completions().acknowledge(List.of(acknowledgement), Locked.AWAIT);
			announce(completed);
			completed.forEach(this::carryOn);
			return completed.stream().findFirst();
		});
	}

	private void carryOn(Job completed) {
		if (completed.workflowId() != null) {
			this.workflows.settle(List
				.of(new WorkflowSteps.Ended(completed.workflowId(), completed.id(), WorkflowSteps.State.COMPLETED)));
		}
	}

	private void announce(List<Job> completed) {
		this.announcements.afterCommit(this.limiter::mayHaveChanged);
		this.announcements.events(() -> completed.stream().map(Finisher::event).toList());
		this.announcements
			.attempts((listener) -> completed.forEach((job) -> listener.reported(job, true, duration(job))));
	}

	private static JobEvent event(Job job) {
		return new JobEvent(JobEvent.COMPLETED, Objects.requireNonNull(job.finishedAt()), job.id(), job.type(),
				job.queue(), job.attempt(), Map.of("duration_ms", duration(job).toMillis()));
	}

	private static Duration duration(Job completed) {
		Instant started = completed.startedAt();
		Instant finished = Objects.requireNonNull(completed.finishedAt());
		return (started != null) ? Duration.between(started, finished) : Duration.ZERO;
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
		return this.store.reads().require(id);
	}

	static String holder(Job job) {
		return (job.workerId() != null) ? job.workerId() : "";
	}

}
