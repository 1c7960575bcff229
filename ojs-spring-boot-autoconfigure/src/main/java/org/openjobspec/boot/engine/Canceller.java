package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WaitingJobs;
import org.openjobspec.boot.store.WorkflowSteps;

/**
 * CANCEL and ACTIVATE (ojs-core 7.6 and 6.3).
 */
final class Canceller {

	private final Store store;

	private final Announcements announcements;

	private final WorkflowAdvance workflows;

	private final Limiter limiter;

	Canceller(Store store, Announcements announcements, WorkflowAdvance workflows, Limiter limiter) {
		this.limiter = limiter;
		this.store = store;
		this.announcements = announcements;
		this.workflows = workflows;
	}

	Cancelled cancel(UUID id) {
		return this.store.transactions().write("cancel", id, () -> {
			JobState previous = tryCancel(id);
			if (previous == null) {
				throw ConflictException.state("cancel", id, read(id).state());
			}
			return new Cancelled(read(id), previous);
		});
	}

	/**
	 * Cancels a job unless it has ended, in the transaction of the caller.
	 * @return the state that it was in, or {@code null} if it has ended
	 */
	@Nullable JobState tryCancel(UUID id) {
		while (true) {
			Optional<WaitingJobs.Ended> ended = this.store.waiting().cancel(id);
			if (ended.isPresent()) {
				announce(ended.get());
				carryOn(ended.get());
				return ended.get().previous();
			}
			// Neither table had it: it has ended, or it moved from the one to the other
			// while the statement ran.
			if (read(id).state().isTerminal()) {
				return null;
			}
		}
	}

	private void carryOn(WaitingJobs.Ended ended) {
		UUID workflow = ended.workflowId();
		if (workflow != null) {
			this.workflows
				.settle(List.of(new WorkflowSteps.Ended(workflow, ended.jobId(), WorkflowSteps.State.CANCELLED)));
		}
	}

	private Job read(UUID id) {
		return this.store.reads().find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	private void announce(WaitingJobs.Ended ended) {
		this.announcements.afterCommit(this.limiter::mayHaveChanged);
		if (ended.previous() == JobState.ACTIVE) {
			this.announcements.cancelled(ended.jobId());
		}
		this.announcements.events(() -> List.of(new JobEvent(JobEvent.CANCELLED, ended.endedAt(), ended.jobId(),
				ended.type(), ended.queue(), ended.attempt(), Map.of())));
	}

	Job activate(UUID id) {
		return this.store.transactions().write("activate", id, () -> {
			WaitingJobs.Available available = this.store.waiting()
				.activate(id)
				.orElseThrow(() -> ConflictException.state("activate", id, read(id).state()));
			this.announcements.available(
					List.of(new Announcements.Available(available.queue(), available.priority(), available.seq())));
			if (available.limited() || this.limiter.limits(available.queue())) {
				this.announcements.afterCommit(this.limiter::changed);
			}
			this.announcements.events(() -> List.of(new JobEvent(JobEvent.ENQUEUED, available.availableAt(), id,
					available.type(), available.queue(), available.attempt(), Map.of())));
			return read(id);
		});
	}

}
