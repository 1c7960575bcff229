package org.openjobspec.boot.web;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes values in the forms that every SDK reads: whole numbers whole, times in UTC,
 * nothing for {@code null}.
 */
final class Values {

	private Values() {
	}

	static void time(JsonGenerator json, String name, @Nullable Instant time) {
		if (time != null) {
			json.writeStringProperty(name, time.toString());
		}
	}

	static void millis(JsonGenerator json, String name, @Nullable Duration duration) {
		if (duration != null) {
			json.writeNumberProperty(name, duration.toMillis());
		}
	}

	static void text(JsonGenerator json, String name, @Nullable String text) {
		if (text != null) {
			json.writeStringProperty(name, Text.storable(text));
		}
	}

	static void raw(JsonGenerator json, String name, @Nullable String value) {
		if (value != null) {
			json.writeName(name);
			json.writeRawValue(value);
		}
	}

	static void texts(JsonGenerator json, String name, Iterable<String> texts) {
		json.writeName(name);
		json.writeStartArray();
		texts.forEach((text) -> json.writeString(Text.storable(text)));
		json.writeEndArray();
	}

	static <T> void objects(JsonGenerator json, String name, Iterable<T> items, Consumer<T> members) {
		json.writeName(name);
		json.writeStartArray();
		for (T item : items) {
			json.writeStartObject();
			members.accept(item);
			json.writeEndObject();
		}
		json.writeEndArray();
	}

	/**
	 * Writes any value that JSON knows.
	 */
	static void value(JsonGenerator json, @Nullable Object value) {
		if (value == null) {
			json.writeNull();
		}
		else if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			map.forEach((name, member) -> {
				json.writeName(Text.storable(String.valueOf(name)));
				value(json, member);
			});
			json.writeEndObject();
		}
		else if (value instanceof Collection<?> items) {
			json.writeStartArray();
			items.forEach((item) -> value(json, item));
			json.writeEndArray();
		}
		else if (value instanceof Boolean flag) {
			json.writeBoolean(flag);
		}
		else if (value instanceof Number number) {
			number(json, number);
		}
		else {
			json.writeString(Text.storable(String.valueOf(value)));
		}
	}

	private static void number(JsonGenerator json, Number number) {
		if (number instanceof BigDecimal decimal) {
			json.writeNumber(decimal);
		}
		else if (number instanceof BigInteger integer) {
			json.writeNumber(integer);
		}
		else if (number instanceof Double || number instanceof Float) {
			json.writeNumber(number.doubleValue());
		}
		else {
			json.writeNumber(number.longValue());
		}
	}

}
