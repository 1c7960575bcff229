package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pools of queues, and what waits in queues.
 */
class SchedulingHttpTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply put(String name, String body) {
		return http.send("PUT", "/ojs/v1/admin/pools/" + name, body.getBytes(StandardCharsets.UTF_8));
	}

	private static void enqueue(String queue, int count) {
		for (int i = 0; i < count; i++) {
			http.post("/ojs/v1/jobs", "{\"type\":\"t.a\",\"args\":[],\"queue\":\"%s\"}".formatted(queue));
		}
	}

	private static Reply fetch(String pool) {
		return http.post("/ojs/v1/workers/fetch", "{\"pool\":\"%s\",\"worker_id\":\"w1\"}".formatted(pool));
	}

	@Test
	void aPoolIsStoredShownChangedAndDeleted() {
		Reply created = put("main",
				"{\"name\":\"main\",\"strategy\":\"weighted\",\"queues\":{\"high\":{\"weight\":70},\"low\":{\"weight\":30}}}");
		assertThat(created.status()).as(created.text()).isEqualTo(201);
		String pool = "{\"pool\":{\"name\":\"main\",\"strategy\":\"weighted\",\"queues\":[\"high\",\"low\"],"
				+ "\"weights\":{\"high\":70,\"low\":30}}}";
		assertThat(created.text()).isEqualTo(pool);
		assertThat(http.get("/ojs/v1/admin/pools/main").text()).isEqualTo(pool);
		Reply changed = put("main", "{\"queues\":[\"high\",\"low\"],\"weights\":{\"low\":2}}");
		assertThat(changed.status()).isEqualTo(200);
		assertThat(changed.string("/pool/strategy")).isEqualTo("round-robin");
		assertThat(changed.at("/pool/weights").toString()).isEqualTo("{\"high\":1,\"low\":2}");
		assertThat(http.get("/ojs/v1/admin/pools").string("/items/0/name")).isEqualTo("main");
		assertThat(http.send("DELETE", "/ojs/v1/admin/pools/main", null).status()).isEqualTo(204);
		assertThat(http.send("DELETE", "/ojs/v1/admin/pools/main", null).status()).isEqualTo(404);
		assertThat(http.get("/ojs/v1/admin/pools/main").status()).isEqualTo(404);
		assertThat(fetch("main").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"queues\":{}}", "{\"queues\":{\"NO\":1}}", "{\"queues\":{\"a\":0}}",
			"{\"queues\":[\"a\"],\"strategy\":\"least-loaded\"}", "{\"queues\":[\"a\"],\"name\":\"other\"}",
			"{\"queues\":[\"a\"],\"concurrency\":20}", "{\"queues\":[\"a\"],\"isolated\":true}",
			"{\"queues\":{\"a\":10001}}" })
	void aPoolThatBreaksARuleIsRefused(String body) {
		assertThat(put("main", body).status()).isEqualTo(400);
	}

	@Test
	void aFetchFromARotatingPoolBeginsWithAnotherQueueEachTime() {
		put("main", "{\"queues\":[\"a\",\"b\",\"c\"]}");
		enqueue("a", 3);
		enqueue("b", 3);
		enqueue("c", 3);
		for (String queue : new String[] { "a", "b", "c", "a", "b", "c" }) {
			assertThat(fetch("main").string("/jobs/0/queue")).isEqualTo(queue);
		}
	}

	private static List<String> queues(Reply fetched) {
		return fetched.json().findValuesAsString("queue").stream().sorted().toList();
	}

	@Test
	void oneFetchOfSeveralJobsGivesEachQueueItsTurnsAndWhatOneDoesNotHaveComesFromTheOthers() {
		put("main", "{\"strategy\":\"weighted\",\"queues\":{\"a\":{\"weight\":3},\"b\":{\"weight\":1}}}");
		enqueue("a", 5);
		enqueue("b", 5);
		String four = "{\"pool\":\"main\",\"worker_id\":\"w1\",\"count\":4}";
		assertThat(queues(http.post("/ojs/v1/workers/fetch", four))).containsExactly("a", "a", "a", "b");
		assertThat(queues(http.post("/ojs/v1/workers/fetch", four))).containsExactly("a", "a", "b", "b");
		assertThat(queues(http.post("/ojs/v1/workers/fetch", four))).containsExactly("b", "b");
		assertThat(queues(http.post("/ojs/v1/workers/fetch", four))).isEmpty();
	}

	@Test
	void aStrictPoolIsEmptiedInItsOrder() {
		put("main", "{\"strategy\":\"strict\",\"queues\":[\"b\",\"a\"]}");
		enqueue("a", 2);
		enqueue("b", 2);
		assertThat(queues(http.post("/ojs/v1/workers/fetch", "{\"pool\":\"main\",\"worker_id\":\"w1\",\"count\":3}")))
			.containsExactly("a", "b", "b");
	}

	@Test
	void aFetchMayNameItsQueuesWithAStrategyAndEmptiesThemInOrderOtherwise() {
		enqueue("a", 4);
		enqueue("b", 4);
		String fetch = "{\"queues\":[\"a\",\"b\"],\"worker_id\":\"w1\",\"count\":2%s}";
		assertThat(queues(http.post("/ojs/v1/workers/fetch", fetch.formatted("")))).containsExactly("a", "a");
		assertThat(queues(http.post("/ojs/v1/workers/fetch", fetch.formatted(",\"strategy\":\"round-robin\""))))
			.containsExactly("a", "b");
		assertThat(http.post("/ojs/v1/workers/fetch", fetch.formatted(",\"strategy\":\"least-loaded\"")).status())
			.isEqualTo(400);
	}

	@Test
	void aPoolKeepsTenantsApart() {
		put("main", "{\"queues\":[\"a\",\"b\"]}");
		enqueue("a", 2);
		http.send("POST", "/ojs/v1/jobs",
				"{\"type\":\"t.a\",\"args\":[],\"queue\":\"b\"}".getBytes(StandardCharsets.UTF_8), "X-OJS-Tenant",
				"acme");
		byte[] fetch = "{\"pool\":\"main\",\"worker_id\":\"w1\",\"count\":4}".getBytes(StandardCharsets.UTF_8);
		assertThat(queues(http.send("POST", "/ojs/v1/workers/fetch", fetch, "X-OJS-Tenant", "acme")))
			.containsExactly("b");
	}

	@Test
	void whoNamesAPoolNamesNoQueues() {
		put("main", "{\"queues\":[\"a\"]}");
		assertThat(http.post("/ojs/v1/workers/fetch", "{\"pool\":\"main\",\"queues\":[\"a\"]}").status())
			.isEqualTo(400);
	}

	@Test
	void operatorsSeeWhatWaitsAndSinceWhen() {
		enqueue("a", 3);
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"a\"],\"worker_id\":\"w1\"}");
		Reply stats = http.get("/ojs/v1/admin/scheduling/stats");
		assertThat(stats.status()).as(stats.text()).isEqualTo(200);
		assertThat(stats.string("/window")).isEqualTo("PT1M");
		assertThat(stats.at("/queues")).hasSize(1);
		assertThat(stats.string("/queues/0/name")).isEqualTo("a");
		assertThat(stats.at("/queues/0/depth").intValue()).isEqualTo(2);
		assertThat(stats.at("/queues/0/active_jobs").intValue()).isEqualTo(1);
		assertThat(stats.at("/queues/0/dispatch_count_1m").intValue()).isEqualTo(1);
		assertThat(stats.at("/queues/0/dispatch_ratio_1m").doubleValue()).isEqualTo(1);
		assertThat(stats.at("/queues/0/avg_wait_ms").isNumber()).isTrue();
		assertThat(stats.string("/queues/0/oldest_available_at")).endsWith("Z");
		assertThat(stats.at("/stats/queues")).isEqualTo(stats.at("/queues"));
	}

}
