package org.openjobspec.boot.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The subset of JSONPath that the public runner understands: fields separated by dots,
 * {@code [n]} (also chained), {@code [*]} and {@code [?(@.key=='value')]}. A key that
 * contains a dot cannot be reached.
 */
final class JsonPath {

	private static final Pattern FILTER = Pattern.compile("\\[\\?\\(@\\.(.*?)==(.*?)\\)](.*)");

	private static final Pattern BRACKETS = Pattern.compile("\\[([^]]*)](.*)");

	private static final Pattern INDEX = Pattern.compile("[+-]?\\d{1,9}");

	private JsonPath() {
	}

	static Lookup lookup(String path, JsonNode root) {
		return follow(segments(path.startsWith("$.") ? path.substring(2) : path), root);
	}

	/**
	 * Splits a path at the dots that are not inside brackets.
	 * @param path the path without its leading {@code $.}
	 * @return the segments
	 */
	static List<String> segments(String path) {
		List<String> segments = new ArrayList<>();
		StringBuilder segment = new StringBuilder();
		int depth = 0;
		for (char character : path.toCharArray()) {
			if (character == '.' && depth == 0) {
				segments.add(segment.toString());
				segment.setLength(0);
				continue;
			}
			depth += (character == '[') ? 1 : (character == ']') ? -1 : 0;
			segment.append(character);
		}
		if (!segment.isEmpty()) {
			segments.add(segment.toString());
		}
		return segments;
	}

	private static Lookup follow(List<String> segments, JsonNode root) {
		JsonNode current = root;
		for (int i = 0; i < segments.size(); i++) {
			String segment = segments.get(i);
			if (segment.isEmpty()) {
				continue;
			}
			int bracket = segment.indexOf('[');
			String field = (bracket < 0) ? segment : segment.substring(0, bracket);
			if (!field.isEmpty()) {
				if (!current.isObject()) {
					return new Lookup.Broken(
							"expected an object at '" + field + "' but found " + Json.describe(current));
				}
				current = current.path(field);
			}
			if (bracket < 0) {
				if (current.isMissingNode()) {
					return new Lookup.Found(current);
				}
				continue;
			}
			String brackets = segment.substring(bracket);
			List<String> rest = segments.subList(i + 1, segments.size());
			if (brackets.startsWith("[*]")) {
				return collect(brackets.substring(3), rest, current);
			}
			Lookup step = brackets.startsWith("[?") ? filter(brackets, current) : index(brackets, current);
			if (!(step instanceof Lookup.Found found)) {
				return step;
			}
			current = found.value();
		}
		return new Lookup.Found(current);
	}

	static Lookup index(String brackets, JsonNode start) {
		JsonNode current = start;
		String rest = brackets;
		while (!rest.isEmpty()) {
			Matcher matcher = BRACKETS.matcher(rest);
			if (!matcher.matches()) {
				return new Lookup.Broken("cannot read '" + rest + "'");
			}
			if (!INDEX.matcher(matcher.group(1)).matches()) {
				return new Lookup.Broken("'" + matcher.group(1) + "' is not an array index");
			}
			int index = Integer.parseInt(matcher.group(1));
			if (!current.isArray()) {
				return new Lookup.Broken("expected an array at '" + brackets + "' but found " + Json.describe(current));
			}
			if (index < 0 || index >= current.size()) {
				return new Lookup.Broken("index %d is outside the array of %d".formatted(index, current.size()));
			}
			current = current.path(index);
			rest = matcher.group(2);
		}
		return new Lookup.Found(current);
	}

	private static Lookup filter(String brackets, JsonNode current) {
		Matcher matcher = FILTER.matcher(brackets);
		if (!matcher.matches()) {
			return new Lookup.Broken("cannot read the filter '" + brackets + "'");
		}
		if (!current.isArray()) {
			return new Lookup.Broken("expected an array for '" + brackets + "' but found " + Json.describe(current));
		}
		String wanted = matcher.group(2).replaceAll("^['\"]+|['\"]+$", "");
		for (JsonNode element : current) {
			if (element.has(matcher.group(1)) && Json.text(element.path(matcher.group(1))).equals(wanted)) {
				return new Lookup.Found(element);
			}
		}
		return new Lookup.Found(Json.missing());
	}

	private static Lookup collect(String brackets, List<String> rest, JsonNode current) {
		if (!current.isArray()) {
			return new Lookup.Broken("expected an array for '[*]' but found " + Json.describe(current));
		}
		List<String> remaining = new ArrayList<>();
		if (!brackets.isEmpty()) {
			remaining.add(brackets);
		}
		remaining.addAll(rest);
		ArrayNode collected = JsonNodeFactory.instance.arrayNode();
		for (JsonNode element : current) {
			if (follow(remaining, element) instanceof Lookup.Found found
					&& (remaining.isEmpty() || !Json.isNothing(found.value()))) {
				collected.add(found.value());
			}
		}
		return new Lookup.Found(collected);
	}

}
