package org.openjobspec.boot.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.web.HttpFixture.Reply;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many jobs in one request: all or none, or each by itself (ojs-bulk-operations).
 */
class BulkEndpointsTests {

	private static final String JOB = "{\"type\":\"a\",\"args\":[]}";

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply post(String path, String body) {
		return http.post("/ojs/v1/jobs" + path, body);
	}

	private static String jobs(String... jobs) {
		return "\"jobs\":[" + String.join(",", jobs) + "]";
	}

	private static String many(int count, int odd, String oddJob) {
		return IntStream.range(0, count)
			.mapToObj((i) -> (i == odd) ? oddJob : JOB)
			.collect(Collectors.joining(",", "{\"jobs\":[", "]}"));
	}

	private static long stored() {
		Long count = http.jdbc().queryForObject("SELECT count(*) FROM ojs.job", Long.class);
		return (count != null) ? count : -1;
	}

	private static String enqueue(String more) {
		return post("", "{\"type\":\"a.b\",\"args\":[]" + more + "}").string("/id");
	}

	@Test
	void aJobThatIsRefusedLeavesNothingBehindUnderItsKey() {
		String taken = enqueue("");
		String key = "\"type\":\"u\",\"args\":[],\"unique\":{\"keys\":[\"type\"],\"on_conflict\":\"%s\"}";
		String before = post("", "{" + key.formatted("reject") + "}").string("/id");
		Reply bulk = post("/bulk", "{" + jobs("{\"id\":\"" + taken + "\"," + key.formatted("replace") + "}") + "}");
		assertThat(bulk.status()).as(bulk.text()).isEqualTo(422);
		assertThat(state(before)).isEqualTo("available");
		assertThat(post("", "{" + key.formatted("ignore") + "}").string("/id")).isEqualTo(before);
	}

	@Test
	void theSameJobOnceMoreIsAnsweredInABulk() {
		String id = enqueue("");
		Reply bulk = post("/bulk", "{" + jobs("{\"id\":\"" + id + "\",\"type\":\"a.b\",\"args\":[]}", JOB) + "}");
		assertThat(bulk.status()).as(bulk.text()).isEqualTo(201);
		assertThat(bulk.string("/items/0/status")).isEqualTo("duplicate");
		assertThat(bulk.string("/items/1/status")).isEqualTo("created");
	}

	@Test
	void anIdInUpperCaseIsTheSameId() {
		String first = enqueue("");
		String second = enqueue("");
		Reply reply = post("/bulk/cancel",
				"{\"job_ids\":[\"%s\",\"%s\"]}".formatted(first.toUpperCase(Locale.ROOT), second));
		assertThat(reply.status()).as(reply.text()).isEqualTo(200);
		assertThat(reply.at("/cancelled").intValue()).isEqualTo(2);
	}

	private static String state(String id) {
		return http.get("/ojs/v1/jobs/" + id).string("/state");
	}

	private static String retryable() {
		return failed("\"retry\":{\"max_attempts\":3,\"initial_interval\":\"PT1H\"}");
	}

	private static String failed(String retry) {
		String id = enqueue(",\"queue\":\"f\"," + retry);
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"f\"],\"worker_id\":\"w1\"}");
		http.post("/ojs/v1/workers/nack", """
				{"job_id":"%s","worker_id":"w1","error":{"code":"boom","message":"m"}}""".formatted(id));
		return id;
	}

	private static String discarded() {
		return failed("\"retry\":{\"max_attempts\":1}");
	}

	private static String active() {
		String id = enqueue(",\"queue\":\"busy\"");
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"busy\"],\"worker_id\":\"w1\"}");
		assertThat(state(id)).isEqualTo("active");
		return id;
	}

	private static String completed() {
		String id = active();
		http.post("/ojs/v1/workers/ack", "{\"job_id\":\"%s\",\"worker_id\":\"w1\"}".formatted(id));
		return id;
	}

	private static String ids(String... ids) {
		return "\"job_ids\":[" + String.join(",", List.of(ids).stream().map((id) -> '"' + id + '"').toList()) + "]";
	}

	private static List<String> values(JsonNode items, String name) {
		List<String> values = new ArrayList<>();
		items.forEach((item) -> values.add(item.path(name).asString("")));
		return values;
	}

	@Test
	void whatTheGuideShowsIsUnderstood() throws IOException {
		Matcher shown = Pattern
			.compile("curl -s localhost:8080(/\\S+) -H 'Content-Type: application/json' -d '([^']*)'")
			.matcher(Files.readString(Path.of("..", "docs", "guide", "bulk.md")));
		List<Integer> statuses = new ArrayList<>();
		while (shown.find()) {
			Reply reply = http.post(shown.group(1), shown.group(2), "Content-Type", "application/json");
			statuses.add(reply.status());
		}
		assertThat(statuses).containsExactly(201, 207, 200);
		assertThat(http.get("/ojs/v1/admin/jobs?state=cancelled").at("/pagination/total").intValue()).isEqualTo(4);
	}

	@Nested
	class ABatch {

		@ParameterizedTest
		@ValueSource(strings = { "/batch", "/bulk" })
		void ofTenThousandJobsIsStored(String path) {
			Reply reply = post(path, many(10_000, -1, ""));
			assertThat(reply.status()).as(reply.text()).isEqualTo(201);
			assertThat(stored()).isEqualTo(10_000);
			assertThat(http.get("/ojs/v1/queues/default/stats").at("/queue/available").intValue()).isEqualTo(10_000);
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				{"type":"NO","args":[]}                                            | 400 | invalid_request
				{"type":"a","args":{}}                                             | 400 | invalid_request
				{"type":"a","args":[],"retry":{"max_attempts":-1}}                 | 422 | validation_error
				{"type":"a","args":[],"schema":"urn:ojs:schema:a:v9"}              | 422 | schema_validation
				{"type":"a","args":[],"unique":{"keys":["type","args","queue"]}} | 409 | duplicate
				{"type":"a","args":[1],"id":"01900000-0000-7000-8000-000000000001"}| 409 | duplicate
				""")
		void isRefusedAsAWholeWithTheIndexOfTheJobThatIsToBlame(String odd, int status, String code) {
			post("", "{\"type\":\"a\",\"args\":[],\"id\":\"01900000-0000-7000-8000-000000000001\"}");
			post("", "{\"type\":\"a\",\"args\":[],\"unique\":{\"keys\":[\"type\",\"args\",\"queue\"]}}");
			Reply reply = post("/batch", many(10_000, 7_531, odd));
			assertThat(reply.status()).as(reply.text()).isEqualTo(status);
			assertThat(reply.string("/error/code")).isEqualTo(code);
			assertThat(reply.at("/error/details/index").intValue()).as(reply.text()).isEqualTo(7_531);
			assertThat(reply.string("/error/message")).startsWith("jobs[7531]");
			assertThat(stored()).isEqualTo(2);
		}

		@Test
		void namesTheFirstOfSeveralDuplicatesWhateverTheirKeys() {
			String[] jobs = IntStream.range(0, 40)
				.mapToObj((i) -> "{\"type\":\"t%d\",\"args\":[],\"unique\":{\"keys\":[\"type\"]}}".formatted(i))
				.toArray(String[]::new);
			assertThat(post("/batch", "{" + jobs(jobs) + "}").status()).isEqualTo(201);
			Reply refused = post("/batch", "{\"jobs\":[" + JOB + "," + String.join(",", jobs) + "]}");
			assertThat(refused.status()).isEqualTo(409);
			assertThat(refused.at("/error/details/index").intValue()).isEqualTo(1);
			assertThat(stored()).isEqualTo(40);
		}

		@ParameterizedTest
		@ValueSource(strings = { "/batch", "/bulk" })
		void ofMoreIsRefusedReadably(String path) {
			Reply reply = post(path, many(10_001, -1, ""));
			assertThat(reply.status()).as(reply.text()).isEqualTo(413);
			assertThat(reply.string("/error/code")).isEqualTo("batch_size_exceeded");
			assertThat(reply.string("/error/message")).contains("10001", "10000");
			assertThat(reply.at("/error/max_batch_size").intValue()).isEqualTo(10_000);
			assertThat(reply.at("/error/details/max_batch_size").intValue()).isEqualTo(10_000);
			assertThat(reply.header("X-OJS-Max-Batch-Size")).isEqualTo("10000");
			assertThat(stored()).isZero();
		}

	}

	@Nested
	class BulkEnqueue {

		@Test
		void answersForEachJobInItsPlace() {
			Reply reply = post("/bulk",
					"{" + jobs(JOB, JOB, "{\"type\":\"b\",\"args\":[],\"scheduled_at\":\"PT1H\"}") + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(201);
			assertThat(reply.header("X-OJS-Batch-Size")).isEqualTo("3");
			assertThat(reply.at("/total").intValue()).isEqualTo(3);
			assertThat(reply.at("/succeeded").intValue()).isEqualTo(3);
			assertThat(reply.at("/failed").intValue()).isZero();
			JsonNode items = reply.at("/items");
			assertThat(items).hasSize(3);
			for (int i = 0; i < 3; i++) {
				assertThat(items.get(i).path("index").intValue()).isEqualTo(i);
				assertThat(items.get(i).path("status").stringValue()).isEqualTo("created");
				assertThat(items.get(i).path("job").path("id").isString()).isTrue();
			}
			assertThat(reply.string("/items/2/job/type")).isEqualTo("b");
			assertThat(reply.string("/items/2/job/state")).isEqualTo("scheduled");
			assertThat(stored()).isEqualTo(3);
		}

		@Test
		void storesWhatCanBeStoredAndTellsWhyTheOthersCannot() {
			String unique = "{\"type\":\"u\",\"args\":[],\"unique\":{\"keys\":[\"type\"]%s}}";
			String known = enqueue("");
			post("", unique.formatted(""));
			post("", "{\"type\":\"a\",\"args\":[],\"id\":\"01900000-0000-7000-8000-000000000001\"}");
			Reply reply = post("/bulk",
					"{\"atomicity\":\"partial\"," + jobs(JOB, "{\"type\":\"\",\"args\":[]}", "7", unique.formatted(""),
							unique.formatted(",\"on_conflict\":\"ignore\""),
							"{\"type\":\"a\",\"args\":[],\"retry\":{\"max_attempts\":-1}}",
							"{\"type\":\"a\",\"args\":[],\"schema\":\"urn:ojs:schema:a:v9\"}",
							"{\"type\":\"a\",\"args\":[],\"id\":\"01900000-0000-7000-8000-000000000001\"}",
							"{\"type\":\"a\",\"args\":[2],\"id\":\"01900000-0000-7000-8000-000000000001\"}",
							"{\"type\":\"v\",\"args\":[],\"unique\":{\"keys\":[\"type\"]}}",
							"{\"type\":\"v\",\"args\":[],\"unique\":{\"keys\":[\"type\"]}}", JOB) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(207);
			assertThat(values(reply.at("/items"), "status")).containsExactly("created", "failed", "failed", "failed",
					"duplicate", "failed", "failed", "duplicate", "failed", "created", "failed", "created");
			assertThat(reply.at("/succeeded").intValue()).isEqualTo(5);
			assertThat(reply.at("/failed").intValue()).isEqualTo(7);
			assertThat(reply.at("/items").get(3).at("/error/code").stringValue()).isEqualTo("duplicate");
			assertThat(reply.string("/items/3/error/details/existing_job_id"))
				.isEqualTo(reply.string("/items/4/job/id"));
			assertThat(reply.string("/items/1/error/code")).isEqualTo("invalid_request");
			assertThat(reply.string("/items/1/error/message")).startsWith("jobs[1]");
			assertThat(reply.string("/items/5/error/code")).isEqualTo("validation_error");
			assertThat(reply.string("/items/6/error/code")).isEqualTo("schema_validation");
			assertThat(reply.string("/items/7/job/id")).isEqualTo("01900000-0000-7000-8000-000000000001");
			assertThat(reply.at("/items/8/error/retryable").isBoolean()).isTrue();
			assertThat(state(known)).isEqualTo("available");
			assertThat(stored()).isEqualTo(6);
		}

		@Test
		void ofNothingButBadJobsIsRefused() {
			Reply reply = post("/bulk", "{" + jobs("{}", "{\"type\":\"a\"}") + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(422);
			assertThat(values(reply.at("/items"), "status")).containsExactly("failed", "failed");
			assertThat(stored()).isZero();
		}

		@Test
		void fillsABoundedQueueToItsBound() {
			http.send("PUT", "/ojs/v1/queues/default/config", "{\"max_depth\":3}".getBytes(StandardCharsets.UTF_8));
			Reply reply = post("/bulk",
					"{" + jobs(JOB, JOB, "{\"type\":\"a\",\"args\":[],\"queue\":\"q2\"}", JOB, JOB) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(207);
			assertThat(values(reply.at("/items"), "status")).containsExactly("created", "created", "created", "created",
					"failed");
			assertThat(reply.string("/items/4/error/code")).isEqualTo("QUEUE_FULL");
			assertThat(stored()).isEqualTo(4);
		}

		@Test
		void thatIsAtomicStoresNothingIfOneIsBadAndNamesAllThatAre() {
			enqueue(",\"unique\":{\"keys\":[\"type\"]}");
			String duplicate = "{\"type\":\"a.b\",\"args\":[],\"unique\":{\"keys\":[\"type\"]}}";
			Reply reply = post("/bulk", "{\"atomicity\":\"atomic\"," + jobs(JOB, duplicate, JOB, duplicate) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(422);
			assertThat(reply.at("/succeeded").intValue()).isZero();
			assertThat(reply.at("/failed").intValue()).isEqualTo(4);
			assertThat(values(reply.at("/items"), "status")).containsOnly("failed");
			assertThat(reply.string("/items/0/error/code")).isEqualTo("rolled_back");
			assertThat(reply.string("/items/1/error/code")).isEqualTo("duplicate");
			assertThat(reply.string("/items/3/error/code")).isEqualTo("duplicate");
			assertThat(stored()).isEqualTo(1);
			Reply unreadable = post("/bulk", "{\"atomicity\":\"atomic\"," + jobs(JOB, "{}") + "}");
			assertThat(unreadable.status()).isEqualTo(422);
			assertThat(values(unreadable.at("/items"), "status")).containsExactly("failed", "failed");
			assertThat(stored()).isEqualTo(1);
			Reply good = post("/bulk", "{\"atomicity\":\"atomic\"," + jobs(JOB, JOB) + "}");
			assertThat(good.status()).as(good.text()).isEqualTo(201);
			assertThat(stored()).isEqualTo(3);
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				{}                                            | jobs
				{"jobs":[]}                                   | jobs
				{"jobs":7}                                    | jobs
				{"jobs":[{"type":"a","args":[]}],"atomicity":"some"} | atomicity
				{"jobs":[{"type":"a","args":[]}],"idempotency_key":"k"} | idempotency_key
				""")
		void thatIsNoneIsRefused(String body, String named) {
			Reply reply = post("/bulk", body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/message")).contains(named);
			assertThat(stored()).isZero();
		}

		@Test
		void doesNotPretendToKnowIdempotencyKeys() {
			Reply reply = http.post("/ojs/v1/jobs/bulk", "{" + jobs(JOB) + "}", "Idempotency-Key", "k");
			assertThat(reply.status()).isEqualTo(400);
			assertThat(reply.string("/error/message")).contains("id");
			assertThat(stored()).isZero();
		}

	}

	@Nested
	class BulkCancel {

		@Test
		void cancelsWhatHasNotEndedAndTellsWhyItSkipsTheOthers() {
			String available = enqueue("");
			String scheduled = enqueue(",\"scheduled_at\":\"PT1H\"");
			String done = completed();
			String active = active();
			Reply reply = post("/bulk/cancel",
					"{" + ids(available, done, scheduled, "01900000-0000-7000-8000-00000000dead", active, "x") + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(207);
			assertThat(reply.at("/total_matched").intValue()).isEqualTo(6);
			assertThat(reply.at("/cancelled").intValue()).isEqualTo(3);
			assertThat(reply.at("/skipped").intValue()).isEqualTo(3);
			assertThat(values(reply.at("/items"), "status")).containsExactly("cancelled", "skipped", "cancelled",
					"skipped", "cancelled", "skipped");
			assertThat(values(reply.at("/items"), "job_id")).containsExactly(available, done, scheduled,
					"01900000-0000-7000-8000-00000000dead", active, "x");
			assertThat(reply.string("/items/1/reason")).contains("completed");
			assertThat(reply.string("/items/3/reason")).contains("no job");
			assertThat(state(available)).isEqualTo("cancelled");
			assertThat(state(active)).isEqualTo("cancelled");
			assertThat(state(done)).isEqualTo("completed");
		}

		@Test
		void byAFilterLeavesAloneWhatRuns() {
			String available = enqueue(",\"queue\":\"busy\",\"priority\":-3");
			String active = active();
			String waiting = enqueue(",\"queue\":\"busy\",\"scheduled_at\":\"PT1H\"");
			String retryable = retryable();
			String other = enqueue(",\"queue\":\"busy\"");
			// The job that runs is the one of the higher priority.
			assertThat(state(available)).isEqualTo("available");
			Reply first = post("/bulk/cancel", "{\"filter\":{\"queue\":\"busy\",\"type\":\"a.b\",\"priority\":-3}}");
			assertThat(first.status()).as(first.text()).isEqualTo(200);
			assertThat(values(first.at("/items"), "job_id")).containsExactly(available);
			assertThat(first.at("/more").booleanValue()).isFalse();
			Reply rest = post("/bulk/cancel", "{\"filter\":{\"type\":\"a.*\"}}");
			assertThat(values(rest.at("/items"), "job_id")).containsExactlyInAnyOrder(waiting, other);
			assertThat(state(active)).isEqualTo("active");
			assertThat(state(retryable)).isEqualTo("retryable");
			Reply states = post("/bulk/cancel", "{\"filter\":{\"state\":[\"retryable\",\"pending\"]}}");
			assertThat(values(states.at("/items"), "job_id")).containsExactly(retryable);
			Reply none = post("/bulk/cancel", "{\"filter\":{\"enqueued_before\":\"2020-01-01T00:00:00Z\"}}");
			assertThat(none.status()).isEqualTo(200);
			assertThat(none.at("/total_matched").intValue()).isZero();
		}

		@Test
		void thatIsAtomicCancelsNothingIfOneCannotBeCancelled() {
			String available = enqueue("");
			String done = completed();
			Reply reply = post("/bulk/cancel", "{\"atomicity\":\"atomic\"," + ids(available, done) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(422);
			assertThat(values(reply.at("/items"), "status")).containsExactly("skipped", "skipped");
			assertThat(reply.string("/items/1/reason")).contains("completed");
			assertThat(state(available)).isEqualTo("available");
			String other = enqueue("");
			Reply good = post("/bulk/cancel", "{\"atomicity\":\"atomic\"," + ids(available, other) + "}");
			assertThat(good.status()).isEqualTo(200);
			assertThat(state(other)).isEqualTo("cancelled");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				{}                                       | job_ids
				{"job_ids":[],"filter":{}}               | job_ids
				{"job_ids":[]}                           | job_ids
				{"job_ids":"x"}                          | job_ids
				{"filter":{"state":["active"]}}          | filter.state
				{"filter":{"state":["completed"]}}       | filter.state
				{"filter":{"meta":{"a":1}}}              | meta
				{"filter":{"kind":"a"}}                  | kind
				{"filter":{"enqueued_after":"soon"}}     | enqueued_after
				{"filter":{"priority":"high"}}           | priority
				""")
		void thatSaysNotWhichJobsIsRefused(String body, String named) {
			String id = enqueue("");
			Reply reply = post("/bulk/cancel", body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/message")).contains(named);
			assertThat(state(id)).isEqualTo("available");
		}

		@Test
		void ofMoreThanAThousandIsRefusedReadably() {
			String body = IntStream.range(0, 1001)
				.mapToObj((i) -> "\"01900000-0000-7000-8000-%012d\"".formatted(i))
				.collect(Collectors.joining(",", "{\"job_ids\":[", "]}"));
			Reply reply = post("/bulk/cancel", body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(413);
			assertThat(reply.header("X-OJS-Max-Batch-Size")).isEqualTo("1000");
		}

	}

	@Nested
	class BulkRetry {

		@Test
		void makesWhatHasFailedAvailable() {
			String discarded = discarded();
			String retryable = retryable();
			String done = completed();
			Reply reply = post("/bulk/retry", "{" + ids(discarded, retryable, done) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(207);
			assertThat(reply.at("/retried").intValue()).isEqualTo(2);
			assertThat(reply.at("/skipped").intValue()).isEqualTo(1);
			assertThat(values(reply.at("/items"), "status")).containsExactly("retried", "retried", "skipped");
			assertThat(reply.string("/items/2/reason")).contains("completed");
			assertThat(state(discarded)).isEqualTo("available");
			assertThat(state(retryable)).isEqualTo("available");
			assertThat(http.get("/ojs/v1/jobs/" + discarded).at("/attempt").intValue()).isZero();
			assertThat(http.get("/ojs/v1/jobs/" + retryable).at("/attempt").intValue()).isEqualTo(1);
			JsonNode fetched = http
				.post("/ojs/v1/workers/fetch", "{\"queues\":[\"f\"],\"count\":5,\"worker_id\":\"w1\"}")
				.at("/jobs");
			assertThat(values(fetched, "id")).containsExactlyInAnyOrder(discarded, retryable);
		}

		@Test
		void byAFilterIsOfWhatIsDiscardedOrRetryable() {
			String discarded = discarded();
			String retryable = retryable();
			enqueue("");
			Reply reply = post("/bulk/retry", "{\"filter\":{\"queue\":\"f\"}}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(200);
			assertThat(values(reply.at("/items"), "job_id")).containsExactlyInAnyOrder(discarded, retryable);
			assertThat(post("/bulk/retry", "{\"filter\":{\"state\":[\"completed\"]}}").status()).isEqualTo(400);
		}

		@Test
		void thatIsAtomicRetriesNothingIfOneCannotBeRetried() {
			String discarded = discarded();
			String retryable = retryable();
			String done = completed();
			Reply reply = post("/bulk/retry", "{\"atomicity\":\"atomic\"," + ids(discarded, retryable, done) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(422);
			assertThat(state(discarded)).isEqualTo("discarded");
			assertThat(state(retryable)).isEqualTo("retryable");
		}

	}

	@Nested
	class BulkDelete {

		@Test
		void removesWhatHasEndedWithAllThatBelongsToIt() {
			String discarded = discarded();
			String done = completed();
			String available = enqueue(",\"unique\":{\"keys\":[\"type\",\"queue\"]}");
			Reply reply = post("/bulk/delete", "{" + ids(discarded, done, available) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(207);
			assertThat(reply.at("/deleted").intValue()).isEqualTo(2);
			assertThat(values(reply.at("/items"), "status")).containsExactly("deleted", "deleted", "skipped");
			assertThat(reply.string("/items/2/reason")).contains("available");
			assertThat(http.get("/ojs/v1/jobs/" + done).status()).isEqualTo(404);
			assertThat(stored()).isEqualTo(1);
			assertThat(http.jdbc().queryForObject("SELECT count(*) FROM ojs.failure", Long.class)).isZero();
			assertThat(http.jdbc().queryForObject("SELECT count(*) FROM ojs.outcome", Long.class)).isZero();
		}

		@Test
		void leavesAWorkflowWhole() {
			http.post("/ojs/v1/workflows", "{\"type\":\"group\",\"jobs\":[{\"type\":\"a\",\"args\":[]}]}");
			String id = http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}")
				.string("/jobs/0/id");
			http.post("/ojs/v1/workers/ack", "{\"job_id\":\"%s\",\"worker_id\":\"w1\"}".formatted(id));
			Reply reply = post("/bulk/delete", "{" + ids(id) + "}");
			assertThat(reply.status()).as(reply.text()).isEqualTo(422);
			assertThat(reply.string("/items/0/reason")).contains("workflow");
			assertThat(state(id)).isEqualTo("completed");
		}

		@Test
		void thatIsAtomicDeletesNothingIfOneHasNotEnded() {
			String done = completed();
			String available = enqueue("");
			Reply reply = post("/bulk/delete", "{\"atomicity\":\"atomic\"," + ids(done, available) + "}");
			assertThat(reply.status()).isEqualTo(422);
			assertThat(state(done)).isEqualTo("completed");
		}

		@Test
		void needsTheIdsOfTheJobs() {
			String done = completed();
			Reply reply = post("/bulk/delete", "{\"filter\":{}}");
			assertThat(reply.status()).isEqualTo(400);
			assertThat(reply.string("/error/message")).contains("job_ids");
			assertThat(state(done)).isEqualTo("completed");
		}

	}

}
