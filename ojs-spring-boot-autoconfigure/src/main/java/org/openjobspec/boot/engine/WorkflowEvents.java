package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.EventLog;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WorkflowSteps.Culprit;
import org.openjobspec.boot.store.WorkflowSteps.Locked;
import org.openjobspec.boot.store.WorkflowSteps.State;
import org.openjobspec.boot.store.WorkflowSteps.Step;

/**
 * Events of workflows (ojs-events 3.5), each written in the transaction of what it
 * reports and naming the job by which that came about.
 */
final class WorkflowEvents {

	private final Store store;

	private final Announcements announcements;

	WorkflowEvents(Store store, Announcements announcements) {
		this.store = store;
		this.announcements = announcements;
	}

	void started(UUID workflow, @Nullable String name, UUID job, int jobs) {
		Map<String, @Nullable Object> data = data(workflow, name);
		data.put("total_steps", jobs);
		append(List.of(new EventLog.NewEvent(JobEvent.WORKFLOW_STARTED, job, data)));
	}

	void stepsEnded(Locked workflow, List<Step> steps) {
		List<EventLog.NewEvent> events = new ArrayList<>();
		int remaining = workflow.open();
		for (Step step : steps) {
			remaining -= step.counts() ? 1 : 0;
			if (step.state() == State.COMPLETED && step.jobId() != null) {
				Map<String, @Nullable Object> data = data(workflow.id(), workflow.name());
				data.put("step_id", step.path());
				data.put("step_type", step.type());
				Duration duration = step.duration();
				if (duration != null) {
					data.put("duration_ms", duration.toMillis());
				}
				data.put("steps_remaining", remaining);
				events.add(new EventLog.NewEvent(JobEvent.WORKFLOW_STEP_COMPLETED, step.jobId(), data));
			}
		}
		append(events);
	}

	void finished(Locked workflow, WorkflowState state, @Nullable UUID job, Instant at) {
		Map<String, @Nullable Object> data = data(workflow.id(), workflow.name());
		data.put("duration_ms", Duration.between(workflow.createdAt(), at).toMillis());
		data.put("total_steps", workflow.total());
		if (state == WorkflowState.FAILED) {
			this.store.workflowSteps().culprit(workflow.id()).ifPresent((culprit) -> blame(culprit, data));
		}
		String type = switch (state) {
			case COMPLETED -> JobEvent.WORKFLOW_COMPLETED;
			case CANCELLED -> JobEvent.WORKFLOW_CANCELLED;
			case FAILED, RUNNING -> JobEvent.WORKFLOW_FAILED;
		};
		append(List.of(new EventLog.NewEvent(type, job, data)));
	}

	private static void blame(Culprit culprit, Map<String, @Nullable Object> data) {
		data.put("failed_step_id", culprit.path());
		data.put("failed_step_type", culprit.type());
		JobError error = culprit.error();
		if (error != null) {
			data.put("error", Map.of("code", error.code(), "message", error.message()));
		}
	}

	private static Map<String, @Nullable Object> data(UUID workflow, @Nullable String name) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		data.put("workflow_id", workflow.toString());
		if (name != null) {
			data.put("workflow_name", name);
		}
		return data;
	}

	private void append(List<EventLog.NewEvent> events) {
		if (!events.isEmpty()) {
			List<JobEvent> written = this.store.events().append(events);
			this.announcements.events(() -> written);
		}
	}

}
