package org.openjobspec.boot.web;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The HTTP binding from outside, as the suites and the SDKs use it.
 */
@ExtendWith(OutputCaptureExtension.class)
class HttpApiTests {

	private static final String[] JSON = { "Content-Type", "application/json" };

	private static final String[] SDK = { "Content-Type", "application/openjobspec+json", "OJS-Version", "1.0" };

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static String enqueue(String json) {
		Reply reply = http.post("/ojs/v1/jobs", json, JSON);
		assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		return reply.string("/id");
	}

	private static JsonNode fetch(String queue) {
		return http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"" + queue + "\"]}", JSON).at("/jobs/0");
	}

	@Test
	void theReadmesFirstRequestWorksAsPrinted() {
		Reply reply = http.post("/api/v1/jobs",
				"{\"type\":\"email.send\",\"args\":[\"user@example.com\",\"welcome\"],\"queue\":\"default\"}", JSON);
		assertThat(reply.status()).isEqualTo(201);
		assertThat(reply.header("Content-Type")).isEqualTo("application/openjobspec+json");
		assertThat(reply.header("OJS-Version")).isEqualTo("1.0");
		assertThat(reply.header("X-Request-Id")).isNotEmpty();
		assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/" + reply.string("/job/id"));
		assertThat(reply.string("/job/state")).isEqualTo("available");
		assertThat(reply.at("/job/meta").toString()).isEqualTo("{}");
		assertThat(http.get(reply.header("Location")).string("/id")).isEqualTo(reply.string("/id"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[123456789012345678901234567890,1.10,1e400,{\"b\":1,\"a\":[null]}]",
			"[\"\\ud800\",\"\\u0000\",\"ünï😀\",\"a\\nb\"]" })
	void argumentsMetadataAttributesAndResultsSurviveValueForValue(String args) {
		String id = enqueue(
				"{\"type\":\"a\",\"args\":" + args + ",\"meta\":{\"m\":" + args + "},\"x_a\":" + args + "}");
		Reply fetched = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"]}", JSON);
		assertThat(fetched.text()).contains("\"args\":" + args, "\"meta\":{\"m\":" + args + "}", "\"x_a\":" + args);
		Reply acked = http.post("/ojs/v1/workers/ack", "{\"job_id\":\"" + id + "\",\"result\":" + args + "}", JSON);
		assertThat(acked.status()).as(acked.text()).isEqualTo(200);
		assertThat(http.get("/ojs/v1/jobs/" + id).text()).contains("\"args\":" + args, "\"result\":" + args);
	}

	@Test
	void aJobRunsRetriesAndCompletes() {
		String id = enqueue("""
				{"type":"a","args":[],"options":{"queue":"q1","retry":{"initial_interval_ms":1,"max_interval_ms":1,\
				"jitter":false}}}""");
		JsonNode fetched = fetch("q1");
		assertThat(fetched.get("state").stringValue()).isEqualTo("active");
		assertThat(fetched.get("attempt").intValue()).isEqualTo(1);
		Reply nacked = http.post("/ojs/v1/workers/nack",
				"{\"job_id\":\"" + id + "\",\"error\":{\"code\":\"handler_error\",\"message\":\"m\","
						+ "\"details\":{\"error_class\":\"IOException\"}}}",
				JSON);
		assertThat(nacked.string("/state")).isEqualTo("retryable");
		assertThat(nacked.string("/next_attempt_at")).isNotEmpty();
		assertThat(nacked.at("/retry_delay_ms").intValue()).isEqualTo(1);
		assertThat(nacked.string("/job/error/type")).isEqualTo("IOException");
		Reply again = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"q1\"],\"batch_size\":5}", "Prefer", "wait=5");
		assertThat(again.header("Preference-Applied")).isEqualTo("wait=5");
		assertThat(again.at("/jobs/0/attempt").intValue()).isEqualTo(2);
		assertThat(again.at("/jobs/0/retry_delay_ms").intValue()).isEqualTo(1);
		Reply acked = http.post("/ojs/v1/jobs/" + id + "/ack", null);
		assertThat(acked.at("/acknowledged").booleanValue()).isTrue();
		assertThat(acked.string("/job_id")).isEqualTo(id);
		assertThat(acked.string("/completed_at")).isNotEmpty();
		Reply info = http.get("/ojs/v1/jobs/" + id);
		assertThat(info.at("/job/error").isMissingNode()).isTrue();
		assertThat(info.at("/job/errors")).hasSize(1);
	}

	@Test
	void aLateAnswerIsRefusedToARawClientAndForgivenToAnSdk() {
		String id = enqueue("{\"type\":\"a\",\"args\":[]}");
		fetch("default");
		String ack = "{\"job_id\":\"" + id + "\"}";
		assertThat(http.post("/ojs/v1/workers/ack", ack, JSON).status()).isEqualTo(200);
		Reply conflict = http.post("/ojs/v1/workers/ack", ack, JSON);
		assertThat(conflict.status()).isEqualTo(409);
		assertThat(conflict.string("/error/code")).isEqualTo("conflict");
		assertThat(http.post("/ojs/v1/workers/nack", ack, JSON).status()).isEqualTo(409);
		assertThat(http.post("/ojs/v1/workers/ack", ack, SDK).string("/state")).isEqualTo("completed");
		Reply late = http.post("/ojs/v1/workers/nack", ack, SDK);
		assertThat(late.status()).isEqualTo(200);
		assertThat(late.string("/state")).isEqualTo("completed");
		assertThat(http.send("DELETE", "/ojs/v1/jobs/" + id, null, SDK).status()).isEqualTo(409);
		assertThat(http.get("/ojs/v1/jobs/" + id).string("/state")).isEqualTo("completed");
	}

	@Test
	void cancelActivateAndDeadLetter() {
		String id = enqueue("{\"type\":\"a\",\"args\":[],\"pending\":true}");
		assertThat(http.post("/ojs/v1/jobs/" + id + "/activate", "{}", SDK).string("/job/state"))
			.isEqualTo("available");
		Reply cancelled = http.send("DELETE", "/ojs/v1/jobs/" + id, null);
		assertThat(cancelled.string("/previous_state")).isEqualTo("available");
		assertThat(cancelled.string("/job/cancelled_at")).isNotEmpty();
		assertThat(http.post("/ojs/v1/jobs/" + id + "/cancel", null).status()).isEqualTo(409);
		String dead = enqueue("""
				{"type":"a","args":[],"retry":{"max_attempts":1,"on_exhaustion":"dead_letter"}}""");
		fetch("default");
		Reply nacked = http.post("/ojs/v1/jobs/" + dead + "/nack", "{\"error\":\"broken\"}", JSON);
		assertThat(nacked.string("/discarded_at")).isNotEmpty().isEqualTo(nacked.string("/completed_at"));
		Reply list = http.get("/ojs/v1/dead-letter?limit=10&offset=0&queue=default");
		assertThat(list.string("/jobs/0/id")).isEqualTo(dead);
		assertThat(list.string("/jobs/0/error/message")).isEqualTo("broken");
		assertThat(list.at("/pagination").toString())
			.isEqualTo("{\"total\":1,\"limit\":10,\"offset\":0,\"has_more\":false}");
		assertThat(http.get("/ojs/v1/dead-letter/" + dead).string("/job/id")).isEqualTo(dead);
		assertThat(http.get("/ojs/v1/dead-letter/" + id).status()).isEqualTo(404);
		assertThat(http.post("/ojs/v1/dead-letter/" + dead + "/retry", "{}", JSON).at("/job/attempt").intValue())
			.isZero();
		fetch("default");
		http.post("/ojs/v1/jobs/" + dead + "/nack", null);
		Reply deleted = http.send("DELETE", "/ojs/v1/dead-letter/" + dead, null);
		assertThat(deleted.at("/deleted").booleanValue()).isTrue();
		assertThat(http.get("/ojs/v1/jobs/" + dead).status()).isEqualTo(404);
	}

	@Test
	void duplicatesAreRefusedOrAnswered() {
		String id = "01935d2c-8f6e-7abc-9def-0123456789ab";
		enqueue("{\"type\":\"a\",\"args\":[1],\"id\":\"" + id + "\"}");
		Reply same = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[1],\"id\":\"" + id + "\"}", JSON);
		assertThat(same.status()).isEqualTo(200);
		assertThat(same.at("/deduplicated").booleanValue()).isTrue();
		Reply other = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[2],\"id\":\"" + id + "\"}", JSON);
		assertThat(other.status()).isEqualTo(409);
		assertThat(other.string("/error/code")).isEqualTo("duplicate");
		assertThat(other.string("/error/details/existing_job_id")).isEqualTo(id);
	}

	@Test
	void aBatchIsStoredAsAWholeOrNotAtAll() {
		Reply stored = http.post("/ojs/v1/jobs/batch",
				"{\"jobs\":[{\"type\":\"a\",\"args\":[]},{\"type\":\"b\",\"args\":[],\"queue\":\"q2\"}]}", JSON);
		assertThat(stored.status()).isEqualTo(201);
		assertThat(stored.at("/count").intValue()).isEqualTo(2);
		assertThat(stored.string("/jobs/1/queue")).isEqualTo("q2");
		Reply refused = http.post("/ojs/v1/jobs/batch",
				"{\"jobs\":[{\"type\":\"a\",\"args\":[]},{\"type\":\"a\",\"args\":[],\"retry\":{\"max_attempts\":-1}}]}",
				JSON);
		assertThat(refused.status()).isEqualTo(422);
		assertThat(refused.string("/error/type")).isEqualTo("validation_error");
		assertThat(http.jdbc().queryForObject("SELECT count(*) FROM ojs.job", Integer.class)).isEqualTo(2);
	}

	@Test
	void heartbeatsOfAllSdksAreRead() {
		String id = enqueue("{\"type\":\"a\",\"args\":[]}");
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}", SDK);
		for (String body : List.of("{\"worker_id\":\"w1\",\"active_jobs\":[\"" + id + "\"]}",
				"{\"worker_id\":\"w1\",\"active_jobs\":[\"" + id + "\"],\"visibility_timeout_ms\":30000}",
				"{\"worker_id\":\"w1\",\"state\":\"running\",\"active_jobs\":1,\"active_job_ids\":[\"" + id
						+ "\"],\"hostname\":\"h\",\"pid\":1,\"queues\":[\"default\"],\"concurrency\":10,\"labels\":[]}")) {
			Reply reply = http.post("/ojs/v1/workers/heartbeat", body, SDK);
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(reply.string("/state")).isEqualTo("running");
			assertThat(reply.string("/jobs_extended/0")).isEqualTo(id);
			assertThat(reply.string("/server_time")).endsWith("Z");
		}
		Reply idle = http.post("/ojs/v1/workers/beat",
				"{\"worker_id\":\"w9\",\"state\":\"drain\",\"active_jobs\":2,\"shutdown\":{}}", JSON);
		assertThat(idle.at("/acknowledged").booleanValue()).isTrue();
		assertThat(idle.at("/jobs_extended")).isEmpty();
	}

	@Test
	void queuesAreShownAsEachClientReadsThem() {
		enqueue("{\"type\":\"a\",\"args\":[],\"queue\":\"email.v2\"}");
		assertThat(http.get("/ojs/v1/queues").string("/queues/0/name")).isEqualTo("email.v2");
		assertThat(http.get("/ojs/v1/queues/email%2Ev2/stats", "OJS-Version", "1.0").string("/queue"))
			.isEqualTo("email.v2");
		Reply raw = http.get("/ojs/v1/queues/email.v2/stats");
		assertThat(raw.string("/queue/name")).isEqualTo("email.v2");
		assertThat(raw.at("/queue/available").intValue()).isEqualTo(1);
		assertThat(raw.at("/stats/depth").intValue()).isEqualTo(1);
		Reply paused = http.post("/ojs/v1/queues/email.v2/pause", null);
		assertThat(paused.at("/queue/paused").booleanValue()).isTrue();
		assertThat(fetch("email.v2").isMissingNode()).isTrue();
		assertThat(http.post("/ojs/v1/queues/email.v2/resume", "{}", JSON).string("/status")).isEqualTo("active");
		assertThat(http.get("/ojs/v1/queues/email.v2").string("/queue/name")).isEqualTo("email.v2");
	}

	@Test
	void eventsAreAFeed() {
		enqueue("{\"type\":\"a\",\"args\":[],\"queue\":\"q3\"}");
		enqueue("{\"type\":\"b\",\"args\":[],\"queue\":\"q3\"}");
		Reply first = http.get("/ojs/v1/events?types=job.enqueued&queues=q3&limit=1");
		assertThat(first.string("/events/0/data/job_type")).isEqualTo("a");
		assertThat(first.string("/events/0/specversion")).isEqualTo("1.0");
		assertThat(first.at("/has_more").booleanValue()).isTrue();
		Reply second = http.get("/ojs/v1/events?types=job.*&queues=q3&limit=1&after=" + first.string("/cursor"));
		assertThat(second.string("/events/0/data/job_type")).isEqualTo("b");
		assertThat(http.get("/ojs/v1/events?after=nonsense").status()).isEqualTo(400);
		assertThat(http.get("/ojs/v1/events?limit=x").status()).isEqualTo(400);
		assertThat(http.get("/ojs/v1/events?queues=%00").status()).isEqualTo(400);
		assertThat(http.get("/ojs/v1/events?after=%ED%A0%80").string("/error/code")).isEqualTo("invalid_request");
	}

	@Test
	void theServerDescribesItself() {
		Reply health = http.get("/ojs/v1/health", "X-Request-ID", "test-req-1");
		assertThat(health.header("X-Request-Id")).isEqualTo("test-req-1");
		assertThat(health.string("/status")).isEqualTo("ok");
		assertThat(health.string("/version")).isEqualTo("1.0");
		assertThat(health.at("/uptime_seconds").isIntegralNumber()).isTrue();
		assertThat(health.at("/backend/latency_ms").isIntegralNumber()).isTrue();
		Reply manifest = http.get("/ojs/manifest");
		assertThat(manifest.string("/specversion")).isEqualTo("1.0");
		assertThat(manifest.at("/conformance_level").intValue()).isEqualTo(4);
		assertThat(http.get("/api/v1/manifest").json()).isEqualTo(manifest.json());
	}

	@Test
	void thePythonSdkIsAnsweredInTheOnlyTypeThatItReads() {
		Reply reply = http.get("/ojs/v1/health", "User-Agent", "python-httpx/0.28", "Accept",
				"application/openjobspec+json");
		assertThat(reply.header("Content-Type")).isEqualTo("application/json");
		assertThat(http.get("/ojs/v1/health", "Accept", "application/json").header("Content-Type"))
			.isEqualTo("application/openjobspec+json");
	}

	@Test
	void methodsAreAnswered() {
		Reply options = http.send("OPTIONS", "/ojs/v1/jobs", null);
		assertThat(options.status()).isEqualTo(200);
		assertThat(options.header("Allow")).isEqualTo("OPTIONS, POST");
		Reply head = http.send("HEAD", "/ojs/v1/health", null);
		assertThat(head.status()).isEqualTo(200);
		assertThat(head.text()).isEmpty();
		Reply wrong = http.send("PATCH", "/ojs/v1/jobs/x", null);
		assertThat(wrong.status()).isEqualTo(405);
		assertThat(wrong.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
		assertThat(wrong.string("/error/code")).isEqualTo("method_not_allowed");
	}

	@Test
	void aBodyWithoutLengthIsCountedWhileItIsRead() {
		byte[] tooMuch = ("{\"type\":\"a\",\"args\":[\"" + "x".repeat(3_000_000) + "\"]}")
			.getBytes(StandardCharsets.UTF_8);
		Reply chunked = http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + http.port() + "/ojs/v1/jobs"))
			.POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooMuch)))
			.build());
		assertThat(chunked.status()).isEqualTo(413);
		assertThat(chunked.string("/error/code")).isEqualTo("payload_too_large");
		assertThat(http.send("POST", "/ojs/v1/jobs", tooMuch, JSON).status()).isEqualTo(413);
		assertThat(http.jdbc().queryForObject("SELECT count(*) FROM ojs.job", Integer.class)).isZero();
	}

	static Stream<String> refusedBodies() {
		return Stream.concat(BodyReaderTests.malformed(), IntStream.range(0, 40)
			.mapToObj((i) -> "{\"type\":\"a\",\"args\":[],\"priority\":\"secret-" + i + "\"}"));
	}

	@ParameterizedTest
	@MethodSource("refusedBodies")
	void whateverIsWrongIsRefusedEverywhere(String body) {
		for (String path : List.of("/jobs", "/jobs/batch", "/workers/fetch", "/workers/ack", "/workers/nack",
				"/workers/heartbeat")) {
			Reply reply = http.post("/ojs/v1" + path, body, JSON);
			assertThat(reply.status()).as(path + " " + reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/message")).isNotEmpty();
			assertThat(reply.string("/error/request_id")).isEqualTo(reply.header("X-Request-Id"));
			assertThat(reply.text()).doesNotContain("Exception", "\tat ");
		}
		assertThat(http.jdbc().queryForObject("SELECT count(*) FROM ojs.job", Integer.class)).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "00000000-0000-0000-0000-000000000000", "%00", "%7B%7Bjob_id%7D%7D", "..%5C",
			"01935d2c-8f6e-7abc-9def-0123456789ab", "%ED%A0%80" })
	void aJobThatIsNotThereIsNotFound(String id) {
		Reply reply = http.get("/ojs/v1/jobs/" + id);
		assertThat(reply.status()).as(reply.text()).isIn(400, 404);
		if (reply.status() == 404) {
			assertThat(reply.string("/error/code")).isEqualTo("not_found");
			assertThat(reply.string("/error/hint")).isNotEmpty();
			assertThat(reply.string("/error/docs_url")).isNotEmpty();
		}
	}

	@Test
	void aRefusalIsLoggedOnceWithoutItsPayload(CapturedOutput output) {
		http.post("/ojs/v1/jobs", "{\"type\":\"secret-payload\",\"args\":7}", "X-Request-Id", "log-me");
		http.post("/ojs/v1/jobs", "{\"type\":\"secret payload\",\"args\":[]}", "X-Request-Id", "log-me-too");
		assertThat(output.getAll().lines().filter((line) -> line.contains("[log-me]"))).singleElement()
			.asString()
			.contains("POST /ojs/v1/jobs", "400 invalid_request (args)");
		assertThat(output).doesNotContain("secret");
	}

	@Test
	void aRequestIdThatCannotBeEchoedIsReplaced() {
		assertThat(http.get("/ojs/v1/health", "X-Request-Id", "x".repeat(129)).header("X-Request-Id")).hasSize(36);
		assertThat(http.get("/ojs/v1/health", "X-Request-Id", "a b").header("X-Request-Id")).hasSize(36);
	}

	@Test
	void hooksOfTheSuitesAreNotThere() {
		assertThat(http.post("/ojs/v1/admin/reset", null).status()).isEqualTo(404);
		assertThat(http.get("/metrics").text()).doesNotContain("ojs_");
		assertThat(http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"meta\":{\"ojs_validate\":true}}").status())
			.isEqualTo(201);
	}

	@Test
	void aDatabaseThatIsAwayIsABackendError(CapturedOutput output) {
		try (HttpFixture broken = new HttpFixture("", null)) {
			broken.dataSource().close();
			Reply reply = broken.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}", JSON);
			assertThat(reply.status()).isEqualTo(503);
			assertThat(reply.string("/error/code")).isEqualTo("backend_error");
			assertThat(reply.at("/error/retryable").booleanValue()).isTrue();
			assertThat(reply.header("Retry-After")).isEqualTo("1");
			Reply health = broken.get("/ojs/v1/health");
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.string("/status")).isEqualTo("unhealthy");
			assertThat(output.getAll().lines().filter((line) -> line.contains("POST /ojs/v1/jobs"))).hasSize(1);
		}
	}

}
