package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.engine.QueueOverview;
import org.openjobspec.boot.engine.SystemStats;
import org.openjobspec.boot.engine.WorkerDesk.Directive;
import org.openjobspec.boot.engine.WorkerList;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.QueueSettings;
import tools.jackson.core.JsonGenerator;

/**
 * The whole, its queues and its workers as operators see them (ojs-admin-api 6, 9 and
 * 10). All of it is below {@code /admin}, so that a proxy can keep it for them.
 */
final class AdminEndpoints {

	private final JobEngine engine;

	private final QueueEndpoints queues;

	private final FleetEndpoints fleet;

	private final long startedAt = System.nanoTime();

	AdminEndpoints(JobEngine engine, QueueEndpoints queues, FleetEndpoints fleet) {
		this.engine = engine;
		this.queues = queues;
		this.fleet = fleet;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/admin/stats", this::stats),
				new Route("GET", "/admin/queues", this::listQueues),
				new Route("GET", "/admin/queues/{name}", this::getQueue),
				new Route("POST", "/admin/queues/{name}/pause", (call) -> this.queues.pause(call, true)),
				new Route("POST", "/admin/queues/{name}/resume", (call) -> this.queues.pause(call, false)),
				new Route("GET", "/admin/workers", this::listWorkers),
				new Route("GET", "/admin/workers/{worker}", this.fleet::get),
				new Route("DELETE", "/admin/workers/{worker}", this::removeWorker),
				new Route("POST", "/admin/workers/{worker}/quiet", (call) -> this.fleet.direct(call, Directive.QUIET)),
				new Route("POST", "/admin/workers/{worker}/terminate",
						(call) -> this.fleet.direct(call, Directive.TERMINATE)),
				new Route("POST", "/admin/workers/{worker}/resume",
						(call) -> this.fleet.direct(call, Directive.RESUME)));
	}

	private Answer stats(Call call) {
		SystemStats stats = this.engine.admin().stats();
		return Answer.ok((json) -> {
			json.writeNumberProperty("queues", stats.queues());
			json.writeNumberProperty("workers", stats.workers());
			counts(json, "jobs", stats.jobs());
			json.writeName("throughput");
			json.writeStartObject();
			json.writeNumberProperty("processed_per_minute", stats.processedLastMinute());
			json.writeNumberProperty("failed_per_minute", stats.failedLastMinute());
			json.writeEndObject();
			json.writeNumberProperty("uptime_seconds",
					Duration.ofNanos(System.nanoTime() - this.startedAt).toSeconds());
		});
	}

	private Answer listQueues(Call call) {
		Paging paging = Paging.ofPages(call);
		Page<QueueOverview> page = this.engine.admin().queues(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			Values.objects(json, "items", page.items(), (queue) -> members(json, queue));
			paging.writePage(json, page.total(), page.hasMore());
		});
	}

	private Answer getQueue(Call call) {
		QueueOverview queue = this.engine.admin().queue(call.queue());
		QueueSettings settings = this.engine.queueConfigs().read(call.queue()).effective();
		return Answer.ok((json) -> {
			members(json, queue);
			QueueConfigWriter.settings(json, "configuration", settings);
		});
	}

	private static void members(JsonGenerator json, QueueOverview overview) {
		json.writeStringProperty("name", overview.queue().name());
		json.writeStringProperty("state", QueueEndpoints.status(overview.queue().paused()));
		counts(json, "counts", overview.jobs());
		json.writeBooleanProperty("paused", overview.queue().paused());
		Values.time(json, "created_at", overview.queue().createdAt());
	}

	static void counts(JsonGenerator json, String name, Map<JobState, Long> jobs) {
		json.writeName(name);
		json.writeStartObject();
		jobs.forEach((state, count) -> json.writeNumberProperty(state.wireName(), count));
		json.writeEndObject();
	}

	private Answer listWorkers(Call call) {
		Paging paging = Paging.ofPages(call);
		WorkerList list = this.engine.workers().list(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			WorkerWriter.list(json, "items", list);
			paging.writePage(json, list.total(), paging.offset() + list.workers().size() < list.total());
		});
	}

	private Answer removeWorker(Call call) {
		String worker = call.variable(0);
		this.engine.workers().remove(worker);
		return Answer.ok((json) -> {
			json.writeBooleanProperty("removed", true);
			json.writeStringProperty("id", worker);
		});
	}

}
