package org.openjobspec.boot.web;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.CheckpointDesk;
import org.openjobspec.boot.engine.ProgressDesk;
import org.openjobspec.boot.engine.ProgressReport;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Progress;

/**
 * How far jobs have come: report and read (ojs-progress 10).
 */
final class ProgressEndpoints {

	private final ProgressDesk desk;

	private final CheckpointDesk checkpoints;

	private final Access access;

	ProgressEndpoints(ProgressDesk desk, CheckpointDesk checkpoints, Access access) {
		this.desk = desk;
		this.checkpoints = checkpoints;
		this.access = access;
	}

	List<Route> routes() {
		return List.of(new Route("PUT", "/jobs/{id}/progress", this::report),
				new Route("GET", "/jobs/{id}/progress", (call) -> answer(this.desk.read(call.jobId()))),
				new Route("POST", "/workers/progress", this::reportOfSdk));
	}

	private Answer report(Call call) {
		JsonObject body = call.body();
		return answer(report(call.jobId(), body, value(body.get("progress"), 1)));
	}

	/**
	 * As the JS and the Python SDK report, in per cent. A refusal would fail the handler
	 * there, so that a report which comes too late is answered and changes nothing.
	 */
	private Answer reportOfSdk(Call call) {
		JsonObject body = call.body();
		UUID id = Call.jobId(body.require("job_id").asString());
		this.access.check(call, id);
		JsonValue percentage = body.get("percentage");
		Double value = (percentage != null) ? value(percentage, 100) : value(body.get("progress"), 1);
		try {
			return answer(report(id, body, value));
		}
		catch (ConflictException ex) {
			return answer(this.desk.read(id));
		}
	}

	private Progress report(UUID id, JsonObject body, @Nullable Double value) {
		String worker = WorkerEndpoints.worker(body);
		JsonValue data = body.get("data");
		Progress progress = this.desk.report(id, worker,
				new ProgressReport(value, body.string("message"), (data != null) ? data.json() : null));
		JsonValue checkpoint = body.get("checkpoint");
		if (checkpoint != null) {
			// ojs-progress 6.4
			this.checkpoints.save(id, worker, checkpoint.json());
		}
		return progress;
	}

	private static @Nullable Double value(@Nullable JsonValue value, int whole) {
		return (value != null) ? Double.valueOf(value.asDouble() / whole) : null;
	}

	// What there is nothing of is null, not absent: that tells it from a job that does
	// not exist.
	private static Answer answer(Progress progress) {
		return Answer.ok((json) -> {
			json.writeStringProperty("job_id", progress.jobId().toString());
			json.writeStringProperty("state", progress.state().wireName());
			json.writeName("progress");
			Values.value(json, progress.value());
			json.writeName("message");
			Values.value(json, progress.message());
			json.writeName("data");
			json.writeRawValue((progress.data() != null) ? progress.data() : "null");
			json.writeName("updated_at");
			Values.value(json, (progress.updatedAt() != null) ? progress.updatedAt().toString() : null);
		}).with("Cache-Control", "no-cache");
	}

}
