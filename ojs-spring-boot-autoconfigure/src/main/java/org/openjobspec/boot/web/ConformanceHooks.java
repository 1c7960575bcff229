package org.openjobspec.boot.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueStats;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;

/**
 * What the public conformance suites need and nobody else may reach: without
 * {@code ojs.conformance.enabled=true} this class adds no route and does nothing.
 */
final class ConformanceHooks {

	private static final Set<String> DIRECTIVES = Set.of("quiet", "terminate");

	private static final String HEALTH = "/health";

	private static final String READY = "/ready";

	private static final String METRICS = "/metrics";

	private final boolean enabled;

	private final JobEngine engine;

	ConformanceHooks(WebSettings settings, JobEngine engine) {
		this.enabled = settings.conformance();
		this.engine = engine;
	}

	/**
	 * Starts each test with an empty server.
	 */
	List<Route> relativeRoutes() {
		return this.enabled ? List.of(new Route("POST", "/admin/reset", this::reset)) : List.of();
	}

	/**
	 * Paths that belong to the application everywhere else.
	 */
	List<String> absolutePaths() {
		return this.enabled ? List.of(HEALTH, READY, METRICS) : List.of();
	}

	/**
	 * What is served there.
	 */
	List<Route> absoluteRoutes(ServerEndpoints server) {
		return this.enabled ? List.of(new Route("GET", HEALTH, server::health),
				new Route("GET", READY, (call) -> ready(server)), new Route("GET", METRICS, this::metrics)) : List.of();
	}

	private Answer reset(Call call) {
		this.engine.reset();
		return Answer.ok((json) -> json.writeBooleanProperty("reset", true));
	}

	private static Answer ready(ServerEndpoints server) {
		boolean ready = server.ping() != null;
		return Answer.of(ready ? 200 : 503,
				(json) -> json.writeStringProperty("status", ready ? "ready" : "unavailable"));
	}

	/** The suite compares the type with {@code text/plain}, parameters included. */
	private Answer metrics(Call call) {
		StringBuilder text = new StringBuilder("# TYPE ojs_queue_jobs gauge\n");
		this.engine.queues().forEach((queue) -> {
			QueueStats stats = this.engine.queueStats(queue.name());
			text.append(
					"ojs_queue_jobs{queue=\"%s\",state=\"available\"} %d\n".formatted(queue.name(), stats.available()));
		});
		return Answer.text(text.toString());
	}

	/**
	 * EXT-MW-002: metadata that asks for validation makes empty arguments an error.
	 */
	void validate(JobRequest request) {
		if (this.enabled && request.args().equals("[]") && JsonObject.parse(request.meta()).flag("ojs_validate")) {
			throw InvalidRequestException.protocol("validation_error", 422, "args must not be empty",
					"Send at least one argument.");
		}
	}

	/**
	 * L1-WRK-002 and 003: a job's metadata decides what its worker is told.
	 * @param active the jobs that a heartbeat names
	 * @return the state that the heartbeat's answer has
	 */
	Optional<String> directive(List<UUID> active) {
		return this.enabled
				? active.stream().map(this.engine::find).flatMap(Optional::stream).flatMap(this::directive).findFirst()
				: Optional.empty();
	}

	private Stream<String> directive(Job job) {
		JsonValue directive = JsonObject.parse(job.meta()).get("test_directive");
		return (directive != null && directive.isString() && DIRECTIVES.contains(directive.asString()))
				? Stream.of(directive.asString()) : Stream.empty();
	}

}
