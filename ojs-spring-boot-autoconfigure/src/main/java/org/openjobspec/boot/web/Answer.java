package org.openjobspec.boot.web;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What a client is told.
 *
 * @param status the HTTP status
 * @param headers headers beyond those that every answer has
 * @param contentType the content type, or {@code null} for that of the specification
 * @param body the body
 */
record Answer(int status, Map<String, String> headers, @Nullable String contentType, byte[] body) {

	static Answer of(int status, byte[] json) {
		return new Answer(status, Map.of(), null, json);
	}

	static Answer of(int status, Consumer<JsonGenerator> members) {
		return of(status, Json.object(members));
	}

	static Answer ok(Consumer<JsonGenerator> members) {
		return of(200, members);
	}

	Answer with(String header, String value) {
		Map<String, String> all = new TreeMap<>(this.headers);
		all.put(header, value);
		return new Answer(this.status, all, this.contentType, this.body);
	}

}
