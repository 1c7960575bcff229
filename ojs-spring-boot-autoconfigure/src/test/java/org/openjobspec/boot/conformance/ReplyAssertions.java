package org.openjobspec.boot.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Evaluates what a step expects of the reply to its request, in one reading.
 */
final class ReplyAssertions {

	private static final Pattern ONE_OF = Pattern.compile("one_of:\\s*\\d+\\s*(,\\s*\\d+\\s*)*");

	private final Step step;

	private final Reply reply;

	private final Session session;

	private final Tally tally;

	private ReplyAssertions(Step step, Reply reply, Session session, Tally tally) {
		this.step = step;
		this.reply = reply;
		this.session = session;
		this.tally = tally;
	}

	static void evaluate(Step step, Reply reply, Session session, Tally tally) {
		ReplyAssertions assertions = new ReplyAssertions(step, reply, session, tally);
		step.get("assertions").properties().forEach((entry) -> assertions.assertion(entry.getKey(), entry.getValue()));
		if (assertions.strict()) {
			step.get("expect")
				.properties()
				.forEach((entry) -> assertions.expectation(entry.getKey(), entry.getValue()));
			assertions.carriesJson();
		}
	}

	private boolean strict() {
		return this.tally.mode() == Mode.STRICT;
	}

	private void assertion(String key, JsonNode expected) {
		switch (key) {
			case "status" -> status(expected);
			case "status_in" -> statusIn(expected);
			case "status_one_of" -> {
				if (strict()) {
					statusIn(expected);
				}
			}
			case "body" -> body(expected);
			case "body_absent" -> bodyAbsent(expected);
			case "body_contains" -> bodyContains(expected);
			case "headers" -> headers(expected);
			case "timing_ms" -> timing(expected);
			default -> {
				// Comments, and what Vocabulary has already failed the case for.
			}
		}
	}

	private void expectation(String key, JsonNode expected) {
		if (key.equals("status")) {
			status(expected);
		}
		else if (key.equals("status_in")) {
			statusIn(expected);
		}
		else if (key.equals("body")) {
			expected.properties().forEach((entry) -> expectedBody(entry.getKey(), entry.getValue()));
		}
		else if (key.startsWith("body.")) {
			expectedBody(key.substring("body.".length()), expected);
		}
	}

	private void status(JsonNode expected) {
		JsonNode actual = JsonNodeFactory.instance.numberNode(this.reply.status());
		if (expected.isArray() && strict()) {
			statusIn(expected);
		}
		else if (expected.isInt()) {
			verdict("status", expected, actual, Matchers.mismatch(expected, actual));
		}
		else if (expected.isString() && ONE_OF.matcher(expected.stringValue()).matches()) {
			boolean listed = Stream.of(expected.stringValue().substring("one_of:".length()).split(","))
				.anyMatch((code) -> Integer.parseInt(code.strip()) == this.reply.status());
			verdict("status", expected, actual, unless(listed, "expected " + expected + " but got " + actual));
		}
		else if (expected.isString()) {
			verdict("status", expected, actual, Matchers.mismatch(expected, actual));
		}
		else if (expected.path("$in").isArray()) {
			verdict("status", expected, actual, Matchers.mismatch(expected, actual));
		}
		else {
			verdict("status", expected, actual, Optional.of("unknown form of a status assertion: " + expected));
		}
	}

	private void statusIn(JsonNode expected) {
		JsonNode actual = JsonNodeFactory.instance.numberNode(this.reply.status());
		boolean listed = expected.values().stream().anyMatch(actual::equals);
		verdict("status", expected, actual, unless(listed, "expected one of " + expected + " but got " + actual));
	}

	private void body(JsonNode expected) {
		if (expected.has("$or")) {
			boolean matched = expected.path("$or").values().stream().anyMatch(this::alternativeHolds);
			verdict("$or", expected.path("$or"), this.reply.json(), unless(matched, "no alternative holds"));
		}
		for (Map.Entry<String, JsonNode> entry : expected.properties()) {
			String path = entry.getKey();
			if (path.startsWith("$") && !path.startsWith("$.")) {
				continue;
			}
			if (this.reply.json().isObject()) {
				bodyAt(path, entry.getValue());
			}
			else if (strict()) {
				verdict(path, entry.getValue(), this.reply.json(), Optional.of("the body is not a JSON object"));
			}
		}
	}

	/**
	 * The public runner looks into a body that is not an object as if it were an empty
	 * one.
	 */
	private boolean alternativeHolds(JsonNode alternative) {
		JsonNode body = this.reply.json().isObject() ? this.reply.json() : JsonNodeFactory.instance.objectNode();
		return alternative.properties()
			.stream()
			.allMatch((entry) -> JsonPath.lookup(entry.getKey(), body) instanceof Lookup.Found found
					&& matcher(entry.getValue())
						.filter((matcher) -> Matchers.mismatch(matcher, found.value()).isEmpty())
						.isPresent());
	}

	private void bodyAt(String path, JsonNode template) {
		String resolvedPath = Templates.resolve(this.tally.mode(), path, this.session);
		Optional<JsonNode> matcher = matcher(template);
		if (matcher.isEmpty() || hasUnresolved(path, resolvedPath)) {
			return;
		}
		Lookup lookup = JsonPath.lookup(resolvedPath, this.reply.json());
		if (lookup instanceof Lookup.Found found) {
			verdict(path, matcher.get(), found.value(), Matchers.mismatch(matcher.get(), found.value()));
		}
		else if (lookup instanceof Lookup.Broken broken) {
			boolean wantedAbsent = matcher.get().isString() && matcher.get().stringValue().equals("absent");
			verdict(path, matcher.get(), Json.missing(), unless(wantedAbsent, broken.reason()));
		}
	}

	private void bodyAbsent(JsonNode paths) {
		for (JsonNode path : paths) {
			if (strict() && !this.reply.json().isObject()) {
				verdict(path.asString(), path, this.reply.json(), Optional.of("the body is not a JSON object"));
				continue;
			}
			boolean present = JsonPath.lookup(path.asString(), this.reply.json()) instanceof Lookup.Found found
					&& !Json.isNothing(found.value());
			verdict(path.asString(), path, this.reply.json(), unless(!present, "expected no value"));
		}
	}

	private void bodyContains(JsonNode texts) {
		for (JsonNode text : texts) {
			verdict("body_contains", text, this.reply.json(),
					unless(this.reply.body().contains(text.asString()), "the body does not contain " + text));
		}
	}

	private void headers(JsonNode expected) {
		for (Map.Entry<String, JsonNode> entry : expected.properties()) {
			JsonNode matcher = entry.getValue();
			String actual = this.reply.header(entry.getKey());
			JsonNode value = JsonNodeFactory.instance.stringNode(actual);
			String path = "header " + entry.getKey();
			if (matcher.isString()) {
				verdict(path, matcher, value,
						unless(matcher.equals(value), "expected " + matcher + " but got " + value));
			}
			else if (matcher.path("$match").isString()) {
				verdict(path, matcher, value, Matchers.mismatch(matcher, value));
			}
			else if (matcher.path("$eq").isString()) {
				verdict(path, matcher, value, unless(matcher.path("$eq").equals(value),
						"expected " + matcher.path("$eq") + " but got " + value));
			}
			else if (strict() && matcher.path("$exists").isBoolean()) {
				boolean wanted = matcher.path("$exists").booleanValue();
				verdict(path, matcher, value, unless(wanted != actual.isEmpty(),
						wanted ? "the header is missing" : "the header must not be there"));
			}
		}
	}

	private void timing(JsonNode expected) {
		long actual = this.reply.durationMillis();
		JsonNode value = JsonNodeFactory.instance.numberNode(actual);
		for (Map.Entry<String, JsonNode> entry : expected.properties()) {
			long bound = entry.getValue().asLong(0);
			Optional<String> mismatch = switch (entry.getKey()) {
				case "less_than" ->
					unless(actual < bound, "took %d ms, expected less than %d".formatted(actual, bound));
				case "greater_than" ->
					unless(actual > bound, "took %d ms, expected more than %d".formatted(actual, bound));
				case "approximate" -> unless(Math.abs(actual - bound) <= Math.max(bound / 2, 100),
						"took %d ms, expected about %d".formatted(actual, bound));
				default -> Optional.of("unknown timing assertion '" + entry.getKey() + "'");
			};
			verdict("timing_ms." + entry.getKey(), entry.getValue(), value, mismatch);
		}
	}

	private void expectedBody(String path, JsonNode template) {
		if (!this.reply.json().isObject()) {
			verdict(path, template, this.reply.json(), Optional.of("the body is not a JSON object"));
			return;
		}
		matcher(template).ifPresent((matcher) -> {
			JsonNode value = DottedPath.lookup(path, this.reply.json());
			verdict(path, matcher, value, dottedMismatch(matcher, value));
		});
	}

	/**
	 * In {@code expect} the keys of an object are paths too.
	 */
	private static Optional<String> dottedMismatch(JsonNode matcher, JsonNode value) {
		if (!matcher.isObject() || Matchers.isOperator(matcher)) {
			return Matchers.mismatch(matcher, value);
		}
		if (!value.isObject()) {
			return Optional.of("expected an object but found " + Json.describe(value));
		}
		return matcher.properties()
			.stream()
			.flatMap((entry) -> dottedMismatch(entry.getValue(), DottedPath.lookup(entry.getKey(), value))
				.map((mismatch) -> "'" + entry.getKey() + "': " + mismatch)
				.stream())
			.findFirst();
	}

	/**
	 * Without this a server could pass by saying nothing: every reply of the protocol
	 * that has a body has a JSON object as its body.
	 */
	private void carriesJson() {
		String accept = this.step.headers().getOrDefault("Accept", "application/json");
		if (accept.contains("json") && this.reply.status() != 204 && !this.reply.json().isObject()) {
			this.tally.fail(new Failure(this.step.label(), "body", "a JSON object", this.reply.body(),
					"the reply with status %d carries no JSON object".formatted(this.reply.status())));
		}
	}

	private Optional<JsonNode> matcher(JsonNode template) {
		String text = template.toString();
		String resolved = Templates.resolve(this.tally.mode(), text, this.session);
		if (hasUnresolved(text, resolved)) {
			return Optional.empty();
		}
		if (resolved.equals(text)) {
			return Optional.of(template);
		}
		try {
			return Optional.of(Json.parse(resolved));
		}
		catch (JacksonException ex) {
			this.tally
				.fail(Failure.of(this.step.label(), text, "a reference makes the matcher unreadable: " + resolved));
			return Optional.empty();
		}
	}

	private boolean hasUnresolved(String text, String resolved) {
		List<String> unresolved = strict() ? Templates.unresolved(resolved) : List.of();
		unresolved.forEach((reference) -> this.tally
			.fail(Failure.of(this.step.label(), text, "the reference " + reference + " leads nowhere")));
		return !unresolved.isEmpty();
	}

	private void verdict(String path, JsonNode expected, JsonNode actual, Optional<String> mismatch) {
		this.tally.evaluated(this.step, path, expected.toString(), Json.describe(actual), mismatch);
	}

	private static Optional<String> unless(boolean agreed, String mismatch) {
		return agreed ? Optional.empty() : Optional.of(mismatch);
	}

}
