package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.store.NewStep;
import org.openjobspec.boot.store.Workflows;

/**
 * Makes the tree that people see out of the steps that are stored.
 */
final class WorkflowView {

	private static final String GRAPH = "graph";

	private static final Set<StepState> WAITS = Set.of(StepState.WAITING, StepState.PENDING);

	private final Map<Integer, String> paths = new HashMap<>();

	private final Map<String, List<Workflows.Row>> byParent = new HashMap<>();

	private final boolean graph;

	private WorkflowView(List<Workflows.Row> rows, boolean graph) {
		this.graph = graph;
		for (Workflows.Row row : rows) {
			String path = row.path();
			if (path != null && !path.isEmpty()) {
				this.paths.put(row.no(), path);
				this.byParent.computeIfAbsent(graph ? "" : parent(path), (parent) -> new ArrayList<>()).add(row);
			}
		}
	}

	static Workflow of(Workflows.Entry entry, List<Workflows.Row> rows) {
		WorkflowView view = new WorkflowView(rows, GRAPH.equals(entry.type()));
		Instant started = rows.stream()
			.map(Workflows.Row::startedAt)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
		return new Workflow(entry.id(), entry.type(), entry.name(), entry.state(), entry.createdAt(), started,
				entry.finishedAt(), view.steps("", GRAPH.equals(entry.type()) || "chain".equals(entry.type())));
	}

	private static String parent(String path) {
		int dot = path.lastIndexOf('.');
		return (dot < 0) ? "" : path.substring(0, dot);
	}

	// The numbers follow the order of the composition, but a part comes behind what it
	// holds.
	private List<Workflow.Step> steps(String parent, boolean chain) {
		List<Workflows.Row> rows = new ArrayList<>(this.byParent.getOrDefault(parent, List.of()));
		List<Workflow.Step> steps = new ArrayList<>(rows.size());
		String before = null;
		for (Workflows.Row row : rows) {
			String path = Objects.requireNonNull(row.path());
			steps.add(step(row, path, dependsOn(row, chain ? before : null)));
			before = path;
		}
		return steps;
	}

	private List<String> dependsOn(Workflows.Row row, @Nullable String before) {
		if (this.graph) {
			return row.dependencies().stream().map(this.paths::get).filter(Objects::nonNull).toList();
		}
		return (before != null) ? List.of(before) : List.of();
	}

	private Workflow.Step step(Workflows.Row row, String path, List<String> dependsOn) {
		List<Workflow.Step> within = (row.kind() == NewStep.Kind.JOB) ? List.of()
				: steps(path, row.kind() == NewStep.Kind.LAST);
		return new Workflow.Step(path, row.type(), state(row, within), row.jobId(),
				row.kind() == NewStep.Kind.JOB && row.rule() != NewStep.Rule.ALL_SUCCEEDED, dependsOn, row.startedAt(),
				row.finishedAt(), row.result(), row.failure(), within);
	}

	// What is stored of a part knows only of its end.
	private static StepState state(Workflows.Row row, List<Workflow.Step> within) {
		if (row.state() != StepState.WAITING || within.isEmpty()
				|| within.stream().allMatch((step) -> step.state() == StepState.WAITING)) {
			return row.state();
		}
		return within.stream().allMatch((step) -> WAITS.contains(step.state())) ? StepState.PENDING : StepState.ACTIVE;
	}

}
