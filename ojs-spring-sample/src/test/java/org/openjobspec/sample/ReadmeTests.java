package org.openjobspec.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that the documentation tells the truth: its curl session is held with the running
 * sample, and its Java is found in the sources.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ReadmeTests {

	/** The tests run in the module, whose parent is the project. */
	private static final Path PROJECT = Path.of("..");

	private static final String ELISION = "…";

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@Test
	void theSessionPrintsWhatTheReadmeShows() throws Exception {
		List<Exchange> session = blocks("README.md", "console").stream().flatMap(Exchange::of).toList();
		assertThat(session).hasSizeGreaterThan(8);
		for (Exchange exchange : session) {
			Pattern expected = pattern(exchange.output());
			HttpRequest request = exchange.request(this.port);
			if (request.method().equals("GET")) {
				// A reader types slower than the worker works.
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(answer(request, exchange)).matches(expected));
			}
			else {
				assertThat(answer(request, exchange)).as(exchange.command()).matches(expected);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/guide/cron.md", "docs/guide/handlers.md", "docs/guide/long-jobs.md",
			"docs/guide/transactions.md" })
	void theJavaIsTakenFromTheSources(String document) throws IOException {
		String sources = sources();
		for (String block : blocks(document, "java")) {
			if (block.contains("SecurityFilterChain")) {
				// The sample is without Spring Security.
				continue;
			}
			for (String part : block.split("(?m)^\\s*// " + ELISION + "$")) {
				assertThat(sources).as("%s shows%n%s", document, part).contains(normalized(part));
			}
		}
	}

	private String answer(HttpRequest request, Exchange exchange) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(exchange.command()).isBetween(200, 499);
		return exchange.cut(response.body());
	}

	private static Pattern pattern(String output) {
		return Pattern.compile(
				Arrays.stream(output.split(ELISION, -1)).map(Pattern::quote).collect(Collectors.joining(".*?")),
				Pattern.DOTALL);
	}

	private static List<String> blocks(String document, String language) throws IOException {
		Matcher matcher = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
			.matcher(Files.readString(PROJECT.resolve(document)));
		return matcher.results().map((result) -> result.group(1)).toList();
	}

	private static String sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (String root : List.of("ojs-spring-sample/src", "ojs-spring-boot-autoconfigure/src/test")) {
			try (Stream<Path> files = Files.walk(PROJECT.resolve(root))) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
					sources.add(normalized(Files.readString(file)));
				}
			}
		}
		return String.join("\n", sources);
	}

	private static String normalized(String code) {
		return code.strip().replaceAll("\\s+", " ");
	}

	/**
	 * What the reader types, and gets.
	 *
	 * @param command the line without its prompt
	 * @param output what follows, {@code …} standing for anything
	 */
	private record Exchange(String command, String output) {

		private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

		static Stream<Exchange> of(String block) {
			return Arrays.stream(block.split("(?m)^\\$ "))
				.filter((part) -> part.startsWith("curl "))
				.map((part) -> part.replace("\\\n", " ").split("\n", 2))
				.map((parts) -> new Exchange(parts[0], parts[1].strip()));
		}

		HttpRequest request(int port) {
			List<String> words = WORD.matcher(this.command.replaceFirst(" \\| .*", ""))
				.results()
				.map((word) -> (word.group(1) != null) ? word.group(1) : word.group(2))
				.toList();
			HttpRequest.Builder request = HttpRequest.newBuilder();
			String url = words.stream().filter((word) -> word.startsWith("localhost:8080/")).findFirst().orElseThrow();
			request.uri(URI.create("http://" + url.replace("8080", String.valueOf(port))));
			@Nullable String header = after(words, "-H");
			if (header != null) {
				request.header(header.substring(0, header.indexOf(':')),
						header.substring(header.indexOf(':') + 1).strip());
			}
			@Nullable String body = after(words, "-d");
			@Nullable String method = after(words, "-X");
			return request
				.method((method != null) ? method : (body != null) ? "POST" : "GET",
						(body != null) ? HttpRequest.BodyPublishers.ofString(body)
								: HttpRequest.BodyPublishers.noBody())
				.build();
		}

		/** The one pipe that is understood is {@code cut -c 1-N}. */
		String cut(String body) {
			Matcher cut = Pattern.compile("\\| cut -c 1-(\\d+)$").matcher(this.command);
			return cut.find() ? body.substring(0, Math.min(body.length(), Integer.parseInt(cut.group(1)))) : body;
		}

		private static @Nullable String after(List<String> words, String option) {
			int index = words.indexOf(option);
			return (index < 0) ? null : words.get(index + 1);
		}

	}

}
