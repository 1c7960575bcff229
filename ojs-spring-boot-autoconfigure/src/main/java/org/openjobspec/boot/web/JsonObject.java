package org.openjobspec.boot.web;

import java.nio.CharBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * An object in a request: its members in order, each still as it was written. A member
 * that is {@code null} counts as absent.
 */
final class JsonObject {

	static final JsonObject EMPTY = new JsonObject("", Map.of());

	private final String path;

	private final Map<String, JsonValue> members;

	private JsonObject(String path, Map<String, JsonValue> members) {
		this.path = path;
		this.members = members;
	}

	/**
	 * Reads a document.
	 * @param text the document
	 * @return the object that it consists of
	 * @throws InvalidRequestException if it is not one correct JSON object
	 */
	static JsonObject parse(CharSequence text) {
		char[] source = new char[text.length()];
		CharBuffer.wrap(text).get(source);
		return parse("", source, 0, source.length);
	}

	static JsonObject parse(String path, char[] source, int start, int end) {
		try (JsonParser parser = Json.parser(source, start, end)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw InvalidRequestException.payload("The body is not a JSON object");
			}
			Map<String, JsonValue> members = new LinkedHashMap<>();
			String name = parser.nextName();
			while (name != null) {
				parser.nextToken();
				members.put(name, JsonValue.read(path(path, name), parser, source, start));
				name = parser.nextName();
			}
			if (parser.nextToken() != null) {
				throw InvalidRequestException.payload("Something follows the JSON object");
			}
			return new JsonObject(path, members);
		}
		catch (StreamConstraintsException ex) {
			throw InvalidRequestException
				.payload("The body is nested deeper than %d levels, or contains a number or a name that is too long"
					.formatted(Json.MAX_DEPTH));
		}
		catch (JacksonException ex) {
			throw InvalidRequestException.payload("The body is not correct JSON: " + problem(ex));
		}
	}

	private static String problem(JacksonException ex) {
		TokenStreamLocation location = ex.getLocation();
		String message = String.valueOf(ex.getOriginalMessage()).lines().findFirst().orElse("");
		return (location != null)
				? "%s (line %d, column %d)".formatted(message, location.getLineNr(), location.getColumnNr()) : message;
	}

	private static String path(String parent, String name) {
		return parent.isEmpty() ? name : parent + '.' + name;
	}

	String path(String name) {
		return path(this.path, name);
	}

	Set<String> names() {
		return this.members.keySet();
	}

	/**
	 * Checks that nothing would be overlooked.
	 * @param known the members that there may be
	 * @param refusal makes the error of another one from the beginning of its name
	 */
	void allowOnly(Set<String> known, Function<String, InvalidRequestException> refusal) {
		for (String name : names()) {
			if (!known.contains(name)) {
				throw refusal.apply(Text.brief(name));
			}
		}
	}

	void forEach(BiConsumer<String, JsonValue> action) {
		this.members.forEach(action);
	}

	/**
	 * Finds a member.
	 * @param names the member's name and its aliases, the best first
	 * @return the first that is there and not {@code null}
	 */
	@Nullable JsonValue get(String... names) {
		for (String name : names) {
			JsonValue value = this.members.get(name);
			if (value != null && !value.isNull()) {
				return value;
			}
		}
		return null;
	}

	/**
	 * Finds a member, also one that is {@code null}.
	 */
	@Nullable JsonValue member(String name) {
		return this.members.get(name);
	}

	/**
	 * The object's text without insignificant white space.
	 */
	String json() {
		StringBuilder json = new StringBuilder("{");
		this.members.forEach((name, value) -> json.append((json.length() > 1) ? "," : "")
			.append(Text.quote(name))
			.append(':')
			.append(value.json()));
		return json.append('}').toString();
	}

	JsonValue require(String... names) {
		JsonValue value = get(names);
		if (value == null) {
			throw InvalidRequestException.field(path(names[0]), path(names[0]) + " is required");
		}
		return value;
	}

	@Nullable String string(String... names) {
		JsonValue value = get(names);
		return (value != null) ? value.asString() : null;
	}

	@Nullable Integer integer(String... names) {
		JsonValue value = get(names);
		return (value != null) ? Integer.valueOf(value.asInt()) : null;
	}

	@Nullable Double decimal(String... names) {
		JsonValue value = get(names);
		return (value != null) ? Double.valueOf(value.asDouble()) : null;
	}

	boolean flag(String name) {
		JsonValue value = get(name);
		return value != null && value.asBoolean();
	}

	@Nullable JsonObject object(String name) {
		JsonValue value = get(name);
		return (value != null) ? value.asObject() : null;
	}

	List<String> strings(String... names) {
		JsonValue value = get(names);
		return (value != null) ? value.asStrings() : List.of();
	}

}
