package org.openjobspec.boot.conformance;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import tools.jackson.databind.JsonNode;

/**
 * The matchers that are written as text, such as {@code string:uuidv7} or {@code ~1000}.
 * A text that is none of them means itself.
 */
final class TextMatchers {

	private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

	private static final Pattern UUID_V7 = Pattern
		.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

	private static final Pattern DATETIME = Pattern
		.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})");

	/**
	 * A text that looks like a matcher of a family we know, or like an operator.
	 */
	private static final Pattern MATCHER_LIKE = Pattern.compile(
			"(?s)(string|number|integer|array|object|bool|boolean|null|not|contains|not_contains|one_of):.*|~\\s*[\\d.]+.*");

	private static final String NUMBER = "(-?\\d+(?:\\.\\d+)?)";

	private static final List<TextRule> RULES = List.of(
	// @formatter:off
			new TextRule("any", (value) -> true),
			new TextRule("exists", (value) -> !Json.isNothing(value)),
			new TextRule("absent", Json::isNothing),
			new TextRule("string:non_?empty", (value) -> value.isString() && !value.stringValue().isEmpty()),
			new TextRule("string:uuid", (value) -> matches(UUID, value)),
			new TextRule("string:uuidv7", (value) -> matches(UUID_V7, value)),
			new TextRule("string:datetime", (value) -> matches(DATETIME, value)),
			new TextRule("string:contains:(.*)", (text, value) -> value.isString() && value.stringValue().contains(text.group(1))),
			new TextRule("string:pattern\\((.*)\\)", (text, value) -> finds(text.group(1), value)),
			new TextRule("number:positive", (value) -> value.isNumber() && value.decimalValue().signum() > 0),
			new TextRule("number:non_negative", (value) -> value.isNumber() && value.decimalValue().signum() >= 0),
			new TextRule("number:range\\(" + NUMBER + ",\\s*" + NUMBER + "\\)",
					(text, value) -> isBetween(new BigDecimal(text.group(1)), new BigDecimal(text.group(2)), value)),
			new TextRule("~(\\d+(?:\\.\\d+)?)", (text, value) -> isAbout(new BigDecimal(text.group(1)), value)),
			new TextRule("array:nonempty", (value) -> value.isArray() && !value.isEmpty()),
			new TextRule("array:empty", (value) -> value.isArray() && value.isEmpty()),
			new TextRule("array:(?:min|min_length):(\\d{1,9})",
					(text, value) -> value.isArray() && value.size() >= Integer.parseInt(text.group(1))),
			new TextRule("array:length(?::(\\d{1,9})|\\((\\d{1,9})\\))", (text, value) -> value.isArray()
					&& value.size() == Integer.parseInt((text.group(1) != null) ? text.group(1) : text.group(2))),
			new TextRule("contains:(.*)", (text, value) -> value.isArray() && hasElement(text.group(1), value)),
			new TextRule("not_contains:(.*)", (text, value) -> value.isArray() && !hasElement(text.group(1), value)));
			// @formatter:on

	private TextMatchers() {
	}

	/**
	 * Whether a value is what a text asks for.
	 * @param text a matcher, or the string that is expected
	 * @param value what the server sent
	 * @return whether they agree
	 */
	static boolean accepts(String text, JsonNode value) {
		for (TextRule rule : RULES) {
			Matcher matcher = rule.pattern().matcher(text);
			if (matcher.matches()) {
				return rule.accepts().test(matcher, value);
			}
		}
		return value.isString() && value.stringValue().equals(text);
	}

	/**
	 * Whether a text looks like a matcher but is none.
	 * @param text the text
	 * @return whether comparing with it literally would be a mistake
	 */
	static boolean isUnknown(String text) {
		return MATCHER_LIKE.matcher(text).matches()
				&& RULES.stream().noneMatch((rule) -> rule.pattern().matcher(text).matches());
	}

	/**
	 * Whether a regular expression is found in a string.
	 * @param pattern the expression
	 * @param value what should be a string
	 * @return whether it is one and contains a match; false for a broken expression
	 */
	static boolean finds(String pattern, JsonNode value) {
		try {
			return value.isString() && Pattern.compile(pattern).matcher(value.stringValue()).find();
		}
		catch (PatternSyntaxException ex) {
			return false;
		}
	}

	private static boolean matches(Pattern pattern, JsonNode value) {
		return value.isString() && pattern.matcher(value.stringValue()).matches();
	}

	private static boolean hasElement(String text, JsonNode array) {
		return array.values().stream().anyMatch((element) -> Json.text(element).equals(text));
	}

	private static boolean isBetween(BigDecimal low, BigDecimal high, JsonNode value) {
		return value.isNumber() && value.decimalValue().compareTo(low) >= 0
				&& value.decimalValue().compareTo(high) <= 0;
	}

	private static boolean isAbout(BigDecimal expected, JsonNode value) {
		BigDecimal tolerance = expected.multiply(new BigDecimal("0.5"));
		return isBetween(expected.subtract(tolerance), expected.add(tolerance), value);
	}

	/**
	 * A matcher that is written as text.
	 *
	 * @param pattern the texts that mean it
	 * @param accepts whether a value passes, given the text
	 */
	private record TextRule(Pattern pattern, BiPredicate<MatchResult, JsonNode> accepts) {

		TextRule(String pattern, Predicate<JsonNode> accepts) {
			this(pattern, (text, value) -> accepts.test(value));
		}

		TextRule(String pattern, BiPredicate<MatchResult, JsonNode> accepts) {
			this(Pattern.compile(pattern, Pattern.DOTALL), accepts);
		}

	}

}
