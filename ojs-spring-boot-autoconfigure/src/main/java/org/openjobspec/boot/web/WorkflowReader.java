package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;

/**
 * Reads workflows in both forms: compositions ({@code type} with {@code steps} or
 * {@code jobs}), and steps that name what they depend on, as the SDKs of Go, Java, Python
 * and Rust send every workflow.
 */
final class WorkflowReader {

	private static final Set<String> COMPOSITES = Set.of("chain", "group", "batch");

	private final JobReader jobs;

	WorkflowReader(JobReader jobs) {
		this.jobs = jobs;
	}

	Composition read(JsonObject body) {
		String type = body.string("type");
		if (type != null && COMPOSITES.contains(type)) {
			return composite(type, body, defaults(body), 0);
		}
		if (type != null && !type.equals("graph") && !type.equals("dag")) {
			throw InvalidRequestException.field("type",
					"type must be chain, group or batch, or be left out where steps say what they depend on");
		}
		return graph(body);
	}

	/** What holds for steps that do not say otherwise. */
	private static JsonObject defaults(JsonObject body) {
		JsonObject options = body.object("options");
		return (options != null) ? options : JsonObject.EMPTY;
	}

	private Composition composite(String type, JsonObject body, JsonObject defaults, int depth) {
		if (depth > Composition.MAX_DEPTH) {
			throw InvalidRequestException.field(body.path("type"),
					"The workflow is nested deeper than %d levels".formatted(Composition.MAX_DEPTH));
		}
		// The names are not told apart: whoever mixes them up means the same.
		JsonValue parts = body
			.get("chain".equals(type) ? new String[] { "steps", "jobs" } : new String[] { "jobs", "steps" });
		if (parts == null) {
			throw InvalidRequestException.field(body.path("chain".equals(type) ? "steps" : "jobs"),
					"a %s needs %s".formatted(type, "chain".equals(type) ? "steps" : "jobs"));
		}
		List<Composition> read = new ArrayList<>();
		for (JsonValue part : parts.asArray()) {
			read.add(part(part, defaults, depth));
		}
		return switch (type) {
			case "chain" -> new Composition.Chain(read);
			case "group" -> new Composition.Group(read);
			default -> batch(body, defaults, read);
		};
	}

	private Composition part(JsonValue value, JsonObject defaults, int depth) {
		JsonObject body = value.asObject();
		String type = body.string("type");
		if (type != null && COMPOSITES.contains(type) && (body.get("steps") != null || body.get("jobs") != null)) {
			return composite(type, body, defaults, depth + 1);
		}
		return new Composition.Single(this.jobs.readStep(body, defaults));
	}

	private Composition batch(JsonObject body, JsonObject defaults, List<Composition> jobs) {
		JsonObject callbacks = body.object("callbacks");
		JsonObject from = (callbacks != null) ? callbacks : body;
		return new Composition.Batch(jobs, callback(from, "on_complete", defaults),
				callback(from, "on_success", defaults), callback(from, "on_failure", defaults));
	}

	private @Nullable JobRequest callback(JsonObject callbacks, String name, JsonObject defaults) {
		JsonObject callback = callbacks.object(name);
		return (callback != null) ? this.jobs.readStep(callback, defaults) : null;
	}

	private Composition graph(JsonObject body) {
		JsonObject defaults = defaults(body);
		List<Composition.Node> nodes = new ArrayList<>();
		for (JsonValue step : body.require("steps").asArray()) {
			JsonObject node = step.asObject();
			String id = node.string("id", "name");
			nodes.add(new Composition.Node((id != null) ? id : "step-" + nodes.size(),
					this.jobs.readStep(node, defaults), node.strings("depends_on", "dependsOn")));
		}
		return new Composition.Graph(nodes);
	}

}
