package org.openjobspec.boot.web;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * All that we serve. Made when the first request comes that is ours: hundreds of classes
 * and lambdas, for which the start of an application need not wait.
 */
final class Routes {

	private final Territory territory;

	private final Supplier<List<Route>> source;

	private volatile @Nullable List<Route> routes;

	/**
	 * Creates the table, without its content yet.
	 * @param territory where the routes are
	 * @param source makes them, in the order in which they are to be looked at
	 */
	Routes(Territory territory, Supplier<List<Route>> source) {
		this.territory = territory;
		this.source = source;
	}

	List<Route> all() {
		List<Route> all = this.routes;
		return (all != null) ? all : make();
	}

	private synchronized List<Route> make() {
		List<Route> all = this.routes;
		if (all == null) {
			all = List.copyOf(this.source.get());
			this.routes = all;
		}
		return all;
	}

	Territory territory() {
		return this.territory;
	}

	/**
	 * Looks a request up.
	 * @param method the HTTP method
	 * @param segments the decoded segments of the path
	 * @return what was found, or {@code null} if the path is not ours
	 */
	@Nullable Match find(String method, List<String> segments) {
		if (!this.territory.covers(segments)) {
			return null;
		}
		String wanted = "HEAD".equals(method) ? "GET" : method;
		Set<String> methods = new TreeSet<>();
		for (Route route : all()) {
			List<String> variables = route.match(segments);
			if (variables != null) {
				if (route.method().equals(wanted)) {
					return new Match(route, variables, Set.of());
				}
				methods.add(route.method());
			}
		}
		if (methods.contains("GET")) {
			methods.add("HEAD");
		}
		if (!methods.isEmpty()) {
			methods.add("OPTIONS");
		}
		return new Match(null, List.of(), methods);
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
