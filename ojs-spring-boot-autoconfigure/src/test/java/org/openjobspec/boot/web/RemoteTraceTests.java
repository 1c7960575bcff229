package org.openjobspec.boot.web;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Jobs of remote producers carry the trace that the headers of their request name, where
 * the application itself does not trace.
 */
class RemoteTraceTests {

	private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	private static final String JOB = "{\"type\":\"a\",\"args\":[]}";

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	@Test
	void aJobCarriesTheTraceOfItsRequest() {
		Reply job = http.post("/ojs/v1/jobs", JOB, "traceparent", PARENT, "tracestate", "ojs=p:8;r:62");
		assertThat(job.string("/meta/traceparent")).isEqualTo(PARENT);
		assertThat(job.string("/meta/tracestate")).isEqualTo("ojs=p:8;r:62");
		Reply fetched = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w\"}");
		assertThat(fetched.string("/jobs/0/meta/traceparent")).isEqualTo(PARENT);
	}

	@Test
	void theJobsOfABatchDo() {
		Reply batch = http.post("/ojs/v1/jobs/batch", "{\"jobs\":[" + JOB + "," + JOB + "]}", "traceparent", PARENT);
		assertThat(batch.string("/jobs/0/meta/traceparent")).isEqualTo(PARENT);
		assertThat(batch.string("/jobs/1/meta/traceparent")).isEqualTo(PARENT);
		http.post("/ojs/v1/jobs/bulk", "{\"jobs\":[" + JOB + "]}", "traceparent", PARENT);
		assertThat(metaOfAll()).hasSize(3).allMatch((meta) -> meta.contains(PARENT));
	}

	@Test
	void theStepsOfAWorkflowDo() {
		http.post("/ojs/v1/workflows", "{\"type\":\"chain\",\"steps\":[" + JOB + "]}", "traceparent", PARENT);
		assertThat(metaOfAll()).singleElement()
			.asString()
			.contains("\"traceparent\":\"" + PARENT + "\"")
			.contains("\"ojs.workflow.trace_origin\":\"" + PARENT + "\"");
	}

	@Test
	void whatTheProducerSaysInTheJobWins() {
		String own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
		Reply job = http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"meta\":{\"traceparent\":\"" + own + "\"}}",
				"traceparent", PARENT, "tracestate", "a=b");
		assertThat(job.text()).contains("\"meta\":{\"traceparent\":\"" + own + "\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
			"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" })
	void whatNamesNoSpanIsIgnored(String header) {
		Reply job = http.post("/ojs/v1/jobs", JOB, "traceparent", header, "tracestate", "a=b");
		assertThat(job.status()).isEqualTo(201);
		assertThat(job.text()).contains("\"meta\":{}");
	}

	@Test
	void aStateWithoutAParentIsIgnored_andABadStateTakesNoParentAlong() {
		assertThat(http.post("/ojs/v1/jobs", JOB, "tracestate", "a=b").text()).contains("\"meta\":{}");
		assertThat(http.post("/ojs/v1/jobs", JOB, "traceparent", PARENT, "tracestate", "x".repeat(600)).text())
			.contains("\"meta\":{\"traceparent\":\"" + PARENT + "\"}");
	}

	@Test
	void theSameJobOnceMoreInAnotherSpanIsTheSame() {
		String job = "{\"id\":\"0197d2a0-0000-7000-8000-000000000001\",\"type\":\"a\",\"args\":[]}";
		assertThat(http.post("/ojs/v1/jobs", job, "traceparent", PARENT).status()).isEqualTo(201);
		Reply again = http.post("/ojs/v1/jobs", job, "traceparent", PARENT.replace("00f067", "11f067"));
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		assertThat(again.string("/meta/traceparent")).isEqualTo(PARENT);
	}

	@Test
	void theEventsOfAJobNameItsTrace() {
		String id = http.post("/ojs/v1/jobs", JOB, "traceparent", PARENT).string("/id");
		http.post("/ojs/v1/jobs", JOB);
		http.send("DELETE", "/ojs/v1/jobs/" + id, null);
		await().untilAsserted(() -> {
			Reply events = http.get("/ojs/v1/events");
			assertThat(events.string("/events/2/type")).isEqualTo("job.cancelled");
			assertThat(events.string("/events/0/data/trace_id")).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
			assertThat(events.string("/events/2/data/trace_id")).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
			assertThat(events.text()).contains("\"attempt\":0}");
		});
	}

	private static List<String> metaOfAll() {
		return http.jdbc().queryForList("SELECT meta FROM ojs.job", String.class);
	}

}
