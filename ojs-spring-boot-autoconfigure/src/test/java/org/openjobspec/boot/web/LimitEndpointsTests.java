package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Limits and bounds over HTTP.
 */
class LimitEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply enqueue(String rateLimit) {
		return http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"rate_limit\":" + rateLimit + "}");
	}

	private static Reply fetch() {
		return http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"count\":10,\"worker_id\":\"w1\"}");
	}

	private static Reply put(String path, String body) {
		return http.send("PUT", "/ojs/v1" + path, body.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aLimitHoldsAndIsShown() {
		String limit = "{\"key\":\"api\",\"concurrency\":1,\"rate\":{\"limit\":5,\"period\":\"PT1H\"}}";
		Reply enqueued = enqueue(limit);
		assertThat(enqueued.status()).as(enqueued.text()).isEqualTo(201);
		assertThat(enqueued.at("/rate_limit").toString()).isEqualTo(limit);
		enqueue(limit);
		await().until(() -> fetch().at("/jobs").size() == 1);
		assertThat(fetch().at("/jobs")).isEmpty();
		Reply key = http.get("/ojs/v1/rate-limits/api");
		assertThat(key.status()).as(key.text()).isEqualTo(200);
		assertThat(key.string("/key")).isEqualTo("api");
		assertThat(key.at("/concurrency").toString()).isEqualTo("{\"limit\":1,\"available\":0,\"active\":1}");
		assertThat(key.at("/rate/limit").intValue()).isEqualTo(5);
		assertThat(key.string("/rate/period")).isEqualTo("PT1H");
		assertThat(key.at("/rate/current_count").intValue()).isEqualTo(1);
		assertThat(key.string("/rate/window_resets_at")).endsWith("Z");
		assertThat(key.at("/waiting_count").intValue()).isEqualTo(1);
		assertThat(http.get("/ojs/v1/rate-limits").string("/items/0/key")).isEqualTo("api");
		assertThat(http.get("/ojs/v1/rate-limits/other").status()).isEqualTo(404);
	}

	@Test
	void whoeverEnqueuesIsToldHowManyMoreWouldStart() {
		String rate = "{\"key\":\"api\",\"rate\":{\"limit\":2,\"period\":\"PT1H\"}}";
		Reply first = enqueue(rate);
		assertThat(first.status()).isEqualTo(201);
		assertThat(first.header("X-RateLimit-Limit")).isEqualTo("2");
		assertThat(first.header("X-RateLimit-Remaining")).isEqualTo("1");
		long inAnHour = Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
		assertThat(Long.parseLong(first.header("X-RateLimit-Reset"))).isBetween(inAnHour - 60, inAnHour + 60);
		assertThat(enqueue(rate).header("X-RateLimit-Remaining")).isEqualTo("0");
		assertThat(enqueue(rate).header("X-RateLimit-Remaining")).isEqualTo("0");
		await().until(() -> fetch().at("/jobs").size() + startsOf("api") >= 2);
		assertThat(enqueue(rate).header("X-RateLimit-Remaining")).isEqualTo("0");
		Reply concurrency = enqueue("{\"key\":\"few\",\"concurrency\":3}");
		assertThat(concurrency.header("X-RateLimit-Limit")).isEqualTo("3");
		assertThat(concurrency.header("X-RateLimit-Remaining")).isEqualTo("2");
		assertThat(concurrency.header("X-RateLimit-Reset")).isEmpty();
		assertThat(http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}").header("X-RateLimit-Limit")).isEmpty();
	}

	@Test
	void whoeverLimitsTheQueueIsToldOfTheQueue() {
		assertThat(enqueue("{\"max_per_second\":7}").header("X-RateLimit-Limit")).isEqualTo("7");
	}

	@Test
	void whoeverMisspellsALimitOfAQueueTakesNothingBack() {
		put("/admin/queues/mail/rate-limit", "{\"concurrency\":3}");
		Reply reply = put("/admin/queues/mail/rate-limit", "{\"rate_limit\":{\"limit\":10,\"period\":\"PT1S\"}}");
		assertThat(reply.status()).as(reply.text()).isEqualTo(400);
		assertThat(http.get("/ojs/v1/rate-limits/queue:mail").at("/concurrency/limit").intValue()).isEqualTo(3);
	}

	@RepeatedTest(30)
	void aJobThatIsLetInMeanwhileIsTakenOffAllTheSame() {
		String rate = "{\"key\":\"api\",\"rate\":{\"limit\":2,\"period\":\"PT1H\"}}";
		assertThat(enqueue(rate).header("X-RateLimit-Remaining")).isEqualTo("1");
	}

	private static int startsOf(String key) {
		return http.get("/ojs/v1/rate-limits/" + key).at("/rate/current_count").intValue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"key\":\"api\",\"rate\":1,\"period\":\"second\"}", "{\"max_per_second\":1}",
			"{\"key\":\"api\",\"throttle\":{\"limit\":1,\"period\":\"PT1S\"},\"on_limit\":\"wait\"}" })
	void itsOtherFormsAreUnderstood(String limit) {
		enqueue(limit);
		enqueue(limit);
		await().until(() -> fetch().at("/jobs").size() == 1);
		assertThat(fetch().at("/jobs")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "7", "{}", "{\"key\":\"a b\",\"concurrency\":1}", "{\"key\":\"a\",\"concurrency\":-1}",
			"{\"key\":\"a\",\"concurrency\":\"1\"}", "{\"key\":\"a\",\"rate\":{\"limit\":1}}",
			"{\"key\":\"a\",\"rate\":{\"limit\":1,\"period\":\"soon\"}}",
			"{\"key\":\"a\",\"concurrency\":1,\"on_limit\":\"explode\"}" })
	void whatIsNoLimitIsRefused(String limit) {
		Reply reply = enqueue(limit);
		assertThat(reply.status()).as(reply.text()).isEqualTo(400);
	}

	@Test
	void anOperatorSetsANumberOfHisOwn() {
		enqueue("{\"key\":\"api\",\"concurrency\":5}");
		Reply stopped = put("/rate-limits/api", "{\"concurrency\":0}");
		assertThat(stopped.status()).as(stopped.text()).isEqualTo(200);
		assertThat(stopped.at("/concurrency/limit").intValue()).isZero();
		assertThat(put("/rate-limits/api", "{}").at("/concurrency/limit").intValue()).isEqualTo(5);
		assertThat(put("/rate-limits/other", "{\"concurrency\":0}").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "+999999999-12-31T23:59:59Z", "-4713-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "soon" })
	void untilATimeThatNoDatabaseKnowsNothingIsSet(String until) {
		enqueue("{\"key\":\"api\",\"concurrency\":5}");
		Reply refused = put("/rate-limits/api", "{\"concurrency\":0,\"expires_at\":\"%s\"}".formatted(until));
		assertThat(refused.status()).as(refused.text()).isEqualTo(400);
		assertThat(refused.string("/error/details/field")).isEqualTo("expires_at");
		assertThat(put("/rate-limits/api", "{\"concurrency\":0,\"expires_at\":\"2099-01-01T00:00:00Z\"}").status())
			.isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit=1000", "limit=5000" })
	void theLargestPageIsGiven(String page) {
		enqueue("{\"key\":\"api\",\"concurrency\":5}");
		Reply reply = http.get("/ojs/v1/rate-limits?" + page);
		assertThat(reply.status()).as(reply.text()).isEqualTo(200);
		assertThat(reply.at("/items")).hasSize(1);
		assertThat(reply.at("/pagination/has_more").booleanValue()).isFalse();
		enqueue("{\"key\":\"other\",\"concurrency\":5}");
		assertThat(http.get("/ojs/v1/rate-limits?limit=1").at("/pagination/has_more").booleanValue()).isTrue();
		assertThat(http.get("/ojs/v1/rate-limits?limit=1&offset=1").at("/pagination/has_more").booleanValue())
			.isFalse();
	}

	@Test
	void aQueueIsLimitedAsAWhole() {
		Reply limited = put("/admin/queues/default/rate-limit", "{\"concurrency\":1}");
		assertThat(limited.status()).as(limited.text()).isEqualTo(200);
		assertThat(limited.string("/queue")).isEqualTo("default");
		assertThat(limited.string("/key")).isEqualTo("queue:default");
		http.post("/ojs/v1/jobs/batch", "{\"jobs\":[{\"type\":\"a\",\"args\":[]},{\"type\":\"a\",\"args\":[]}]}");
		await().until(() -> fetch().at("/jobs").size() == 1);
		assertThat(fetch().at("/jobs")).isEmpty();
	}

	@Test
	void aBoundedQueueRefusesWhatItCannotHold() {
		Reply bounded = put("/admin/queues/default/config",
				"{\"backpressure\":{\"max_depth\":1,\"strategy\":\"reject\"}}");
		assertThat(bounded.at("/backpressure").toString()).isEqualTo("{\"max_depth\":1,\"strategy\":\"reject\"}");
		assertThat(http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}").status()).isEqualTo(201);
		Reply refused = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[]}");
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.string("/error/code")).isEqualTo("QUEUE_FULL");
		assertThat(refused.at("/error/retryable").booleanValue()).isTrue();
		assertThat(refused.header("Retry-After")).isEqualTo("1");
		assertThat(refused.header("X-OJS-Queue-Depth")).isEqualTo("1");
		assertThat(refused.header("X-OJS-Queue-Bound")).isEqualTo("1");
		assertThat(refused.at("/error/details/queue").stringValue()).isEqualTo("default");
		assertThat(refused.at("/error/details/strategy").stringValue()).isEqualTo("reject");
	}

	@Test
	void aBoundStaysWhenSomethingElseIsSet() {
		put("/queues/default/config", "{\"max_depth\":3}");
		put("/queues/default/config", "{\"concurrency\":1}");
		assertThat(http.get("/ojs/v1/queues/default/config").at("/backpressure/max_depth").intValue()).isEqualTo(3);
		put("/queues/default/config", "{\"max_depth\":null}");
		assertThat(http.get("/ojs/v1/queues/default/config").at("/backpressure").isEmpty()).isTrue();
		assertThat(put("/queues/default/config", "{\"max_depth\":-1}").status()).isEqualTo(400);
	}

}
