package org.openjobspec.benchmarks.input;

import java.util.List;

/**
 * Something that the API offers.
 *
 * @param name what reports call it
 * @param weight how often it is called, relative to the others
 * @param method its method
 * @param path its path below a base path, with placeholders
 * @param absolute whether the path stands outside of the base paths
 * @param needsBody whether it refuses a request without a correct body
 * @param bodies correct bodies, with placeholders
 */
record Endpoint(String name, int weight, String method, String path, boolean absolute, boolean needsBody,
		List<JsonTree> bodies) {

	static Endpoint of(String name, int weight, String method, String path) {
		return new Endpoint(name, weight, method, path, false, false, List.of());
	}

	static Endpoint withBody(String name, int weight, String path, String... bodies) {
		return new Endpoint(name, weight, "POST", path, false, true, trees(bodies));
	}

	static Endpoint withOptionalBody(String name, int weight, String path, String... bodies) {
		return new Endpoint(name, weight, "POST", path, false, false, trees(bodies));
	}

	private static List<JsonTree> trees(String... bodies) {
		return List.of(bodies).stream().map(JsonTree::parse).toList();
	}

}
