package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settings of queues over HTTP.
 */
class QueueConfigEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply put(String path, String body) {
		return http.send("PUT", "/ojs/v1" + path, body.getBytes(StandardCharsets.UTF_8));
	}

	private static Reply enqueue(String type, String queue) {
		return http.post("/ojs/v1/jobs",
				"{\"type\":\"%s\",\"args\":[],\"options\":{\"queue\":\"%s\"}}".formatted(type, queue));
	}

	@Test
	void theSettingsOfTheSpecificationsExampleHold() {
		Reply put = put("/queues/payments/config",
				"""
						{"max_size":100000,"overflow_policy":"reject","concurrency":20,"rate_limit":{"limit":600,"period":"PT1M"},
						 "visibility_timeout":300,"default_timeout":1800,"retention":{"completed":"P3D","discarded":"P30D"},
						 "dead_letter_ttl":"P60D","allowed_job_types":["payment.*"],
						 "default_retry":{"max_attempts":5,"initial_interval":"PT5S","backoff_coefficient":3.0,
						                  "on_exhaustion":"dead_letter"}}
						""");
		assertThat(put.status()).as(put.text()).isEqualTo(200);
		Reply reply = http.get("/ojs/v1/admin/queues/payments/config");
		assertThat(reply.text()).isEqualTo(put.text());
		assertThat(reply.string("/queue")).isEqualTo("payments");
		assertThat(reply.at("/config/max_depth").intValue()).isEqualTo(100_000);
		assertThat(reply.at("/config/concurrency").intValue()).isEqualTo(20);
		assertThat(reply.at("/config/rate_limit").toString()).isEqualTo("{\"limit\":600,\"period\":\"PT1M\"}");
		assertThat(reply.at("/config/visibility_timeout_ms").intValue()).isEqualTo(300_000);
		assertThat(reply.at("/config/default_timeout_ms").intValue()).isEqualTo(1_800_000);
		assertThat(reply.at("/config/retention").toString())
			.isEqualTo("{\"completed\":\"PT72H\",\"discarded\":\"PT720H\",\"dead_letter\":\"PT1440H\"}");
		assertThat(reply.at("/config/default_retry/max_attempts").intValue()).isEqualTo(5);
		assertThat(reply.at("/config/default_retry/jitter").booleanValue()).isTrue();
		assertThat(reply.at("/config/allowed_job_types").toString()).isEqualTo("[\"payment.*\"]");
		assertThat(reply.at("/stored")).isEqualTo(reply.at("/config"));
		assertThat(reply.at("/declared").isEmpty()).isTrue();
		assertThat(reply.string("/updated_at")).endsWith("Z");
		Reply job = enqueue("payment.capture", "payments");
		assertThat(job.status()).as(job.text()).isEqualTo(201);
		assertThat(job.at("/job/timeout_ms").intValue()).isEqualTo(1_800_000);
		assertThat(job.at("/job/retry/on_exhaustion").stringValue()).isEqualTo("dead_letter");
		assertThat(http.get("/ojs/v1/rate-limits/queue:payments").at("/concurrency/limit").intValue()).isEqualTo(20);
		http.jdbc().update("INSERT INTO ojs.queue (name) VALUES ('payments') ON CONFLICT DO NOTHING");
		assertThat(http.get("/ojs/v1/admin/queues/payments").at("/configuration")).isEqualTo(reply.at("/config"));
	}

	@Test
	void aTypeThatAQueueDoesNotTakeIsRefused() {
		put("/queues/payments/config", "{\"allowed_job_types\":[\"payment.*\"]}");
		Reply refused = enqueue("email.send", "payments");
		assertThat(refused.status()).isEqualTo(422);
		assertThat(refused.string("/error/code")).isEqualTo("JOB_TYPE_NOT_ALLOWED");
		assertThat(refused.string("/error/message"))
			.isEqualTo("The queue 'payments' does not take jobs of type 'email.send'");
		put("/queues/payments/config", "{\"allowed_job_types\":null}");
		assertThat(enqueue("email.send", "payments").status()).isEqualTo(201);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			{"max_size_bytes":1000}              | does not support max_size_bytes
			{"dead_letter_queue":"dlq"}          | does not support dead_letter_queue
			{"producers":["a"]}                  | does not support producers
			{"overflow_policy":"drop_oldest"}    | must be reject
			{"backpressure":{"max_depth":1,"strategy":"block"}} | backpressure.strategy must be reject
			{"max_dept":5}                       | no setting 'max_dept'
			{"default_retry":{"max_atempts":8}}  | max_atempts
			{"default_retry":{}}                 | must say something
			{"retention":{"everything":"P1D"}}   | no setting 'everything'
			{"concurrency":"many"}               | concurrency must be a whole number
			{"retention":{"completed":"soon"}}   | retention.completed must be a duration
			{"retention":{"completed":"PT0S"}}   | retention.completed must be
			{"warning_threshold":2}              | no setting 'warning_threshold'
			{"backpressure":{"max_depth":1,"warning_threshold":2}} | warning_threshold must be from 0 to 1
			{"rate_limit":{"limit":5}}           | rate_limit.period is required
			{"default_retry":{"max_attempts":-1}} | max_attempts
			{"allowed_job_types":[]}             | must name from 1 to 1000 types""")
	void whatWouldNotHoldIsRefusedReadably(String body, String message) {
		Reply refused = put("/queues/default/config", body);
		assertThat(refused.status()).as(refused.text()).isIn(400, 422);
		assertThat(refused.string("/error/message")).contains(message);
		assertThat(http.get("/ojs/v1/queues/default/config").at("/config").isEmpty()).isTrue();
	}

	@Test
	void theSettingsOfAllQueuesAreReadAndSetUnderANameOfTheirOwn() {
		Reply put = put("/queues/_default/config", "{\"max_depth\":1}");
		assertThat(put.status()).as(put.text()).isEqualTo(200);
		assertThat(http.get("/ojs/v1/queues/_default/config").at("/config/max_depth").intValue()).isEqualTo(1);
		assertThat(enqueue("a", "any").status()).isEqualTo(201);
		assertThat(enqueue("a", "any").status()).isEqualTo(429);
		assertThat(put("/queues/_default/config", "{\"concurrency\":1}").status()).isEqualTo(400);
		assertThat(http.get("/ojs/v1/queues/_default").status()).isEqualTo(400);
	}

	@Test
	void producersAreWarnedBeforeAQueueIsFull() {
		put("/admin/queues/near/config", "{\"backpressure\":{\"max_depth\":4,\"warning_threshold\":0.5}}");
		assertThat(enqueue("a", "near").header("X-OJS-Queue-Pressure")).isEmpty();
		Reply second = enqueue("a", "near");
		assertThat(second.status()).isEqualTo(201);
		assertThat(second.header("X-OJS-Queue-Pressure")).isEqualTo("0.50");
		assertThat(second.header("X-OJS-Queue-Depth")).isEqualTo("2");
		assertThat(second.header("X-OJS-Queue-Bound")).isEqualTo("4");
		Reply batch = http.post("/ojs/v1/jobs/batch", "{\"jobs\":[{\"type\":\"a\",\"args\":[]},"
				+ "{\"type\":\"a\",\"args\":[],\"options\":{\"queue\":\"near\"}}]}");
		assertThat(batch.header("X-OJS-Queue-Pressure")).isEqualTo("0.75");
	}

	@Test
	void theOrderOfTheMembersDoesNotMatter() {
		for (String body : new String[] { "{\"max_depth\":100,\"backpressure\":{\"warning_threshold\":0.9}}",
				"{\"backpressure\":{\"warning_threshold\":0.9},\"max_depth\":100}" }) {
			Reply reply = put("/queues/mail/config", body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(reply.at("/config/max_depth").intValue()).as(body).isEqualTo(100);
			assertThat(reply.at("/backpressure/warning_threshold").doubleValue()).as(body).isEqualTo(0.9);
		}
	}

}
