package org.openjobspec.boot.conformance;

import java.math.BigDecimal;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * JSON as the runner reads and writes it: numbers keep every digit, so that a body is
 * sent as it stands in the case and a reply is compared as it was sent.
 */
final class Json {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	private Json() {
	}

	static JsonNode parse(String text) throws JacksonException {
		return MAPPER.readTree(text);
	}

	/**
	 * Parses text that may be anything.
	 * @param text what a server sent
	 * @return the value, or a missing node when the text is not JSON
	 */
	static JsonNode parseLeniently(String text) {
		try {
			return parse(text);
		}
		catch (JacksonException ex) {
			return JsonNodeFactory.instance.missingNode();
		}
	}

	static JsonNode missing() {
		return JsonNodeFactory.instance.missingNode();
	}

	/**
	 * Whether there is no value: JSON's null and an absent field are the same to the
	 * public runner.
	 * @param node the value to look at
	 * @return whether it is null or missing
	 */
	static boolean isNothing(JsonNode node) {
		return node.isNull() || node.isMissingNode();
	}

	/**
	 * The text that stands for a value inside a path, a body or a comparison: strings
	 * without quotes, whole numbers without a fraction, everything else as JSON.
	 * @param node the value
	 * @return its text
	 */
	static String text(JsonNode node) {
		if (node.isString()) {
			return node.stringValue();
		}
		if (node.isNumber() && isWhole(node.decimalValue())) {
			return node.decimalValue().toBigInteger().toString();
		}
		return node.toString();
	}

	static boolean isWhole(BigDecimal number) {
		return number.stripTrailingZeros().scale() <= 0;
	}

	/**
	 * A value as a report shows it.
	 * @param node the value
	 * @return its JSON, or a word when there is none
	 */
	static String describe(JsonNode node) {
		return node.isMissingNode() ? "nothing" : node.toString();
	}

	static String pretty(JsonNode node) {
		return node.toPrettyString();
	}

}
