package org.openjobspec.boot.web;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A value in a request: a piece of the request's text that is known to be correct JSON.
 * It is interpreted only when somebody asks, and what nobody interprets is passed on as
 * it was written.
 */
final class JsonValue {

	private final String path;

	private final JsonToken token;

	private final char[] source;

	private final int start;

	private final int end;

	private final String scalar;

	private JsonValue(String path, JsonToken token, char[] source, int start, int end, String scalar) {
		this.path = path;
		this.token = token;
		this.source = source;
		this.start = start;
		this.end = end;
		this.scalar = scalar;
	}

	/**
	 * Reads the value that a parser stands at, and leaves the parser at the value's end.
	 * The parser counts from the origin, at which it started.
	 */
	static JsonValue read(String path, JsonParser parser, char[] source, int origin) {
		JsonToken token = parser.currentToken();
		int start = origin + (int) parser.currentTokenLocation().getCharOffset();
		String scalar = "";
		if (token.isStructStart()) {
			parser.skipChildren();
		}
		else {
			parser.finishToken();
			scalar = parser.getString();
		}
		int end = origin + (int) parser.currentLocation().getCharOffset();
		return new JsonValue(path, token, source, start, end, scalar);
	}

	String path() {
		return this.path;
	}

	boolean isNull() {
		return this.token == JsonToken.VALUE_NULL;
	}

	boolean isString() {
		return this.token == JsonToken.VALUE_STRING;
	}

	boolean isNumber() {
		return this.token.isNumeric();
	}

	boolean isObject() {
		return this.token == JsonToken.START_OBJECT;
	}

	boolean isArray() {
		return this.token == JsonToken.START_ARRAY;
	}

	/**
	 * The value's text without insignificant white space.
	 */
	String json() {
		int from = this.start;
		StringBuilder compact = null;
		boolean quoted = false;
		for (int i = this.start; i < this.end; i++) {
			char c = this.source[i];
			if (c == '"') {
				quoted = !quoted;
			}
			else if (quoted) {
				i += (c == '\\') ? 1 : 0;
			}
			else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
				compact = (compact != null) ? compact : new StringBuilder(this.end - this.start);
				compact.append(this.source, from, i - from);
				from = i + 1;
			}
		}
		return (compact != null) ? compact.append(this.source, from, this.end - from).toString()
				: new String(this.source, this.start, this.end - this.start);
	}

	String asString() {
		if (!isString()) {
			throw wrongType("a string");
		}
		if (!Text.isStorable(this.scalar)) {
			throw InvalidRequestException.field(this.path,
					this.path + " must not contain U+0000 or half of a surrogate pair");
		}
		return this.scalar;
	}

	/**
	 * A string for people, whatever it holds: a worker that reports a failure must not
	 * fail at its wording.
	 */
	String asText() {
		return isString() ? Text.storable(this.scalar) : json();
	}

	boolean asBoolean() {
		if (this.token != JsonToken.VALUE_TRUE && this.token != JsonToken.VALUE_FALSE) {
			throw wrongType("true or false");
		}
		return this.token == JsonToken.VALUE_TRUE;
	}

	long asLong() {
		if (isNumber()) {
			try {
				return new BigDecimal(this.scalar).longValueExact();
			}
			catch (ArithmeticException | NumberFormatException ex) {
				// Falls through: not whole, or out of range.
			}
		}
		throw wrongType("a whole number");
	}

	int asInt() {
		long value = asLong();
		if (value != (int) value) {
			throw wrongType("a whole number of 32 bits");
		}
		return (int) value;
	}

	double asDouble() {
		if (!isNumber()) {
			throw wrongType("a number");
		}
		return Double.parseDouble(this.scalar);
	}

	JsonObject asObject() {
		if (!isObject()) {
			throw wrongType("an object");
		}
		return JsonObject.parse(this.path, this.source, this.start, this.end);
	}

	List<JsonValue> asArray() {
		if (!isArray()) {
			throw wrongType("an array");
		}
		List<JsonValue> elements = new ArrayList<>();
		try (JsonParser parser = Json.parser(this.source, this.start, this.end)) {
			parser.nextToken();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				elements.add(read("%s[%d]".formatted(this.path, elements.size()), parser, this.source, this.start));
			}
		}
		return elements;
	}

	List<String> asStrings() {
		return asArray().stream().map(JsonValue::asString).toList();
	}

	/**
	 * The value as Java knows it: map, list, string, number, boolean or {@code null}.
	 */
	@Nullable Object asJava() {
		return switch (this.token) {
			case START_OBJECT -> asMap();
			case START_ARRAY -> {
				List<@Nullable Object> list = new ArrayList<>();
				asArray().forEach((element) -> list.add(element.asJava()));
				yield list;
			}
			case VALUE_STRING -> Text.storable(this.scalar);
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> asNumber();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			default -> null;
		};
	}

	private Object asNumber() {
		try {
			return new BigDecimal(this.scalar);
		}
		catch (NumberFormatException ex) {
			// An exponent beyond what BigDecimal knows.
			return this.scalar;
		}
	}

	private Map<String, @Nullable Object> asMap() {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		asObject().forEach((name, value) -> map.put(Text.storable(name), value.asJava()));
		return map;
	}

	InvalidRequestException wrongType(String expected) {
		return InvalidRequestException.field(this.path, "%s must be %s".formatted(this.path, expected));
	}

}
