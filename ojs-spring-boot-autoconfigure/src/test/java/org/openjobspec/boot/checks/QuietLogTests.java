package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.Sha256;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.WebhookReceiver;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * No secret, argument or payload is in a log at INFO or above, whatever goes wrong with
 * it.
 */
@Timeout(180)
class QuietLogTests {

	/** In arguments, metadata, results, secrets and keys; in no log. */
	private static final String MARKER = "m4rk3r-5ecret";

	private static final String KEY = "ojs_" + MARKER;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Database DATABASE = TestDatabase.fresh();

	private static Node node;

	private static Http http;

	private final LogRecorder log = new LogRecorder();

	@BeforeAll
	static void start() throws Exception {
		String hash = Sha256.hash(KEY);
		node = Node.web(Careless.class, DATABASE, "ojs.http.api-keys.test.hash=" + hash,
				"ojs.http.api-keys.test.roles=producer,worker,operator,admin", "ojs.webhooks.allow-http=true",
				"ojs.webhooks.allow-private-addresses=true");
		http = new Http(node.port());
		JdbcClient.create(DATABASE.dataSource())
			.sql("ALTER TABLE ojs.outcome ADD CONSTRAINT refused CHECK (result NOT LIKE '%forbidden%')")
			.update();
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@BeforeEach
	void record() {
		this.log.start();
	}

	@AfterEach
	void isQuiet() {
		this.log.stop();
		for (ILoggingEvent event : this.log.events()) {
			if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
				assertThat(text(event)).doesNotContain(MARKER);
			}
		}
	}

	private static String text(ILoggingEvent event) {
		StringBuilder text = new StringBuilder(event.getLoggerName()).append(": ")
			.append(event.getFormattedMessage())
			.append(event.getMDCPropertyMap());
		for (IThrowableProxy thrown = event.getThrowableProxy(); thrown != null; thrown = thrown.getCause()) {
			text.append('\n').append(thrown.getClassName()).append(": ").append(thrown.getMessage());
		}
		return text.toString();
	}

	@ParameterizedTest
	@ValueSource(strings = { "test.number", "test.record", "test.null", "test.none", "test.result", "test.checkpoint",
			"test.parse", "test.refused" })
	void ofAJobThatFails(String type) {
		OjsTemplate jobs = node.bean(OjsTemplate.class);
		Object argument = type.equals("test.record") ? Map.of("number", MARKER, MARKER, MARKER) : MARKER;
		Job job = jobs.request(type).args(argument).meta("secret", MARKER).enqueue();
		await().atMost(PATIENCE)
			.until(() -> jobs.get(job.id()).orElseThrow().state(), (state) -> state == JobState.DISCARDED);
		assertThat(warned()).as("Nothing was said of it at all").isTrue();
		// Whoever may read the job is told everything.
		assertThat(jobs.get(job.id()).orElseThrow().failures()).isNotEmpty();
	}

	@Test
	void ofARequestThatIsRefused() {
		String marked = '"' + MARKER + '"';
		// Neither a type, nor a queue, nor a name.
		String wrong = '"' + MARKER + " !\"";
		for (String body : List.of("{\"type\":" + wrong + ",\"args\":[]}", "{\"type\":\"a\",\"args\":" + marked + '}',
				"{\"type\":\"a\",\"args\":[" + marked, "{\"type\":\"a\",\"args\":[],\"meta\":" + marked + '}',
				"{\"type\":\"a\",\"args\":[" + marked + "],\"queue\":" + wrong + '}',
				"{\"type\":\"a\",\"args\":[" + marked + "],\"id\":" + marked + '}',
				"{\"type\":\"a\",\"args\":[" + marked + "],\"priority\":" + marked + '}', MARKER)) {
			assertThat(post("/jobs", body)).as(body).isBetween(400, 499);
		}
		assertThat(post("/workers/ack", "{\"job_id\":" + marked + '}')).isBetween(400, 499);
		String cron = "{\"name\":%s,\"cron\":%s,\"type\":\"a\",\"args\":[%s]}".formatted(wrong, marked, marked);
		assertThat(post("/cron", cron)).isBetween(400, 499);
		assertThat(http.get("/api/v1/queues", "Authorization", "Bearer wrong-" + MARKER).status()).isEqualTo(401);
		assertThat(http.get("/api/v1/events?after=" + MARKER, "X-API-Key", KEY).status()).isBetween(400, 499);
	}

	@Test
	void ofARequestThatTheDatabaseRefuses() {
		JdbcClient jdbc = JdbcClient.create(DATABASE.dataSource());
		jdbc.sql("ALTER TABLE ojs.job ADD CONSTRAINT forbidden CHECK (type <> 'test.forbidden')").update();
		try {
			assertThat(post("/jobs", "{\"type\":\"test.forbidden\",\"args\":[\"%s\"],\"meta\":{\"secret\":\"%s\"}}"
				.formatted(MARKER, MARKER))).isGreaterThanOrEqualTo(500);
			assertThat(warned()).isTrue();
		}
		finally {
			jdbc.sql("ALTER TABLE ojs.job DROP CONSTRAINT forbidden").update();
		}
	}

	@Test
	void ofAWebhookAndItsSecret() {
		try (WebhookReceiver receiver = new WebhookReceiver()) {
			receiver.answer(500, 500);
			String body = "{\"url\":\"%s?token=%s\",\"events\":[\"*\"],\"secret\":\"whsec_%s\"}"
				.formatted(receiver.url(), MARKER, MARKER);
			assertThat(post("/webhooks/subscriptions", body)).isEqualTo(201);
			assertThat(post("/webhooks/subscriptions", body.replace("http", "gopher"))).isEqualTo(400);
			assertThat(post("/jobs",
					"{\"type\":\"nobody.takes\",\"args\":[\"%s\"],\"queue\":\"other\"}".formatted(MARKER)))
				.isEqualTo(201);
			await().atMost(PATIENCE).until(() -> !receiver.received().isEmpty());
		}
	}

	private boolean warned() {
		return this.log.events()
			.stream()
			.anyMatch((event) -> event.getLevel().isGreaterOrEqual(Level.WARN)
					&& event.getLoggerName().startsWith("org.openjobspec"));
	}

	private static int post(String path, String body) {
		return http.post("/api/v1" + path, body, "Content-Type", "application/json", "X-API-Key", KEY).status();
	}

	@PlainApplication
	static class Careless {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		record Form(int number) {
		}

		@OjsHandler(type = "test.number", retry = @OjsRetry(maxAttempts = 1))
		void number(int number) {
		}

		@OjsHandler(type = "test.record", retry = @OjsRetry(maxAttempts = 1))
		void form(Form form) {
		}

		@OjsHandler(type = "test.null", retry = @OjsRetry(maxAttempts = 1))
		void two(String text, String other) {
		}

		@OjsHandler(type = "test.none", retry = @OjsRetry(maxAttempts = 1))
		void none() {
		}

		@OjsHandler(type = "test.result", retry = @OjsRetry(maxAttempts = 1))
		Object result(String text) {
			return new Object() {
				public String getText() {
					throw new IllegalStateException(text);
				}
			};
		}

		@OjsHandler(type = "test.checkpoint", retry = @OjsRetry(maxAttempts = 1))
		void checkpoint(JobContext context, String text) {
			context.checkpoint(text);
			context.checkpoint(Integer.class);
		}

		@OjsHandler(type = "test.parse", retry = @OjsRetry(maxAttempts = 1))
		void parse(String text) {
			JsonMapper.shared().readValue('"' + text + '"', Integer.class);
		}

		@OjsHandler(type = "test.refused", retry = @OjsRetry(maxAttempts = 1))
		Map<String, String> refused(String text) {
			return Map.of("forbidden", text);
		}

	}

}
