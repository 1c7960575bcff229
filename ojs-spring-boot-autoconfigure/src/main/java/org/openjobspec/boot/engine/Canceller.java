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
				throw ConflictException.state("cancel", id, this.store.reads().require(id).state());
			}
			return new Cancelled(this.store.reads().require(id), previous);
		});
	}

	/**
	 * Cancels a job unless it has ended, in the transaction of the caller.
	 * @return the state that it was in, or {@code null} if it has ended
	 */
	@Nullable JobState tryCancel(UUID id) {
		return tryCancel(id, true);
	}

	/**
	 * Cancels a job unless it has ended, or runs and is to be let run, in the transaction
	 * of the caller.
	 * @return the state that it was in, or {@code null} if it was not cancelled
	 */
	@Nullable JobState tryCancel(UUID id, boolean running) {
		while (true) {
			Optional<WaitingJobs.Ended> ended = this.store.waiting().cancel(id, running);
			if (ended.isPresent()) {
				announce(ended.get());
				this.workflows.settle(WorkflowSteps.Ended.of(List.of(ended.get()), WorkflowSteps.State.CANCELLED));
				return ended.get().previous();
			}
			// Neither table had it: it has ended, or it moved from the one to the other
			// while the statement ran.
			JobState state = this.store.reads().require(id).state();
			if (state.isTerminal() || (state == JobState.ACTIVE && !running)) {
				return null;
			}
		}
	}

	private void announce(WaitingJobs.Ended ended) {
		this.announcements.afterCommit(this.limiter::mayHaveChanged);
		if (ended.previous() == JobState.ACTIVE) {
			this.announcements.cancelled(ended.jobId());
		}
		this.announcements.events(() -> List.of(ended.event(JobEvent.CANCELLED, Map.of())));
	}

	Job activate(UUID id) {
		return this.store.transactions().write("activate", id, () -> {
			WaitingJobs.Available available = this.store.waiting()
				.activate(id)
				.orElseThrow(() -> ConflictException.state("activate", id, this.store.reads().require(id).state()));
			this.announcements.available(
					List.of(new Announcements.Available(available.queue(), available.priority(), available.seq())));
			if (available.limited() || this.limiter.limits(available.queue())) {
				this.announcements.afterCommit(this.limiter::changed);
			}
			this.announcements.events(() -> List.of(new JobEvent(JobEvent.ENQUEUED, available.availableAt(), id,
					available.type(), available.queue(), available.attempt(), Map.of())));
			return this.store.reads().require(id);
		});
	}

}
