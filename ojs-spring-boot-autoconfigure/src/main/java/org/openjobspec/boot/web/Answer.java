package org.openjobspec.boot.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What a client is told.
 */
final class Answer {

	private final int status;

	private final Map<String, String> headers;

	private final @Nullable String contentType;

	private final byte[] body;

	private Answer(int status, Map<String, String> headers, @Nullable String contentType, byte[] body) {
		this.status = status;
		this.headers = headers;
		this.contentType = contentType;
		this.body = body;
	}

	static Answer ok(Consumer<JsonGenerator> members) {
		return of(200, members);
	}

	static Answer of(int status, Consumer<JsonGenerator> members) {
		return new Answer(status, Map.of(), null, Json.object(members));
	}

	/**
	 * Done, and nothing to tell of it.
	 */
	static Answer none() {
		return new Answer(204, Map.of(), null, new byte[0]);
	}

	static Answer text(String text) {
		return new Answer(200, Map.of(), "text/plain", text.getBytes(StandardCharsets.UTF_8));
	}

	Answer with(String header, String value) {
		Map<String, String> all = new TreeMap<>(this.headers);
		all.put(header, value);
		return new Answer(this.status, all, this.contentType, this.body);
	}

	int status() {
		return this.status;
	}

	/**
	 * Headers beyond those that every answer has.
	 */
	Map<String, String> headers() {
		return this.headers;
	}

	/**
	 * The content type, or {@code null} for that of the specification.
	 */
	@Nullable String contentType() {
		return this.contentType;
	}

	int length() {
		return this.body.length;
	}

	void writeTo(OutputStream out) throws IOException {
		out.write(this.body);
	}

}
