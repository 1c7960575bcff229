package org.openjobspec.boot.conformance;

import tools.jackson.databind.JsonNode;

/**
 * What a path leads to. A path that leads nowhere by its shape (an index outside the
 * array, a field of something that is not an object) differs from a field that is not
 * there.
 */
sealed interface Lookup {

	/**
	 * The path could be followed.
	 *
	 * @param value what is there, possibly null or missing
	 */
	record Found(JsonNode value) implements Lookup {
	}

	/**
	 * The path could not be followed.
	 *
	 * @param reason where it broke
	 */
	record Broken(String reason) implements Lookup {
	}

}
