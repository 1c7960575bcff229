package org.openjobspec.boot.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.MetaMember;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.RetryPolicy;
import tools.jackson.core.JsonGenerator;

/**
 * Writes jobs so that each of the six SDKs can read them: an ill-typed member of one job
 * costs a worker all jobs of its fetch.
 */
final class JobWriter {

	private static final int MAX_RESULTS_IN_META = 65_536;

	private JobWriter() {
	}

	/**
	 * One job, bare for the clients that read the body itself and nested for those that
	 * read its member {@code job}.
	 * @param job the job
	 * @param others writes members beside those of the job
	 * @return writes the members of the answer
	 */
	static Consumer<JsonGenerator> single(Job job, Consumer<JsonGenerator> others) {
		return (json) -> {
			members(json, job, false);
			others.accept(json);
			nested(json, job);
		};
	}

	static Consumer<JsonGenerator> single(Job job) {
		return single(job, (json) -> {
		});
	}

	/**
	 * One job as pages for operators read it (ojs-admin-api 7.2): bare, always with its
	 * retry policy, and with its times once more in one place. An attribute of the same
	 * name goes before.
	 */
	static void detailed(JsonGenerator json, Job job) {
		members(json, job, false);
		Set<String> attributes = job.options().attributes().keySet();
		if (!attributes.contains("retry_policy")) {
			PolicyWriter.retry(json, "retry_policy", job.options().retry());
		}
		if (!attributes.contains("dead_letter")) {
			json.writeBooleanProperty("dead_letter", job.deadLettered());
		}
		if (!attributes.contains("metadata")) {
			json.writeName("metadata");
			json.writeStartObject();
			times(json, job);
			json.writeEndObject();
		}
	}

	static void nested(JsonGenerator json, Job job) {
		json.writeName("job");
		json.writeStartObject();
		members(json, job, false);
		json.writeEndObject();
	}

	static void list(JsonGenerator json, List<Job> jobs) {
		jobs(json, jobs, false, Map.of());
	}

	/**
	 * Jobs for a worker: without results, at whose type Go's worker would choke, and
	 * without a history, of which a fetch knows the end only; with what an earlier
	 * attempt has saved (ojs-durable-execution 6.1).
	 */
	static void fetched(JsonGenerator json, List<Job> jobs, Map<UUID, Checkpoint> checkpoints) {
		jobs(json, jobs, true, checkpoints);
	}

	private static void jobs(JsonGenerator json, List<Job> jobs, boolean fetched, Map<UUID, Checkpoint> checkpoints) {
		Values.objects(json, "jobs", jobs, (job) -> {
			members(json, job, fetched);
			Checkpoint checkpoint = checkpoints.get(job.id());
			if (checkpoint != null) {
				json.writeName("checkpoint");
				json.writeStartObject();
				Values.raw(json, "state", checkpoint.state());
				json.writeNumberProperty("sequence", checkpoint.sequence());
				json.writeEndObject();
			}
		});
	}

	private static void members(JsonGenerator json, Job job, boolean fetched) {
		json.writeStringProperty("specversion", "1.0");
		json.writeStringProperty("id", job.id().toString());
		json.writeStringProperty("type", job.type());
		json.writeStringProperty("queue", job.queue());
		Values.raw(json, "args", job.args());
		Values.raw(json, "meta", meta(job));
		if (job.workflowId() != null) {
			json.writeStringProperty("workflow_id", job.workflowId().toString());
		}
		Values.raw(json, "parent_results", job.parentResults());
		json.writeNumberProperty("priority", job.priority());
		json.writeStringProperty("state", job.state().wireName());
		json.writeNumberProperty("attempt", job.attempt());
		json.writeNumberProperty("max_attempts", job.maxAttempts());
		options(json, job.options());
		times(json, job);
		if (job.state() == JobState.ACTIVE) {
			Values.text(json, "worker_id", job.workerId());
		}
		if (!fetched) {
			Values.raw(json, "result", job.result());
		}
		failures(json, job, fetched);
		job.options().attributes().forEach((name, value) -> Values.raw(json, name, value));
	}

	/**
	 * The typed SDKs keep nothing of a job that they do not know, except for what is in
	 * its metadata.
	 */
	private static String meta(Job job) {
		String results = job.parentResults();
		if (results == null || results.length() > MAX_RESULTS_IN_META) {
			return job.meta();
		}
		return MetaMember.put(job.meta(), "parent_results", results);
	}

	private static void options(JsonGenerator json, JobOptions options) {
		Values.millis(json, "timeout_ms", options.timeout());
		Values.millis(json, "visibility_timeout_ms", options.visibilityTimeout());
		if (!options.retry().equals(RetryPolicy.DEFAULT)) {
			PolicyWriter.retry(json, options.retry());
		}
		if (options.unique() != null) {
			PolicyWriter.unique(json, options.unique());
		}
		Values.texts(json, "tags", options.tags());
		Values.text(json, "schema", options.schema());
	}

	private static void times(JsonGenerator json, Job job) {
		JobState state = job.state();
		Values.time(json, "created_at", job.createdAt());
		Values.time(json, "enqueued_at", job.enqueuedAt());
		Values.time(json, "scheduled_at", (job.options().scheduledAt() == null && state == JobState.SCHEDULED)
				? job.nextAttemptAt() : job.options().scheduledAt());
		Values.time(json, "expires_at", job.options().expiresAt());
		Values.time(json, "started_at", job.startedAt());
		if (state == JobState.RETRYABLE) {
			Values.time(json, "next_attempt_at", job.nextAttemptAt());
		}
		ends(json, state, job.expired(), job.finishedAt());
	}

	/** Expiry is no completion: it sets {@code discarded_at} alone. */
	static void ends(JsonGenerator json, JobState state, boolean expired, @Nullable Instant finishedAt) {
		switch (state) {
			case COMPLETED -> Values.time(json, "completed_at", finishedAt);
			case CANCELLED -> Values.time(json, "cancelled_at", finishedAt);
			case DISCARDED -> {
				Values.time(json, "completed_at", expired ? null : finishedAt);
				Values.time(json, "discarded_at", finishedAt);
			}
			case SCHEDULED, AVAILABLE, PENDING, ACTIVE, RETRYABLE -> {
			}
		}
	}

	private static void failures(JsonGenerator json, Job job, boolean fetched) {
		JobFailure last = job.lastFailure();
		if (last != null) {
			json.writeName("error");
			json.writeStartObject();
			error(json, last.error());
			json.writeEndObject();
			Values.millis(json, "retry_delay_ms", last.retryDelay());
		}
		if (!fetched) {
			Values.objects(json, "errors", job.failures(), (failure) -> {
				json.writeNumberProperty("attempt", failure.attempt());
				Values.time(json, "occurred_at", failure.occurredAt());
				error(json, failure.error());
				Duration delay = failure.retryDelay();
				Values.millis(json, "retry_delay_ms", delay);
			});
		}
	}

	private static void error(JsonGenerator json, JobError error) {
		Values.text(json, "type", error.type());
		Values.text(json, "code", error.code());
		Values.text(json, "message", error.message());
		// Go and Java want a boolean; a reporter that says nothing leaves it to the
		// policy.
		json.writeBooleanProperty("retryable", error.retryable() == null || error.retryable());
		json.writeName("details");
		Values.value(json, error.details());
		if (!error.backtrace().isEmpty()) {
			Values.texts(json, "backtrace", error.backtrace());
		}
	}

}
