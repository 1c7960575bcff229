package org.openjobspec.boot.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * What the strict reading understands. Everything that a case says beyond it fails the
 * case, because it would otherwise be passed over in silence.
 */
final class Vocabulary {

	private static final Set<String> CASE_KEYS = Set.of("test_id", "level", "category", "name", "description",
			"spec_ref", "tags", "steps", "preconditions");

	private static final Set<String> STEP_KEYS = Set.of("id", "action", "intent", "description", "path", "headers",
			"body", "raw_body", "request", "delay_ms", "duration_ms", "parallel_with", "repeat", "assertions", "expect",
			"capture", "captures", "store");

	private static final Set<String> ASSERTION_KEYS = Set.of("status", "status_in", "status_one_of", "body",
			"body_absent", "body_contains", "headers", "timing_ms");

	private static final Set<String> LOCAL_ASSERTION_KEYS = Set.of("equality", "exclusive_claim");

	private static final Set<String> COMMENT_KEYS = Set.of("body_comment", "headers_comment");

	private static final Set<String> HEADER_OPERATORS = Set.of("$match", "$eq", "$exists");

	private final List<Failure> objections = new ArrayList<>();

	private Vocabulary() {
	}

	/**
	 * Finds what a case says and the runner does not understand.
	 * @param testCase the case
	 * @return one failure for each such thing
	 */
	static List<Failure> objections(ConformanceCase testCase) {
		Vocabulary vocabulary = new Vocabulary();
		vocabulary.keys("", testCase.source(), CASE_KEYS);
		testCase.steps().forEach(vocabulary::step);
		return vocabulary.objections;
	}

	private void step(Step step) {
		keys(step.label(), step.source(), STEP_KEYS);
		boolean symbolic = SymbolicAction.of(step.action()).isPresent();
		if (!(step.isHttp() || step.isWait() || step.isLocalAssertion() || symbolic)) {
			object(step.label(), "action", "unknown action '" + step.action() + "'");
		}
		if (step.has("request") && !symbolic) {
			object(step.label(), "request", "has no meaning for the action '" + step.action() + "'");
		}
		if (step.has("body") && step.has("raw_body")) {
			object(step.label(), "raw_body", "contradicts 'body'");
		}
		assertions(step);
		expectations(step);
	}

	private void assertions(Step step) {
		JsonNode assertions = step.get("assertions");
		Set<String> known = step.isLocalAssertion() ? LOCAL_ASSERTION_KEYS : ASSERTION_KEYS;
		assertions.propertyNames()
			.stream()
			.filter((key) -> !known.contains(key) && !COMMENT_KEYS.contains(key))
			.forEach((key) -> object(step.label(), key, "unknown assertion '" + key + "'"));
		for (JsonNode list : List.of(assertions.path("status_in"), assertions.path("status_one_of"),
				assertions.path("body_absent"), assertions.path("body_contains"))) {
			if (!list.isMissingNode() && !list.isArray()) {
				object(step.label(), "assertions", "expected a list instead of " + list);
			}
		}
		for (JsonNode map : List.of(assertions.path("body"), assertions.path("headers"))) {
			if (!map.isMissingNode() && !map.isObject()) {
				object(step.label(), "assertions", "expected an object instead of " + map);
			}
		}
		assertions.path("body").properties().forEach((entry) -> bodyAssertion(step, entry.getKey(), entry.getValue()));
		assertions.path("headers").properties().forEach((header) -> {
			JsonNode matcher = header.getValue();
			if (!matcher.isString()
					&& !(matcher.size() == 1 && HEADER_OPERATORS.containsAll(matcher.propertyNames()))) {
				object(step.label(), "header " + header.getKey(), "unknown matcher " + matcher);
			}
		});
	}

	private void bodyAssertion(Step step, String path, JsonNode matcher) {
		if (path.equals("$or")) {
			matcher.values()
				.forEach((alternative) -> alternative.properties()
					.forEach((entry) -> matcher(step, entry.getKey(), entry.getValue())));
		}
		else if (path.startsWith("$") && !path.startsWith("$.")) {
			object(step.label(), path, "unknown operator '" + path + "'");
		}
		else {
			matcher(step, path, matcher);
		}
	}

	private void expectations(Step step) {
		JsonNode expect = step.get("expect");
		if (!expect.isMissingNode() && (step.isLocalAssertion() || step.isWait())) {
			object(step.label(), "expect", "cannot be evaluated without a request");
		}
		expect.properties().forEach((entry) -> {
			String key = entry.getKey();
			if (key.equals("body") && entry.getValue().isObject()) {
				entry.getValue().properties().forEach((field) -> matcher(step, field.getKey(), field.getValue()));
			}
			else if (key.startsWith("body.")) {
				matcher(step, key, entry.getValue());
			}
			else if (!key.equals("status") && !(key.equals("status_in") && entry.getValue().isArray())) {
				object(step.label(), key, "unknown expectation '" + key + "'");
			}
		});
	}

	private void matcher(Step step, String path, JsonNode matcher) {
		Optional<String> objection = Matchers.objection(matcher);
		objection.ifPresent((reason) -> object(step.label(), path, reason));
	}

	private void keys(String step, JsonNode node, Set<String> known) {
		node.propertyNames()
			.stream()
			.filter((key) -> !known.contains(key))
			.forEach((key) -> object(step, key, "unknown key '" + key + "'"));
	}

	private void object(String step, String path, String message) {
		this.objections.add(Failure.of(step, path, message));
	}

}
