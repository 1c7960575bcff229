package org.openjobspec.boot.web;

import java.util.Collection;
import java.util.List;

/**
 * Names of queues or job types, or the beginnings of such names with a {@code *} behind
 * them.
 */
final class NamePattern {

	private NamePattern() {
	}

	/**
	 * Whether one of some patterns allows a name.
	 * @param patterns the patterns; none allow everything
	 * @param name the name; of a filter, a pattern that must not allow more than they do
	 */
	static boolean allows(Collection<String> patterns, String name) {
		return patterns.isEmpty() || patterns.stream().anyMatch((pattern) -> allows(pattern, name));
	}

	private static boolean allows(String pattern, String name) {
		return isPrefix(pattern) ? name.startsWith(pattern.substring(0, pattern.length() - 1)) : pattern.equals(name);
	}

	static boolean isPrefix(String pattern) {
		return pattern.endsWith("*");
	}

	/**
	 * Leaves out what says nothing.
	 * @param patterns the patterns
	 * @return the patterns; none if one of them allows everything
	 */
	static List<String> narrowing(Collection<String> patterns) {
		return patterns.contains("*") ? List.of() : List.copyOf(patterns);
	}

}
