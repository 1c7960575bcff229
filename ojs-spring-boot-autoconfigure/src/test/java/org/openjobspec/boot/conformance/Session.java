package org.openjobspec.boot.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * What one execution of a case remembers: the reply to each step, and the values that
 * steps captured under a name.
 */
final class Session {

	private final Map<String, Reply> replies = new HashMap<>();

	private final Map<String, JsonNode> captured = new HashMap<>();

	void remember(Step step, Reply reply) {
		this.replies.put(step.id(), reply);
	}

	void capture(String name, JsonNode value) {
		this.captured.put(name, value);
	}

	Optional<JsonNode> body(String stepId) {
		return Optional.ofNullable(this.replies.get(stepId)).map(Reply::json).filter(JsonNode::isObject);
	}

	Optional<JsonNode> captured(String name) {
		return Optional.ofNullable(this.captured.get(name));
	}

}
