package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application's Actuator says of jobs, asked over HTTP.
 */
@Timeout(120)
class ActuatorTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String SECRET = "secret-4711";

	private static Node node;

	private static Http http;

	@BeforeAll
	static void start() {
		node = Node.web(ShowingApplication.class, TestDatabase.fresh(),
				"management.endpoints.web.exposure.include=health,ojs",
				"management.endpoint.health.show-details=always");
		http = new Http(node.port());
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@BeforeEach
	void reset() {
		engine().reset();
	}

	private static JobEngine engine() {
		return node.bean(JobEngine.class);
	}

	private static OjsTemplate jobs() {
		return node.bean(OjsTemplate.class);
	}

	@Test
	void theEndpointShowsQueuesHandlersWorkersAndPeriodicJobs() {
		jobs().request("nobody.takes").args(SECRET).queue("elsewhere").meta("token", SECRET).enqueue();
		jobs().cron("nightly", "0 3 * * *", "nobody.takes")
			.args(SECRET)
			.job((job) -> job.queue("elsewhere"))
			.register();
		await().atMost(PATIENCE).untilAsserted(() -> {
			Http.Reply reply = http.get("/actuator/ojs");
			assertThat(reply.status()).isEqualTo(200);
			assertThat(reply.text()).doesNotContain(SECRET);
			assertThat(reply.at("/queues")
				.valueStream()
				.filter((queue) -> queue.at("/name").asString().equals("elsewhere"))).singleElement()
				.satisfies((queue) -> {
					assertThat(queue.at("/jobs/available").asInt()).isEqualTo(1);
					assertThat(queue.at("/paused").asBoolean()).isFalse();
					assertThat(queue.at("/oldestDue").asString()).startsWith("PT");
				});
			assertThat(reply.at("/handlers")).hasSize(2);
			assertThat(reply.string("/handlers/0/type")).isEqualTo("show.dead");
			assertThat(reply.string("/handlers/0/method")).contains("dead").contains("'handlers'");
			assertThat(reply.at("/handlers/0/maxAttempts").asInt()).isEqualTo(1);
			assertThat(reply.string("/handlers/1/timeout")).isEqualTo("PT9S");
			assertThat(reply.at("/workers/running").asInt()).isEqualTo(1);
			assertThat(reply.string("/workers/workers/0/state")).isEqualTo("running");
			assertThat(reply.at("/workers/workers/0/remote").asBoolean()).isFalse();
			assertThat(reply.string("/cron/0/name")).isEqualTo("nightly");
			assertThat(reply.string("/cron/0/expression")).isEqualTo("0 3 * * *");
			assertThat(reply.string("/cron/0/nextRunAt")).endsWith("Z");
		});
	}

	@Test
	void aPartOrAnEntryIsShownByItself() {
		jobs().request("nobody.takes").queue("elsewhere").enqueue();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(http.get("/actuator/ojs/queues/elsewhere").at("/jobs/available").asInt())
				.isEqualTo(1));
		assertThat(http.get("/actuator/ojs/queues/elsewhere").at("/jobs/completed").asInt()).isZero();
		assertThat(http.get("/actuator/ojs/queues").at("/queues").size()).isPositive();
		assertThat(http.get("/actuator/ojs/handlers/show.ok").string("/queue")).isEqualTo("shown");
		assertThat(http.get("/actuator/ojs/cron").at("/cron").isArray()).isTrue();
		await().atMost(PATIENCE).until(() -> http.get("/actuator/ojs/workers").at("/total").asInt() == 1);
		String worker = http.get("/actuator/ojs/workers").string("/workers/0/id");
		assertThat(http.get("/actuator/ojs/workers/" + worker).string("/id")).isEqualTo(worker);
		for (String missing : new String[] { "queues/none", "handlers/none", "workers/none", "cron/none", "none",
				"none/none" }) {
			assertThat(http.get("/actuator/ojs/" + missing).status()).as(missing).isEqualTo(404);
		}
	}

	@Test
	void aQueueIsPausedAndResumed() {
		Http.Reply paused = http.post("/actuator/ojs/queues/shown/pause", null);
		assertThat(paused.status()).isEqualTo(200);
		assertThat(paused.at("/paused").asBoolean()).isTrue();
		Job job = jobs().enqueue("show.ok", SECRET);
		assertThat(engine().find(job.id()).orElseThrow().state()).isEqualTo(JobState.AVAILABLE);
		assertThat(http.post("/actuator/ojs/queues/shown/resume", null).at("/paused").asBoolean()).isFalse();
		await().atMost(PATIENCE).until(() -> engine().find(job.id()).orElseThrow().state() == JobState.COMPLETED);
	}

	@Test
	void aJobOfTheDeadLetterIsRetried() {
		Job job = jobs().enqueue("show.dead", SECRET);
		await().atMost(PATIENCE).until(() -> engine().find(job.id()).orElseThrow().deadLettered());
		http.post("/actuator/ojs/queues/default/pause", null);
		Http.Reply retried = http.post("/actuator/ojs/dead-letter/" + job.id() + "/retry", null);
		assertThat(retried.status()).isEqualTo(200);
		assertThat(retried.string("/state")).isEqualTo("available");
		assertThat(retried.string("/id")).isEqualTo(job.id().toString());
		assertThat(retried.text()).doesNotContain(SECRET);
		assertThat(http.post("/actuator/ojs/dead-letter/" + job.id() + "/retry", null).status()).isEqualTo(404);
	}

	@Test
	void whatCannotBeDoneIsRefused() {
		assertThat(http.post("/actuator/ojs/dead-letter/" + UUID.randomUUID() + "/retry", null).status())
			.isEqualTo(404);
		assertThat(http.post("/actuator/ojs/dead-letter/7/retry", null).status()).isEqualTo(404);
		assertThat(http.post("/actuator/ojs/queues/shown/empty", null).status()).isEqualTo(404);
		Http.Reply wrong = http.post("/actuator/ojs/queues/No%20Queue/pause", null);
		assertThat(wrong.status()).isEqualTo(400);
		assertThat(wrong.string("/reason")).contains("queue");
	}

	@Test
	void healthTellsWhatIsDueAndWhatIsPaused() {
		engine().pause("stopped", true);
		jobs().request("nobody.takes").queue("elsewhere").enqueue();
		await().atMost(PATIENCE).untilAsserted(() -> {
			Http.Reply health = http.get("/actuator/health");
			assertThat(health.string("/components/ojs/status")).isEqualTo("UP");
			assertThat(health.string("/components/ojs/details/listener")).isEqualTo("connected");
			assertThat(health.string("/components/ojs/details/latency")).endsWith(" ms");
			assertThat(health.string("/components/ojs/details/worker/state")).isEqualTo("running");
			assertThat(health.string("/components/ojs/details/oldestDueJob/queue")).isEqualTo("elsewhere");
			assertThat(health.string("/components/ojs/details/pausedQueues/0")).isEqualTo("stopped");
		});
	}

	@PlainApplication
	static class ShowingApplication {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		@OjsHandler(type = "show.ok", queue = "shown", timeout = "9s")
		void ok(String text) {
		}

		@OjsHandler(type = "show.dead", retry = @OjsRetry(maxAttempts = 1, onExhaustion = OnExhaustion.DEAD_LETTER))
		void dead(String text) {
			throw new IllegalStateException("no");
		}

	}

}
