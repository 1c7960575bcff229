package org.openjobspec.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.WorkflowState;

/**
 * All that is known of one workflow beyond the histories of its jobs.
 *
 * @param token its name
 * @param promise what its producer knows; {@code null} if no producer does
 * @param rows the workflows of that name
 * @param requests how many rows were written beside its creation
 */
record WorkflowHistory(String token, @Nullable WorkflowPromise promise, List<Row> rows, int requests) {

	/** For whoever has to understand it. */
	List<String> lines() {
		List<String> lines = new ArrayList<>();
		lines.add("asked for " + this.promise);
		for (Row row : this.rows) {
			lines.add("row       %s is %s: %d of %d jobs open, %d jobs stored".formatted(row.id(), row.state(),
					row.open(), row.total(), row.jobs()));
			row.steps().forEach((step) -> lines.add("step      " + step));
			row.events().forEach((event) -> lines.add("event     " + event));
		}
		lines.add("beside it %d rows of its transaction".formatted(this.requests));
		return lines;
	}

	/**
	 * A row of {@code ojs.workflow} with its steps.
	 *
	 * @param id its id
	 * @param state where it stands
	 * @param total how many jobs it has, callbacks not counted, as the row says
	 * @param open how many of these have not ended, as the row says
	 * @param jobs how many rows of {@code ojs.job} name it
	 * @param steps its steps
	 * @param events its events in their order
	 */
	record Row(UUID id, WorkflowState state, int total, int open, int jobs, List<StepRow> steps, List<Told> events) {
	}

	/**
	 * An event of a workflow.
	 *
	 * @param id its number
	 * @param type its type
	 * @param job the job by which it came about
	 */
	record Told(long id, String type, @Nullable UUID job) {
	}

}
