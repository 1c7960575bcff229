package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.NewStep;
import org.openjobspec.boot.store.NewStep.Kind;
import org.openjobspec.boot.store.NewStep.Rule;

/**
 * Makes steps that wait for steps out of a composition. Every part has one step whose end
 * is its end: the job itself, or a join; so a group of ten thousand that follows another
 * has twenty thousand edges and not a hundred million.
 */
final class WorkflowPlan {

	private static final String ON_COMPLETE = "on_complete";

	private static final String ON_SUCCESS = "on_success";

	private static final String ON_FAILURE = "on_failure";

	private final Function<JobRequest, NewJob> jobs;

	private final List<Draft> drafts = new ArrayList<>();

	private int jobCount;

	private WorkflowPlan(Function<JobRequest, NewJob> jobs) {
		this.jobs = jobs;
	}

	/**
	 * A composition as steps.
	 *
	 * @param type what the workflow is
	 * @param steps the steps, in the order of their numbers
	 * @param last the step whose end is the workflow's
	 */
	record Plan(String type, List<NewStep> steps, int last) {
	}

	/**
	 * Plans a composition.
	 * @param root the composition
	 * @param jobs makes the job of a request
	 * @return the steps
	 * @throws InvalidRequestException if it is nested too deeply or has too many jobs
	 */
	static Plan of(Composition root, Function<JobRequest, NewJob> jobs) {
		WorkflowPlan plan = new WorkflowPlan(jobs);
		// One job by itself is a chain of one.
		Composition whole = (root instanceof Composition.Single) ? new Composition.Chain(List.of(root)) : root;
		int last = plan.root(whole);
		return new Plan(type(whole), plan.drafts.stream().map(Draft::toStep).toList(), last);
	}

	private static String type(Composition composition) {
		return composition.getClass().getSimpleName().toLowerCase(Locale.ROOT);
	}

	private int root(Composition root) {
		if (root instanceof Composition.Graph graph) {
			return graph(graph);
		}
		return (root instanceof Composition.Chain chain) ? chainSteps(chain, "", Place.ROOT)
				: add(root, "", Place.ROOT);
	}

	/**
	 * Where a part stands.
	 *
	 * @param depth how many parts it is in
	 * @param after the step that it waits for, or {@code null}
	 * @param previous the last step of what is before it in its chain, or in the chain
	 * around that
	 * @param position how many parts are before it in that chain
	 */
	private record Place(int depth, @Nullable Integer after, @Nullable Integer previous, int position) {

		static final Place ROOT = new Place(0, null, null, 0);

		Place inside() {
			if (this.depth >= Composition.MAX_DEPTH) {
				throw InvalidRequestException.field("steps",
						"The workflow is nested deeper than %d levels".formatted(Composition.MAX_DEPTH));
			}
			return new Place(this.depth + 1, this.after, this.previous, this.position);
		}

	}

	private int add(Composition part, String path, Place place) {
		if (part instanceof Composition.Single single) {
			Integer after = place.after();
			return job(single.job(), path, place, Rule.ALL_SUCCEEDED, (after != null) ? List.of(after) : List.of());
		}
		if (part instanceof Composition.Chain chain) {
			int last = chainSteps(chain, path + ".", place.inside());
			return join(Kind.LAST, path, "chain", place, List.of(last));
		}
		if (part instanceof Composition.Group group) {
			return join(Kind.LIST, path, "group", place, parts(group.jobs(), path, place));
		}
		if (part instanceof Composition.Batch batch) {
			return batch(batch, path, place);
		}
		throw new IllegalArgumentException("A graph cannot be a part of another composition");
	}

	private int chainSteps(Composition.Chain chain, String prefix, Place place) {
		Integer last = null;
		int index = 0;
		for (Composition step : chain.steps()) {
			Place at = (last == null) ? place : new Place(place.depth(), last, last, index);
			last = add(step, prefix + index, at);
			index++;
		}
		if (last == null) {
			throw new IllegalArgumentException("An empty chain");
		}
		return last;
	}

	private List<Integer> parts(List<Composition> parts, String path, Place place) {
		String prefix = path.isEmpty() ? "" : path + ".";
		Place inside = place.inside();
		List<Integer> ends = new ArrayList<>(parts.size());
		for (Composition part : parts) {
			ends.add(add(part, prefix + ends.size(), inside));
		}
		return ends;
	}

	private int batch(Composition.Batch batch, String path, Place place) {
		int jobs = join(Kind.LIST, null, "group", place, parts(batch.jobs(), path, place));
		String prefix = path.isEmpty() ? "" : path + ".";
		Place afterJobs = new Place(place.depth(), place.after(), jobs, NewStep.RESULT_ITSELF);
		List<Integer> callbacks = new ArrayList<>(3);
		callback(batch.onComplete(), prefix + ON_COMPLETE, afterJobs, Rule.ALL_DONE, jobs, callbacks);
		callback(batch.onSuccess(), prefix + ON_SUCCESS, afterJobs, Rule.ONLY_SUCCEEDED, jobs, callbacks);
		callback(batch.onFailure(), prefix + ON_FAILURE, afterJobs, Rule.ANY_FAILED, jobs, callbacks);
		return draft(new Draft(this.drafts.size(), Kind.BATCH, Rule.ALL_DONE, place.after(), place.previous(), jobs,
				callbacks, path, "batch", null));
	}

	private void callback(@Nullable JobRequest job, String path, Place place, Rule rule, int jobs,
			List<Integer> callbacks) {
		if (job != null) {
			callbacks.add(job(job, path, place, rule, List.of(jobs)));
		}
	}

	private int job(JobRequest request, String path, Place place, Rule rule, List<Integer> dependencies) {
		if (++this.jobCount > Composition.MAX_JOBS) {
			throw InvalidRequestException.field("steps",
					"The workflow has more than %,d jobs; split it".formatted(Composition.MAX_JOBS));
		}
		Integer gate = (rule != Rule.ALL_SUCCEEDED) ? place.after() : null;
		return draft(new Draft(this.drafts.size(), Kind.JOB, rule, gate, place.previous(), place.position(),
				dependencies, path, request.type(), this.jobs.apply(request)));
	}

	private int join(Kind kind, @Nullable String path, String type, Place place, List<Integer> dependencies) {
		return draft(new Draft(this.drafts.size(), kind, Rule.ALL_DONE, place.after(), place.previous(),
				place.position(), dependencies, path, type, null));
	}

	private int draft(Draft draft) {
		this.drafts.add(draft);
		draft.dependencies.forEach((dependency) -> this.drafts.get(dependency).dependents.add(draft.no));
		return draft.no;
	}

	private int graph(Composition.Graph graph) {
		Map<String, Integer> numbers = new HashMap<>();
		graph.nodes().forEach((node) -> numbers.put(node.id(), node(node, numbers)));
		// Its success is that of what nothing follows; callbacks answer for those before
		// them.
		List<Integer> sinks = this.drafts.stream()
			.filter((draft) -> draft.dependents.isEmpty())
			.map(Draft::no)
			.toList();
		return join(Kind.LIST, null, "graph", Place.ROOT, sinks);
	}

	private int node(Composition.Node node, Map<String, Integer> numbers) {
		List<Integer> dependencies = node.dependsOn().stream().map(numbers::get).toList();
		Rule rule = dependencies.isEmpty() ? Rule.ALL_SUCCEEDED : switch (node.id().replace('-', '_')) {
			case ON_COMPLETE -> Rule.ALL_DONE;
			case ON_SUCCESS -> Rule.ONLY_SUCCEEDED;
			case ON_FAILURE -> Rule.ANY_FAILED;
			default -> Rule.ALL_SUCCEEDED;
		};
		Place place = new Place(0, null, null, dependencies.isEmpty() ? 0 : NewStep.RESULTS_BY_NAME);
		return job(node.job(), node.id(), place, rule, dependencies);
	}

	private static final class Draft {

		private final int no;

		private final Kind kind;

		private final Rule rule;

		private final @Nullable Integer gate;

		private final @Nullable Integer previous;

		private final int position;

		private final List<Integer> dependencies;

		private final List<Integer> dependents = new ArrayList<>();

		private final @Nullable String path;

		private final String type;

		private final @Nullable NewJob job;

		Draft(int no, Kind kind, Rule rule, @Nullable Integer gate, @Nullable Integer previous, int position,
				List<Integer> dependencies, @Nullable String path, String type, @Nullable NewJob job) {
			this.no = no;
			this.kind = kind;
			this.rule = rule;
			this.gate = gate;
			this.previous = previous;
			this.position = position;
			this.dependencies = dependencies;
			this.path = path;
			this.type = type;
			this.job = job;
		}

		int no() {
			return this.no;
		}

		NewStep toStep() {
			return new NewStep(this.no, this.kind, this.rule, this.gate, this.previous, this.position,
					this.dependencies, List.copyOf(this.dependents), this.path, this.type, this.job);
		}

	}

}
