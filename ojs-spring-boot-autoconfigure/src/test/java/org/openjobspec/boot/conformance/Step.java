package org.openjobspec.boot.conformance;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;

/**
 * One step of a case.
 *
 * @param number the step's place in the case, counted from one
 * @param source the step as it stands in the file
 */
record Step(int number, JsonNode source) {

	private static final Set<String> HTTP_METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

	String id() {
		return text("id");
	}

	/**
	 * How reports name the step.
	 * @return the id, or the number where the case gives none
	 */
	String label() {
		return id().isEmpty() ? "#" + number() : id();
	}

	String action() {
		return text("action");
	}

	String path() {
		return text("path");
	}

	String parallelWith() {
		return text("parallel_with");
	}

	long delayMillis() {
		return this.source.path("delay_ms").asLong(0);
	}

	/**
	 * How long a WAIT step waits, on top of its delay.
	 * @return milliseconds
	 */
	long waitMillis() {
		long duration = this.source.path("duration_ms").asLong(0);
		return (duration > 0) ? duration : delayMillis();
	}

	int repetitions() {
		return Math.max(1, this.source.path("repeat").asInt(1));
	}

	Map<String, String> headers() {
		return this.source.path("headers")
			.properties()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (header) -> Json.text(header.getValue())));
	}

	boolean isWait() {
		return action().equalsIgnoreCase("WAIT");
	}

	boolean isLocalAssertion() {
		return action().equals("ASSERT");
	}

	boolean isHttp() {
		return HTTP_METHODS.contains(action());
	}

	boolean has(String key) {
		return this.source.has(key);
	}

	JsonNode get(String key) {
		return this.source.path(key);
	}

	/**
	 * Whether strict reading sends something else for this step than the public runner
	 * does, so that one execution cannot serve both readings.
	 * @return whether the two readings part
	 */
	boolean sendsDifferentlyWhenStrict() {
		return id().isEmpty() || !(isHttp() || isWait()) || has("raw_body") || has("repeat") || has("capture")
				|| has("captures") || has("store");
	}

	private String text(String key) {
		return this.source.path(key).asString("");
	}

}
