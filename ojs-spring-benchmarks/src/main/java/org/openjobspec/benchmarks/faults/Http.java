package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Requests to nodes. What is not answered in time counts as not answered.
 */
final class Http {

	private static final Duration TIMEOUT = Duration.ofMillis(2500);

	private static final HttpClient CLIENT = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(1))
		.build();

	private Http() {
	}

	/**
	 * An answer.
	 *
	 * @param status its status
	 * @param body its body, missing if it was not JSON
	 */
	record Reply(int status, JsonNode body) {

		boolean succeeded() {
			return this.status / 100 == 2;
		}

		/** Whether the same request may be answered otherwise later. */
		boolean mayBeRepeated() {
			return this.status >= 500;
		}

	}

	static Reply get(int port, String path) throws IOException {
		return send(request(port, path, TIMEOUT).GET().build());
	}

	static Reply post(int port, String path, Map<String, ?> body) throws IOException {
		return post(port, path, body, Duration.ZERO);
	}

	/**
	 * Posts.
	 * @param port the node
	 * @param path the path
	 * @param body the body
	 * @param patience how long the node may wait before it answers
	 * @return the answer
	 * @throws IOException if there is none
	 */
	static Reply post(int port, String path, Map<String, ?> body, Duration patience) throws IOException {
		HttpRequest.Builder request = request(port, path, TIMEOUT.plus(patience))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)));
		if (!patience.isZero()) {
			request.header("Prefer", "wait=" + patience.toSeconds());
		}
		return send(request.build());
	}

	private static HttpRequest.Builder request(int port, String path, Duration timeout) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(timeout);
	}

	private static Reply send(HttpRequest request) throws IOException {
		try {
			HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
			return new Reply(response.statusCode(), body(response.body()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted", ex);
		}
	}

	private static JsonNode body(String text) {
		try {
			return JsonMapper.shared().readTree(text);
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

}
