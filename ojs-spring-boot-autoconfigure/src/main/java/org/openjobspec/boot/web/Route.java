package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One method at one path.
 *
 * @param method the HTTP method
 * @param path the path within the application, with variables such as {@code {id}}
 * @param segments the path's segments
 * @param role whom it is for; {@code null} for everybody
 * @param endpoint what answers
 */
record Route(String method, String path, List<String> segments, @Nullable ApiRole role, Endpoint endpoint) {

	private static final Map<String, String> EXAMPLES = Map.of("{id}", "01900000-0000-7000-8000-000000000000", "{name}",
			"default", "{type}", "email.send", "{version}", "1", "{uri}", "urn:ojs:schema:email.send:v1", "{worker}",
			"worker-1");

	Route(String method, String path, Endpoint endpoint) {
		this(method, path, Roles.of(method, path), endpoint);
	}

	private Route(String method, String path, @Nullable ApiRole role, Endpoint endpoint) {
		this(method, path, segments(path), role, endpoint);
	}

	static List<String> segments(String path) {
		return List.of(path.substring(1).split("/"));
	}

	/**
	 * The same route where the API is served.
	 * @param base the path below which it is served
	 */
	Route below(String base) {
		return new Route(this.method, base + this.path, this.role, this.endpoint);
	}

	/**
	 * The same route with something that comes first.
	 * @param check throws what keeps a request from the endpoint
	 */
	Route after(Consumer<Call> check) {
		return new Route(this.method, this.path, this.role, (call) -> {
			check.accept(call);
			return this.endpoint.answer(call);
		});
	}

	/**
	 * Compares a path with this route's.
	 * @param actual the decoded segments of the path
	 * @return the values of the variables in order, or {@code null} if the path is
	 * another one
	 */
	@Nullable List<String> match(List<String> actual) {
		if (actual.size() != this.segments.size()) {
			return null;
		}
		List<String> values = new ArrayList<>(1);
		for (int i = 0; i < actual.size(); i++) {
			if (this.segments.get(i).startsWith("{")) {
				values.add(actual.get(i));
			}
			else if (!this.segments.get(i).equals(actual.get(i))) {
				return null;
			}
		}
		return values;
	}

	/**
	 * A path that this route serves.
	 */
	String example() {
		return example(this.path);
	}

	/**
	 * A path that a route serves, to compare it with the application's patterns.
	 * @param path the route's path
	 */
	static String example(String path) {
		StringBuilder example = new StringBuilder();
		segments(path).forEach((segment) -> example.append('/').append(EXAMPLES.getOrDefault(segment, segment)));
		return example.toString();
	}

	@Override
	public String toString() {
		return this.method + ' ' + this.path;
	}

}
