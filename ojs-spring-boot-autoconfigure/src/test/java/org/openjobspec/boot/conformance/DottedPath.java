package org.openjobspec.boot.conformance;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Paths as {@code expect} writes them. Unlike {@link JsonPath} they reach keys that
 * contain dots: {@code jobs[0].meta.ojs.federation.region} means the key
 * {@code ojs.federation.region} of {@code meta}, because that is what the same case sent.
 * The longest key that exists wins.
 */
final class DottedPath {

	private DottedPath() {
	}

	/**
	 * Follows a path.
	 * @param path the path
	 * @param root where it starts
	 * @return what is there, or a missing node
	 */
	static JsonNode lookup(String path, JsonNode root) {
		return follow(JsonPath.segments(path), root);
	}

	private static JsonNode follow(List<String> segments, JsonNode current) {
		if (segments.isEmpty()) {
			return current;
		}
		for (int length = segments.size(); length > 0; length--) {
			String name = String.join(".", segments.subList(0, length));
			int bracket = name.indexOf('[');
			String key = (bracket < 0) ? name : name.substring(0, bracket);
			if (!current.has(key)) {
				continue;
			}
			Lookup value = JsonPath.index((bracket < 0) ? "" : name.substring(bracket), current.path(key));
			if (value instanceof Lookup.Found found) {
				JsonNode reached = follow(segments.subList(length, segments.size()), found.value());
				if (!reached.isMissingNode()) {
					return reached;
				}
			}
		}
		return Json.missing();
	}

}
