package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;

/**
 * Which paths can be ours. Knows where our routes are and not which, so that neither a
 * start nor a request that is somebody else's has to wait until they are made; for the
 * same reason it has no lambdas.
 */
final class Territory {

	private final List<String> bases;

	private final List<List<String>> baseSegments = new ArrayList<>();

	private final List<String> outposts;

	private final List<List<String>> outpostSegments = new ArrayList<>();

	/**
	 * Draws the borders.
	 * @param bases the paths below which everything is ours
	 * @param outposts the paths elsewhere that are ours, and nothing below them; each has
	 * a route
	 */
	Territory(List<String> bases, List<String> outposts) {
		this.bases = List.copyOf(bases);
		this.outposts = List.copyOf(outposts);
		for (String base : bases) {
			this.baseSegments.add(Route.segments(base));
		}
		for (String outpost : outposts) {
			this.outpostSegments.add(Route.segments(outpost));
		}
	}

	/**
	 * Whether a path is ours, even if it leads nowhere.
	 * @param path the decoded segments of the path
	 * @return {@code false} if it is somebody else's
	 */
	boolean covers(List<String> path) {
		for (List<String> base : this.baseSegments) {
			if (path.size() >= base.size() && path.subList(0, base.size()).equals(base)) {
				return true;
			}
		}
		return this.outpostSegments.contains(path);
	}

	/**
	 * Whether something that the application maps can be one of our paths.
	 * @param pattern the pattern, as Spring MVC writes it
	 * @return {@code false} if none of ours can match it
	 */
	boolean isTouchedBy(String pattern) {
		int literal = literal(pattern);
		boolean open = literal < pattern.length();
		for (List<String> paths : List.of(this.bases, this.outposts)) {
			for (String path : paths) {
				// What has no variable is as long as a path of ours, or none.
				if (begin(path, pattern, open ? Math.min(literal, path.length()) : path.length())) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Where a route may be.
	 * @param route the route's path, without the base path
	 * @return its path below each base path, and as it is
	 */
	List<String> places(String route) {
		List<String> places = new ArrayList<>(this.bases.size() + 1);
		for (String base : this.bases) {
			places.add(base + route);
		}
		places.add(route);
		return places;
	}

	/**
	 * Whether two patterns begin alike, as far as their first variables: what does not,
	 * never matches the same path.
	 * @param route the path of a route
	 * @param pattern a pattern, as Spring MVC writes it
	 * @return {@code false} if no path matches both
	 */
	static boolean meet(String route, String pattern) {
		return begin(route, pattern, Math.min(literal(route), literal(pattern)));
	}

	// Whether case matters is the application's choice.
	private static boolean begin(String path, String pattern, int length) {
		return path.regionMatches(true, 0, pattern, 0, length);
	}

	private static int literal(String pattern) {
		int length = 0;
		while (length < pattern.length() && "{*?".indexOf(pattern.charAt(length)) < 0) {
			length++;
		}
		return length;
	}

}
