package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WorkflowSteps;
import org.openjobspec.boot.store.WorkflowSteps.Ended;
import org.openjobspec.boot.store.WorkflowSteps.Locked;
import org.openjobspec.boot.store.WorkflowSteps.State;
import org.openjobspec.boot.store.WorkflowSteps.Step;

/**
 * Carries workflows on in the transaction in which a job of theirs ends (ojs-workflows
 * 4.3 and 6.4): counts down what waits for it, enqueues what waits no longer, ends the
 * workflow. The lock of the workflow's row makes this one at a time, so that no step is
 * missed and none is enqueued twice.
 *
 * <p>
 * Everybody locks in this order: the row of the job, then that of its workflow.
 */
final class WorkflowAdvance {

	private final Store store;

	private final Intake intake;

	private final WorkflowEvents events;

	WorkflowAdvance(Store store, Intake intake, Announcements announcements) {
		this.store = store;
		this.intake = intake;
		this.events = new WorkflowEvents(store, announcements);
	}

	/**
	 * Carries on in the transaction of the caller.
	 * @param ended the steps' jobs that have ended in it
	 */
	void settle(Collection<Ended> ended) {
		if (ended.isEmpty()) {
			return;
		}
		WorkflowSteps steps = this.store.workflowSteps();
		Map<UUID, Locked> workflows = steps.lock(ended.stream().map(Ended::workflowId).distinct().toList());
		Map<UUID, List<Step>> moved = steps.settle(ended)
			.stream()
			.collect(Collectors.groupingBy(Step::workflowId, LinkedHashMap::new, Collectors.toList()));
		moved.forEach((id, changed) -> {
			Locked workflow = workflows.get(id);
			if (workflow != null) {
				carryOn(workflow, changed);
			}
		});
	}

	/**
	 * Locks workflows, so that they stay as they are until the transaction ends.
	 * @param workflows the workflows
	 * @return those that were cancelled: nothing more of them may start
	 */
	Set<UUID> lockCancelled(Collection<UUID> workflows) {
		return this.store.workflowSteps()
			.lock(workflows)
			.values()
			.stream()
			.filter((workflow) -> workflow.state() == WorkflowState.CANCELLED)
			.map(Locked::id)
			.collect(Collectors.toSet());
	}

	/**
	 * Which jobs are those of steps that have not ended; the caller holds the locks of
	 * their workflows.
	 * @param jobs the jobs
	 * @return those whose steps have not
	 */
	List<UUID> unended(Collection<UUID> jobs) {
		return this.store.workflowSteps().unended(jobs);
	}

	private void carryOn(Locked workflow, List<Step> changed) {
		List<Step> ended = changed.stream().filter(Step::ended).toList();
		this.events.stepsEnded(workflow, ended);
		if (workflow.state().isTerminal()) {
			// Cancelled: what ran then has now ended, and nothing follows.
			return;
		}
		List<Step> free = changed.stream().filter((step) -> !step.ended()).toList();
		Outcome outcome = new Outcome();
		ended.forEach((step) -> outcome.ended(step.no(), step.state()));
		if (!free.isEmpty()) {
			new Propagation(this.store.workflowSteps(), workflow.id(), outcome).run(free);
		}
		if (!outcome.changes.isEmpty()) {
			this.store.workflowSteps().write(workflow.id(), outcome.changes);
		}
		enqueue(workflow.id(), outcome.running);
		State last = outcome.state(workflow.last());
		if (last != null) {
			finish(workflow, last, ended.get(ended.size() - 1).jobId());
		}
	}

	private void enqueue(UUID workflow, List<Integer> running) {
		if (!running.isEmpty()) {
			this.intake.store(this.store.workflowSteps().jobs(workflow, running));
		}
	}

	private void finish(Locked workflow, State last, @Nullable UUID job) {
		WorkflowState state = last.isBad() ? WorkflowState.FAILED : WorkflowState.COMPLETED;
		Instant at = this.store.workflowSteps().finish(workflow.id(), state);
		this.events.finished(workflow, state, job, at);
	}

	/** What one transaction does to one workflow. */
	static final class Outcome {

		private final Map<Integer, State> ended = new LinkedHashMap<>();

		private final List<WorkflowSteps.Change> changes = new ArrayList<>();

		private final List<Integer> running = new ArrayList<>();

		void ended(int no, State state) {
			this.ended.put(no, state);
		}

		@Nullable State state(int no) {
			return this.ended.get(no);
		}

		void change(int no, State state, int open, int bad) {
			this.changes.add(new WorkflowSteps.Change(no, state, open, bad));
			if (state == State.ENQUEUED) {
				this.running.add(no);
			}
			else if (state != State.WAITING) {
				this.ended.put(no, state);
			}
		}

	}

}
