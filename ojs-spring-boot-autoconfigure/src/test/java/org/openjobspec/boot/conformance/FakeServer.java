package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A server for tests of the runner: it answers what it is told to and remembers what it
 * was sent. Resets succeed and are only counted.
 */
final class FakeServer implements AutoCloseable {

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private final AtomicInteger resets = new AtomicInteger();

	private final Function<Received, Answer> answers;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final HttpServer server;

	private final int resetStatus;

	FakeServer(Function<Received, Answer> answers) {
		this(answers, 204);
	}

	FakeServer(Function<Received, Answer> answers, int resetStatus) {
		this.answers = answers;
		this.resetStatus = resetStatus;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	/**
	 * A server that gives the same answer to everything.
	 * @param status the status
	 * @param body the body
	 * @return the server
	 */
	static FakeServer always(int status, String body) {
		return new FakeServer((request) -> Answer.of(status, body));
	}

	URI address() {
		return URI.create("http://localhost:" + this.server.getAddress().getPort());
	}

	List<Received> received() {
		return this.received;
	}

	int resets() {
		return this.resets.get();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
			Received request = new Received(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body,
					(contentType != null) ? contentType : "");
			if (request.uri().equals("/ojs/v1/admin/reset")) {
				this.resets.incrementAndGet();
				exchange.sendResponseHeaders(this.resetStatus, -1);
				return;
			}
			this.received.add(request);
			Answer answer = this.answers.apply(request);
			answer.headers().forEach(exchange.getResponseHeaders()::set);
			byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(answer.status(), (bytes.length == 0) ? -1 : bytes.length);
			if (bytes.length > 0) {
				exchange.getResponseBody().write(bytes);
			}
		}
	}

	/**
	 * A request that came in.
	 *
	 * @param method the method
	 * @param uri path and query, as sent
	 * @param body the body
	 * @param contentType the body's declared type, empty when there is none
	 */
	record Received(String method, String uri, String body, String contentType) {

		@Override
		public String toString() {
			return this.method + " " + this.uri + (this.body.isEmpty() ? "" : " " + this.body);
		}

	}

	/**
	 * What the server says.
	 *
	 * @param status the status
	 * @param body the body
	 * @param headers the header fields
	 */
	record Answer(int status, String body, Map<String, String> headers) {

		static Answer of(int status, String body) {
			return new Answer(status, body, Map.of());
		}

	}

}
