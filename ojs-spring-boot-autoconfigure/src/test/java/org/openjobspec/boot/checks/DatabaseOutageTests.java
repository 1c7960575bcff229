package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.OwnServer;
import org.openjobspec.boot.checks.Http.Reply;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * PostgreSQL goes away under load and comes back. {@code -Dojs.test.long=true} makes it
 * stay away for a minute.
 */
class DatabaseOutageTests {

	private static final Duration OUTAGE = Duration.ofSeconds(Boolean.getBoolean("ojs.test.long") ? 60 : 10);

	private static final int HELD = 4;

	private static final String[] JSON = { "Content-Type", "application/json" };

	private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

	private final Queue<Reply> refused = new ConcurrentLinkedQueue<>();

	private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

	private void enqueue(Http http, String type) {
		try {
			Reply reply = http.post("/ojs/v1/jobs", "{\"type\":\"" + type + "\",\"args\":[]}", JSON);
			if (reply.status() == 201) {
				this.acknowledged.add(reply.string("/job/id"));
			}
			else {
				this.refused.add(reply);
			}
		}
		catch (RuntimeException ex) {
			this.broken.add(ex);
		}
	}

	private static String health(Http http) {
		return http.get("/actuator/health").string("/status");
	}

	@Test
	void theApplicationGoesOn_andEveryAcknowledgedJobCompletes() throws Exception {
		LogRecorder log = new LogRecorder();
		try (OwnServer server = TestDatabase.ownServer();
				Node node = Node.web(Application.class, server.database(),
						"spring.datasource.hikari.connection-timeout=2000",
						"spring.datasource.hikari.validation-timeout=1000")) {
			Http http = new Http(node.port());
			Handlers handlers = node.bean(Handlers.class);
			assertThat(health(http)).isEqualTo("UP");
			for (int i = 0; i < HELD; i++) {
				enqueue(http, "check.hold");
			}
			await().until(() -> handlers.holding.get() == HELD);

			ScheduledExecutorService load = Executors.newScheduledThreadPool(4);
			try {
				for (int i = 0; i < 4; i++) {
					load.scheduleWithFixedDelay(() -> enqueue(http, "check.work"), 0, 5, TimeUnit.MILLISECONDS);
				}
				await().until(() -> handlers.runs.size() > 200);

				log.start();
				server.stop();
				long stopped = System.nanoTime();
				await().atMost(Duration.ofSeconds(10)).until(() -> health(http).equals("DOWN"));
				await().atMost(Duration.ofSeconds(10)).until(() -> !this.refused.isEmpty());
				handlers.gate.countDown();
				await().atMost(OUTAGE.plusSeconds(10))
					.pollInterval(Duration.ofMillis(500))
					.until(() -> System.nanoTime() - stopped >= OUTAGE.toNanos());
				assertThat(node.isRunning()).isTrue();
				assertThat(health(http)).isEqualTo("DOWN");
				int acknowledgedBefore = this.acknowledged.size();
				server.start();

				await().atMost(Duration.ofSeconds(30)).until(() -> health(http).equals("UP"));
				await().atMost(Duration.ofSeconds(30)).until(() -> this.acknowledged.size() > acknowledgedBefore + 50);
				log.stop();
			}
			finally {
				load.shutdown();
				assertThat(load.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
			}

			JdbcTemplate sql = new JdbcTemplate(server.database().dataSource());
			await().atMost(Duration.ofSeconds(60))
				.until(() -> Objects.requireNonNull(sql
					.queryForObject("SELECT count(*) FROM ojs.jobs WHERE state <> 'completed'", Integer.class)) == 0);
			Set<String> completed = Set
				.copyOf(sql.queryForList("SELECT id::text FROM ojs.jobs WHERE state = 'completed'", String.class));
			assertThat(completed).containsAll(this.acknowledged);
			assertThat(handlers.runs.keySet()).containsAll(completed);
			assertThat(sql.queryForList("SELECT attempt FROM ojs.jobs WHERE type = 'check.hold'", Integer.class))
				.as("what ran while the database was away has completed, and did not run again")
				.hasSize(HELD)
				.containsOnly(1);
			assertThat(sql.queryForObject(
					"SELECT count(*) FROM ojs.event, unnest(coalesce(job_ids, ARRAY[job_id])) WHERE type = 'job.completed'",
					Integer.class))
				.as("no job completes twice")
				.isEqualTo(completed.size());
			assertThat(handlers.runs.values().stream().filter((runs) -> runs.get() > 1)).as("ran twice").isEmpty();
		}
		assertThat(this.broken).as("each request is answered").isEmpty();
		assertThat(this.refused).isNotEmpty().allSatisfy((reply) -> {
			assertThat(reply.status()).isEqualTo(503);
			assertThat(reply.header("Content-Type")).isEqualTo("application/openjobspec+json");
			assertThat(reply.header("Retry-After")).isEqualTo("1");
			assertThat(reply.string("/error/code")).isEqualTo("backend_error");
			assertThat(reply.at("/error/retryable").booleanValue()).isTrue();
		});
		assertQuiet(log, this.refused.size());
	}

	private static void assertQuiet(LogRecorder log, int refused) {
		assertThat(log.events()).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.ERROR))
			.extracting(ILoggingEvent::getFormattedMessage)
			.isEmpty();
		Map<String, Long> ours = log.events()
			.stream()
			.filter((event) -> event.getLoggerName().startsWith("org.openjobspec"))
			.collect(Collectors.groupingBy(ILoggingEvent::getLoggerName, Collectors.counting()));
		long requests = Objects.requireNonNullElse(ours.remove("org.openjobspec.boot.web.Failures"), 0L);
		assertThat(requests).as("one line for each refused request").isEqualTo(refused);
		assertThat(ours.values().stream().mapToLong(Long::longValue).sum()).as("lines, %s", ours)
			.isLessThanOrEqualTo(30);
		assertThat(log.events()).filteredOn((event) -> event.getThrowableProxy() != null)
			.filteredOn((event) -> event.getLoggerName().startsWith("org.openjobspec.boot")
					&& !event.getLoggerName().contains("Health"))
			.extracting(ILoggingEvent::getFormattedMessage)
			.as("stack traces")
			.isEmpty();
	}

	@PlainApplication
	static class Application {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

		private final AtomicInteger holding = new AtomicInteger();

		private final CountDownLatch gate = new CountDownLatch(1);

		@OjsHandler("check.work")
		void work(JobContext job) {
			this.runs.computeIfAbsent(job.job().id().toString(), (id) -> new AtomicInteger()).incrementAndGet();
		}

		@OjsHandler("check.hold")
		void hold(JobContext job) throws InterruptedException {
			work(job);
			this.holding.incrementAndGet();
			this.gate.await();
		}

	}

}
