package org.openjobspec.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Holds the console session of a document with a running server, without a shell: it
 * knows {@code curl} with {@code -s}, {@code -X}, {@code -H} and {@code -d}, quotes,
 * lines continued with a backslash, {@code | cut -c 1-N}, and
 * {@code NAME=$(curl … | jq -r PATH)} whose value stands for {@code $NAME} later on.
 */
final class ConsoleSession {

	private static final String ELISION = "…";

	private static final Pattern ASSIGNMENT = Pattern.compile("(?s)([A-Z_]+)=\\$\\((.*) \\| jq -r (\\S+)\\)\\s*");

	private static final Pattern CUT = Pattern.compile("(?s)(.*) \\| cut -c 1-(\\d+)\\s*");

	private final HttpClient client = HttpClient.newHttpClient();

	private final Map<String, String> variables = new HashMap<>();

	private final int port;

	ConsoleSession(int port) {
		this.port = port;
	}

	/**
	 * Types every command of a document and compares what it prints.
	 * @param document the path below the project
	 * @return how many commands there were
	 */
	int hold(String document) throws Exception {
		int commands = 0;
		for (String block : Documents.blocks(document, "console")) {
			for (Exchange exchange : exchanges(block)) {
				exchange(exchange);
				commands++;
			}
		}
		return commands;
	}

	private void exchange(Exchange exchange) throws Exception {
		Matcher assignment = ASSIGNMENT.matcher(exchange.command());
		if (assignment.matches()) {
			// What is asked for may take a moment to be there.
			await(exchange.command()).atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				JsonNode value = JsonMapper.shared()
					.readTree(send(request(assignment.group(2))))
					.at(pointer(assignment.group(3)));
				assertThat(value.isMissingNode()).as(exchange.command()).isFalse();
				this.variables.put(assignment.group(1), value.asString());
			});
			return;
		}
		Pattern expected = pattern(exchange.output());
		HttpRequest request = request(exchange.command().replaceFirst("(?s) \\| cut -c 1-\\d+\\s*$", ""));
		if (request.method().equals("GET")) {
			// A reader types slower than the worker works.
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(cut(exchange, send(request))).as(exchange.command()).matches(expected));
		}
		else {
			assertThat(cut(exchange, send(request))).as(exchange.command()).matches(expected);
		}
	}

	private String send(HttpRequest request) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isBetween(200, 499);
		return response.body();
	}

	private static String cut(Exchange exchange, String body) {
		Matcher cut = CUT.matcher(exchange.command());
		return cut.matches() ? body.substring(0, Math.min(body.length(), Integer.parseInt(cut.group(2)))) : body;
	}

	private static Pattern pattern(String output) {
		return Pattern.compile(Arrays.stream(output.replaceAll("\n *", "").split(ELISION, -1))
			.map(Pattern::quote)
			.collect(Collectors.joining(".*?")), Pattern.DOTALL);
	}

	/** Of the paths of jq only {@code .a.b[0].c}. */
	private static String pointer(String path) {
		return path.replace("'", "").replaceAll("\\[(\\d+)]", "/$1").replace('.', '/');
	}

	private HttpRequest request(String command) {
		List<String> words = words(command);
		HttpRequest.Builder request = HttpRequest.newBuilder();
		String url = words.stream().filter((word) -> word.startsWith("localhost:8080/")).findFirst().orElseThrow();
		request.uri(URI.create("http://" + url.replace("8080", String.valueOf(this.port))));
		for (int i = 0; i < words.size() - 1; i++) {
			if (words.get(i).equals("-H")) {
				String[] header = words.get(i + 1).split(":\\s*", 2);
				request.header(header[0], header[1]);
			}
		}
		String body = after(words, "-d");
		String method = after(words, "-X");
		return request
			.method((method != null) ? method : (body != null) ? "POST" : "GET",
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody())
			.build();
	}

	private List<String> words(String command) {
		List<String> words = new ArrayList<>();
		StringBuilder word = new StringBuilder();
		char quote = 0;
		boolean started = false;
		for (int i = 0; i < command.length(); i++) {
			char c = command.charAt(i);
			if (quote == 0 && (c == '\'' || c == '"')) {
				quote = c;
				started = true;
			}
			else if (c == quote) {
				quote = 0;
			}
			else if (quote == 0 && Character.isWhitespace(c)) {
				if (started) {
					words.add(word.toString());
					word.setLength(0);
					started = false;
				}
			}
			else if (c == '$' && quote != '\'') {
				Matcher name = Pattern.compile("[A-Z_]+").matcher(command).region(i + 1, command.length());
				assertThat(name.lookingAt()).as(command).isTrue();
				assertThat(this.variables).as(command).containsKey(name.group());
				word.append(this.variables.get(name.group()));
				i = name.end() - 1;
				started = true;
			}
			else {
				word.append(c);
				started = true;
			}
		}
		assertThat((int) quote).as("A quote is not closed: %s", command).isZero();
		if (started) {
			words.add(word.toString());
		}
		return words;
	}

	private static @Nullable String after(List<String> words, String option) {
		int index = words.indexOf(option);
		return (index < 0) ? null : words.get(index + 1);
	}

	private static List<Exchange> exchanges(String block) {
		return Arrays.stream(block.split("(?m)^\\$ ")).filter((part) -> !part.isBlank()).map((part) -> {
			int end = endOfCommand(part);
			return new Exchange(part.substring(0, end).replace("\\\n", " "), part.substring(end).strip());
		}).toList();
	}

	/** The end of the first line that is neither continued nor within quotes. */
	private static int endOfCommand(String part) {
		boolean quoted = false;
		for (int i = 0; i < part.length(); i++) {
			char c = part.charAt(i);
			if (c == '\'') {
				quoted = !quoted;
			}
			else if (c == '\n' && !quoted && part.charAt(i - 1) != '\\') {
				return i;
			}
		}
		return part.length();
	}

	/**
	 * What the reader types, and gets.
	 *
	 * @param command the command without its prompt
	 * @param output what follows, {@code …} standing for anything; lines that are broken
	 * for the page are one line
	 */
	private record Exchange(String command, String output) {
	}

}
