package org.openjobspec.boot.conformance;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * Puts earlier replies into later requests, by text. A reference that leads nowhere stays
 * as it is.
 */
final class Templates {

	private static final Pattern STEP = Pattern.compile("\\{\\{steps\\.([^.]+)\\.response\\.body\\.([^}]+)}}");

	private static final Pattern CAPTURED = Pattern
		.compile("\\{\\{([A-Za-z_]\\w*)}}|\\$\\{([A-Za-z_]\\w*)}|\\$ref\\.([A-Za-z_]\\w*)");

	private static final Pattern UNRESOLVED = Pattern.compile("\\{\\{[^}]*}}|\\$\\{[^}]*}|\\$ref\\.\\w+");

	private static final Pattern VALUE = Pattern
		.compile("(?:\\{\\{|\\$\\.)steps\\.([^.]+)\\.response\\.body(?:\\.([^}]+))?(?:}})?");

	private Templates() {
	}

	/**
	 * Resolves the references in a text.
	 * @param mode {@link Mode#PUBLIC} knows replies only, {@link Mode#STRICT} captured
	 * values too
	 * @param text the text
	 * @param session what has been seen so far
	 * @return the text with every reference replaced that leads somewhere
	 */
	static String resolve(Mode mode, String text, Session session) {
		String resolved = STEP.matcher(text)
			.replaceAll((match) -> replacement(match,
					session.body(match.group(1)).flatMap((body) -> find(match.group(2), body))));
		if (mode == Mode.PUBLIC) {
			return resolved;
		}
		return CAPTURED.matcher(resolved).replaceAll((match) -> replacement(match, session.captured(name(match))));
	}

	/**
	 * What looks like a reference in a text that has been resolved.
	 * @param text the text
	 * @return the references that were left
	 */
	static List<String> unresolved(String text) {
		return UNRESOLVED.matcher(text).results().map(MatchResult::group).toList();
	}

	/**
	 * The value, not the text, that a lone reference stands for.
	 * @param reference {@code {{steps.id.response.body.path}}} or the same as
	 * {@code $.steps…}, both also without a path
	 * @param session what has been seen so far
	 * @return the value, empty when the reference leads nowhere
	 */
	static Optional<JsonNode> value(String reference, Session session) {
		Matcher matcher = VALUE.matcher(reference);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		Optional<JsonNode> body = session.body(matcher.group(1));
		return (matcher.group(2) == null) ? body : body.flatMap((found) -> find(matcher.group(2), found));
	}

	private static Optional<JsonNode> find(String path, JsonNode body) {
		if (JsonPath.lookup(path, body) instanceof Lookup.Found found && !Json.isNothing(found.value())) {
			return Optional.of(found.value());
		}
		return Optional.empty();
	}

	private static String name(MatchResult match) {
		return (match.group(1) != null) ? match.group(1) : (match.group(2) != null) ? match.group(2) : match.group(3);
	}

	private static String replacement(MatchResult match, Optional<JsonNode> value) {
		return Matcher.quoteReplacement(value.map(Json::text).orElse(match.group()));
	}

}
