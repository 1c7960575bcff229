package org.openjobspec.boot.engine;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds a member to metadata. What else they have stays as it was written.
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
		// An escape may spell the name too.
		String kept = (meta.contains(name) || meta.indexOf('\\') >= 0) ? without(meta, name) : meta;
		String members = kept.strip();
		String open = members.substring(0, members.length() - 1).stripTrailing();
		return "%s%s\"%s\":%s}".formatted(open, open.endsWith("{") ? "" : ",", name, value);
	}

	private static String without(String meta, String unwanted) {
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
