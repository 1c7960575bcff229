package org.openjobspec.benchmarks.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.openjobspec.benchmarks.faults.Part.When;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsStep;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.client.OjsWorkflow;

/**
 * What a workflow of the load is made of, written in three ways: as the HTTP API takes
 * it, as the template does, and as the checker expects it, who does not ask the library
 * what waits for what.
 */
sealed interface Form {

	/** Writes it as a part of a request. */
	Map<String, Object> wire();

	/** Makes a part of a workflow of it. */
	OjsStep step(OjsTemplate template, Function<Kind, OjsRequest> jobs);

	/**
	 * Lists its jobs.
	 * @param path its place
	 * @param after the places of what must have ended before
	 * @param parts where to add them
	 * @return the places of those by whose end it ends
	 */
	List<String> list(String path, List<String> after, List<Part> parts);

	private static String within(String path, String name) {
		return path.isEmpty() ? name : path + "." + name;
	}

	/**
	 * One job.
	 *
	 * @param kind what it does
	 */
	record Job(Kind kind) implements Form {

		@Override
		public Map<String, Object> wire() {
			return this.kind.step().anonymousWire();
		}

		@Override
		public OjsStep step(OjsTemplate template, Function<Kind, OjsRequest> jobs) {
			return jobs.apply(this.kind);
		}

		@Override
		public List<String> list(String path, List<String> after, List<Part> parts) {
			parts.add(new Part(path, this.kind, after, When.SUCCEEDED, false));
			return List.of(path);
		}

	}

	/**
	 * One after the other.
	 *
	 * @param steps the steps
	 */
	record Chain(List<Form> steps) implements Form {

		@Override
		public Map<String, Object> wire() {
			return Map.of("type", "chain", "steps", this.steps.stream().map(Form::wire).toList());
		}

		@Override
		public OjsWorkflow step(OjsTemplate template, Function<Kind, OjsRequest> jobs) {
			return template.chain(this.steps.stream().map((step) -> step.step(template, jobs)).toArray(OjsStep[]::new));
		}

		@Override
		public List<String> list(String path, List<String> after, List<Part> parts) {
			List<String> ends = after;
			for (int i = 0; i < this.steps.size(); i++) {
				ends = this.steps.get(i).list(within(path, Integer.toString(i)), ends, parts);
			}
			return ends;
		}

	}

	/**
	 * All at once, and callbacks when they have ended.
	 *
	 * @param jobs the jobs
	 * @param callbacks the callbacks
	 */
	record Group(List<Form> jobs, Map<When, Kind> callbacks) implements Form {

		@Override
		public Map<String, Object> wire() {
			Map<String, Object> wire = new LinkedHashMap<>();
			wire.put("type", this.callbacks.isEmpty() ? "group" : "batch");
			wire.put("jobs", this.jobs.stream().map(Form::wire).toList());
			if (!this.callbacks.isEmpty()) {
				Map<String, Object> callbacks = new LinkedHashMap<>();
				this.callbacks.forEach((when, kind) -> callbacks.put(when.callback(), kind.step().anonymousWire()));
				wire.put("callbacks", callbacks);
			}
			return wire;
		}

		@Override
		public OjsWorkflow step(OjsTemplate template, Function<Kind, OjsRequest> jobs) {
			OjsWorkflow group = template
				.group(this.jobs.stream().map((job) -> job.step(template, jobs)).toArray(OjsStep[]::new));
			this.callbacks.forEach((when, kind) -> {
				switch (when) {
					case ENDED -> group.onComplete(jobs.apply(kind));
					case SUCCEEDED -> group.onSuccess(jobs.apply(kind));
					case FAILED -> group.onFailure(jobs.apply(kind));
				}
			});
			return group;
		}

		@Override
		public List<String> list(String path, List<String> after, List<Part> parts) {
			List<String> ends = new ArrayList<>();
			for (int i = 0; i < this.jobs.size(); i++) {
				ends.addAll(this.jobs.get(i).list(within(path, Integer.toString(i)), after, parts));
			}
			List<String> last = new ArrayList<>();
			this.callbacks.forEach((when, kind) -> {
				String place = within(path, when.callback());
				parts.add(new Part(place, kind, List.copyOf(ends), when, true));
				last.add(place);
			});
			return last.isEmpty() ? List.copyOf(ends) : last;
		}

	}

	/**
	 * Jobs that name what they wait for.
	 *
	 * @param nodes the jobs, each behind those that it waits for
	 */
	record Graph(List<Node> nodes) implements Form {

		@Override
		public Map<String, Object> wire() {
			List<Map<String, Object>> steps = new ArrayList<>();
			for (Node node : this.nodes) {
				Map<String, Object> step = node.kind().step().anonymousWire();
				step.put("id", node.id());
				step.put("depends_on", node.after());
				steps.add(step);
			}
			return Map.of("steps", steps);
		}

		@Override
		public OjsStep step(OjsTemplate template, Function<Kind, OjsRequest> jobs) {
			throw new IllegalStateException("A graph is no part of anything");
		}

		@Override
		public List<String> list(String path, List<String> after, List<Part> parts) {
			this.nodes
				.forEach((node) -> parts.add(new Part(node.id(), node.kind(), node.after(), When.SUCCEEDED, false)));
			return List.of();
		}

	}

	/**
	 * A job of a graph.
	 *
	 * @param id its name
	 * @param kind what it does
	 * @param after what it waits for
	 */
	record Node(String id, Kind kind, List<String> after) {
	}

}
