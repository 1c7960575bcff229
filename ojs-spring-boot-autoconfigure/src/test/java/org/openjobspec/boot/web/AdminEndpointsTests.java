package org.openjobspec.boot.web;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators do over HTTP.
 */
class AdminEndpointsTests {

	private static final AtomicInteger LAST_ID = new AtomicInteger();

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply get(String path) {
		return http.get("/ojs/v1/admin" + path);
	}

	private static Reply post(String path, String body) {
		return http.post("/ojs/v1/admin" + path, body);
	}

	private static Reply post(String path) {
		return http.post("/ojs/v1/admin" + path, null);
	}

	private static Reply delete(String path) {
		return http.send("DELETE", "/ojs/v1/admin" + path, null);
	}

	// With ids that rise, whatever the clock does.
	private static String enqueue(String type, String queue) {
		return http
			.post("/ojs/v1/jobs",
					"""
							{"id":"01900000-0000-7000-8000-%012x","type":"%s","args":[],"options":{"queue":"%s"}}"""
						.formatted(LAST_ID.incrementAndGet(), type, queue))
			.string("/id");
	}

	private static String failed(String queue, String onExhaustion) {
		String id = http
			.post("/ojs/v1/jobs",
					"""
							{"type":"a.b","args":[],"options":{"queue":"%s","retry":{"max_attempts":1,"on_exhaustion":"%s"}}}"""
						.formatted(queue, onExhaustion))
			.string("/id");
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"%s\"],\"worker_id\":\"w1\"}".formatted(queue));
		Reply reply = http.post("/ojs/v1/workers/nack", """
				{"job_id":"%s","worker_id":"w1","error":{"code":"boom","message":"m"}}""".formatted(id));
		assertThat(reply.string("/state")).as(reply.text()).isEqualTo("discarded");
		return id;
	}

	private static String state(String id) {
		return http.get("/ojs/v1/jobs/" + id).string("/state");
	}

	@Nested
	class TheWhole {

		@Test
		void isToldInNumbers() {
			failed("q2", "discard");
			enqueue("a.b", "q1");
			enqueue("a.b", "q2");
			http.post("/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w1\"}");
			Reply stats = get("/stats");
			assertThat(stats.status()).as(stats.text()).isEqualTo(200);
			assertThat(stats.at("/queues").intValue()).isEqualTo(2);
			assertThat(stats.at("/workers").intValue()).isEqualTo(1);
			for (String state : new String[] { "available", "active", "scheduled", "retryable", "pending", "completed",
					"discarded", "cancelled" }) {
				assertThat(stats.at("/jobs/" + state).isIntegralNumber()).as(state).isTrue();
			}
			assertThat(stats.at("/jobs/available").intValue()).isEqualTo(2);
			assertThat(stats.at("/jobs/discarded").intValue()).isEqualTo(1);
			assertThat(stats.at("/throughput/processed_per_minute").intValue()).isEqualTo(1);
			assertThat(stats.at("/throughput/failed_per_minute").intValue()).isEqualTo(1);
			assertThat(stats.at("/uptime_seconds").isIntegralNumber()).isTrue();
		}

		@Test
		void isDeclaredInTheManifestByAPlainName() {
			Reply manifest = http.get("/ojs/manifest");
			assertThat(manifest.string("/extensions/0")).isEqualTo("admin-api");
			assertThat(manifest.string("/endpoints/admin")).isEqualTo("/ojs/v1/admin");
		}

	}

	@Nested
	class Queues {

		@Test
		void areListedInPages() {
			enqueue("a.b", "q1");
			enqueue("a.b", "q2");
			Reply page = get("/queues?page=2&per_page=1");
			assertThat(page.status()).as(page.text()).isEqualTo(200);
			assertThat(page.at("/items")).hasSize(1);
			assertThat(page.string("/items/0/name")).isEqualTo("q2");
			assertThat(page.string("/items/0/state")).isEqualTo("active");
			assertThat(page.at("/items/0/counts/available").intValue()).isEqualTo(1);
			assertThat(page.at("/items/0/paused").booleanValue()).isFalse();
			assertThat(page.at("/pagination").toString())
				.isEqualTo("{\"total\":2,\"page\":2,\"per_page\":1,\"has_more\":false}");
		}

		@Test
		void areReadOneByOne() {
			enqueue("a.b", "q1");
			Reply queue = get("/queues/q1");
			assertThat(queue.string("/name")).isEqualTo("q1");
			assertThat(queue.at("/counts/available").intValue()).isEqualTo(1);
			assertThat(queue.string("/created_at")).endsWith("Z");
			assertThat(get("/queues/never").status()).isEqualTo(404);
			assertThat(get("/queues/No").status()).isEqualTo(400);
		}

		@Test
		void arePausedAndResumed() {
			enqueue("a.b", "q1");
			Reply paused = post("/queues/q1/pause");
			assertThat(paused.status()).isEqualTo(200);
			assertThat(paused.at("/paused").booleanValue()).isTrue();
			String fetch = "{\"queues\":[\"q1\"],\"worker_id\":\"w1\"}";
			assertThat(http.post("/ojs/v1/workers/fetch", fetch).at("/jobs")).isEmpty();
			assertThat(get("/queues/q1").string("/state")).isEqualTo("paused");
			assertThat(post("/queues/q1/resume").at("/paused").booleanValue()).isFalse();
			assertThat(http.post("/ojs/v1/workers/fetch", fetch).at("/jobs")).hasSize(1);
		}

	}

	@Nested
	class Jobs {

		@Test
		void areListedTheNewestFirst() {
			Reply none = get("/jobs");
			assertThat(none.at("/items").isArray()).isTrue();
			assertThat(none.at("/pagination").toString())
				.isEqualTo("{\"total\":0,\"page\":1,\"per_page\":20,\"has_more\":false}");
			String first = enqueue("a.b", "q1");
			String second = enqueue("a.c", "q1");
			Reply list = get("/jobs");
			assertThat(list.string("/items/0/id")).isEqualTo(second);
			assertThat(list.string("/items/1/id")).isEqualTo(first);
			assertThat(list.at("/items/0/attempt").intValue()).isZero();
			assertThat(list.at("/items/0/args").isMissingNode()).as("what may be large").isTrue();
			assertThat(get("/jobs?order=asc&per_page=1").string("/items/0/id")).isEqualTo(first);
			assertThat(get("/jobs?per_page=1&page=2").string("/items/0/id")).isEqualTo(first);
		}

		@Test
		void areFiltered() {
			String first = enqueue("a.b", "q1");
			String second = enqueue("a.c", "q2");
			assertThat(get("/jobs?queue=q1").at("/items")).hasSize(1);
			assertThat(get("/jobs?type=a.c").string("/items/0/id")).isEqualTo(second);
			assertThat(get("/jobs?type=a.*").at("/items")).hasSize(2);
			assertThat(get("/jobs?state=available&sort=priority").at("/items")).hasSize(2);
			assertThat(get("/jobs?state=completed").at("/items")).isEmpty();
			String createdAt = get("/jobs/" + second).string("/created_at");
			assertThat(get("/jobs?since=" + createdAt).string("/items/0/id")).isEqualTo(second);
			assertThat(get("/jobs?until=" + createdAt).string("/items/0/id")).isEqualTo(first);
		}

		@ParameterizedTest
		@ValueSource(strings = { "state=nonsense", "state=AVAILABLE", "queue=A", "type=a%25", "type=*b",
				"since=yesterday", "since=2026-01-01T00:00:00", "until=%2B20000-01-01T00:00:00Z", "sort=name",
				"order=up", "page=0", "per_page=x", "per_page=0" })
		void areNotListedByWhatCannotBeUnderstood(String query) {
			Reply reply = get("/jobs?" + query);
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/details/field")).isEqualTo(query.substring(0, query.indexOf('=')));
		}

		@Test
		void areShownWithAllThatPagesRelyOn() {
			String id = failed("q1", "discard");
			Reply job = get("/jobs/" + id);
			assertThat(job.status()).as(job.text()).isEqualTo(200);
			assertThat(job.string("/id")).isEqualTo(id);
			assertThat(job.at("/job").isMissingNode()).isTrue();
			assertThat(job.at("/meta").isObject()).isTrue();
			assertThat(job.at("/errors")).hasSize(1);
			assertThat(job.at("/retry_policy/max_attempts").intValue()).isEqualTo(1);
			assertThat(job.string("/metadata/created_at")).isEqualTo(job.string("/created_at"));
			assertThat(job.string("/metadata/discarded_at")).endsWith("Z");
			assertThat(job.at("/dead_letter").booleanValue()).isFalse();
			assertThat(get("/jobs/" + enqueue("a.b", "q1")).at("/errors").isArray()).isTrue();
			assertThat(get("/jobs/01900000-0000-7000-8000-000000000000").status()).isEqualTo(404);
		}

		@Test
		void keepAnAttributeOfTheirOwnThatIsNamedLikeOurs() {
			String id = http
				.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"queue\":\"q1\",\"metadata\":{\"x\":1}}")
				.string("/id");
			Reply job = get("/jobs/" + id);
			assertThat(job.at("/metadata").toString()).isEqualTo("{\"x\":1}");
			assertThat(job.text().split("\"metadata\"", -1)).hasSize(2);
		}

		@Test
		void areRetriedAndCancelled() {
			String id = failed("q1", "discard");
			Reply retried = post("/jobs/" + id + "/retry");
			assertThat(retried.status()).as(retried.text()).isEqualTo(200);
			assertThat(retried.string("/state")).isEqualTo("available");
			assertThat(retried.at("/attempt").intValue()).isZero();
			assertThat(post("/jobs/" + id + "/retry").status()).isEqualTo(409);
			Reply cancelled = post("/jobs/" + id + "/cancel");
			assertThat(cancelled.status()).isEqualTo(200);
			assertThat(cancelled.string("/state")).isEqualTo("cancelled");
			assertThat(post("/jobs/" + id + "/cancel").status()).isEqualTo(409);
			Reply again = post("/jobs/" + id + "/retry");
			assertThat(again.status()).isEqualTo(409);
			assertThat(again.string("/error/details/current_state")).isEqualTo("cancelled");
			assertThat(post("/jobs/01900000-0000-7000-8000-000000000000/retry").status()).isEqualTo(404);
		}

	}

	@Nested
	class ManyJobs {

		@ParameterizedTest
		@ValueSource(strings = { "", "{}", "{\"filter\":{}}", "{\"filter\":{},\"confirm\":false}",
				"{\"filter\":{},\"confirm\":\"true\"}", "{\"confirm\":true}", "{\"filter\":[],\"confirm\":true}",
				"{\"filter\":{\"queues\":[\"q1\"]},\"confirm\":true}",
				"{\"filter\":{\"state\":\"done\"},\"confirm\":true}", "{\"filter\":{\"state\":7},\"confirm\":true}",
				"{\"filter\":{\"since\":\"now\"},\"confirm\":true}" })
		void areLeftAloneUnlessItIsClearWhatIsWanted(String body) {
			String discarded = failed("q1", "dead_letter");
			String available = enqueue("a.b", "q1");
			for (String path : new String[] { "/jobs/bulk/retry", "/jobs/bulk/cancel", "/dead-letter/retry" }) {
				Reply reply = post(path, body);
				assertThat(reply.status()).as(path + ' ' + reply.text()).isEqualTo(400);
			}
			assertThat(state(discarded)).isEqualTo("discarded");
			assertThat(state(available)).isEqualTo("available");
		}

		@Test
		void areRetried() {
			String first = failed("q1", "discard");
			String other = failed("q2", "discard");
			Reply reply = post("/jobs/bulk/retry",
					"{\"filter\":{\"queue\":\"q1\",\"state\":\"discarded\"},\"confirm\":true}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(reply.text()).isEqualTo(
					"{\"action\":\"retry\",\"matched\":1,\"succeeded\":1,\"failed\":0,\"errors\":[],\"more\":false}");
			assertThat(state(first)).isEqualTo("available");
			assertThat(state(other)).isEqualTo("discarded");
			assertThat(post("/jobs/bulk/retry", "{\"filter\":{\"state\":\"completed\"},\"confirm\":true}").status())
				.isEqualTo(400);
		}

		@Test
		void areCancelled() {
			String first = enqueue("a.b", "q1");
			String other = enqueue("a.b", "q2");
			Reply reply = post("/jobs/bulk/cancel", "{\"filter\":{\"queue\":\"q1\"},\"confirm\":true}");
			assertThat(reply.string("/action")).isEqualTo("cancel");
			assertThat(reply.at("/succeeded").intValue()).isEqualTo(1);
			assertThat(state(first)).isEqualTo("cancelled");
			assertThat(state(other)).isEqualTo("available");
		}

	}

	@Nested
	class Workers {

		@Test
		void areListedReadAndDirected() {
			http.post("/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w1\"}");
			Reply list = get("/workers");
			assertThat(list.string("/items/0/id")).isEqualTo("w1");
			assertThat(list.at("/items/0/queues").isArray()).isTrue();
			assertThat(list.at("/summary/total").intValue()).isEqualTo(1);
			assertThat(list.at("/pagination/total").intValue()).isEqualTo(1);
			assertThat(get("/workers/w1").at("/active_job_ids").isArray()).isTrue();
			assertThat(post("/workers/w1/quiet").string("/state")).isEqualTo("quiet");
			assertThat(post("/workers/w1/resume").string("/directive")).isEqualTo("running");
		}

		@Test
		void areRemovedOnlyWhenTheyAreSilent() {
			http.post("/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w1\"}");
			assertThat(delete("/workers/w1").status()).isEqualTo(409);
			http.jdbc().update("UPDATE ojs.worker SET dead = true, seen_at = seen_at - interval '1 hour'");
			assertThat(delete("/workers/w1").at("/removed").booleanValue()).isTrue();
			assertThat(delete("/workers/w1").status()).isEqualTo(404);
		}

	}

	@Nested
	class TheDeadLetter {

		@Test
		void isListedAndCounted() {
			failed("q1", "discard");
			String dead = failed("q1", "dead_letter");
			failed("q2", "dead_letter");
			assertThat(get("/dead-letter?queue=q1&state=available").at("/items")).hasSize(1);
			assertThat(get("/dead-letter?queue=q1").string("/items/0/id")).isEqualTo(dead);
			assertThat(get("/dead-letter?queue=q1").at("/items/0/dead_letter").booleanValue()).isTrue();
			assertThat(get("/dead-letter").at("/pagination/total").intValue()).isEqualTo(2);
			for (Reply stats : new Reply[] { get("/dead-letter/stats"), http.get("/ojs/v1/dead-letter/stats") }) {
				assertThat(stats.at("/total").intValue()).isEqualTo(2);
				assertThat(stats.at("/by_queue").toString()).isEqualTo("{\"q1\":1,\"q2\":1}");
				assertThat(stats.at("/by_type/a.b").intValue()).isEqualTo(2);
				assertThat(stats.string("/oldest_at")).endsWith("Z");
			}
		}

		@Test
		void isEmptied() {
			String first = failed("q1", "dead_letter");
			String second = failed("q1", "dead_letter");
			assertThat(post("/dead-letter/" + first + "/retry").string("/state")).isEqualTo("available");
			assertThat(post("/dead-letter/" + first + "/retry").status()).isEqualTo(404);
			Reply deleted = delete("/dead-letter/" + second);
			assertThat(deleted.status()).isEqualTo(204);
			assertThat(deleted.text()).isEmpty();
			assertThat(delete("/dead-letter/" + second).status()).isEqualTo(404);
			assertThat(get("/dead-letter/stats").at("/total").intValue()).isZero();
		}

		@Test
		void isRetriedAsAWhole() {
			String discarded = failed("q1", "discard");
			String dead = failed("q1", "dead_letter");
			assertThat(post("/dead-letter/retry", "{\"filter\":{},\"confirm\":true}").at("/succeeded").intValue())
				.isEqualTo(1);
			assertThat(state(dead)).isEqualTo("available");
			assertThat(state(discarded)).isEqualTo("discarded");
		}

	}

}
