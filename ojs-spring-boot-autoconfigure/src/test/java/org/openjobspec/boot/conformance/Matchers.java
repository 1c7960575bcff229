package org.openjobspec.boot.conformance;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * Compares a value with what a case expects of it. The vocabulary and its meaning are the
 * public runner's; {@link #objection(JsonNode)} names what lies outside the vocabulary or
 * accepts everything.
 */
final class Matchers {

	private static final BigDecimal EPSILON = new BigDecimal("1e-9");

	private Matchers() {
	}

	/**
	 * Compares a value with a matcher.
	 * @param matcher what the case expects
	 * @param value what the server sent; a missing node where it sent nothing
	 * @return why they differ, empty when they agree
	 */
	static Optional<String> mismatch(JsonNode matcher, JsonNode value) {
		if (matcher.isNull()) {
			return unless(Json.isNothing(value), "expected null", value);
		}
		if (matcher.isString()) {
			return unless(TextMatchers.accepts(matcher.stringValue(), value), "expected " + matcher, value);
		}
		if (matcher.isNumber()) {
			return unless(value.isNumber() && isSameNumber(matcher.decimalValue(), value.decimalValue()),
					"expected " + matcher, value);
		}
		if (matcher.isBoolean()) {
			return unless(value.equals(matcher), "expected " + matcher, value);
		}
		return matcher.isArray() ? elements(matcher, value) : object(matcher, value);
	}

	/**
	 * Why a matcher must not be trusted with a verdict.
	 * @param matcher what a case expects
	 * @return the objection, empty when the matcher is sound
	 */
	static Optional<String> objection(JsonNode matcher) {
		if (matcher.isString()) {
			String text = matcher.stringValue();
			if (text.equals("any")) {
				return Optional.of("the matcher 'any' accepts everything");
			}
			return TextMatchers.isUnknown(text) ? Optional.of("unknown matcher '" + text + "'") : Optional.empty();
		}
		if (matcher.isObject() && isOperator(matcher)) {
			return operatorObjection(matcher);
		}
		return firstObjection(matcher);
	}

	private static Optional<String> firstObjection(JsonNode matchers) {
		return matchers.values().stream().map(Matchers::objection).flatMap(Optional::stream).findFirst();
	}

	/**
	 * Whether an object is an operator rather than an object to find in the reply.
	 * @param matcher an object
	 * @return whether it holds an operator's key
	 */
	static boolean isOperator(JsonNode matcher) {
		return matcher.has("range") || matcher.propertyNames().stream().anyMatch((key) -> key.startsWith("$"));
	}

	private static Optional<String> operatorObjection(JsonNode matcher) {
		Set<String> keys = Set.copyOf(matcher.propertyNames());
		if (keys.equals(Set.of("$empty"))) {
			return Optional.of("the matcher " + matcher + " accepts everything");
		}
		if (keys.equals(Set.of("$in")) || keys.equals(Set.of("$or"))) {
			return firstObjection(matcher.values().iterator().next());
		}
		boolean known = keys.equals(Set.of("$match")) || keys.equals(Set.of("$exists"))
				|| keys.equals(Set.of("$exists", "$type"))
				|| (keys.equals(Set.of("$size")) && isKnownSize(matcher.path("$size")))
				|| (keys.equals(Set.of("range")) && isKnownRange(matcher.path("range")));
		return known ? Optional.empty() : Optional.of("unknown matcher " + matcher);
	}

	private static boolean isKnownSize(JsonNode size) {
		return size.isInt() || (size.isObject() && Set.copyOf(size.propertyNames()).equals(Set.of("$gte")));
	}

	private static boolean isKnownRange(JsonNode range) {
		return range.isObject() && !range.isEmpty() && Set.of("min", "max").containsAll(range.propertyNames())
				&& range.values().stream().allMatch(JsonNode::isNumber);
	}

	private static Optional<String> elements(JsonNode matcher, JsonNode value) {
		if (!value.isArray() || value.size() != matcher.size()) {
			return unless(false, "expected an array of " + matcher.size(), value);
		}
		for (int i = 0; i < matcher.size(); i++) {
			Optional<String> mismatch = mismatch(matcher.path(i), value.path(i));
			if (mismatch.isPresent()) {
				return Optional.of("[" + i + "]: " + mismatch.get());
			}
		}
		return Optional.empty();
	}

	/**
	 * The first operator found decides, in the order of the public runner.
	 */
	private static Optional<String> object(JsonNode matcher, JsonNode value) {
		if (matcher.has("$exists")) {
			return exists(matcher, value);
		}
		if (matcher.has("$match")) {
			String pattern = matcher.path("$match").asString("");
			return unless(TextMatchers.finds(pattern, value), "expected a string matching " + pattern, value);
		}
		if (matcher.has("$in")) {
			return anyOf(matcher.path("$in"), value);
		}
		if (matcher.has("$size")) {
			return size(matcher.path("$size"), value);
		}
		if (matcher.has("$or")) {
			return anyOf(matcher.path("$or"), value);
		}
		if (matcher.has("$empty")) {
			return Optional.empty();
		}
		if (matcher.has("range")) {
			return range(matcher.path("range"), value);
		}
		return fields(matcher, value);
	}

	private static Optional<String> exists(JsonNode matcher, JsonNode value) {
		if (!matcher.path("$exists").isBoolean()) {
			return Optional.of("cannot read " + matcher);
		}
		boolean wanted = matcher.path("$exists").booleanValue();
		if (wanted == Json.isNothing(value)) {
			return unless(false, wanted ? "expected a value" : "expected no value", value);
		}
		JsonNode type = matcher.path("$type");
		return unless(!type.isString() || type.stringValue().equals(typeOf(value)), "expected type " + type, value);
	}

	private static Optional<String> anyOf(JsonNode alternatives, JsonNode value) {
		boolean matched = alternatives.isArray()
				&& alternatives.values().stream().anyMatch((alternative) -> mismatch(alternative, value).isEmpty());
		return unless(matched, "expected one of " + alternatives, value);
	}

	private static Optional<String> size(JsonNode size, JsonNode value) {
		if (size.isInt()) {
			return unless(value.isArray() && value.size() == size.intValue(), "expected an array of " + size, value);
		}
		if (size.path("$gte").isInt()) {
			return unless(value.isArray() && value.size() >= size.path("$gte").intValue(),
					"expected an array of at least " + size.path("$gte"), value);
		}
		return Optional.of("cannot read the size " + size);
	}

	private static Optional<String> range(JsonNode range, JsonNode value) {
		if (!range.isObject() || !value.isNumber()) {
			return unless(false, "expected a number in " + range, value);
		}
		boolean above = !range.path("min").isNumber()
				|| value.decimalValue().compareTo(range.path("min").decimalValue()) >= 0;
		boolean below = !range.path("max").isNumber()
				|| value.decimalValue().compareTo(range.path("max").decimalValue()) <= 0;
		return unless(above && below, "expected a number in " + range, value);
	}

	private static Optional<String> fields(JsonNode matcher, JsonNode value) {
		if (!value.isObject()) {
			return unless(false, "expected an object", value);
		}
		for (Map.Entry<String, JsonNode> field : matcher.properties()) {
			boolean present = value.has(field.getKey());
			boolean wantedAbsent = field.getValue().isString() && field.getValue().stringValue().equals("absent");
			Optional<String> mismatch = (present || wantedAbsent)
					? (wantedAbsent ? unless(!present, "expected no such field", value.path(field.getKey()))
							: mismatch(field.getValue(), value.path(field.getKey())))
					: Optional.of("is missing");
			if (mismatch.isPresent()) {
				return Optional.of("'" + field.getKey() + "': " + mismatch.get());
			}
		}
		return Optional.empty();
	}

	private static Optional<String> unless(boolean agreed, String expectation, JsonNode value) {
		return agreed ? Optional.empty() : Optional.of(expectation + " but found " + Json.describe(value));
	}

	private static boolean isSameNumber(BigDecimal expected, BigDecimal actual) {
		if (Json.isWhole(expected) && Json.isWhole(actual)) {
			return expected.compareTo(actual) == 0;
		}
		return expected.subtract(actual).abs().compareTo(EPSILON) <= 0;
	}

	private static String typeOf(JsonNode value) {
		return switch (value.getNodeType()) {
			case STRING -> "string";
			case NUMBER -> "number";
			case BOOLEAN -> "boolean";
			case ARRAY -> "array";
			case OBJECT -> "object";
			default -> "null";
		};
	}

}
