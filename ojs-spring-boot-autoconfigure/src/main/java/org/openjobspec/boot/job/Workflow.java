package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A workflow as it stood when it was read (ojs-workflows 3 and 11.2). All times are the
 * database's.
 *
 * @param id UUIDv7
 * @param type {@code chain}, {@code group}, {@code batch} or {@code graph}
 * @param name the name for people; {@code null} if it has none
 * @param state where it stands
 * @param createdAt when it was created
 * @param startedAt when the first of its jobs started; {@code null} while none has
 * @param finishedAt when it ended; {@code null} while it has not
 * @param steps its steps in order, callbacks behind them
 */
public record Workflow(UUID id, String type, @Nullable String name, WorkflowState state, Instant createdAt,
		@Nullable Instant startedAt, @Nullable Instant finishedAt, List<Step> steps) {

	/**
	 * A step, which is a job or a workflow within the workflow.
	 *
	 * @param id its place, such as {@code 1.0} for the first job of the second step, or
	 * {@code on_success}; of a graph, the id that was given
	 * @param type the job's type; {@code chain}, {@code group} or {@code batch} for a
	 * workflow within the workflow
	 * @param state where it stands
	 * @param jobId the job; {@code null} while it is not enqueued, or if it never was
	 * @param callback whether it is a callback
	 * @param dependsOn the ids of the steps that it waits for
	 * @param startedAt when its latest attempt started
	 * @param finishedAt when it ended
	 * @param result what its handler returned, JSON text
	 * @param error why it failed
	 * @param steps the steps within it
	 */
	public record Step(String id, String type, StepState state, @Nullable UUID jobId, boolean callback,
			List<String> dependsOn, @Nullable Instant startedAt, @Nullable Instant finishedAt, @Nullable String result,
			@Nullable JobFailure error, List<Step> steps) {
	}

	/**
	 * How many steps there are on the outermost level, callbacks not counted.
	 * @return the number
	 */
	public int stepsTotal() {
		return (int) this.steps.stream().filter((step) -> !step.callback()).count();
	}

	/**
	 * How many steps of the outermost level have succeeded, callbacks not counted.
	 * @return the number
	 */
	public int stepsCompleted() {
		return (int) this.steps.stream()
			.filter((step) -> !step.callback() && step.state() == StepState.COMPLETED)
			.count();
	}

	/**
	 * How many jobs there are on all levels in one of the states, callbacks not counted.
	 * @param states the states; none for any
	 * @return the number
	 */
	public int jobs(StepState... states) {
		return jobs(this.steps, List.of(states));
	}

	private static int jobs(List<Step> steps, List<StepState> states) {
		int jobs = 0;
		for (Step step : steps) {
			if (!step.steps().isEmpty()) {
				jobs += jobs(step.steps(), states);
			}
			else if (!step.callback() && (states.isEmpty() || states.contains(step.state()))) {
				jobs++;
			}
		}
		return jobs;
	}

}
