package org.openjobspec.boot.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of one server.
 */
final class Http {

	private static final JsonMapper mapper = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port;

	Http(int port) {
		this.port = port;
	}

	Reply get(String path, String... headers) {
		return send("GET", path, null, headers);
	}

	Reply post(String path, @Nullable String json, String... headers) {
		return send("POST", path, (json != null) ? json.getBytes(StandardCharsets.UTF_8) : null, headers);
	}

	Reply send(String method, String path, byte @Nullable [] body, String... headers) {
		return exchange(method, path,
				(body != null) ? HttpRequest.BodyPublishers.ofByteArray(body) : HttpRequest.BodyPublishers.noBody(),
				headers);
	}

	Reply exchange(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Duration.ofSeconds(60))
			.method(method, body);
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return new Reply(
					this.client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	record Reply(HttpResponse<String> response) {

		int status() {
			return this.response.statusCode();
		}

		String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

		String text() {
			return this.response.body();
		}

		JsonNode json() {
			return mapper.readTree(text());
		}

		JsonNode at(String pointer) {
			return json().at(pointer);
		}

		String string(String pointer) {
			return at(pointer).asString("");
		}

	}

}
