package org.openjobspec.boot.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a workflow is made of (ojs-workflows 4 to 6 and 10). Chains, groups and batches
 * may contain each other up to {@link #MAX_DEPTH} deep; a graph stands alone. Empty
 * compositions are refused with an {@link InvalidRequestException}.
 */
public sealed interface Composition {

	/** How deep compositions may be nested. */
	int MAX_DEPTH = 20;

	/** How many jobs a workflow may have, callbacks included. */
	int MAX_JOBS = 20_000;

	/**
	 * One job.
	 *
	 * @param job the job; its delay counts from the moment at which its turn comes. It
	 * must not be unique, nor wait to be activated
	 */
	record Single(JobRequest job) implements Composition {

		/**
		 * Checks the job.
		 * @param job the job
		 * @throws InvalidRequestException if a step cannot be like that
		 */
		public Single {
			checkStep(job);
		}

	}

	/**
	 * One after the other; each gets the results of those before it. The first failure
	 * ends it.
	 *
	 * @param steps the steps in order, at least one
	 */
	record Chain(List<Composition> steps) implements Composition {

		/**
		 * Copies the steps.
		 * @param steps the steps in order
		 * @throws InvalidRequestException if there are none
		 */
		public Chain {
			steps = checked("steps", steps);
		}

	}

	/**
	 * All at once, each for itself. Has failed when all have ended and one of them did
	 * not succeed.
	 *
	 * @param jobs the jobs, at least one
	 */
	record Group(List<Composition> jobs) implements Composition {

		/**
		 * Copies the jobs.
		 * @param jobs the jobs
		 * @throws InvalidRequestException if there are none
		 */
		public Group {
			jobs = checked("jobs", jobs);
		}

	}

	/**
	 * A group with callbacks, each of which gets the results of all jobs. Has failed when
	 * a callback has failed.
	 *
	 * @param jobs the jobs, at least one
	 * @param onComplete runs when all jobs have ended; {@code null} for nothing
	 * @param onSuccess runs when all jobs have succeeded; {@code null} for nothing
	 * @param onFailure runs when all jobs have ended and one of them did not succeed;
	 * {@code null} for nothing
	 */
	record Batch(List<Composition> jobs, @Nullable JobRequest onComplete, @Nullable JobRequest onSuccess,
			@Nullable JobRequest onFailure) implements Composition {

		/**
		 * Copies the jobs.
		 * @param jobs the jobs
		 * @param onComplete runs when all jobs have ended
		 * @param onSuccess runs when all jobs have succeeded
		 * @param onFailure runs when all jobs have ended and one of them did not succeed
		 * @throws InvalidRequestException if there are none, or there is no callback
		 */
		public Batch {
			jobs = checked("jobs", jobs);
			if (onComplete == null && onSuccess == null && onFailure == null) {
				throw InvalidRequestException.field("callbacks",
						"a batch needs a callback: on_complete, on_success or on_failure; without any it is a group");
			}
			for (JobRequest callback : new @Nullable JobRequest[] { onComplete, onSuccess, onFailure }) {
				if (callback != null) {
					checkStep(callback);
				}
			}
		}

	}

	/**
	 * Jobs that name those which they depend on.
	 *
	 * @param nodes the jobs, at least one, with different ids and without a cycle; kept
	 * in an order in which each follows those that it depends on
	 */
	record Graph(List<Node> nodes) implements Composition {

		/**
		 * Copies the nodes.
		 * @param nodes the jobs
		 * @throws InvalidRequestException if there are none, one names another that is
		 * not there, or they depend on each other in a circle
		 */
		public Graph {
			nodes = List.copyOf(nodes);
			if (nodes.isEmpty()) {
				throw InvalidRequestException.field("steps", "steps must contain at least one step");
			}
			Set<String> ids = new HashSet<>();
			for (Node node : nodes) {
				if (!ids.add(node.id())) {
					throw InvalidRequestException.field("steps", "two steps have the id '%s'".formatted(node.id()));
				}
			}
			for (Node node : nodes) {
				for (String dependency : node.dependsOn()) {
					if (!ids.contains(dependency)) {
						throw InvalidRequestException.field("steps",
								"the step '%s' depends on '%s', which is not there".formatted(node.id(), dependency));
					}
				}
			}
			nodes = ordered(nodes);
		}

		// Kahn's algorithm; of those whose turn it is, the one that was given first.
		private static List<Node> ordered(List<Node> nodes) {
			Map<String, Integer> places = new HashMap<>();
			int[] open = new int[nodes.size()];
			PriorityQueue<Integer> turn = new PriorityQueue<>();
			Map<String, List<Integer>> dependents = new HashMap<>();
			for (int i = 0; i < nodes.size(); i++) {
				Node node = nodes.get(i);
				places.put(node.id(), i);
				open[i] = node.dependsOn().size();
				if (open[i] == 0) {
					turn.add(i);
				}
				for (String dependency : node.dependsOn()) {
					dependents.computeIfAbsent(dependency, (id) -> new ArrayList<>()).add(i);
				}
			}
			List<Node> ordered = new ArrayList<>(nodes.size());
			while (!turn.isEmpty()) {
				Node next = nodes.get(turn.remove());
				ordered.add(next);
				places.remove(next.id());
				for (int dependent : dependents.getOrDefault(next.id(), List.of())) {
					open[dependent]--;
					if (open[dependent] == 0) {
						turn.add(dependent);
					}
				}
			}
			if (!places.isEmpty()) {
				throw InvalidRequestException.field("steps", "these steps wait for each other in a circle: "
						+ places.keySet().stream().sorted().limit(20).toList());
			}
			return List.copyOf(ordered);
		}

	}

	/**
	 * A job of a graph. One whose id is {@code on_complete}, {@code on_success} or
	 * {@code on_failure}, also written with a hyphen, is a callback of those that it
	 * depends on, as the SDKs of Go, Java, Python and Rust send batches.
	 *
	 * @param id its name within the graph
	 * @param job the job
	 * @param dependsOn the ids of those that must succeed first
	 */
	record Node(String id, JobRequest job, List<String> dependsOn) {

		/**
		 * Checks the node.
		 * @param id its name within the graph
		 * @param job the job
		 * @param dependsOn the ids of those that must succeed first
		 * @throws InvalidRequestException if the id is empty or too long, or a step
		 * cannot be like that
		 */
		public Node {
			if (id.isEmpty() || id.length() > 255 || id.indexOf('\0') >= 0) {
				throw InvalidRequestException.field("steps",
						"the id of a step must have from 1 to 255 characters, and none that is U+0000");
			}
			checkStep(job);
			dependsOn = dependsOn.stream().distinct().toList();
		}

	}

	private static List<Composition> checked(String field, List<Composition> parts) {
		if (parts.isEmpty()) {
			throw InvalidRequestException.field(field, "%s must contain at least one job".formatted(field));
		}
		for (Composition part : parts) {
			if (part instanceof Graph) {
				throw InvalidRequestException.field(field,
						"%s must not contain steps with depends_on; use chains and groups within each other"
							.formatted(field));
			}
		}
		return List.copyOf(parts);
	}

	private static void checkStep(JobRequest job) {
		if (job.unique() != null) {
			throw InvalidRequestException.field("unique",
					"A job of a workflow cannot be unique (%s): a step that another job stands for would never end"
						.formatted(job.type()));
		}
		if (job.pending()) {
			throw InvalidRequestException.field("pending",
					"A job of a workflow cannot wait to be activated (%s): the workflow decides when its turn comes"
						.formatted(job.type()));
		}
		if (job.id() != null) {
			throw InvalidRequestException.field("id",
					"The id of a job of a workflow (%s) is made by the server".formatted(job.type()));
		}
	}

}
