package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TraceMeta;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;

/**
 * Reads jobs to be enqueued. Every field but type, id and arguments is found at the top
 * level, under {@code options}, or in both places; {@code options} wins.
 */
final class JobReader {

	private static final int MAX_JOBS = 10_000;

	private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	/** What {@link #read} interprets; it is not an unknown attribute. */
	private static final Set<String> UNDERSTOOD = Set.of("type", "id", "args", "options", "meta", "queue", "priority",
			"timeout", "timeout_ms", "delay_until", "scheduled_at", "expires_at", "retry", "unique", "tags",
			"visibility_timeout", "visibility_timeout_ms", "schema", "pending", "rate_limit");

	private static final Set<String> UNDERSTOOD_OF_STEPS = Stream
		.concat(UNDERSTOOD.stream(), Stream.of("name", "depends_on", "dependsOn", "index", "callback"))
		.collect(Collectors.toUnmodifiableSet());

	/** What only the server says of a job, and the names that answers put beside it. */
	private static final Set<String> SYSTEM_MANAGED = Set.of("specversion", "state", "attempt", "max_attempts",
			"total_attempts", "created_at", "enqueued_at", "started_at", "completed_at", "cancelled_at", "discarded_at",
			"next_attempt_at", "retry_delay_ms", "worker_id", "result", "error", "errors", "job", "previous_state",
			"deduplicated", "workflow_id", "parent_results", "checkpoint");

	private final @Nullable String tenant;

	private final Grant grant;

	private final Map<String, String> trace;

	JobReader() {
		this(null, Grant.ALL);
	}

	/**
	 * Reads the jobs of a request.
	 * @param call the request
	 * @param engine knows whether they carry a trace by themselves
	 */
	static JobReader of(Call call, JobEngine engine) {
		return new JobReader(call.tenant(), call.grant(), engine.inTrace() ? Map.of() : RemoteTrace.of(call.request()));
	}

	/**
	 * Reads jobs of a tenant.
	 * @param tenant whose they are; {@code null} for whatever they say
	 * @param grant which jobs there may be
	 */
	JobReader(@Nullable String tenant, Grant grant) {
		this(tenant, grant, Map.of());
	}

	private JobReader(@Nullable String tenant, Grant grant, Map<String, String> trace) {
		this.tenant = tenant;
		this.grant = grant;
		this.trace = trace;
	}

	JobRequest read(JsonObject body) {
		JobRequest.Builder job = JobRequest.of(body.require("type").asString());
		JsonValue id = body.get("id");
		if (id != null) {
			job.id(uuid(id));
		}
		return TraceMeta.add(read(Envelope.of(body, JsonObject.EMPTY), job, body.require("args"), UNDERSTOOD),
				this.trace);
	}

	/**
	 * Reads a step of a workflow, whose id is no job's and which may have no arguments.
	 * @param body the step
	 * @param defaults the options of steps that do not say otherwise
	 */
	JobRequest readStep(JsonObject body, JsonObject defaults) {
		JobRequest step = read(Envelope.of(body, defaults), JobRequest.of(body.require("type").asString()),
				body.get("args"), UNDERSTOOD_OF_STEPS);
		return TraceMeta.addToStep(step, this.trace);
	}

	private JobRequest read(Envelope envelope, JobRequest.Builder job, @Nullable JsonValue args,
			Set<String> understood) {
		if (args != null && !args.isArray()) {
			throw args.wrongType("an array");
		}
		job.args((args != null) ? args.json() : "[]");
		readWishes(envelope, job);
		readAttributes(envelope, job, understood);
		readRateLimit(envelope, job);
		return granted(job.build());
	}

	/**
	 * Reads what each run of a periodic job enqueues. Its arguments may be missing, or be
	 * the one object that they consist of, as the Java starter sends them; what is not
	 * understood belongs to the periodic job and not to its jobs.
	 */
	JobRequest readTemplate(JsonObject body) {
		JobRequest.Builder job = JobRequest.of(body.require("type").asString());
		JsonValue args = body.get("args");
		if (args != null) {
			if (!args.isArray() && !args.isObject()) {
				throw args.wrongType("an array");
			}
			job.args(args.isObject() ? '[' + args.json() + ']' : args.json());
		}
		Envelope envelope = Envelope.of(body, JsonObject.EMPTY);
		readWishes(envelope, job);
		readRateLimit(envelope, job);
		return granted(job.build());
	}

	private JobRequest granted(JobRequest job) {
		this.grant.require(job);
		return job;
	}

	private void readWishes(Envelope envelope, JobRequest.Builder job) {
		String sent = meta(envelope);
		String meta = (this.tenant != null) ? Tenancy.assign(sent, this.tenant) : sent;
		if (meta != null) {
			job.meta(meta);
		}
		readPlace(envelope, job);
		readTimes(envelope, job);
		readPolicies(envelope, job);
	}

	List<JobRequest> readBatch(JsonObject body) {
		List<JsonValue> jobs = jobs(body);
		List<JobRequest> requests = new ArrayList<>(jobs.size());
		for (JsonValue job : jobs) {
			try {
				requests.add(read(job.asObject()));
			}
			catch (InvalidRequestException ex) {
				throw ex.at(requests.size());
			}
		}
		return requests;
	}

	/**
	 * The jobs of one request, still as they were written.
	 */
	static List<JsonValue> jobs(JsonObject body) {
		List<JsonValue> jobs = body.require("jobs").asArray();
		if (jobs.isEmpty()) {
			throw InvalidRequestException.field("jobs", "jobs must contain at least one job");
		}
		if (jobs.size() > MAX_JOBS) {
			throw InvalidRequestException.batchSize(jobs.size(), MAX_JOBS);
		}
		return jobs;
	}

	/** Strict, since {@link UUID#fromString} also takes shorter and upper-case ids. */
	private static UUID uuid(JsonValue value) {
		String text = value.asString();
		if (!UUID_TEXT.matcher(text).matches()) {
			throw value.wrongType("a UUIDv7 in lower case");
		}
		return UUID.fromString(text);
	}

	private static @Nullable String meta(Envelope envelope) {
		JsonValue meta = envelope.get("meta");
		JsonValue metadata = envelope.options.get("metadata");
		requireObject(meta);
		requireObject(metadata);
		if (meta == null || metadata == null) {
			return (meta != null) ? meta.json() : (metadata != null) ? metadata.json() : null;
		}
		Set<String> names = meta.asObject().names();
		StringBuilder merged = new StringBuilder(meta.json());
		merged.setLength(merged.length() - 1);
		metadata.asObject().forEach((name, value) -> {
			if (!names.contains(name)) {
				merged.append((merged.length() > 1) ? "," : "").append(Text.quote(name)).append(':');
				merged.append(value.json());
			}
		});
		return merged.append('}').toString();
	}

	private static void requireObject(@Nullable JsonValue value) {
		if (value != null && !value.isObject()) {
			throw value.wrongType("an object");
		}
	}

	private static void readPlace(Envelope envelope, JobRequest.Builder job) {
		JsonValue queue = envelope.get("queue");
		if (queue != null) {
			job.queue(queue.asString());
		}
		JsonValue priority = envelope.get("priority");
		if (priority != null) {
			job.priority(priority.asInt());
		}
		JsonValue pending = envelope.get("pending");
		if (pending != null) {
			job.pending(pending.asBoolean());
		}
		JsonValue tags = envelope.get("tags");
		if (tags != null) {
			job.tags(tags.asStrings());
		}
		JsonValue schema = envelope.get("schema");
		if (schema != null) {
			job.schema(schema.asString());
		}
	}

	private static void readTimes(Envelope envelope, JobRequest.Builder job) {
		JsonValue scheduled = envelope.get("delay_until", "scheduled_at");
		if (scheduled != null) {
			Duration delay = Times.relative(scheduled);
			if (delay != null) {
				job.delay(delay);
			}
			else {
				job.scheduledAt(Times.instant(scheduled));
			}
		}
		JsonValue expires = envelope.get("expires_at");
		if (expires != null) {
			Duration timeToLive = Times.relative(expires);
			if (timeToLive != null) {
				job.timeToLive(timeToLive);
			}
			else {
				job.expiresAt(Times.instant(expires));
			}
		}
		Duration timeout = timeout(envelope, "timeout");
		if (timeout != null) {
			job.timeout(timeout);
		}
		Duration visibilityTimeout = timeout(envelope, "visibility_timeout");
		if (visibilityTimeout != null) {
			job.visibilityTimeout(visibilityTimeout);
		}
	}

	/** A bare number is seconds (ojs-core 5.2), as Ruby sends it. */
	private static @Nullable Duration timeout(Envelope envelope, String name) {
		JsonValue millis = envelope.get(name + "_ms");
		if (millis != null) {
			return Times.millis(millis);
		}
		JsonValue value = envelope.get(name);
		if (value == null) {
			return null;
		}
		return value.isNumber() ? Times.seconds(value) : Times.duration(value);
	}

	private static void readPolicies(Envelope envelope, JobRequest.Builder job) {
		JsonValue retry = envelope.get("retry");
		if (retry != null) {
			job.retry(RetryChange.read(retry.asObject()));
		}
		JsonValue unique = envelope.get("unique");
		if (unique != null) {
			job.unique(UniqueReader.read(unique.asObject()));
		}
	}

	private static void readAttributes(Envelope envelope, JobRequest.Builder job, Set<String> understood) {
		envelope.body.forEach((name, value) -> {
			if (!understood.contains(name) && !SYSTEM_MANAGED.contains(name)) {
				if (!Text.isStorable(name)) {
					throw InvalidRequestException.payload("The name of an attribute is not text");
				}
				job.attribute(name, value.json());
			}
		});
	}

	private static void readRateLimit(Envelope envelope, JobRequest.Builder job) {
		JsonValue rateLimit = envelope.get("rate_limit");
		if (rateLimit != null) {
			job.attribute("rate_limit", rateLimit.json());
			RateLimit limit = RateLimitReader.read(rateLimit.asObject());
			if (limit != null) {
				job.rateLimit(limit);
			}
		}
	}

	private record Envelope(JsonObject body, JsonObject options, JsonObject defaults) {

		static Envelope of(JsonObject body, JsonObject defaults) {
			JsonObject options = body.object("options");
			return new Envelope(body, (options != null) ? options : JsonObject.EMPTY, defaults);
		}

		@Nullable JsonValue get(String... names) {
			JsonValue value = this.options.get(names);
			JsonValue own = (value != null) ? value : this.body.get(names);
			return (own != null) ? own : this.defaults.get(names);
		}

	}

}
