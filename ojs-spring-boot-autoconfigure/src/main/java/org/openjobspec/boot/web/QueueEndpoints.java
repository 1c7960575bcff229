package org.openjobspec.boot.web;

import java.util.List;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueInfo;
import org.openjobspec.boot.engine.QueueStats;
import tools.jackson.core.JsonGenerator;

/**
 * Queues: list, statistics, pause and resume.
 */
final class QueueEndpoints {

	private final JobEngine engine;

	private final Accommodations accommodations;

	QueueEndpoints(JobEngine engine, Accommodations accommodations) {
		this.engine = engine;
		this.accommodations = accommodations;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/queues", this::list), new Route("GET", "/queues/{name}", this::get),
				new Route("GET", "/queues/{name}/stats", this::stats),
				new Route("POST", "/queues/{name}/pause", (call) -> pause(call, true)),
				new Route("POST", "/queues/{name}/resume", (call) -> pause(call, false)));
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		String tenant = call.tenant();
		List<QueueInfo> all = (tenant != null) ? this.engine.tenants().queues(tenant) : this.engine.queues();
		Paging.Part<QueueInfo> part = paging
			.partOf(all.stream().filter((queue) -> call.grant().shows(queue.name())).toList());
		return Answer.ok((json) -> {
			Values.objects(json, "queues", part.items(), (queue) -> info(json, queue));
			part.write(json);
		});
	}

	private Answer get(Call call) {
		QueueStats stats = counted(call);
		return Answer.ok((json) -> {
			json.writeName("queue");
			json.writeStartObject();
			json.writeStringProperty("name", stats.name());
			json.writeStringProperty("status", status(stats.paused()));
			json.writeBooleanProperty("paused", stats.paused());
			counts(json, stats);
			json.writeEndObject();
			json.writeStringProperty("name", stats.name());
			json.writeStringProperty("status", status(stats.paused()));
			json.writeBooleanProperty("paused", stats.paused());
		});
	}

	private Answer stats(Call call) {
		QueueStats stats = counted(call);
		return Answer.ok((json) -> {
			this.accommodations.queueStats(call, json, stats);
			json.writeStringProperty("status", status(stats.paused()));
			json.writeName("stats");
			json.writeStartObject();
			json.writeStringProperty("queue", stats.name());
			counts(json, stats);
			json.writeEndObject();
			Values.time(json, "computed_at", stats.computedAt());
		});
	}

	private QueueStats counted(Call call) {
		String tenant = call.tenant();
		return (tenant != null) ? this.engine.tenants().queue(tenant, call.queue())
				: this.engine.queueStats(call.queue());
	}

	Answer pause(Call call, boolean paused) {
		call.optionalBody();
		QueueInfo queue = this.engine.pause(call.queue(), paused);
		return Answer.ok((json) -> {
			json.writeName("queue");
			json.writeStartObject();
			info(json, queue);
			json.writeEndObject();
			info(json, queue);
		});
	}

	private static void info(JsonGenerator json, QueueInfo queue) {
		json.writeStringProperty("name", queue.name());
		json.writeStringProperty("status", status(queue.paused()));
		json.writeBooleanProperty("paused", queue.paused());
		Values.time(json, "created_at", queue.createdAt());
	}

	static void counts(JsonGenerator json, QueueStats stats) {
		json.writeNumberProperty("depth", stats.available());
		json.writeNumberProperty("available", stats.available());
		json.writeNumberProperty("active", stats.active());
		json.writeNumberProperty("scheduled", stats.scheduled());
		json.writeNumberProperty("retryable", stats.retryable());
		json.writeNumberProperty("pending", stats.pending());
		json.writeNumberProperty("completed", stats.completed());
		json.writeNumberProperty("cancelled", stats.cancelled());
		json.writeNumberProperty("discarded", stats.discarded());
		json.writeNumberProperty("dead_letter", stats.deadLetter());
	}

	static String status(boolean paused) {
		return paused ? "paused" : "active";
	}

}
