package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.StepRow.State;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Row;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Told;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.WorkflowState;

/**
 * Compares workflows with their shapes: each is there once or not at all, and has run
 * what it had to, in its order, and nothing else. What the jobs themselves did is judged
 * job by job.
 */
final class WorkflowCheck {

	/** Clocks of one machine, read in milliseconds here and microseconds there. */
	private static final Duration TOLERANCE = Duration.ofMillis(20);

	private final WorkflowHistory workflow;

	private final Function<UUID, @Nullable History> jobs;

	private final List<Violation> violations = new ArrayList<>();

	private WorkflowCheck(WorkflowHistory workflow, Function<UUID, @Nullable History> jobs) {
		this.workflow = workflow;
		this.jobs = jobs;
	}

	/**
	 * Checks.
	 * @param workflow a workflow
	 * @param jobs the histories of jobs
	 * @return what was wrong
	 */
	static List<Violation> check(WorkflowHistory workflow, Function<UUID, @Nullable History> jobs) {
		WorkflowCheck check = new WorkflowCheck(workflow, jobs);
		check.check();
		return check.violations;
	}

	private void violated(Rule rule, String what) {
		this.violations.add(new Violation(rule, null, "Workflow %s: %s".formatted(this.workflow.token(), what),
				this.workflow.lines()));
	}

	private void check() {
		WorkflowPromise promise = this.workflow.promise();
		if (promise == null) {
			violated(Rule.PHANTOM, "nobody has asked for it");
			return;
		}
		if (promise.way() == Way.ROLLED_BACK) {
			requireNothing();
			return;
		}
		if (this.workflow.rows().isEmpty()) {
			requireUnanswered(promise);
			return;
		}
		if (this.workflow.rows().size() > 1) {
			violated(Rule.WORKFLOW, "it is there %d times".formatted(this.workflow.rows().size()));
		}
		if (promise.way() == Way.TRANSACTION && this.workflow.requests() != 1) {
			violated(Rule.TORN, "it is there, and %d rows of its transaction are".formatted(this.workflow.requests()));
		}
		Row row = this.workflow.rows().get(0);
		if (promise.acknowledgedAs() != null && !promise.acknowledgedAs().equals(row.id())) {
			violated(Rule.WORKFLOW,
					"it was acknowledged as %s and is %s".formatted(promise.acknowledgedAs(), row.id()));
		}
		requireEnd(promise.shape(), row);
		requireCounters(promise.shape(), row);
		requireParts(promise.shape(), row);
	}

	private void requireNothing() {
		if (!this.workflow.rows().isEmpty()) {
			violated(Rule.PHANTOM, "its transaction was rolled back, and it is there");
		}
		if (this.workflow.requests() != 0) {
			violated(Rule.TORN, "its transaction was rolled back, and the row beside it is there");
		}
	}

	private void requireUnanswered(WorkflowPromise promise) {
		if (promise.acknowledgedAs() != null) {
			violated(Rule.LOST, "it was acknowledged and is not there");
		}
		if (this.workflow.requests() != 0) {
			violated(Rule.TORN, "the row of its transaction is there, and it is not");
		}
	}

	private void requireEnd(Shape shape, Row row) {
		if (row.state() == WorkflowState.RUNNING) {
			violated(Rule.LOST, "it is still running although all work should be done");
		}
		else if (row.state() != shape.end()) {
			violated(Rule.WRONG_END, "it is %s and should be %s".formatted(row.state(), shape.end()));
		}
		requireOnce(row, JobEvent.WORKFLOW_STARTED, 1);
		requireOnce(row, JobEvent.WORKFLOW_COMPLETED, (row.state() == WorkflowState.COMPLETED) ? 1 : 0);
		requireOnce(row, JobEvent.WORKFLOW_FAILED, (row.state() == WorkflowState.FAILED) ? 1 : 0);
	}

	private void requireOnce(Row row, String type, int expected) {
		long told = row.events().stream().filter((event) -> event.type().equals(type)).count();
		if (told != expected) {
			violated(Rule.WORKFLOW, "%d events %s instead of %d".formatted(told, type, expected));
		}
	}

	private void requireCounters(Shape shape, Row row) {
		Map<Integer, StepRow> steps = row.steps().stream().collect(Collectors.toMap(StepRow::no, Function.identity()));
		long total = shape.parts().stream().filter((part) -> !part.callback()).count();
		if (row.total() != total) {
			violated(Rule.WORKFLOW, "it counts %d jobs and has %d".formatted(row.total(), total));
		}
		Map<String, StepRow> placed = placed(row);
		long open = shape.parts()
			.stream()
			.filter((part) -> !part.callback())
			.map((part) -> placed.get(part.path()))
			.filter((step) -> step != null && !step.state().ended())
			.count();
		if (row.open() != open) {
			violated(Rule.WORKFLOW, "it counts %d open jobs and has %d".formatted(row.open(), open));
		}
		for (StepRow step : row.steps()) {
			List<State> before = step.dependencies()
				.stream()
				.map(steps::get)
				.filter(Objects::nonNull)
				.map(StepRow::state)
				.toList();
			long waits = before.stream().filter((state) -> !state.ended()).count();
			long bad = before.stream().filter(State::bad).count();
			if (step.open() != waits || step.bad() != bad) {
				violated(Rule.WORKFLOW, "step %d counts %d open and %d bad steps before it, there are %d and %d"
					.formatted(step.no(), step.open(), step.bad(), waits, bad));
			}
		}
	}

	private static Map<String, StepRow> placed(Row row) {
		Map<String, StepRow> placed = new HashMap<>();
		row.steps().stream().filter((step) -> step.job() != null).forEach((step) -> placed.put(step.path(), step));
		return placed;
	}

	private void requireParts(Shape shape, Row row) {
		Map<String, StepRow> placed = placed(row);
		Map<String, State> ends = shape.ends();
		int stored = 0;
		for (Part part : shape.parts()) {
			StepRow step = placed.get(part.path());
			if (step == null || step.job() == null) {
				violated(Rule.WORKFLOW, "it has no step " + part.path());
				continue;
			}
			State expected = Objects.requireNonNull(ends.get(part.path()));
			if (step.state() != expected) {
				violated(Rule.WORKFLOW,
						"step %s is %s and should be %s".formatted(part.path(), step.state(), expected));
			}
			History job = this.jobs.apply(step.job());
			boolean runs = expected == State.COMPLETED || expected == State.FAILED;
			if (!runs) {
				requireNeverRun(part, job);
				continue;
			}
			stored++;
			if (job == null || job.row() == null) {
				violated(Rule.LOST, "the job %s of step %s is not there".formatted(step.job(), part.path()));
				continue;
			}
			requireAfter(part, job, placed);
			requireTold(part, step.job(), expected, row);
		}
		if (row.jobs() != stored || row.steps().stream().filter((step) -> step.job() != null).count() != ends.size()) {
			violated(Rule.WORKFLOW, "%d jobs belong to it, and %d should".formatted(row.jobs(), stored));
		}
	}

	private void requireNeverRun(Part part, @Nullable History job) {
		if (job != null && (job.row() != null || !job.events().isEmpty() || !job.runs().isEmpty())) {
			violated(Rule.WORKFLOW,
					"the turn of step %s never comes, and its job %s is there".formatted(part.path(), job.id()));
		}
	}

	// The job is stored in the transaction in which the last one before it ends, so that
	// its first event comes behind that end, and its first run all the more.
	private void requireAfter(Part part, History job, Map<String, StepRow> placed) {
		for (String path : part.after()) {
			StepRow step = placed.get(path);
			History before = (step != null && step.job() != null) ? this.jobs.apply(step.job()) : null;
			Event end = (before != null) ? before.end() : null;
			if (end == null) {
				violated(Rule.WORKFLOW, "step %s began, and step %s has not ended".formatted(part.path(), path));
				continue;
			}
			if (!job.events().isEmpty() && job.events().get(0).id() < end.id()) {
				violated(Rule.WORKFLOW, "step %s began with event %d, before step %s ended with event %d"
					.formatted(part.path(), job.events().get(0).id(), path, end.id()));
			}
			Instant earliest = end.at().minus(TOLERANCE);
			if (job.runs().stream().anyMatch((run) -> run.startedAt().isBefore(earliest))) {
				violated(Rule.WORKFLOW,
						"step %s ran before step %s ended at %s".formatted(part.path(), path, end.at()));
			}
		}
	}

	private void requireTold(Part part, UUID job, State expected, Row row) {
		long told = row.events()
			.stream()
			.filter((event) -> event.type().equals(JobEvent.WORKFLOW_STEP_COMPLETED) && job.equals(event.job()))
			.map(Told::id)
			.count();
		if (told != ((expected == State.COMPLETED) ? 1 : 0)) {
			violated(Rule.WORKFLOW, "the completion of step %s was told %d times".formatted(part.path(), told));
		}
	}

}
