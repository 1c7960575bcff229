package org.openjobspec.boot.web;

import java.util.List;
import java.util.UUID;

import org.openjobspec.boot.engine.WorkerDesk.Directive;
import org.openjobspec.boot.engine.WorkerDesk;
import org.openjobspec.boot.engine.WorkerInfo;
import org.openjobspec.boot.engine.WorkerList;
import tools.jackson.core.JsonGenerator;

/**
 * The workers as operators see them: list, look, direct.
 */
final class FleetEndpoints {

	private final WorkerDesk desk;

	FleetEndpoints(WorkerDesk desk) {
		this.desk = desk;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/workers", this::list), new Route("GET", "/workers/{worker}", this::get),
				new Route("GET", "/workers/{worker}/health", this::health),
				new Route("POST", "/workers/{worker}/quiet", (call) -> direct(call, Directive.QUIET)),
				new Route("POST", "/workers/{worker}/terminate", (call) -> direct(call, Directive.TERMINATE)),
				new Route("POST", "/workers/{worker}/resume", (call) -> direct(call, Directive.RESUME)));
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		WorkerList list = this.desk.list(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			WorkerWriter.list(json, "workers", list);
			paging.write(json, list.total(), paging.offset() + list.workers().size() < list.total());
		});
	}

	Answer get(Call call) {
		WorkerInfo worker = this.desk.read(call.variable(0));
		List<UUID> jobs = this.desk.jobs(worker.id());
		return Answer.ok((json) -> {
			WorkerWriter.members(json, worker);
			Values.texts(json, "active_job_ids", jobs.stream().map(UUID::toString).toList());
		});
	}

	Answer direct(Call call, Directive directive) {
		call.optionalBody();
		WorkerInfo worker = this.desk.direct(call.variable(0), directive);
		return Answer.ok((json) -> WorkerWriter.members(json, worker));
	}

	/** 503 for whoever must not be given work, as a load balancer understands it. */
	private Answer health(Call call) {
		WorkerInfo worker = this.desk.read(call.variable(0));
		boolean running = worker.state() == WorkerInfo.State.RUNNING;
		return Answer.of(running ? 200 : 503, (json) -> health(json, worker, running));
	}

	private static void health(JsonGenerator json, WorkerInfo worker, boolean running) {
		json.writeStringProperty("worker_id", worker.id());
		json.writeStringProperty("status", running ? "ok" : "degraded");
		json.writeStringProperty("state", worker.state().wireName());
		json.writeNumberProperty("active_jobs", worker.activeJobs());
		Values.time(json, "last_heartbeat_at", worker.heartbeatAt());
	}

}
