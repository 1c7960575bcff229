package org.openjobspec.boot.web;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workflows over HTTP, as the suites and the SDKs send them.
 */
class WorkflowHttpTests {

	private static final String[] JSON = { "Content-Type", "application/json" };

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply create(String json) {
		return http.post("/ojs/v1/workflows", json, JSON);
	}

	private static JsonNode fetch() {
		return http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w\"}", JSON).at("/jobs/0");
	}

	private static void ack(JsonNode job, String result) {
		Reply reply = http.post("/ojs/v1/workers/ack",
				"{\"job_id\":%s,\"worker_id\":\"w\",\"result\":%s}".formatted(job.get("id"), result), JSON);
		assertThat(reply.status()).as(reply.text()).isEqualTo(200);
	}

	@Test
	void aChainIsAnsweredBareAndNestedAndCarriesOn() {
		Reply created = create("""
				{"type":"chain","name":"order","steps":[{"type":"order.validate","args":[1]},{"type":"payment.charge"}]}
				""");
		assertThat(created.status()).as(created.text()).isEqualTo(201);
		assertThat(created.string("/id")).isEqualTo(created.string("/workflow/id"));
		assertThat(created.header("Location")).isEqualTo("/ojs/v1/workflows/" + created.string("/id"));
		assertThat(created.string("/workflow/state")).isEqualTo("running");
		assertThat(created.at("/workflow/steps_total").asInt()).isEqualTo(2);
		assertThat(created.string("/workflow/steps/0/state")).isEqualTo("pending");
		assertThat(created.string("/workflow/steps/1/state")).isEqualTo("waiting");
		assertThat(created.string("/workflow/steps/1/depends_on/0")).isEqualTo("0");
		ack(fetch(), "{\"ok\":true}");
		JsonNode second = fetch();
		assertThat(second.get("type").asString()).isEqualTo("payment.charge");
		assertThat(second.get("workflow_id").asString()).isEqualTo(created.string("/id"));
		assertThat(second.at("/parent_results/0/ok").asBoolean()).isTrue();
		assertThat(second.at("/meta/parent_results/0/ok").asBoolean()).isTrue();
		assertThat(second.at("/meta/workflow_id").asString()).isEqualTo(created.string("/id"));
		ack(second, "null");
		Reply done = http.get("/ojs/v1/workflows/" + created.string("/id"));
		assertThat(done.string("/workflow/state")).isEqualTo("completed");
		assertThat(done.at("/workflow/steps_completed").asInt()).isEqualTo(2);
		assertThat(done.at("/workflow/metadata/completed_count").asInt()).isEqualTo(2);
		assertThat(done.at("/workflow/steps/0/result/ok").asBoolean()).isTrue();
	}

	@Test
	void metadataThatAlreadyHasParentResultsHasThemOnce() {
		create("""
				{"type":"chain","steps":[{"type":"a","args":[]},{"type":"b","meta":{"parent_results":"mine",
				 "parent\\u005fresults2":1,"k":1.10},"args":[]}]}""");
		ack(fetch(), "7");
		Reply fetched = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w\"}", JSON);
		JsonMapper strict = JsonMapper
			.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
			.build();
		JsonNode meta = strict.readTree(fetched.text()).at("/jobs/0/meta");
		assertThat(meta.at("/parent_results").toString()).isEqualTo("[7]");
		assertThat(meta.at("/parent_results2").intValue()).isEqualTo(1);
		assertThat(fetched.text()).contains("\"k\":1.10");
	}

	@Test
	void thePageSaysWhetherMoreFollow() {
		create("{\"type\":\"group\",\"jobs\":[{\"type\":\"a\",\"args\":[]}]}");
		create("{\"type\":\"group\",\"jobs\":[{\"type\":\"a\",\"args\":[]}]}");
		Reply largest = http.get("/ojs/v1/workflows?limit=1000");
		assertThat(largest.status()).as(largest.text()).isEqualTo(200);
		assertThat(largest.at("/workflows")).hasSize(2);
		assertThat(largest.at("/pagination/has_more").booleanValue()).isFalse();
		assertThat(http.get("/ojs/v1/workflows?limit=1").at("/pagination/has_more").booleanValue()).isTrue();
		assertThat(http.get("/ojs/v1/workflows?limit=2").at("/pagination/has_more").booleanValue()).isFalse();
	}

	@Test
	void stepsThatNameWhatTheyDependOnAreTakenAsTheSdksSendThem() {
		Reply created = create("""
				{"name":"etl","steps":[{"id":"step-0","type":"extract","args":["x"]},
				 {"id":"step-1","type":"transform","args":[],"depends_on":["step-0"],"options":{"queue":"default"}}]}
				""");
		assertThat(created.status()).as(created.text()).isEqualTo(201);
		assertThat(created.string("/workflow/steps/1/id")).isEqualTo("step-1");
		assertThat(created.string("/workflow/steps/1/depends_on/0")).isEqualTo("step-0");
		ack(fetch(), "7");
		assertThat(fetch().at("/parent_results/step-0").asInt()).isEqualTo(7);
	}

	@Test
	void aFailureIsToldWithItsStepAndError() {
		Reply created = create("""
				{"type":"chain","steps":[{"type":"a","args":[]},{"type":"b","args":[]}]}
				""");
		String failure = """
				{"job_id":%s,"worker_id":"w","error":{"code":"broken","message":"m","retryable":false}}
				""".formatted(fetch().get("id"));
		assertThat(http.post("/ojs/v1/workers/nack", failure, JSON).status()).isEqualTo(200);
		Reply failed = http.get("/ojs/v1/workflows/" + created.string("/id"));
		assertThat(failed.string("/workflow/state")).isEqualTo("failed");
		assertThat(failed.at("/workflow/metadata/failed_step_index").toString()).isEqualTo("0");
		assertThat(failed.string("/workflow/metadata/errors/0/code")).isEqualTo("broken");
		assertThat(failed.string("/workflow/steps/1/state")).isEqualTo("cancelled");
	}

	@Test
	void aWorkflowIsCancelledOnce() {
		String id = create("{\"type\":\"group\",\"jobs\":[{\"type\":\"a\",\"args\":[]}]}").string("/id");
		Reply cancelled = http.send("DELETE", "/ojs/v1/workflows/" + id, null);
		assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
		assertThat(cancelled.string("/workflow/state")).isEqualTo("cancelled");
		assertThat(cancelled.at("/workflow/steps_cancelled").asInt()).isEqualTo(1);
		Reply again = http.send("DELETE", "/ojs/v1/workflows/" + id, null);
		assertThat(again.status()).isEqualTo(409);
		assertThat(again.string("/error/message")).contains(id, "cancelled");
	}

	@Test
	void workflowsAreListed() {
		String id = create("{\"type\":\"group\",\"jobs\":[{\"type\":\"a\",\"args\":[]}]}").string("/id");
		assertThat(http.get("/ojs/v1/workflows?state=running").string("/workflows/0/id")).isEqualTo(id);
		assertThat(http.get("/ojs/v1/workflows?state=failed").at("/workflows").isEmpty()).isTrue();
		assertThat(http.get("/ojs/v1/workflows?state=odd").status()).isEqualTo(400);
	}

	@Test
	void whatIsNotThereIsNotFound() {
		assertThat(http.get("/ojs/v1/workflows/01900000-0000-7000-8000-000000000000").status()).isEqualTo(404);
		assertThat(http.get("/ojs/v1/workflows/nonsense").string("/error/message")).contains("nonsense");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"type":"chain","steps":[]}                                         | steps
			{"type":"group"}                                                    | jobs
			{"type":"batch","jobs":[{"type":"a","args":[]}]}                    | callback
			{"type":"odd","steps":[{"type":"a","args":[]}]}                     | type
			{"steps":[{"id":"a","type":"a","depends_on":["b"]}]}                | depends on 'b'
			{"steps":[{"id":"a","type":"a","depends_on":["a"]}]}                | circle
			{"steps":[{"id":"a","type":"a"},{"id":"a","type":"a"}]}             | the id 'a'
			{"type":"chain","steps":[{"type":"NO","args":[]}]}                  | type
			{"type":"chain","steps":[{"type":"a","args":{}}]}                   | args
			{"type":"chain","steps":[{"type":"a","args":[],"unique":{"keys":["type"]}}]} | cannot be unique
			{"type":"chain","steps":"a"}                                        | steps
			{}                                                                  | steps
			""")
	void whatCannotRunIsRefused(String json, String named) {
		Reply reply = create(json);
		assertThat(reply.status()).as(reply.text()).isEqualTo(400);
		assertThat(reply.string("/error/message")).contains(named);
		assertThat(http.get("/ojs/v1/workflows").at("/workflows").isEmpty()).isTrue();
	}

	@Test
	void theManifestSaysSo() {
		assertThat(http.get("/ojs/manifest").at("/capabilities/workflows").asBoolean()).isTrue();
	}

}
