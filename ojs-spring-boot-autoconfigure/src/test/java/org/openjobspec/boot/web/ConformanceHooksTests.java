package org.openjobspec.boot.web;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a conformance run may reach.
 */
class ConformanceHooksTests {

	private static HttpFixture http;

	@BeforeAll
	static void start() {
		http = new HttpFixture("", null, "test.conformance=true");
	}

	@AfterAll
	static void stop() {
		http.close();
	}

	@Test
	void resetEmptiesTheServer() {
		String location = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}").header("Location");
		assertThat(http.post("/ojs/v1/admin/reset", null).status()).isEqualTo(200);
		assertThat(http.get(location).status()).isEqualTo(404);
	}

	@Test
	void aJobCanDirectItsWorker() {
		Reply job = http.post("/ojs/v1/jobs", """
				{"type":"a","args":[],"options":{"queue":"directed","metadata":{"test_directive":"quiet"}}}""");
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"directed\"],\"worker_id\":\"w\"}");
		assertThat(http
			.post("/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w\",\"active_jobs\":[\"" + job.string("/id") + "\"]}")
			.string("/state")).isEqualTo("quiet");
	}

	@Test
	void aJobCanAskToBeValidated() {
		Reply reply = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"meta\":{\"ojs_validate\":true}}");
		assertThat(reply.status()).isEqualTo(422);
	}

	@Test
	void theRootHasWhatOperatorsLookAt() {
		assertThat(http.get("/health").string("/backend/status")).isEqualTo("ok");
		assertThat(http.get("/ready").string("/status")).isEqualTo("ready");
		assertThat(http.get("/metrics").header("Content-Type")).isEqualTo("text/plain");
	}

}
