package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.worker.DiscardException;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What two nodes say to Prometheus, added up, is what their database has, after ten
 * thousand jobs that are handled in process and over HTTP, and end in every way.
 */
@Timeout(300)
class MeteredNodesTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final int LOCAL = 6000;

	private static final int REMOTE = 2000;

	private static final int ENDED_EARLY = 500;

	private static final Pattern SAMPLE = Pattern
		.compile("(?m)^(ojs_\\w+)\\{[^}]*queue=\"([^\"]*)\"[^}]*type=\"([^\"]*)\"[^}]*\\} (\\S+)$");

	private final Database database = TestDatabase.fresh();

	private final JdbcTemplate sql = new JdbcTemplate(this.database.dataSource());

	@Test
	void theMetersOfAllNodesAddUpToWhatTheDatabaseHas() throws Exception {
		String[] properties = { "management.endpoints.web.exposure.include=prometheus", "ojs.worker.queues=default",
				// Thousands of failures are meant.
				"logging.level.org.openjobspec.boot.worker=off" };
		try (Node one = Node.web(MeteredApplication.class, this.database, properties);
				Node two = Node.web(MeteredApplication.class, this.database, properties)) {
			List<Http> nodes = List.of(new Http(one.port()), new Http(two.port()));
			AtomicBoolean done = new AtomicBoolean();
			ExecutorService threads = Executors.newCachedThreadPool();
			try {
				List<Future<Void>> workers = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					Http node = nodes.get(i % 2);
					String name = "remote-" + i;
					workers.add(threads.submit(() -> work(node, name, done)));
				}
				enqueueInProcess(one, two);
				enqueueOverHttp(nodes);
				endEarly(one, nodes.get(1));
				int jobs = LOCAL + REMOTE + 4 * ENDED_EARLY;
				assertThat(jobs).isEqualTo(10_000);
				await().atMost(PATIENCE).until(() -> {
					for (Future<Void> worker : workers) {
						assertThat(worker.isDone()).as("a remote worker has failed").isFalse();
					}
					return count("ojs.outcome") == jobs;
				});
				done.set(true);
				for (Future<Void> worker : workers) {
					worker.get();
				}
			}
			finally {
				done.set(true);
				threads.shutdown();
			}
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(scraped(nodes)).isEqualTo(expected()));
		}
	}

	private int count(String query) {
		Integer count = this.sql.queryForObject("SELECT count(*) FROM " + query, Integer.class);
		return (count != null) ? count : 0;
	}

	private static void enqueueInProcess(Node one, Node two) {
		for (Node node : List.of(one, two)) {
			OjsTemplate jobs = node.bean(OjsTemplate.class);
			for (int i = 0; i < LOCAL / 2; i += 100) {
				jobs.enqueueAll(IntStream.range(i, i + 100).mapToObj(MeteredNodesTests::local).toList());
			}
			node.bean(TransactionTemplate.class).executeWithoutResult((status) -> {
				jobs.enqueueAll(IntStream.range(0, 100).mapToObj((i) -> JobRequest.of("mix.undone").build()).toList());
				status.setRollbackOnly();
			});
		}
	}

	private static JobRequest local(int number) {
		JobRequest.Builder job = JobRequest.of(switch (number % 5) {
			case 0 -> "mix.flaky";
			case 1 -> "mix.bad";
			case 2 -> "mix.dead";
			default -> "mix.ok";
		});
		if (number % 2 == 0) {
			job.queue("mail");
		}
		if (number % 10 == 3) {
			job.delay(Duration.ofMillis(500));
		}
		return job.build();
	}

	private static void enqueueOverHttp(List<Http> nodes) {
		for (int i = 0; i < REMOTE; i += 100) {
			String jobs = IntStream.range(i, i + 100)
				.mapToObj(
						(number) -> """
								{"type":"%s","queue":"%s","args":[%d],"retry":{"max_attempts":2,"initial_interval":"PT0.05S"}}"""
							.formatted(
									(number % 3 == 0) ? "remote.flaky" : (number % 3 == 1) ? "remote.bad" : "remote.ok",
									(number % 2 == 0) ? "elsewhere" : "far", number))
				.collect(Collectors.joining(","));
			Http.Reply reply = nodes.get((i / 100) % 2)
				.post("/ojs/v1/jobs/batch", "{\"jobs\":[" + jobs + "]}", "Content-Type", "application/json");
			assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		}
	}

	// Cancelled in process and over HTTP, before it starts, while it waits, and expired.
	private static void endEarly(Node node, Http http) {
		OjsTemplate jobs = node.bean(OjsTemplate.class);
		for (Job job : jobs.enqueueAll(same("early.cancelled", (job) -> job.queue("idle")))) {
			jobs.cancel(job.id());
		}
		List<UUID> ids = jobs.enqueueAll(same("early.cancelled", (job) -> job.queue("idle").delay(Duration.ofHours(1))))
			.stream()
			.map(Job::id)
			.toList();
		Http.Reply reply = http.post("/ojs/v1/jobs/bulk/cancel",
				"{\"job_ids\":[" + ids.stream().map((id) -> "\"" + id + "\"").collect(Collectors.joining(",")) + "]}",
				"Content-Type", "application/json");
		assertThat(reply.status()).as(reply.text()).isEqualTo(200);
		jobs.enqueueAll(same("early.expired", (job) -> job.queue("idle").timeToLive(Duration.ofMillis(500))));
		jobs.enqueueAll(same("early.expired",
				(job) -> job.queue("idle").delay(Duration.ofHours(1)).timeToLive(Duration.ofMillis(500))));
	}

	private static List<JobRequest> same(String type, UnaryOperator<JobRequest.Builder> change) {
		return Stream.generate(() -> change.apply(JobRequest.of(type)).build()).limit(ENDED_EARLY).toList();
	}

	private static Void work(Http node, String name, AtomicBoolean done) {
		while (!done.get()) {
			Http.Reply fetched = node.post("/ojs/v1/workers/fetch", """
					{"queues":["elsewhere","far"],"count":50,"worker_id":"%s"}""".formatted(name), "Content-Type",
					"application/json", "Prefer", "wait=1");
			for (JsonNode job : fetched.json().at("/jobs")) {
				String type = job.at("/type").asString();
				boolean fails = type.equals("remote.bad")
						|| (type.equals("remote.flaky") && job.at("/attempt").asInt() == 1);
				Http.Reply reply = node.post(fails ? "/ojs/v1/workers/nack" : "/ojs/v1/workers/ack",
						"""
								{"job_id":"%s","worker_id":"%s"%s}""".formatted(job.at("/id").asString(), name,
								fails ? ",\"error\":{\"code\":\"boom\",\"message\":\"boom\"}" : ""),
						"Content-Type", "application/json");
				assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			}
		}
		return null;
	}

	// Every sample with a queue and a type, by name, queue and type.
	private static Map<String, Long> scraped(List<Http> nodes) {
		Map<String, Long> sums = new TreeMap<>();
		for (Http node : nodes) {
			Matcher samples = SAMPLE.matcher(node.get("/actuator/prometheus").text());
			while (samples.find()) {
				String name = samples.group(1);
				if (name.endsWith("_total") || name.endsWith("_seconds_count")) {
					sums.merge(name + " " + samples.group(2) + " " + samples.group(3),
							Math.round(Double.parseDouble(samples.group(4))), Long::sum);
				}
			}
		}
		return sums;
	}

	private Map<String, Long> expected() {
		Map<String, Long> expected = new TreeMap<>();
		String jobs = "ojs.job j JOIN ojs.outcome o ON o.job_id = j.id";
		add(expected, "ojs_job_completed_total", jobs + " WHERE o.state = 4");
		add(expected, "ojs_job_cancelled_total", jobs + " WHERE o.state = 5");
		add(expected, "ojs_job_discarded_total", jobs + " WHERE o.state IN (6, 8)");
		add(expected, "ojs_job_expired_total", jobs + " WHERE o.state = 7");
		add(expected, "ojs_job_failed_total", "ojs.job j JOIN ojs.failure f ON f.job_id = j.id");
		add(expected, "ojs_job_retried_total",
				"ojs.job j JOIN ojs.failure f ON f.job_id = j.id WHERE f.retry_delay_ms IS NOT NULL");
		add(expected, "ojs_job_scheduled_total", "ojs.job j WHERE scheduled_at > created_at");
		// All but what ended while it was scheduled.
		add(expected, "ojs_job_enqueued_total", jobs + " WHERE j.scheduled_at IS NULL OR o.state NOT IN (5, 7)");
		// Each attempt has failed or completed its job.
		String attempts = """
				(SELECT j.queue, j.type FROM ojs.job j JOIN ojs.failure f ON f.job_id = j.id
				 UNION ALL SELECT j.queue, j.type FROM %s WHERE o.state = 4) j""".formatted(jobs);
		add(expected, "ojs_job_queue_time_seconds_count", attempts);
		add(expected, "ojs_job_duration_seconds_count", attempts);
		return expected;
	}

	private void add(Map<String, Long> expected, String name, String from) {
		this.sql.query("SELECT j.queue, j.type, count(*) AS jobs FROM " + from + " GROUP BY 1, 2", (row) -> {
			expected.merge(name + " " + row.getString("queue") + " " + row.getString("type"), row.getLong("jobs"),
					Long::sum);
		});
	}

	@PlainApplication
	static class MeteredApplication {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		@OjsHandler(type = "mix.ok", queue = "mail")
		void ok() {
		}

		@OjsHandler(type = "mix.flaky", retry = @OjsRetry(maxAttempts = 2, initialInterval = "20ms"))
		void flaky(JobContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("once");
			}
		}

		@OjsHandler("mix.bad")
		void bad() {
			throw new DiscardException("never");
		}

		@OjsHandler(type = "mix.dead",
				retry = @OjsRetry(maxAttempts = 2, initialInterval = "20ms", onExhaustion = OnExhaustion.DEAD_LETTER))
		void dead() {
			throw new IllegalStateException("twice");
		}

	}

}
