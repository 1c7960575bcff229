package org.openjobspec.boot.conformance;

import java.util.Map;
import java.util.Optional;

/**
 * What is sent to the server.
 *
 * @param method the HTTP method, whatever the case calls it
 * @param path path and query below the server's address
 * @param headers the header fields
 * @param body the body's text, if there is a body
 */
record Request(String method, String path, Map<String, String> headers, Optional<String> body) {

	static final String MEDIA_TYPE = "application/openjobspec+json";

	static Request get(String path) {
		return new Request("GET", path, Map.of("Accept", MEDIA_TYPE), Optional.empty());
	}

	static Request post(String path, String body) {
		return new Request("POST", path, Map.of("Accept", MEDIA_TYPE), Optional.of(body));
	}

}
