package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
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
		workflows.settle(this.failed);
		for (Job job : this.retried) {
			// It was running when its workflow was cancelled, which let it go on, but it
			// must not begin again.
			if (job.workflowId() != null && workflows.isCancelled(job.workflowId())) {
				canceller.tryCancel(job.id());
			}
		}
	}

}
