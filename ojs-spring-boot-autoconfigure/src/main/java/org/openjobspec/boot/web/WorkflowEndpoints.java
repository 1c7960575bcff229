package org.openjobspec.boot.web;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;

/**
 * Workflows: create, list, look, cancel (ojs-workflows 11).
 */
final class WorkflowEndpoints {

	private final JobEngine engine;

	private final Accommodations accommodations;

	WorkflowEndpoints(JobEngine engine, Accommodations accommodations) {
		this.engine = engine;
		this.accommodations = accommodations;
	}

	List<Route> routes() {
		return List.of(new Route("POST", "/workflows", this::create), new Route("GET", "/workflows", this::list),
				new Route("GET", "/workflows/{id}", this::get), new Route("DELETE", "/workflows/{id}", this::cancel),
				new Route("POST", "/workflows/{id}/cancel", this::cancel));
	}

	private Answer create(Call call) {
		JsonObject body = call.body();
		Workflow workflow = this.engine.createWorkflow(body.string("name"),
				new WorkflowReader(JobReader.of(call, this.engine)).read(body));
		return Answer.of(201, WorkflowWriter.single(workflow))
			.with("Location", call.request().getRequestURI() + '/' + workflow.id());
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		WorkflowState state = state(call.query("state"));
		String tenant = call.tenant();
		Paging.Part<Workflow> part = paging
			.part((limit, offset) -> (tenant != null) ? this.engine.tenants().workflows(tenant, state, limit, offset)
					: this.engine.workflows(state, limit, offset));
		return Answer.ok((json) -> {
			WorkflowWriter.list(json, part.items());
			part.write(json);
		});
	}

	private static @Nullable WorkflowState state(@Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			return WorkflowState.valueOf(text.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw InvalidRequestException.field("state",
					"The parameter state must be running, completed, failed or cancelled");
		}
	}

	private Answer get(Call call) {
		UUID id = call.id("workflow");
		Workflow workflow = this.engine.findWorkflow(id)
			.orElseThrow(() -> new NotFoundException("workflow", id.toString()));
		return Answer.ok(WorkflowWriter.single(this.accommodations.readable(call, workflow)));
	}

	private Answer cancel(Call call) {
		call.optionalBody();
		Workflow cancelled = this.engine.cancelWorkflow(call.id("workflow"));
		return Answer.ok(WorkflowWriter.single(this.accommodations.readable(call, cancelled)));
	}

}
