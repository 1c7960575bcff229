package org.openjobspec.boot.web;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which paths can be ours. Knows where our routes are and not which, so that neither a
 * start nor a request that is somebody else's has to wait until they are made.
 */
final class Territory {

	private final List<String> paths;

	private final List<List<String>> bases;

	private final List<List<String>> outposts;

	/**
	 * Draws the borders.
	 * @param bases the paths below which everything is ours
	 * @param outposts the paths elsewhere that are ours, and nothing below them; each has
	 * a route
	 */
	Territory(List<String> bases, List<String> outposts) {
		this.paths = Stream.concat(bases.stream(), outposts.stream()).toList();
		this.bases = bases.stream().map(Territory::segments).toList();
		this.outposts = outposts.stream().map(Territory::segments).toList();
	}

	private static List<String> segments(String path) {
		return List.of(path.substring(1).split("/"));
	}

	/**
	 * Whether a path is ours, even if it leads nowhere.
	 * @param path the decoded segments of the path
	 * @return {@code false} if it is somebody else's
	 */
	boolean covers(List<String> path) {
		return this.outposts.contains(path) || this.bases.stream()
			.anyMatch((base) -> path.size() >= base.size() && path.subList(0, base.size()).equals(base));
	}

	/**
	 * Whether something that the application maps can be one of our paths.
	 * @param pattern the pattern, as Spring MVC writes it
	 * @return {@code false} if none of ours can match it
	 */
	boolean isTouchedBy(String pattern) {
		int length = literal(pattern);
		// Whether case matters is the application's choice.
		return this.paths.stream()
			.anyMatch((path) -> pattern.regionMatches(true, 0, path, 0, Math.min(length, path.length())));
	}

	private static int literal(String pattern) {
		int length = 0;
		while (length < pattern.length() && "{*?".indexOf(pattern.charAt(length)) < 0) {
			length++;
		}
		return length;
	}

}
