package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Checkpoints over HTTP.
 */
class CheckpointEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static String enqueue() {
		return http.post("/ojs/v1/jobs", """
				{"type":"a","args":[],"retry":{"max_attempts":3,"initial_interval_ms":1,"max_interval_ms":1}}""")
			.string("/id");
	}

	private static Reply fetch() {
		return http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}");
	}

	private static Reply send(String method, String path, String body) {
		return http.send(method, "/ojs/v1" + path, body.getBytes(StandardCharsets.UTF_8));
	}

	private static String path(String id) {
		return "/jobs/" + id + "/checkpoint";
	}

	@Nested
	class AClient {

		@ParameterizedTest
		@ValueSource(strings = { "PUT", "POST" })
		void savesAndReadsInBothShapes(String method) {
			String id = enqueue();
			Reply saved = send(method, path(id), "{\"state\":{\"n\":1.10,\"a\":[null,\"ü\"]}}");
			assertThat(saved.status()).as(saved.text()).isEqualTo(200);
			assertThat(saved.at("/checkpoint/sequence").intValue()).isEqualTo(1);
			Reply read = http.get("/ojs/v1" + path(id));
			assertThat(read.text()).isEqualTo(saved.text()).contains("\"state\":{\"n\":1.10,\"a\":[null,\"ü\"]}");
			assertThat(read.string("/job_id")).isEqualTo(id);
			assertThat(read.at("/sequence").intValue()).isEqualTo(1);
			assertThat(read.string("/created_at")).endsWith("Z").isEqualTo(read.string("/updated_at"));
			assertThat(read.string("/checkpoint/job_id")).isEqualTo(id);
			assertThat(read.at("/checkpoint/state/a/1").stringValue()).isEqualTo("ü");
		}

		@ParameterizedTest
		@ValueSource(strings = { "null", "true", "7", "\"text\"", "[]", "{}", "\"\\u0000\"" })
		void savesWhateverIsJson(String state) {
			String id = enqueue();
			assertThat(send("PUT", path(id), "{\"state\":" + state + "}").status()).isEqualTo(200);
			assertThat(http.get("/ojs/v1" + path(id)).text()).contains("\"state\":" + state + ",");
		}

		@Test
		void deletesAsOftenAsItLikes() {
			String id = enqueue();
			send("PUT", path(id), "{\"state\":1}");
			send("PUT", path(id), "{\"state\":2}");
			Reply deleted = http.send("DELETE", "/ojs/v1" + path(id), null);
			assertThat(deleted.status()).isEqualTo(200);
			assertThat(deleted.at("/deleted").booleanValue()).isTrue();
			assertThat(deleted.string("/job_id")).isEqualTo(id);
			assertThat(http.get("/ojs/v1" + path(id)).status()).isEqualTo(404);
			Reply again = http.send("DELETE", "/ojs/v1" + path(id), null);
			assertThat(again.status()).isEqualTo(200);
			assertThat(again.at("/deleted").booleanValue()).isFalse();
			assertThat(send("PUT", path(id), "{\"state\":3}").at("/sequence").intValue()).isEqualTo(1);
		}

		@Test
		void findsTheCheckpointInTheJobThatItFetchesAgain() {
			String id = enqueue();
			assertThat(fetch().at("/jobs/0/checkpoint").isMissingNode()).isTrue();
			send("PUT", path(id), "{\"state\":{\"rows\":750},\"worker_id\":\"w1\"}");
			http.post("/ojs/v1/workers/nack", "{\"job_id\":\"" + id + "\"}");
			Reply again = await().until(CheckpointEndpointsTests::fetch, (reply) -> !reply.at("/jobs").isEmpty());
			assertThat(again.at("/jobs/0/checkpoint").toString())
				.isEqualTo("{\"state\":{\"rows\":750},\"sequence\":1}");
		}

		@Test
		void mayNotPretendToHaveOneWhenItEnqueues() {
			Reply reply = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"checkpoint\":{\"state\":1}}");
			assertThat(reply.status()).isEqualTo(201);
			assertThat(reply.at("/checkpoint").isMissingNode()).isTrue();
		}

		@Test
		void maySaveOneWithItsProgress() {
			String id = enqueue();
			fetch();
			assertThat(
					send("PUT", "/jobs/" + id + "/progress", "{\"progress\":0.5,\"checkpoint\":{\"row\":7}}").status())
				.isEqualTo(200);
			assertThat(http.get("/ojs/v1" + path(id)).at("/state/row").intValue()).isEqualTo(7);
		}

	}

	@Nested
	class Refused {

		@Test
		void isASaveForAJobThatHasEnded() {
			String id = enqueue();
			http.send("DELETE", "/ojs/v1/jobs/" + id, null);
			Reply reply = send("PUT", path(id), "{\"state\":1}");
			assertThat(reply.status()).isEqualTo(409);
			assertThat(reply.string("/error/details/current_state")).isEqualTo("cancelled");
		}

		@Test
		void isASaveOfAnotherWorker() {
			String id = enqueue();
			fetch();
			assertThat(send("PUT", path(id), "{\"state\":1,\"worker_id\":\"w2\"}").status()).isEqualTo(409);
		}

		@Test
		void isAnythingForAJobThatDoesNotExist() {
			String nobody = path("01935d2c-8f6e-7abc-9def-0123456789ab");
			assertThat(send("PUT", nobody, "{\"state\":1}").status()).isEqualTo(404);
			assertThat(http.get("/ojs/v1" + nobody).status()).isEqualTo(404);
			assertThat(http.send("DELETE", "/ojs/v1" + nobody, null).status()).isEqualTo(404);
			assertThat(http.get("/ojs/v1" + path("nonsense")).status()).isEqualTo(404);
		}

		@Test
		void isAJobWithoutCheckpointToWhoReadsIt() {
			Reply reply = http.get("/ojs/v1" + path(enqueue()));
			assertThat(reply.status()).isEqualTo(404);
			assertThat(reply.string("/error/message")).contains("checkpoint of job");
		}

		@ParameterizedTest
		@ValueSource(strings = { "", "{}", "[]", "{\"state\":", "{\"state\":1,\"worker_id\":7}" })
		void isWhatIsNoCheckpoint(String body) {
			assertThat(send("PUT", path(enqueue()), body).status()).isEqualTo(400);
		}

		@Test
		void isWhatIsTooLarge() {
			Reply reply = send("PUT", path(enqueue()), "{\"state\":\"" + "x".repeat(1_100_000) + "\"}");
			assertThat(reply.status()).isEqualTo(413);
		}

	}

	@Nested
	class TheJsAndThePythonSdk {

		private static final String DOCUMENT = """
				{"state":{"a":1},"step_index":2,"metadata":{"_replay_log":"[]","attempt":"1"}}""";

		@ParameterizedTest
		@ValueSource(strings = { "/checkpoints/", "/ojs/v1/checkpoints/" })
		void getBackWhatTheySaved(String prefix) {
			String id = enqueue();
			assertThat(http.get("/ojs/v1" + prefix + id + "/resume").text()).isEqualTo("{\"has_checkpoint\":false}");
			assertThat(send("POST", prefix + id, DOCUMENT).status()).isEqualTo(200);
			assertThat(http.get("/ojs/v1" + prefix + id + "/resume").text())
				.isEqualTo("{\"has_checkpoint\":true,\"checkpoint\":" + DOCUMENT + "}");
			assertThat(http.send("DELETE", "/ojs/v1" + prefix + id, null).status()).isEqualTo(200);
			assertThat(http.send("DELETE", "/ojs/v1" + prefix + id, null).status()).isEqualTo(200);
		}

	}

}
