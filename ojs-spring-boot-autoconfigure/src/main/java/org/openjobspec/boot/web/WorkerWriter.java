package org.openjobspec.boot.web;

import java.util.Set;
import java.util.function.Predicate;

import org.openjobspec.boot.engine.WorkerInfo;
import org.openjobspec.boot.engine.WorkerList;
import tools.jackson.core.JsonGenerator;

/**
 * Writes workers, with what they say of themselves: what everybody expects is in its
 * place, the rest is metadata.
 */
final class WorkerWriter {

	private static final Set<String> EXPECTED = Set.of("hostname", "version", "pid", "concurrency", "queues", "state");

	private WorkerWriter() {
	}

	static void list(JsonGenerator json, String name, WorkerList list) {
		Values.objects(json, name, list.workers(), (worker) -> members(json, worker));
		json.writeName("summary");
		json.writeStartObject();
		json.writeNumberProperty("total", list.total());
		json.writeNumberProperty("running", list.running());
		json.writeNumberProperty("quiet", list.quiet());
		json.writeNumberProperty("stale", list.stale());
		json.writeEndObject();
	}

	static void members(JsonGenerator json, WorkerInfo worker) {
		JsonObject said = (worker.info() != null) ? JsonObject.parse(worker.info()) : JsonObject.EMPTY;
		json.writeStringProperty("id", worker.id());
		json.writeStringProperty("state", worker.state().wireName());
		json.writeStringProperty("directive", (worker.directive() != null) ? worker.directive() : "running");
		json.writeBooleanProperty("embedded", worker.embedded());
		json.writeNumberProperty("active_jobs", worker.activeJobs());
		copy(json, said, "hostname", JsonValue::isString);
		copy(json, said, "version", JsonValue::isString);
		copy(json, said, "pid", JsonValue::isNumber);
		copy(json, said, "concurrency", JsonValue::isNumber);
		JsonValue queues = said.get("queues");
		json.writeName("queues");
		json.writeRawValue((queues != null && queues.isArray()) ? queues.json() : "[]");
		Values.time(json, "started_at", worker.startedAt());
		// The admin UI reads the one, the command line the other.
		Values.time(json, "last_heartbeat_at", worker.heartbeatAt());
		Values.time(json, "last_heartbeat", worker.heartbeatAt());
		json.writeName("metadata");
		json.writeStartObject();
		said.forEach((name, value) -> {
			if (!EXPECTED.contains(name)) {
				Values.raw(json, Text.storable(name), value.json());
			}
		});
		json.writeEndObject();
	}

	private static void copy(JsonGenerator json, JsonObject said, String name, Predicate<JsonValue> kind) {
		JsonValue value = said.get(name);
		if (value != null && kind.test(value)) {
			Values.raw(json, name, value.json());
		}
	}

}
