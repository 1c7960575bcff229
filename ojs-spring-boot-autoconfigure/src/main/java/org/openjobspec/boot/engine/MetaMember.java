package org.openjobspec.boot.engine;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds a member to metadata, or looks for one. What else they have stays as it was
 * written.
 */
public final class MetaMember {

	private static final JsonMapper mapper = JsonMapper.shared();

	private MetaMember() {
	}

	/**
	 * Adds a member, in place of one of that name.
	 * @param meta a JSON object
	 * @param name the member's name, which needs no escapes
	 * @param value its value, JSON text
	 * @return a JSON object
	 */
	public static String put(String meta, String name, String value) {
		String kept = mayHave(meta, name) ? without(meta, name) : meta;
		String members = kept.strip();
		String open = members.substring(0, members.length() - 1).stripTrailing();
		return "%s%s\"%s\":%s}".formatted(open, open.endsWith("{") ? "" : ",", name, value);
	}

	/**
	 * Whether there is a member of that name.
	 * @param meta a JSON object
	 * @param name the member's name, which needs no escapes
	 */
	static boolean has(String meta, String name) {
		return mayHave(meta, name) && find(meta, name, (json) -> Boolean.TRUE) != null;
	}

	/**
	 * Reads a member that is a text.
	 * @param meta a JSON object
	 * @param name the member's name, which needs no escapes
	 * @return the text; {@code null} if there is none
	 */
	static @Nullable String text(String meta, String name) {
		return mayHave(meta, name)
				? find(meta, name, (json) -> (json.currentToken() == JsonToken.VALUE_STRING) ? json.getString() : null)
				: null;
	}

	// An escape may spell the name too.
	private static boolean mayHave(String meta, String name) {
		return meta.contains(name) || meta.indexOf('\\') >= 0;
	}

	private static <T> @Nullable T find(String meta, String wanted, Function<JsonParser, @Nullable T> value) {
		try (JsonParser json = mapper.createParser(meta)) {
			String name = (json.nextToken() == JsonToken.START_OBJECT) ? json.nextName() : null;
			while (name != null) {
				json.nextToken();
				if (name.equals(wanted)) {
					return value.apply(json);
				}
				json.skipChildren();
				name = json.nextName();
			}
		}
		return null;
	}

	/**
	 * Removes a member.
	 * @param meta a JSON object
	 * @param unwanted the member's name
	 * @return a JSON object
	 */
	static String without(String meta, String unwanted) {
		StringBuilder kept = new StringBuilder("{");
		try (JsonParser json = mapper.createParser(meta)) {
			String name = (json.nextToken() == JsonToken.START_OBJECT) ? json.nextName() : null;
			while (name != null) {
				int start = (int) json.currentTokenLocation().getCharOffset();
				json.nextToken();
				json.skipChildren();
				json.finishToken();
				if (!name.equals(unwanted)) {
					int end = (int) json.currentLocation().getCharOffset();
					kept.append((kept.length() > 1) ? "," : "").append(meta, start, end);
				}
				name = json.nextName();
			}
		}
		return kept.append('}').toString();
	}

}
