package org.openjobspec.benchmarks.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.benchmarks.faults.StepRow.State;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Row;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Told;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.WorkflowState;

/**
 * A workflow that went as it should, to be spoilt by hand.
 */
final class WorkflowStory {

	private final Shape shape;

	private final UUID id = Ids.next();

	private final List<StepRow> steps = new ArrayList<>();

	private final Map<UUID, History> jobs = new HashMap<>();

	private final List<Told> told = new ArrayList<>();

	private WorkflowPromise promise;

	private boolean known = true;

	private int copies = 1;

	private WorkflowState state;

	private int openCount;

	private int stored;

	private int requests;

	private WorkflowStory(Shape shape) {
		this.shape = shape;
		this.state = shape.end();
		this.promise = new WorkflowPromise(UUID.randomUUID(), shape, Way.HTTP, Story.at(0), this.id);
		this.told.add(new Told(1, JobEvent.WORKFLOW_STARTED, null));
		Map<String, State> ends = shape.ends();
		Map<String, Integer> numbers = new HashMap<>();
		for (Part part : shape.parts()) {
			int no = this.steps.size();
			UUID job = Ids.next();
			State end = State.valueOf(String.valueOf(ends.get(part.path())));
			numbers.put(part.path(), no);
			List<Integer> before = part.after().stream().map(numbers::get).toList();
			int bad = (int) before.stream().filter((other) -> this.steps.get(other).state().bad()).count();
			this.steps.add(new StepRow(no, job, part.path(), end, 0, bad, before));
			if (end == State.COMPLETED || end == State.FAILED) {
				this.stored++;
				this.jobs.put(job, run(job, part, no, end == State.COMPLETED));
			}
			if (end == State.COMPLETED) {
				this.told.add(new Told(10L * no + 5, JobEvent.WORKFLOW_STEP_COMPLETED, job));
			}
		}
		this.told.add(new Told(1000,
				(this.state == WorkflowState.COMPLETED) ? JobEvent.WORKFLOW_COMPLETED : JobEvent.WORKFLOW_FAILED,
				null));
	}

	static WorkflowStory of(Shape shape) {
		return new WorkflowStory(shape);
	}

	// One step after the other, a second each, which fits every shape.
	private static History run(UUID job, Part part, int no, boolean good) {
		Promise promise = new Promise(job, part.kind(), 0, 0, Way.STEP, Story.at(0), Story.at(0));
		List<Event> events = List.of(event(10L * no + 2, no, JobEvent.ENQUEUED, 0),
				event(10L * no + 3, no + 0.1, JobEvent.STARTED, 1),
				event(10L * no + 4, no + 0.5, good ? JobEvent.COMPLETED : JobEvent.DISCARDED, 1));
		return new History(job, promise,
				new JobRow(good ? JobState.COMPLETED : JobState.DISCARDED, 1, "a", Story.at(no + 0.5)), events,
				List.of(new Run(1, "a", "node-1", Story.at(no + 0.2), Story.at(no + 0.4),
						good ? Result.RETURNED : Result.FAILED)),
				0, 0);
	}

	private static Event event(long id, double seconds, String type, int attempt) {
		return new Event(id, Story.at(seconds), type, attempt, "a", null, null);
	}

	WorkflowStory way(Way way) {
		this.promise = new WorkflowPromise(this.promise.token(), this.shape, way, Story.at(0),
				(way == Way.ROLLED_BACK) ? null : this.id);
		return this;
	}

	WorkflowStory unanswered() {
		this.promise = new WorkflowPromise(this.promise.token(), this.shape, this.promise.way(), Story.at(0), null);
		return this;
	}

	WorkflowStory unknown() {
		this.known = false;
		return this;
	}

	WorkflowStory there(int times) {
		this.copies = times;
		return this;
	}

	WorkflowStory requests(int count) {
		this.requests = count;
		return this;
	}

	WorkflowStory state(WorkflowState other) {
		this.state = other;
		return this;
	}

	WorkflowStory open(int count) {
		this.openCount = count;
		return this;
	}

	WorkflowStory storedToo(int count) {
		this.stored += count;
		return this;
	}

	private int number(String path) {
		for (StepRow step : this.steps) {
			if (path.equals(step.path())) {
				return step.no();
			}
		}
		throw new IllegalArgumentException(path);
	}

	private UUID job(String path) {
		UUID job = this.steps.get(number(path)).job();
		if (job == null) {
			throw new IllegalArgumentException(path);
		}
		return job;
	}

	WorkflowStory step(String path, UnaryOperator<StepRow> change) {
		int no = number(path);
		this.steps.set(no, change.apply(this.steps.get(no)));
		return this;
	}

	WorkflowStory withoutJob(String path) {
		this.jobs.remove(job(path));
		return this;
	}

	/** The job of a step began and ran with this number and at this time. */
	WorkflowStory began(String path, long event, double seconds) {
		UUID job = job(path);
		History old = this.jobs.get(job);
		List<Event> events = List.of(event(event, seconds, JobEvent.ENQUEUED, 0),
				event(event + 1, seconds + 0.1, JobEvent.STARTED, 1),
				event(event + 2, seconds + 0.5, JobEvent.COMPLETED, 1));
		this.jobs.put(job, new History(job, (old != null) ? old.promise() : null,
				new JobRow(JobState.COMPLETED, 1, "a", Story.at(seconds + 0.5)), events,
				List.of(new Run(1, "a", "node-1", Story.at(seconds + 0.2), Story.at(seconds + 0.4), Result.RETURNED)),
				0, 0));
		return this;
	}

	WorkflowStory toldAgain(String type, @Nullable String path) {
		this.told.add(new Told(2000, type, (path != null) ? job(path) : null));
		return this;
	}

	WorkflowStory untold(String type) {
		this.told.removeIf((event) -> event.type().equals(type));
		return this;
	}

	List<Rule> rules() {
		int total = (int) this.shape.parts().stream().filter((part) -> !part.callback()).count();
		List<Row> rows = new ArrayList<>();
		for (int i = 0; i < this.copies; i++) {
			rows.add(new Row(this.id, this.state, total, this.openCount, this.stored, this.steps, this.told));
		}
		WorkflowHistory history = new WorkflowHistory(this.promise.token().toString(), this.known ? this.promise : null,
				rows, this.requests);
		return WorkflowCheck.check(history, this.jobs::get).stream().map(Violation::rule).distinct().toList();
	}

}
