package org.openjobspec.boot.conformance;

import java.net.http.HttpHeaders;

import tools.jackson.databind.JsonNode;

/**
 * What the server answered.
 *
 * @param status the HTTP status
 * @param headers the header fields
 * @param body the body's text
 * @param json the body's value, missing when it is not JSON
 * @param durationMillis from the request to the last byte of the body
 */
record Reply(int status, HttpHeaders headers, String body, JsonNode json, long durationMillis) {

	/**
	 * The first value of a header field, empty when the field is not there.
	 * @param name the field's name, in any case
	 * @return its value
	 */
	String header(String name) {
		return this.headers.firstValue(name).orElse("");
	}

}
