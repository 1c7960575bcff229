package org.openjobspec.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts the jar of the sample from what Spring has made of it ahead of time, in a JVM of
 * its own.
 */
class ProcessedSampleIT {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final HttpClient client = HttpClient.newHttpClient();

	@Test
	void aJobRunsInTheSampleThatWasProcessedAheadOfTime(@TempDir Path directory) throws Exception {
		Path log = directory.resolve("sample.log");
		Process sample = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.aot.enabled=true", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar",
				System.getProperty("sample.jar"), "--server.port=0",
				"--ojs.dev-database.data-directory=" + directory.resolve("database"), "--ojs.queues.mail.max-depth=7",
				"--ojs.handlers.email.send.queue=mail")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			await().atMost(PATIENCE).until(() -> {
				assertThat(sample.isAlive()).as(() -> read(log)).isTrue();
				return PORT.matcher(read(log)).find() && read(log).contains("Open Job Spec: ");
			});
			assertThat(read(log)).contains("Starting AOT-processed SampleApplication").doesNotContain(" WARN ");
			Matcher port = PORT.matcher(read(log));
			assertThat(port.find()).isTrue();
			URI server = URI.create("http://localhost:" + port.group(1));

			JsonNode accepted = exchange(HttpRequest.newBuilder(server.resolve("/signups"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"ada@example.com\"}")), 201);
			URI job = server.resolve("/ojs/v1/jobs/" + accepted.path("welcomeJob").asString());
			await().atMost(PATIENCE).untilAsserted(() -> {
				JsonNode read = exchange(HttpRequest.newBuilder(job), 200).path("job");
				assertThat(read.path("state").asString()).as(read.toString()).isEqualTo("completed");
				assertThat(read.at("/result/to").asString()).isEqualTo("ada@example.com");
				assertThat(read.path("queue").asString()).isEqualTo("mail");
			});

			long number = exchange(HttpRequest.newBuilder(server.resolve("/orders"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"article\":\"mug\",\"email\":\"ada@example.com\"}")), 201)
				.path("number")
				.asLong();
			URI order = server.resolve("/orders/" + number);
			await().atMost(PATIENCE).untilAsserted(() -> {
				JsonNode read = exchange(HttpRequest.newBuilder(order), 200);
				assertThat(read.path("status").asString()).as(read.toString()).isEqualTo("shipped");
				assertThat(read.path("jobs").valueStream().map((step) -> step.path("state").asString())).hasSize(5)
					.containsOnly("completed");
			});

			JsonNode queue = exchange(HttpRequest.newBuilder(server.resolve("/ojs/v1/admin/queues/mail/config")), 200);
			assertThat(queue.at("/config/max_depth").asInt()).isEqualTo(7);
		}
		finally {
			sample.destroy();
			if (!sample.waitFor(30, TimeUnit.SECONDS)) {
				sample.destroyForcibly().waitFor();
			}
		}
	}

	private JsonNode exchange(HttpRequest.Builder request, int status) throws Exception {
		HttpResponse<String> response = this.client.send(request.timeout(Duration.ofSeconds(30)).build(),
				HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		return JsonMapper.shared().readTree(response.body());
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
