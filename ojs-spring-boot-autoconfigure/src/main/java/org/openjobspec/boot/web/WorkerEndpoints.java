package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.Heartbeat;
import org.openjobspec.boot.engine.HeartbeatReply;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.Pool;
import tools.jackson.core.JsonGenerator;

/**
 * What remote workers do: fetch, acknowledge, fail, heartbeat.
 */
final class WorkerEndpoints {

	/** Bounds what one answer can hold, since each job may have a mebibyte. */
	private static final int MAX_COUNT = 100;

	private static final int MAX_QUEUES = 1000;

	/** Of queues that are a pool for one fetch. */
	private static final String UNNAMED = "unnamed";

	/** What a heartbeat says of the protocol; the rest it says of the worker. */
	private static final Set<String> HEARTBEAT = Set.of("worker_id", "active_jobs", "active_job_ids",
			"visibility_timeout", "visibility_timeout_ms");

	private final JobEngine engine;

	private final Accommodations accommodations;

	private final ConformanceHooks hooks;

	private final Access access;

	WorkerEndpoints(JobEngine engine, Accommodations accommodations, ConformanceHooks hooks, Access access) {
		this.engine = engine;
		this.accommodations = accommodations;
		this.hooks = hooks;
		this.access = access;
	}

	List<Route> routes() {
		return List.of(new Route("POST", "/workers/fetch", this::fetch), new Route("POST", "/jobs/fetch", this::fetch),
				new Route("POST", "/workers/ack", (call) -> acknowledge(call, call.body(), WorkerEndpoints::jobId)),
				new Route("POST", "/workers/nack", (call) -> reject(call, call.body(), WorkerEndpoints::jobId)),
				new Route("POST", "/jobs/{id}/ack",
						(call) -> acknowledge(call, call.optionalBody(), (body) -> call.jobId())),
				new Route("POST", "/jobs/{id}/nack",
						(call) -> reject(call, call.optionalBody(), (body) -> call.jobId())),
				new Route("POST", "/workers/heartbeat", this::heartbeat),
				new Route("POST", "/workers/beat", this::heartbeat));
	}

	private Answer fetch(Call call) {
		JsonObject body = call.body();
		JsonValue count = body.get("count", "batch_size");
		int wanted = (count != null) ? count.asInt() : 1;
		if (count != null && wanted < 1) {
			throw InvalidRequestException.field(count.path(), count.path() + " must be at least 1");
		}
		String worker = worker(body);
		Pool pool = pool(body);
		List<String> queues = (pool != null) ? List.copyOf(pool.queues().keySet()) : queues(body);
		queues.forEach(call.grant()::requireQueue);
		FetchRequest request = new FetchRequest(queues, call.grant().types(), Math.min(wanted, MAX_COUNT),
				(worker != null) ? worker : "", visibilityTimeout(body), false, call.tenant());
		Duration patience = LongPoll.patience(call.request());
		List<Job> jobs = LongPoll.fetch(this.engine, queues,
				() -> (pool != null) ? this.engine.pools().fetch(pool, request) : this.engine.fetch(request), patience);
		Map<UUID, Checkpoint> checkpoints = this.engine.checkpoints().of(jobs);
		Answer answer = Answer.ok((json) -> JobWriter.fetched(json, jobs, checkpoints));
		return patience.isZero() ? answer : answer.with("Preference-Applied", "wait=" + patience.toSeconds());
	}

	/**
	 * The queues that are fetched from in turn: those of the pool that is named, or those
	 * that are named with a strategy (ojs-fair-scheduling 5.2); {@code null} for a fetch
	 * that empties one after the other.
	 */
	private @Nullable Pool pool(JsonObject body) {
		String name = body.string("pool");
		if (name != null) {
			if (body.get("queues") != null) {
				throw InvalidRequestException.field("pool", "Name either a pool or queues");
			}
			return this.engine.pools().require(name);
		}
		String strategy = body.string("strategy");
		if (strategy == null) {
			return null;
		}
		return new Pool(UNNAMED, Pool.Strategy.of("strategy", strategy),
				SchedulingEndpoints.queues(body.require("queues"), body.object("weights")));
	}

	private static List<String> queues(JsonObject body) {
		List<JsonValue> values = body.require("queues").asArray();
		if (values.isEmpty() || values.size() > MAX_QUEUES) {
			throw InvalidRequestException.field("queues", "queues must name from 1 to %d queues".formatted(MAX_QUEUES));
		}
		return values.stream().map((value) -> JobRequest.checkQueue(value.path(), value.asString())).toList();
	}

	private static @Nullable Duration visibilityTimeout(JsonObject body) {
		Duration timeout = Times.duration(body, "visibility_timeout");
		if (timeout != null && timeout.compareTo(Duration.ofMillis(1)) < 0) {
			throw InvalidRequestException.field("visibility_timeout",
					"visibility_timeout must be at least one millisecond");
		}
		return timeout;
	}

	static @Nullable String worker(JsonObject body) {
		String worker = body.string("worker_id");
		if (worker != null && (worker.length() > 255 || Text.hasControls(worker))) {
			throw InvalidRequestException.field("worker_id",
					"worker_id must have at most 255 characters and no control characters");
		}
		return (worker == null || worker.isEmpty()) ? null : worker;
	}

	private static UUID jobId(JsonObject body) {
		return Call.jobId(body.require("job_id").asString());
	}

	private Answer acknowledge(Call call, JsonObject body, Function<JsonObject, UUID> id) {
		UUID jobId = id.apply(body);
		this.access.check(call, jobId);
		JsonValue result = body.get("result");
		Job job;
		try {
			job = this.engine.acknowledge(jobId, worker(body), (result != null) ? result.json() : null);
		}
		catch (ConflictException ex) {
			job = this.accommodations.repeatedAck(call, this.engine.find(jobId)).orElseThrow(() -> ex);
		}
		return outcome(job, true);
	}

	private Answer reject(Call call, JsonObject body, Function<JsonObject, UUID> id) {
		UUID jobId = id.apply(body);
		this.access.check(call, jobId);
		Job job;
		try {
			job = body.flag("requeue") ? this.engine.release(jobId, worker(body))
					: this.engine.reject(jobId, worker(body), FailureReader.read(body));
		}
		catch (ConflictException ex) {
			job = this.accommodations.lateNack(call, this.engine.find(jobId)).orElseThrow(() -> ex);
		}
		return outcome(job, false);
	}

	private static Answer outcome(Job job, boolean acknowledged) {
		return Answer.ok((json) -> {
			if (acknowledged) {
				json.writeBooleanProperty("acknowledged", true);
			}
			json.writeStringProperty("id", job.id().toString());
			json.writeStringProperty("job_id", job.id().toString());
			json.writeStringProperty("state", job.state().wireName());
			json.writeNumberProperty("attempt", job.attempt());
			json.writeNumberProperty("max_attempts", job.maxAttempts());
			JobFailure failure = job.lastFailure();
			if (job.state() == JobState.RETRYABLE) {
				Values.time(json, "next_attempt_at", job.nextAttemptAt());
			}
			if (failure != null) {
				Values.millis(json, "retry_delay_ms", failure.retryDelay());
			}
			JobWriter.ends(json, job.state(), job.expired(), job.finishedAt());
			JobWriter.nested(json, job);
		});
	}

	private Answer heartbeat(Call call) {
		JsonObject body = call.body();
		String worker = worker(body);
		if (worker == null) {
			throw InvalidRequestException.field("worker_id", "worker_id is required");
		}
		List<UUID> active = activeJobs(body);
		// What is another tenant's is neither extended nor told of.
		HeartbeatReply reply = this.engine.heartbeat(
				new Heartbeat(worker, this.access.own(call, active), visibilityTimeout(body), info(body), false));
		String directive = this.hooks.directive(active).orElse(reply.directive());
		return Answer.ok((json) -> {
			json.writeBooleanProperty("acknowledged", true);
			json.writeStringProperty("state", directive);
			ids(json, "jobs_extended", active.stream().filter(reply.held()::contains).toList());
			ids(json, "jobs_lost", active.stream().filter((id) -> !reply.held().contains(id)).toList());
			Values.time(json, "server_time", reply.serverTime());
		});
	}

	private static void ids(JsonGenerator json, String name, List<UUID> ids) {
		Values.texts(json, name, ids.stream().map(UUID::toString).toList());
	}

	/**
	 * A number of jobs from JS and Go, which name them elsewhere; the ids from the
	 * others.
	 */
	private static List<UUID> activeJobs(JsonObject body) {
		List<UUID> ids = new ArrayList<>();
		for (String name : List.of("active_jobs", "active_job_ids")) {
			JsonValue value = body.get(name);
			if (value != null && !value.isNumber()) {
				value.asStrings().stream().filter(Call::isUuid).map(UUID::fromString).forEach(ids::add);
			}
		}
		return ids;
	}

	private static @Nullable String info(JsonObject body) {
		StringBuilder info = new StringBuilder("{");
		body.forEach((name, value) -> {
			if (!HEARTBEAT.contains(name)) {
				info.append((info.length() > 1) ? "," : "").append(Text.quote(name)).append(':').append(value.json());
			}
		});
		return (info.length() > 1) ? info.append('}').toString() : null;
	}

}
