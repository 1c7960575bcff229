package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import tools.jackson.core.JsonGenerator;

/**
 * Writes workflows so that each of the six SDKs can read them: bare for the ones, nested
 * for the others.
 */
final class WorkflowWriter {

	private static final StepState[] FAILED = { StepState.FAILED };

	private WorkflowWriter() {
	}

	static Consumer<JsonGenerator> single(Workflow workflow) {
		return (json) -> {
			members(json, workflow);
			json.writeName("workflow");
			json.writeStartObject();
			members(json, workflow);
			json.writeEndObject();
		};
	}

	static void list(JsonGenerator json, List<Workflow> workflows) {
		Values.objects(json, "workflows", workflows, (workflow) -> head(json, workflow));
	}

	private static void head(JsonGenerator json, Workflow workflow) {
		json.writeStringProperty("id", workflow.id().toString());
		json.writeStringProperty("type", workflow.type());
		// The Python SDK needs the member to be there.
		json.writeName("name");
		Values.value(json, workflow.name());
		json.writeStringProperty("state", workflow.state().wireName());
		Values.time(json, "created_at", workflow.createdAt());
		Values.time(json, "started_at", workflow.startedAt());
		Values.time(json, end(workflow), workflow.finishedAt());
	}

	private static String end(Workflow workflow) {
		return (workflow.state() == WorkflowState.CANCELLED) ? "cancelled_at" : "completed_at";
	}

	private static void members(JsonGenerator json, Workflow workflow) {
		head(json, workflow);
		int jobs = workflow.jobs();
		int completed = workflow.jobs(StepState.COMPLETED);
		json.writeNumberProperty("steps_total", workflow.stepsTotal());
		json.writeNumberProperty("steps_completed", workflow.stepsCompleted());
		json.writeNumberProperty("jobs_total", jobs);
		json.writeNumberProperty("jobs_completed", completed);
		if (workflow.state() == WorkflowState.CANCELLED) {
			json.writeNumberProperty("steps_cancelled", workflow.jobs(StepState.CANCELLED));
			json.writeNumberProperty("steps_already_completed", completed);
			json.writeNumberProperty("steps_already_complete", completed);
		}
		steps(json, workflow.steps());
		json.writeName("metadata");
		json.writeStartObject();
		Values.time(json, "created_at", workflow.createdAt());
		Values.time(json, "started_at", workflow.startedAt());
		Values.time(json, end(workflow), workflow.finishedAt());
		json.writeNumberProperty("job_count", jobs);
		json.writeNumberProperty("completed_count", completed);
		json.writeNumberProperty("failed_count", workflow.jobs(FAILED));
		failures(json, workflow);
		json.writeEndObject();
	}

	private static void steps(JsonGenerator json, List<Workflow.Step> steps) {
		json.writeName("steps");
		json.writeStartArray();
		int index = 0;
		for (Workflow.Step step : steps) {
			json.writeStartObject();
			step(json, step, index++);
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	private static void step(JsonGenerator json, Workflow.Step step, int index) {
		json.writeStringProperty("id", step.id());
		json.writeNumberProperty("index", index);
		json.writeStringProperty("type", step.type());
		json.writeStringProperty("state", step.state().wireName());
		json.writeBooleanProperty("callback", step.callback());
		if (step.jobId() != null) {
			json.writeStringProperty("job_id", step.jobId().toString());
		}
		Values.texts(json, "depends_on", step.dependsOn());
		Values.time(json, "started_at", step.startedAt());
		Values.time(json, "completed_at", step.finishedAt());
		Values.raw(json, "result", step.result());
		if (!step.steps().isEmpty()) {
			steps(json, step.steps());
		}
	}

	private static void failures(JsonGenerator json, Workflow workflow) {
		List<Workflow.Step> failed = new ArrayList<>();
		collectFailed(workflow.steps(), failed);
		if (failed.isEmpty()) {
			return;
		}
		for (int i = 0; i < workflow.steps().size(); i++) {
			if ("chain".equals(workflow.type()) && workflow.steps().get(i).state() == StepState.FAILED) {
				json.writeNumberProperty("failed_step_index", i);
			}
		}
		Values.texts(json, "failed_job_ids", failed.stream().map((step) -> String.valueOf(step.jobId())).toList());
		Values.objects(json, "errors", failed, (step) -> {
			json.writeStringProperty("job_id", String.valueOf(step.jobId()));
			json.writeStringProperty("step_id", step.id());
			JobFailure failure = step.error();
			if (failure != null) {
				Values.text(json, "code", failure.error().code());
				Values.text(json, "type", failure.error().type());
				Values.text(json, "message", failure.error().message());
				json.writeNumberProperty("attempt", failure.attempt());
			}
		});
	}

	private static void collectFailed(List<Workflow.Step> steps, List<Workflow.Step> failed) {
		for (Workflow.Step step : steps) {
			if (!step.steps().isEmpty()) {
				collectFailed(step.steps(), failed);
			}
			else if (step.state() == StepState.FAILED && step.jobId() != null) {
				failed.add(step);
			}
		}
	}

}
