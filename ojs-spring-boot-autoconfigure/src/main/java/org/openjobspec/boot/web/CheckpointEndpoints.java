package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.openjobspec.boot.engine.CheckpointDesk;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import tools.jackson.core.JsonGenerator;

/**
 * What jobs want to find again: save, read, delete (ojs-durable-execution 7).
 */
final class CheckpointEndpoints {

	private final CheckpointDesk desk;

	CheckpointEndpoints(CheckpointDesk desk) {
		this.desk = desk;
	}

	List<Route> routes() {
		List<Route> routes = new ArrayList<>(List.of(new Route("PUT", "/jobs/{id}/checkpoint", this::save),
				new Route("POST", "/jobs/{id}/checkpoint", this::save),
				new Route("GET", "/jobs/{id}/checkpoint", this::get),
				new Route("DELETE", "/jobs/{id}/checkpoint", this::delete)));
		// The JS and the Python SDK say the prefix twice.
		for (String prefix : List.of("", "/ojs/v1")) {
			routes.add(new Route("POST", prefix + "/checkpoints/{id}", this::saveOfSdk));
			routes.add(new Route("DELETE", prefix + "/checkpoints/{id}", this::delete));
			routes.add(new Route("GET", prefix + "/checkpoints/{id}", this::resume));
			routes.add(new Route("GET", prefix + "/checkpoints/{id}/resume", this::resume));
		}
		return routes;
	}

	private Answer save(Call call) {
		JsonObject body = call.body();
		JsonValue state = body.member("state");
		if (state == null) {
			throw InvalidRequestException.field("state", "state is required");
		}
		return answer(this.desk.save(call.jobId(), WorkerEndpoints.worker(body), state.json()));
	}

	private Answer get(Call call) {
		UUID id = call.jobId();
		return answer(this.desk.find(id).orElseThrow(() -> new NotFoundException("checkpoint of job", id.toString())));
	}

	/** Bare for Java and the suites, nested for the specification. */
	private static Answer answer(Checkpoint checkpoint) {
		return Answer.ok((json) -> {
			members(json, checkpoint);
			json.writeName("checkpoint");
			json.writeStartObject();
			members(json, checkpoint);
			json.writeEndObject();
		});
	}

	private static void members(JsonGenerator json, Checkpoint checkpoint) {
		json.writeStringProperty("job_id", checkpoint.jobId().toString());
		Values.raw(json, "state", checkpoint.state());
		json.writeNumberProperty("sequence", checkpoint.sequence());
		Values.time(json, "created_at", checkpoint.savedAt());
		Values.time(json, "updated_at", checkpoint.savedAt());
	}

	private Answer delete(Call call) {
		UUID id = call.jobId();
		boolean deleted = this.desk.delete(id);
		return Answer.ok((json) -> {
			json.writeBooleanProperty("deleted", deleted);
			json.writeStringProperty("job_id", id.toString());
		});
	}

	/**
	 * The JS and the Python SDK save a document of their own and want it back as it was.
	 */
	private Answer saveOfSdk(Call call) {
		return answer(this.desk.save(call.jobId(), null, call.body().json()));
	}

	private Answer resume(Call call) {
		Optional<Checkpoint> checkpoint = this.desk.find(call.jobId());
		return Answer.ok((json) -> {
			json.writeBooleanProperty("has_checkpoint", checkpoint.isPresent());
			checkpoint.ifPresent((saved) -> Values.raw(json, "checkpoint", saved.state()));
		});
	}

}
