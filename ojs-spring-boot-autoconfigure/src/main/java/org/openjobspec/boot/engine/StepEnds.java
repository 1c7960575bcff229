package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.store.WorkflowSteps;

/**
 * Steps of workflows whose attempts one transaction has ended. Their workflows are locked
 * only when all rows of jobs are: a completion locks in that order, and would otherwise
 * wait for us while we wait for it.
 */
final class StepEnds {

	private final List<WorkflowSteps.Ended> failed = new ArrayList<>();

	private final List<Job> retried = new ArrayList<>();

	/**
	 * Notes the end of an attempt; of a job that is no step, nothing.
	 * @param job the job
	 * @param again whether another attempt follows
	 */
	void add(Job job, boolean again) {
		UUID workflow = job.workflowId();
		if (workflow != null) {
			if (again) {
				this.retried.add(job);
			}
			else {
				this.failed.add(new WorkflowSteps.Ended(workflow, job.id(), WorkflowSteps.State.FAILED));
			}
		}
	}

	/**
	 * Carries the workflows on.
	 * @param workflows carries on
	 * @param canceller cancels
	 */
	void settle(WorkflowAdvance workflows, Canceller canceller) {
		Set<UUID> cancelled = this.retried.isEmpty() ? Set.of() : workflows.lockCancelled(workflowIds());
		workflows.settle(this.failed);
		// They were running when their workflow was cancelled, which let them go on, but
		// they must not begin again. What an operator has revived since its step ended
		// runs on its own.
		List<UUID> again = this.retried.stream()
			.filter((job) -> job.workflowId() != null && cancelled.contains(job.workflowId()))
			.map(Job::id)
			.toList();
		if (!again.isEmpty()) {
			workflows.unended(again).forEach(canceller::tryCancel);
		}
	}

	// All at once, and so in the one order in which everybody locks them.
	private Set<UUID> workflowIds() {
		Set<UUID> ids = new HashSet<>();
		this.failed.forEach((step) -> ids.add(step.workflowId()));
		for (Job job : this.retried) {
			UUID workflow = job.workflowId();
			if (workflow != null) {
				ids.add(workflow);
			}
		}
		return ids;
	}

}
