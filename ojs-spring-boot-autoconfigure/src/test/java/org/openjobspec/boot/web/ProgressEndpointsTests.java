package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Progress over HTTP.
 */
class ProgressEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static String enqueue() {
		return http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}").string("/id");
	}

	private static String active() {
		String id = enqueue();
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}");
		return id;
	}

	private static Reply put(String id, String body) {
		return http.send("PUT", "/ojs/v1/jobs/" + id + "/progress", body.getBytes(StandardCharsets.UTF_8));
	}

	private static Reply get(String id) {
		return http.get("/ojs/v1/jobs/" + id + "/progress");
	}

	@Nested
	class Workers {

		@Test
		void reportAndReadBackValueForValue() {
			String id = active();
			Reply reply = put(id,
					"{\"progress\":0.5,\"message\":\"half ½\",\"data\":{\"n\":1.10},\"worker_id\":\"w1\"}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(reply.string("/job_id")).isEqualTo(id);
			assertThat(reply.string("/state")).isEqualTo("active");
			assertThat(reply.at("/progress").doubleValue()).isEqualTo(0.5);
			assertThat(reply.string("/updated_at")).endsWith("Z");
			assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
			assertThat(get(id).text()).isEqualTo(reply.text())
				.contains("\"message\":\"half ½\"", "\"data\":{\"n\":1.10}");
		}

		@Test
		void mayMiscalculate() {
			String id = active();
			assertThat(put(id, "{\"progress\":1.5}").at("/progress").doubleValue()).isEqualTo(1.0);
			assertThat(put(id, "{\"progress\":1e400}").at("/progress").doubleValue()).isEqualTo(1.0);
		}

		@Test
		void areRefusedWhenTheJobIsNotTheirs() {
			String id = active();
			assertThat(put(id, "{\"progress\":0.5,\"worker_id\":\"w2\"}").status()).isEqualTo(409);
			http.post("/ojs/v1/workers/ack", "{\"job_id\":\"" + id + "\"}");
			Reply late = put(id, "{\"progress\":0.5,\"worker_id\":\"w1\"}");
			assertThat(late.status()).isEqualTo(409);
			assertThat(late.string("/error/code")).isEqualTo("conflict");
			assertThat(put("01935d2c-8f6e-7abc-9def-0123456789ab", "{\"progress\":0.5}").status()).isEqualTo(404);
		}

		@ParameterizedTest
		@ValueSource(strings = { "", "{}", "[]", "{\"progress\":\"half\"}", "{\"progress\":null}",
				"{\"progress\":0.5,\"message\":7}", "{\"progress\":0.5,\"worker_id\":7}",
				"{\"progress\":0.5,\"message\":\"\\u0000\"}" })
		void areToldWhatIsWrong(String body) {
			Reply reply = put(active(), body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/message")).isNotEmpty();
		}

		@Test
		void areToldWhatIsTooLarge() {
			Reply reply = put(active(), "{\"progress\":0.5,\"data\":\"" + "x".repeat(4096) + "\"}");
			assertThat(reply.status()).isEqualTo(413);
			assertThat(reply.at("/error/details/max_bytes").intValue()).isEqualTo(4096);
		}

		@Test
		void ofTheJsAndThePythonSdkReportInPerCent_andAreNeverRefusedForBeingLate() {
			String id = active();
			Reply reply = http.post("/ojs/v1/workers/progress",
					"{\"job_id\":\"" + id + "\",\"percentage\":25,\"message\":\"m\",\"data\":{\"a\":1}}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(get(id).at("/progress").doubleValue()).isEqualTo(0.25);
			http.post("/ojs/v1/workers/ack", "{\"job_id\":\"" + id + "\"}");
			Reply late = http.post("/ojs/v1/workers/progress", "{\"job_id\":\"" + id + "\",\"percentage\":30}");
			assertThat(late.status()).isEqualTo(200);
			assertThat(late.string("/state")).isEqualTo("completed");
		}

	}

	@Nested
	class Readers {

		@Test
		void areToldThatThereIsNothingYet() {
			String id = enqueue();
			Reply reply = get(id);
			assertThat(reply.status()).isEqualTo(200);
			assertThat(reply.text()).isEqualTo("{\"job_id\":\"" + id
					+ "\",\"state\":\"available\",\"progress\":null,\"message\":null,\"data\":null,\"updated_at\":null}");
		}

		@Test
		void areToldThatThereIsNoSuchJob() {
			assertThat(get("01935d2c-8f6e-7abc-9def-0123456789ab").status()).isEqualTo(404);
			assertThat(get("nonsense").status()).isEqualTo(404);
		}

		@Test
		void seeACompletedJobAtItsEnd() {
			String id = active();
			put(id, "{\"progress\":0.4}");
			http.post("/ojs/v1/workers/ack", "{\"job_id\":\"" + id + "\"}");
			assertThat(get(id).at("/progress").doubleValue()).isEqualTo(1.0);
		}

	}

}
