package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A server under test, of which nothing is known but where it listens and how its state
 * is reset.
 */
final class TargetServer {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String PLAIN_IN_URI = "-._~:/?#[]@!$&'()*+,;=%";

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.followRedirects(HttpClient.Redirect.NORMAL)
		.connectTimeout(TIMEOUT)
		.build();

	private final String base;

	TargetServer(URI base) {
		this.base = base.toString().replaceAll("/+$", "");
	}

	/**
	 * Wipes the server's state.
	 * @throws IllegalStateException if the server does not confirm it: no result after
	 * that would mean anything
	 * @throws InterruptedException if the run is being given up
	 */
	void reset() throws InterruptedException {
		Request request = new Request("POST", "/ojs/v1/admin/reset", Map.of(), Optional.empty());
		try {
			Reply reply = send(request);
			if (reply.status() / 100 != 2) {
				throw new IllegalStateException("%s%s answered %d instead of resetting: %s".formatted(this.base,
						request.path(), reply.status(), reply.body()));
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("%s cannot be reset: %s".formatted(this.base, ex), ex);
		}
	}

	Reply send(Request request) throws IOException, InterruptedException {
		HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(this.base + encode(request.path())))
			.timeout(TIMEOUT)
			.method(request.method(), request.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
		request.headers().forEach(builder::setHeader);
		if (request.body().isPresent()
				&& request.headers().keySet().stream().noneMatch((name) -> name.equalsIgnoreCase("Content-Type"))) {
			builder.setHeader("Content-Type", Request.MEDIA_TYPE);
		}
		long start = System.nanoTime();
		HttpResponse<String> response = this.client.send(builder.build(),
				BodyHandlers.ofString(StandardCharsets.UTF_8));
		long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
		return new Reply(response.statusCode(), response.headers(), response.body(),
				Json.parseLeniently(response.body()), millis);
	}

	/**
	 * A reference that was not resolved stays in the path, where its braces are not
	 * allowed.
	 */
	private static String encode(String path) {
		StringBuilder encoded = new StringBuilder();
		for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
			char character = (char) (octet & 0xff);
			boolean plain = character < 0x80
					&& (Character.isLetterOrDigit(character) || PLAIN_IN_URI.indexOf(character) >= 0);
			encoded.append(plain ? String.valueOf(character) : "%%%02X".formatted((int) character));
		}
		return encoded.toString();
	}

}
