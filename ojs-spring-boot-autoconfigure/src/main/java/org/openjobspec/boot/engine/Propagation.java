package org.openjobspec.boot.engine;

import java.util.ArrayList;
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
 * in rounds, of which each reads what the ends of the one before concern.
 */
final class Propagation {

	/**
	 * What goes on for longer reads all that waits, once: the first failure of a chain of
	 * thousands would otherwise ask for each of them by itself, whereas the end of one of
	 * a thousand chains in a group concerns but the group.
	 */
	private static final int ROUNDS = 3;

	private final WorkflowSteps steps;

	private final UUID workflow;

	private final Outcome outcome;

	private final Map<Integer, Node> known = new HashMap<>();

	private final Map<Integer, Boolean> succeeded = new HashMap<>();

	private boolean readAll;

	Propagation(WorkflowSteps steps, UUID workflow, Outcome outcome) {
		this.steps = steps;
		this.workflow = workflow;
		this.outcome = outcome;
	}

	/**
	 * Decides what becomes of steps that wait for nothing any more, and of all that
	 * follows from it.
	 * @param free the steps
	 */
	void run(List<Step> free) {
		free.forEach(this::know);
		List<Node> turn = List.copyOf(this.known.values());
		for (int round = 1; !turn.isEmpty(); round++) {
			turn = end(turn, round);
		}
		this.known.values()
			.stream()
			.filter((node) -> node.touched)
			.forEach((node) -> this.outcome.change(node.step.no(), node.state, node.open, node.bad));
	}

	private void know(Step step) {
		this.known.putIfAbsent(step.no(), new Node(step));
	}

	private List<Node> end(List<Node> turn, int round) {
		readGates(turn);
		List<Node> ended = new ArrayList<>();
		for (Node node : turn) {
			node.touched = true;
			node.state = verdict(node);
			if (node.state != State.ENQUEUED) {
				this.succeeded.put(node.step.no(), node.state == State.COMPLETED);
				ended.add(node);
			}
		}
		readDependents(ended, round);
		List<Node> free = new ArrayList<>();
		ended.forEach((node) -> countDown(node, free));
		return free;
	}

	private void readGates(List<Node> turn) {
		Set<Integer> unknown = new HashSet<>();
		for (Node node : turn) {
			Integer gate = node.step.gate();
			if (gate != null && !this.succeeded.containsKey(gate)) {
				unknown.add(gate);
			}
		}
		if (!unknown.isEmpty()) {
			unknown.forEach((gate) -> this.succeeded.put(gate, false));
			this.steps.succeeded(this.workflow, unknown).forEach((gate) -> this.succeeded.put(gate, true));
		}
	}

	private void readDependents(List<Node> ended, int round) {
		Set<Integer> unknown = new HashSet<>();
		for (Node node : ended) {
			for (Integer dependent : node.step.dependents()) {
				if (!this.known.containsKey(dependent)) {
					unknown.add(dependent);
				}
			}
		}
		if (unknown.isEmpty() || this.readAll) {
			return;
		}
		this.readAll = round > ROUNDS;
		List<Step> read = this.readAll ? this.steps.waiting(this.workflow) : this.steps.waiting(this.workflow, unknown);
		read.forEach(this::know);
	}

	private void countDown(Node node, List<Node> free) {
		for (Integer dependent : node.step.dependents()) {
			Node other = this.known.get(dependent);
			if (other != null) {
				other.touched = true;
				other.open--;
				other.bad += node.state.isBad() ? 1 : 0;
				if (other.open == 0) {
					free.add(other);
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

	// A part whose turn never came has not failed: its callbacks must not run. What waits
	// for nothing any more has a gate that has ended, since the part began behind it.
	private boolean isReached(Node node) {
		Integer gate = node.step.gate();
		return gate == null || Boolean.TRUE.equals(this.succeeded.get(gate));
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
