package org.openjobspec.benchmarks.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import org.openjobspec.benchmarks.faults.Form.Chain;
import org.openjobspec.benchmarks.faults.Form.Graph;
import org.openjobspec.benchmarks.faults.Form.Group;
import org.openjobspec.benchmarks.faults.Form.Job;
import org.openjobspec.benchmarks.faults.Form.Node;
import org.openjobspec.benchmarks.faults.Part.When;
import org.openjobspec.boot.client.OjsGraph;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.client.OjsWorkflow;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;

/**
 * The workflows of the load.
 */
enum Shape {

	/** Handlers, a remote worker, and a completion in the handler's own transaction. */
	CHAIN(chain(Kind.SLOW, Kind.REMOTE, Kind.EFFECT), WorkflowState.COMPLETED),

	/** Ends with the failure of its second step. */
	BROKEN_CHAIN(chain(Kind.PLAIN, Kind.DOOMED, Kind.PLAIN), WorkflowState.FAILED),

	/** Jobs that end at about the same time, on any node. */
	BATCH(group(callbacks(), Kind.PLAIN, Kind.PLAIN, Kind.FLAKY, Kind.REMOTE, Kind.EFFECT), WorkflowState.COMPLETED),

	/** A batch of which one job fails; its callbacks make up for that. */
	FAILING_BATCH(group(callbacks(), Kind.PLAIN, Kind.SLOW, Kind.DOOMED, Kind.PLAIN, Kind.EFFECT),
			WorkflowState.COMPLETED),

	/** A group between two steps. */
	NESTED(new Chain(
			List.of(new Job(Kind.PLAIN), group(Map.of(), Kind.SLOW, Kind.PLAIN, Kind.REMOTE), new Job(Kind.EFFECT))),
			WorkflowState.COMPLETED),

	/** Two ways from one job to another. */
	GRAPH(new Graph(List.of(new Node("extract", Kind.PLAIN, List.of()),
			new Node("left", Kind.REMOTE, List.of("extract")), new Node("right", Kind.SLOW, List.of("extract")),
			new Node("load", Kind.EFFECT, List.of("left", "right")))), WorkflowState.COMPLETED),

	/** One of two ways fails. */
	BROKEN_GRAPH(new Graph(List.of(new Node("extract", Kind.PLAIN, List.of()),
			new Node("left", Kind.DOOMED, List.of("extract")), new Node("right", Kind.SLOW, List.of("extract")),
			new Node("load", Kind.PLAIN, List.of("left", "right")))), WorkflowState.FAILED);

	@SuppressWarnings("ImmutableEnumChecker") // records of lists that nobody changes
	private final Form form;

	private final WorkflowState end;

	Shape(Form form, WorkflowState end) {
		this.form = form;
		this.end = end;
	}

	private static Form chain(Kind... steps) {
		return new Chain(jobs(steps));
	}

	private static Form group(Map<When, Kind> callbacks, Kind... jobs) {
		return new Group(jobs(jobs), callbacks);
	}

	private static List<Form> jobs(Kind... kinds) {
		return Stream.of(kinds).map((kind) -> (Form) new Job(kind)).toList();
	}

	private static Map<When, Kind> callbacks() {
		Map<When, Kind> callbacks = new LinkedHashMap<>();
		callbacks.put(When.ENDED, Kind.PLAIN);
		callbacks.put(When.SUCCEEDED, Kind.PLAIN);
		callbacks.put(When.FAILED, Kind.PLAIN);
		return callbacks;
	}

	/** The state that it has to end in. */
	WorkflowState end() {
		return this.end;
	}

	/** Its jobs, each behind those that it waits for. */
	List<Part> parts() {
		List<Part> parts = new ArrayList<>();
		this.form.list("", List.of(), parts);
		return parts;
	}

	/** What has to become of each of its jobs, by their places. */
	Map<String, StepRow.State> ends() {
		Map<String, StepRow.State> ends = new HashMap<>();
		parts().forEach((part) -> ends.put(part.path(), part.end(ends)));
		return ends;
	}

	/** The request as the HTTP API takes it. */
	Map<String, Object> wire(UUID token) {
		Map<String, Object> wire = new LinkedHashMap<>(this.form.wire());
		wire.put("name", token.toString());
		return wire;
	}

	/** Starts it as an application does. */
	Workflow start(UUID token, OjsTemplate template, Function<Kind, OjsRequest> jobs) {
		if (this.form instanceof Graph graph) {
			OjsGraph started = template.graph().name(token.toString());
			graph.nodes()
				.forEach((node) -> started.step(node.id(), jobs.apply(node.kind()),
						node.after().toArray(String[]::new)));
			return started.start();
		}
		return ((OjsWorkflow) this.form.step(template, jobs)).name(token.toString()).start();
	}

}
