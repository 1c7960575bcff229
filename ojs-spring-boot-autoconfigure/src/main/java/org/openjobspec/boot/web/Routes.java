package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * All that we serve, and where our territory ends.
 */
final class Routes {

	private final List<List<String>> bases;

	private final List<Route> routes;

	/**
	 * Creates the table.
	 * @param basePaths the paths below which everything is ours
	 * @param relative the routes below each base path
	 * @param absolute the routes outside
	 */
	Routes(Collection<String> basePaths, List<Route> relative, List<Route> absolute) {
		this.bases = basePaths.stream().map((base) -> List.of(base.substring(1).split("/"))).toList();
		List<Route> all = new ArrayList<>();
		for (String base : basePaths) {
			relative.forEach((route) -> all.add(route.below(base)));
		}
		all.addAll(absolute);
		this.routes = List.copyOf(all);
	}

	List<Route> all() {
		return this.routes;
	}

	/**
	 * Looks a request up.
	 * @param method the HTTP method
	 * @param segments the decoded segments of the path
	 * @return what was found, or {@code null} if the path is not ours
	 */
	@Nullable Match find(String method, List<String> segments) {
		String wanted = "HEAD".equals(method) ? "GET" : method;
		Set<String> methods = new TreeSet<>();
		for (Route route : this.routes) {
			List<String> variables = route.match(segments);
			if (variables != null) {
				if (route.method().equals(wanted)) {
					return new Match(route, variables, Set.of());
				}
				methods.add(route.method());
			}
		}
		if (methods.isEmpty() && this.bases.stream().noneMatch((base) -> startsWith(segments, base))) {
			return null;
		}
		if (methods.contains("GET")) {
			methods.add("HEAD");
		}
		if (!methods.isEmpty()) {
			methods.add("OPTIONS");
		}
		return new Match(null, List.of(), methods);
	}

	private static boolean startsWith(List<String> segments, List<String> base) {
		return segments.size() >= base.size() && segments.subList(0, base.size()).equals(base);
	}

	/**
	 * What a request has met.
	 *
	 * @param route the route; {@code null} if there is none for the path and method
	 * @param variables the values of the path's variables, in order
	 * @param methods without a route, the methods that the path has
	 */
	record Match(@Nullable Route route, List<String> variables, Set<String> methods) {
	}

}
