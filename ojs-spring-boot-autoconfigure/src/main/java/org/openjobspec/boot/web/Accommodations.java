package org.openjobspec.boot.web;

import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.QueueStats;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.Workflow;
import tools.jackson.core.JsonGenerator;

/**
 * Everything that depends on who asks. The official SDKs and the conformance suites need
 * different answers in three places, and only the SDKs send {@code OJS-Version}; Go's
 * sends a value of its own.
 */
final class Accommodations {

	static final String MEDIA_TYPE = "application/openjobspec+json";

	/** What Go's SDK alone sends as {@code OJS-Version}. */
	private static final String GO = "1.0.0-rc.1";

	private final boolean python;

	Accommodations(WebSettings settings) {
		this.python = settings.pythonAccommodation();
	}

	/**
	 * The content type of an answer. The Python SDK reads only what contains
	 * {@code application/json}; everybody else gets the specification's type, whatever
	 * they accept.
	 */
	String contentType(HttpServletRequest request) {
		String agent = request.getHeader("User-Agent");
		return (this.python && agent != null && agent.startsWith("python-httpx/")) ? "application/json" : MEDIA_TYPE;
	}

	/**
	 * What a repeated ACK is told: an SDK that lost the answer to its first one would
	 * otherwise report a completed job as failed.
	 * @param call the request
	 * @param current the job as it is
	 * @return the job, if the client may see success
	 */
	Optional<Job> repeatedAck(Call call, Optional<Job> current) {
		return isSdk(call) ? current.filter((job) -> job.state() == JobState.COMPLETED) : Optional.empty();
	}

	/**
	 * What a late NACK is told: refusing both its ACK and its NACK ends a JS worker's
	 * process.
	 * @param call the request
	 * @param current the job as it is
	 * @return the job, if the client may see success
	 */
	Optional<Job> lateNack(Call call, Optional<Job> current) {
		return isSdk(call) ? current.filter((job) -> job.state() != JobState.ACTIVE) : Optional.empty();
	}

	/**
	 * Statistics of a queue: {@code queue} is a string for Python, Go and Rust, an object
	 * for the suites.
	 */
	void queueStats(Call call, JsonGenerator json, QueueStats stats) {
		if (isSdk(call)) {
			json.writeStringProperty("queue", stats.name());
			json.writeStringProperty("name", stats.name());
			QueueEndpoints.counts(json, stats);
			json.writeBooleanProperty("paused", stats.paused());
		}
		else {
			json.writeName("queue");
			json.writeStartObject();
			json.writeStringProperty("name", stats.name());
			QueueEndpoints.counts(json, stats);
			json.writeBooleanProperty("paused", stats.paused());
			json.writeEndObject();
		}
	}

	/**
	 * A job for somebody who reads it alone. Go's SDK fails on a result that is no
	 * object, and is better off without it.
	 * @param call the request
	 * @param job the job
	 * @return the job, for Go perhaps without its result
	 */
	Job readable(Call call, Job job) {
		return (isGo(call) && !isObject(job.result())) ? job.withoutResult() : job;
	}

	/**
	 * A workflow, of whose steps the same holds.
	 * @param call the request
	 * @param workflow the workflow
	 * @return the workflow, for Go perhaps without results
	 */
	Workflow readable(Call call, Workflow workflow) {
		return isGo(call) ? new Workflow(workflow.id(), workflow.type(), workflow.name(), workflow.state(),
				workflow.createdAt(), workflow.startedAt(), workflow.finishedAt(), readable(workflow.steps()))
				: workflow;
	}

	private static List<Workflow.Step> readable(List<Workflow.Step> steps) {
		return steps.stream()
			.map((step) -> new Workflow.Step(step.id(), step.type(), step.state(), step.jobId(), step.callback(),
					step.dependsOn(), step.startedAt(), step.finishedAt(),
					isObject(step.result()) ? step.result() : null, step.error(), readable(step.steps())))
			.toList();
	}

	private static boolean isObject(@Nullable String json) {
		return json != null && json.startsWith("{");
	}

	private static boolean isGo(Call call) {
		return GO.equals(call.request().getHeader("OJS-Version"));
	}

	private static boolean isSdk(Call call) {
		String version = call.request().getHeader("OJS-Version");
		return version != null;
	}

	/**
	 * Whether a request id may be echoed.
	 */
	static boolean isEchoable(@Nullable String requestId) {
		return requestId != null && !requestId.isEmpty() && requestId.length() <= 128
				&& requestId.chars().allMatch((c) -> c > ' ' && c < 0x7F);
	}

}
