package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import tools.jackson.core.JsonGenerator;

/**
 * What the server says of itself: health and manifest.
 */
final class ServerEndpoints {

	static final String MANIFEST = "/ojs/manifest";

	/** What is complete, and nothing else, is declared. */
	private static final Map<String, Boolean> CAPABILITIES = new TreeMap<>(Map.of("batch_enqueue", true, "cron_jobs",
			true, "dead_letter", true, "delayed_jobs", true, "job_ttl", true, "pause_resume", true, "priority_queues",
			true, "rate_limiting", true, "unique_jobs", true, "workflows", true));

	private final JobEngine engine;

	private final String basePath;

	private final long startedAt = System.nanoTime();

	private final Supplier<@Nullable String> obstacle;

	ServerEndpoints(JobEngine engine, String basePath, Supplier<@Nullable String> obstacle) {
		this.engine = engine;
		this.obstacle = obstacle;
		this.basePath = basePath;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/health", this::health), new Route("GET", "/manifest", this::manifest));
	}

	Answer health(Call call) {
		Duration latency = ping();
		boolean up = latency != null;
		Answer answer = Answer.of(up ? 200 : 503, (json) -> {
			json.writeStringProperty("status", up ? "ok" : "unhealthy");
			json.writeStringProperty("version", "1.0");
			json.writeNumberProperty("uptime_seconds",
					Duration.ofNanos(System.nanoTime() - this.startedAt).toSeconds());
			json.writeName("backend");
			json.writeStartObject();
			json.writeStringProperty("type", "postgres");
			json.writeStringProperty("status", up ? "ok" : "unhealthy");
			json.writeStringProperty("connection", up ? "connected" : "disconnected");
			Values.millis(json, "latency_ms", latency);
			if (!up) {
				json.writeStringProperty("error", "The database does not answer, or has no tables yet");
			}
			json.writeEndObject();
		});
		return up ? answer : answer.with("Retry-After", "1");
	}

	@Nullable Duration ping() {
		if (this.obstacle.get() != null) {
			return null;
		}
		try {
			return this.engine.ping();
		}
		catch (RuntimeException ex) {
			if (Failures.isOutage(ex)) {
				return null;
			}
			throw ex;
		}
	}

	Answer manifest(Call call) {
		String prefix = Paths.prefix(call.request());
		return Answer.ok((json) -> {
			json.writeStringProperty("specversion", "1.0");
			json.writeStringProperty("ojs_version", "1.0");
			json.writeName("implementation");
			json.writeStartObject();
			json.writeStringProperty("name", "ojs-spring");
			json.writeStringProperty("version", version());
			json.writeStringProperty("language", "java");
			json.writeEndObject();
			json.writeNumberProperty("conformance_level", 4);
			json.writeStringProperty("conformance_tier", "runtime");
			Values.texts(json, "protocols", List.of("http"));
			json.writeStringProperty("backend", "postgres");
			json.writeName("capabilities");
			Values.value(json, capabilities());
			// A plain list, since Go and Rust read nothing else.
			Values.texts(json, "extensions",
					this.engine.webhooks().enabled() ? List.of("admin-api", "webhooks") : List.of("admin-api"));
			endpoints(json, prefix);
		});
	}

	private Map<String, Boolean> capabilities() {
		Map<String, Boolean> capabilities = new TreeMap<>(CAPABILITIES);
		capabilities.put("schema_validation", this.engine.schemas().checking());
		capabilities.put("webhooks", this.engine.webhooks().enabled());
		return capabilities;
	}

	private void endpoints(JsonGenerator json, String prefix) {
		String base = prefix + this.basePath;
		json.writeName("endpoints");
		json.writeStartObject();
		json.writeStringProperty("manifest", prefix + MANIFEST);
		json.writeStringProperty("health", base + "/health");
		json.writeStringProperty("jobs", base + "/jobs");
		json.writeStringProperty("workers", base + "/workers");
		json.writeStringProperty("queues", base + "/queues");
		json.writeStringProperty("dead_letter", base + "/dead-letter");
		json.writeStringProperty("cron", base + "/cron");
		json.writeStringProperty("schemas", base + "/schemas");
		json.writeStringProperty("admin", base + "/admin");
		json.writeStringProperty("events", base + "/events");
		json.writeStringProperty("workflows", base + "/workflows");
		if (this.engine.webhooks().enabled()) {
			json.writeStringProperty("webhooks", base + "/webhooks/subscriptions");
		}
		json.writeEndObject();
	}

	private static String version() {
		String version = ServerEndpoints.class.getPackage().getImplementationVersion();
		return (version != null) ? version : "development";
	}

}
