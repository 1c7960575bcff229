package org.openjobspec.boot.web;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers over HTTP, as operators see them.
 */
class FleetEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply beat(String body) {
		return http.post("/ojs/v1/workers/heartbeat", body);
	}

	private static Reply get(String path) {
		return http.get("/ojs/v1" + path);
	}

	@Nested
	class AWorker {

		@Test
		void isShownWithWhatItSaysOfItself() {
			String id = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}").string("/id");
			http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}");
			beat("""
					{"worker_id":"w1","state":"running","active_jobs":1,"active_job_ids":[],"hostname":"h","pid":7,
					 "queues":["default"],"concurrency":10,"version":2,"labels":["x"]}""");
			Reply list = get("/workers");
			assertThat(list.status()).as(list.text()).isEqualTo(200);
			assertThat(list.string("/workers/0/id")).isEqualTo("w1");
			assertThat(list.string("/workers/0/state")).isEqualTo("running");
			assertThat(list.string("/workers/0/hostname")).isEqualTo("h");
			assertThat(list.at("/workers/0/active_jobs").intValue()).isEqualTo(1);
			assertThat(list.string("/workers/0/queues/0")).isEqualTo("default");
			assertThat(list.string("/workers/0/last_heartbeat_at")).endsWith("Z");
			assertThat(list.at("/workers/0/version").isMissingNode()).as("a version that is no text").isTrue();
			assertThat(list.string("/workers/0/metadata/labels/0")).isEqualTo("x");
			assertThat(list.at("/summary").toString()).isEqualTo("{\"total\":1,\"running\":1,\"quiet\":0,\"stale\":0}");
			assertThat(list.at("/pagination/total").intValue()).isEqualTo(1);
			assertThat(get("/workers/w1").string("/active_job_ids/0")).isEqualTo(id);
		}

		@Test
		void thatSaysNothingHasAllMembersThatPagesRelyOn() {
			beat("{\"worker_id\":\"w1\",\"queues\":7}");
			assertThat(get("/workers/w1").at("/queues").isArray()).isTrue();
			assertThat(get("/workers/w1").at("/metadata").isObject()).isTrue();
		}

		@Test
		void isToldWhatAnOperatorWants() {
			beat("{\"worker_id\":\"w1\"}");
			for (String directive : new String[] { "quiet", "terminate" }) {
				Reply told = http.post("/ojs/v1/workers/w1/" + directive, null);
				assertThat(told.status()).as(told.text()).isEqualTo(200);
				assertThat(told.string("/state")).isEqualTo(directive);
				assertThat(beat("{\"worker_id\":\"w1\"}").string("/state")).isEqualTo(directive);
			}
			assertThat(http.post("/ojs/v1/workers/w1/resume", "{}").string("/directive")).isEqualTo("running");
			assertThat(beat("{\"worker_id\":\"w1\"}").string("/state")).isEqualTo("running");
		}

		@Test
		void thatDrainsIsNotHealthyAndGetsNothing() {
			beat("{\"worker_id\":\"w1\"}");
			assertThat(get("/workers/w1/health").status()).isEqualTo(200);
			assertThat(get("/workers/w1/health").string("/status")).isEqualTo("ok");
			beat("{\"worker_id\":\"w1\",\"state\":\"drain\",\"active_jobs\":2,\"shutdown\":true}");
			Reply health = get("/workers/w1/health");
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.string("/state")).isEqualTo("draining");
			http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}");
			Reply fetched = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}");
			assertThat(fetched.status()).isEqualTo(200);
			assertThat(fetched.at("/jobs")).isEmpty();
		}

		@Test
		void thatNamesANumberBeyondAllTypesIsShownLikeAnyOther() {
			Reply beat = beat("{\"worker_id\":\"w1\",\"load\":1e99999999999,\"state\":\"quiet\"}");
			assertThat(beat.status()).as(beat.text()).isEqualTo(200);
			for (String path : new String[] { "/workers", "/workers/w1", "/admin/workers", "/admin/stats" }) {
				Reply reply = get(path);
				assertThat(reply.status()).as(path + ": " + reply.text()).isEqualTo(200);
			}
			assertThat(get("/workers/w1").string("/state")).isEqualTo("quiet");
			assertThat(get("/workers/w1").text()).contains("\"load\":1e99999999999");
		}

		@Test
		void thatNobodyKnowsIsNotFound() {
			assertThat(get("/workers/nobody").status()).isEqualTo(404);
			assertThat(get("/workers/nobody/health").status()).isEqualTo(404);
			Reply reply = http.post("/ojs/v1/workers/nobody/quiet", null);
			assertThat(reply.status()).isEqualTo(404);
			assertThat(reply.string("/error/message")).isEqualTo("There is no worker 'nobody'");
		}

	}

}
