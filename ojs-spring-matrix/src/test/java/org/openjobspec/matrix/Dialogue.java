package org.openjobspec.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Speaks with a running application over HTTP.
 */
final class Dialogue {

	private static final String JSON = "application/json";

	private static final String FORM = "application/x-www-form-urlencoded";

	private static final Set<String> IRRELEVANT = Set.of("date", "connection", "keep-alive");

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private final int port;

	private final @Nullable String password;

	Dialogue(int port, @Nullable String password) {
		this.port = port;
		this.password = password;
	}

	/**
	 * Everything that the application answers by itself.
	 * @param actuator whether the Actuator is there
	 * @return what it has answered
	 */
	List<Exchange> ownAnswers(boolean actuator) {
		List<Exchange> answers = new ArrayList<>();
		for (String base : List.of("/notes", "/api/v1/notes")) {
			answers.add(ask("GET", base + "/1"));
			answers.add(ask("HEAD", base + "/1"));
			answers.add(ask("OPTIONS", base + "/1"));
			answers.add(ask("GET", base + "/987654"));
			answers.add(ask("GET", base + "/one"));
			answers.add(ask("GET", base));
			answers.add(ask("GET", base + "?size=many"));
			answers.add(ask("GET", base + "?size=3"));
			answers.add(ask("GET", base + "/broken"));
			answers.add(ask("DELETE", base + "/1"));
			answers.add(send("POST", base, JSON, "{\"text\":\"Milk\"}"));
			answers.add(send("POST", base, JSON, "{\"text\":\"\"}"));
			answers.add(send("POST", base, JSON, "{\"text\":"));
			answers.add(send("POST", base, JSON, ""));
			answers.add(send("POST", base, "text/plain", "Milk"));
			answers.add(send("PUT", base + "/form", FORM, "text=Bread+and+butter"));
			answers.add(send("POST", base + "/file", "multipart/form-data; boundary=x",
					"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc\r\n--x--\r\n"));
			answers.add(send("POST", base + "/file", "multipart/form-data; boundary=x", "no part"));
			answers.add(ask("GET", base + "/1", "Accept", "application/xml"));
			answers.add(ask("GET", base + "/1", "Origin", "https://elsewhere.example"));
			answers.add(ask("OPTIONS", base + "/1", "Origin", "https://elsewhere.example",
					"Access-Control-Request-Method", "GET"));
		}
		answers.add(ask("GET", "/"));
		answers.add(ask("GET", "/nowhere"));
		answers.add(ask("GET", "/nowhere", "Accept", "text/html"));
		answers.add(ask("GET", "/notes/broken", "Accept", "text/html"));
		answers.add(ask("GET", "/ojs"));
		answers.add(ask("GET", "/api/v2/jobs"));
		answers.add(ask("GET", "/error"));
		answers.add(ask("GET", "/error", "Accept", "text/html"));
		answers.add(ask("GET", "/favicon.ico"));
		answers.add(ask("GET", "/login", "Accept", "text/html"));
		answers.add(raw("GET /notes/%zz HTTP/1.1"));
		answers.add(raw("GET /notes/a|b HTTP/1.1"));
		answers.add(raw("TRACE /notes/1 HTTP/1.1"));
		if (actuator) {
			answers.add(ask("GET", "/actuator"));
			answers.add(ask("GET", "/actuator/health"));
			answers.add(ask("GET", "/actuator/health/nothing"));
			answers.add(ask("GET", "/actuator/info"));
			answers.add(ask("GET", "/actuator/env"));
			answers.add(ask("GET", "/actuator/metrics/nothing"));
			answers.add(ask("POST", "/actuator/health"));
		}
		return answers;
	}

	Exchange ask(String method, String path, String... headers) {
		return exchange(method, path, null, null, headers);
	}

	Exchange send(String method, String path, String type, String body, String... headers) {
		return exchange(method, path, type, body, headers);
	}

	private Exchange exchange(String method, String path, @Nullable String type, @Nullable String body,
			String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(60))
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
		if (type != null) {
			request.header("Content-Type", type);
		}
		if (headers.length > 0) {
			request.headers(headers);
		}
		if (this.password != null) {
			request.header("Authorization", "Basic "
					+ Base64.getEncoder().encodeToString(("user:" + this.password).getBytes(StandardCharsets.UTF_8)));
		}
		try {
			HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
			List<String> answered = new ArrayList<>();
			for (Map.Entry<String, List<String>> header : response.headers().map().entrySet()) {
				String name = header.getKey().toLowerCase(Locale.ROOT);
				if (!IRRELEVANT.contains(name)) {
					header.getValue().forEach((value) -> answered.add(name + ": " + masked(name, value)));
				}
			}
			return new Exchange(method + " " + path + " " + String.join(" ", headers), response.statusCode(), answered,
					masked(response.body()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(method + " " + path, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	// What the client above is too polite to send.
	private Exchange raw(String line) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream()
				.write((line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			String status = answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
			return new Exchange(line, Integer.parseInt(status), List.of(), masked(
					answer.replaceAll("(?m)^Date: .*$", "Date").replaceAll("JSESSIONID=\\w+", "JSESSIONID=some")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(line, ex);
		}
	}

	private String masked(String name, String value) {
		return switch (name) {
			// A trace of what was called names our filters, which is no secret.
			case "content-length" -> "some";
			case "set-cookie" -> value.replaceAll("=[^;]+", "=some");
			default -> value.replace(":" + this.port, ":port");
		};
	}

	private String masked(String body) {
		return sorted(body).replace(":" + this.port, ":port")
			.replaceAll("\"timestamp\":\"[^\"]+\"", "\"timestamp\":\"some\"")
			.replaceAll("\"trace\":\"(.*?)(?:\\\\r)?\\\\n.*?[^\\\\]\"([,}])", "\"trace\":\"$1\"$2")
			.replaceAll("(?s)<div style='white-space:pre-wrap;'>.*?</div>", "<div>trace</div>")
			.replaceAll("<div id='created'>.*?</div>", "<div id='created'>some</div>")
			.replaceAll("name=\"_csrf\"([^>]*)value=\"[^\"]*\"", "name=\"_csrf\"$1value=\"some\"")
			.replaceAll("\"id\":\\d+", "\"id\":1");
	}

	// Actuator has its links in an order that differs from one JVM to the next.
	private static String sorted(String body) {
		String start = "{\"_links\":{";
		return body.startsWith(start)
				? Arrays.stream(body.substring(start.length(), body.length() - 2).split("(?<=}),"))
					.sorted()
					.collect(Collectors.joining(",", start, "}}"))
				: body;
	}

}
