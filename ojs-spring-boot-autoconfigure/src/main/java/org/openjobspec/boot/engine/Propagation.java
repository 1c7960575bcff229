package org.openjobspec.boot.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.boot.engine.WorkflowAdvance.Outcome;
import org.openjobspec.boot.store.NewStep.Kind;
import org.openjobspec.boot.store.WorkflowSteps;
import org.openjobspec.boot.store.WorkflowSteps.State;
import org.openjobspec.boot.store.WorkflowSteps.Step;

/**
 * What follows when a step ends that is no job, or does not succeed: joins end at once,
 * what cannot run any more is cancelled, and both may set others free. Decided in memory,
 * since it may go through all that is left of a long workflow.
 */
final class Propagation {

	private final Map<Integer, Node> waiting = new HashMap<>();

	private final Set<Integer> succeededGates = new HashSet<>();

	private final Outcome outcome;

	private final Deque<Node> free = new ArrayDeque<>();

	Propagation(WorkflowSteps steps, UUID workflow, Outcome outcome) {
		this.outcome = outcome;
		List<Step> rows = steps.waiting(workflow);
		Set<Integer> gates = new HashSet<>();
		for (Step row : rows) {
			this.waiting.put(row.no(), new Node(row));
			if (row.gate() != null) {
				gates.add(row.gate());
			}
		}
		gates.removeAll(this.waiting.keySet());
		if (!gates.isEmpty()) {
			this.succeededGates.addAll(steps.succeeded(workflow, gates));
		}
	}

	void run(List<Step> steps) {
		steps.forEach((step) -> free(step.no()));
		while (!this.free.isEmpty()) {
			Node node = this.free.remove();
			node.state = verdict(node);
			if (node.state != State.ENQUEUED) {
				countDown(node);
			}
		}
		this.waiting.values()
			.stream()
			.filter((node) -> node.touched)
			.forEach((node) -> this.outcome.change(node.step.no(), node.state, node.open, node.bad));
	}

	private void free(int no) {
		Node node = this.waiting.get(no);
		if (node != null) {
			node.touched = true;
			this.free.add(node);
		}
	}

	private void countDown(Node node) {
		for (int dependent : node.step.dependents()) {
			Node other = this.waiting.get(dependent);
			if (other != null) {
				other.touched = true;
				other.open--;
				other.bad += node.state.isBad() ? 1 : 0;
				if (other.open == 0) {
					this.free.add(other);
				}
			}
		}
	}

	private State verdict(Node node) {
		if (!isReached(node)) {
			return State.CANCELLED;
		}
		boolean good = node.bad == 0;
		if (node.step.kind() != Kind.JOB) {
			return good ? State.COMPLETED : State.FAILED;
		}
		return switch (node.step.rule()) {
			case ALL_SUCCEEDED -> good ? State.ENQUEUED : State.CANCELLED;
			case ONLY_SUCCEEDED -> good ? State.ENQUEUED : State.NOT_NEEDED;
			case ANY_FAILED -> good ? State.NOT_NEEDED : State.ENQUEUED;
			case ALL_DONE -> State.ENQUEUED;
		};
	}

	// A part whose turn never came has not failed: its callbacks must not run.
	private boolean isReached(Node node) {
		Integer gate = node.step.gate();
		if (gate == null) {
			return true;
		}
		Node waits = this.waiting.get(gate);
		return (waits != null) ? waits.state == State.COMPLETED : this.succeededGates.contains(gate);
	}

	private static final class Node {

		private final Step step;

		private State state;

		private int open;

		private int bad;

		private boolean touched;

		Node(Step step) {
			this.step = step;
			this.state = step.state();
			this.open = step.open();
			this.bad = step.bad();
		}

	}

}
