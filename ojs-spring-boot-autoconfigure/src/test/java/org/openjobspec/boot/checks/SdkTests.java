package org.openjobspec.boot.checks;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.boot.checks.Http.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the SDKs send gets answers that they can read: each at the place where its SDK
 * looks, and of types that the strictest of them parse.
 */
class SdkTests {

	private static final Set<String> STATES = Set.of("scheduled", "available", "pending", "active", "completed",
			"retryable", "cancelled", "discarded");

	@RegisterExtension
	private static final SdkNode node = new SdkNode();

	private static JsonNode at(Reply reply, Sdk.Place place) {
		return (place == Sdk.Place.NESTED) ? reply.json().path("job") : reply.json();
	}

	private static String enqueue(Sdk sdk, String body) {
		Reply reply = node.post(sdk, "/jobs", body);
		assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		JsonNode job = at(reply, sdk.enqueued());
		checkJob(job);
		return job.path("id").stringValue();
	}

	/** The types of a job that all SDKs together ask for. */
	private static void checkJob(JsonNode job) {
		assertThat(job.path("id").isString()).as(job.toString()).isTrue();
		assertThat(job.path("type").isString()).isTrue();
		assertThat(job.path("queue").isString()).isTrue();
		assertThat(job.path("args").isArray()).isTrue();
		assertThat(job.path("meta").isObject()).isTrue();
		assertThat(job.path("state").stringValue()).isIn(STATES);
		assertThat(job.has("timeout")).as("JS takes seconds for milliseconds").isFalse();
		for (String number : List.of("priority", "attempt", "max_attempts")) {
			assertThat(job.path(number).isIntegralNumber()).as(number + " of " + job).isTrue();
			assertThat(job.path(number).canConvertToInt()).isTrue();
		}
		for (String number : List.of("timeout_ms", "visibility_timeout_ms", "retry_delay_ms")) {
			assertThat(!job.has(number) || job.path(number).isIntegralNumber()).as(number + " of " + job).isTrue();
		}
		job.properties().forEach((member) -> {
			assertThat(member.getValue().isNull()).as("%s is null", member.getKey()).isFalse();
			if (member.getKey().endsWith("_at")) {
				assertThat(OffsetDateTime.parse(member.getValue().stringValue()).getYear()).isGreaterThan(2000);
			}
		});
		if (job.has("tags")) {
			assertThat(job.get("tags").isArray()).isTrue();
			job.get("tags").forEach((tag) -> assertThat(tag.isString()).isTrue());
		}
		if (job.has("retry")) {
			checkRetry(job.get("retry"));
		}
		if (job.has("unique")) {
			for (JsonNode key : job.get("unique").path("keys")) {
				assertThat(key.stringValue()).isIn("type", "queue", "args", "meta");
			}
		}
		if (job.has("error")) {
			checkError(job.get("error"));
		}
	}

	private static void checkRetry(JsonNode retry) {
		assertThat(retry.path("max_attempts").isIntegralNumber()).as(retry.toString()).isTrue();
		assertThat(retry.path("max_attempts").intValue()).isPositive();
		assertThat(retry.path("backoff_coefficient").doubleValue()).isGreaterThanOrEqualTo(1);
		assertThat(retry.path("jitter").isBoolean()).isTrue();
		for (String interval : List.of("initial_interval", "max_interval")) {
			assertThat(retry.path(interval).stringValue()).startsWith("PT");
			assertThat(retry.path(interval + "_ms").isIntegralNumber()).as(interval + " for Java").isTrue();
		}
		if (retry.has("on_exhaustion")) {
			assertThat(retry.get("on_exhaustion").stringValue()).isIn("discard", "dead_letter");
		}
		retry.properties().forEach((member) -> assertThat(member.getValue().isNull()).isFalse());
	}

	private static void checkError(JsonNode error) {
		assertThat(error.isObject()).as("a string ends Go's worker").isTrue();
		for (String text : List.of("type", "code", "message")) {
			assertThat(error.path(text).isString()).as(text + " of " + error).isTrue();
		}
		assertThat(error.path("retryable").isBoolean()).isTrue();
		assertThat(error.path("details").isObject()).as(error.toString()).isTrue();
		assertThat(!error.has("backtrace") || error.get("backtrace").isArray()).isTrue();
	}

	private static JsonNode fetchOne(Sdk sdk, String id) {
		Reply reply = node.post(sdk, "/workers/fetch", sdk.fetch());
		assertThat(reply.status()).as(reply.text()).isEqualTo(200);
		JsonNode job = Stream.iterate(0, (i) -> i + 1)
			.limit(reply.at("/jobs").size())
			.map((i) -> reply.at("/jobs/" + i))
			.filter((one) -> one.path("id").asString("").equals(id))
			.findAny()
			.orElseThrow(() -> new AssertionError(reply.text()));
		checkJob(job);
		assertThat(job.path("state").stringValue()).isEqualTo("active");
		assertThat(job.has("result")).isFalse();
		return job;
	}

	private static void checkPage(Reply reply) {
		for (String number : List.of("total", "limit", "offset")) {
			assertThat(reply.at("/pagination/" + number).isIntegralNumber()).as(reply.text()).isTrue();
		}
		assertThat(reply.at("/pagination/has_more").isBoolean()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void aJobIsEnqueuedFetchedExtendedAndAcknowledged(Sdk sdk) {
		JsonNode sent = new JsonMapper().readTree(sdk.job());
		String id = enqueue(sdk, sdk.job());
		assertThat(!sent.has("id") || sent.get("id").stringValue().equals(id)).isTrue();
		JsonNode read = at(node.get(sdk, "/jobs/" + id), sdk.read());
		checkJob(read);
		assertThat(read.path("queue").stringValue()).isEqualTo(sdk.queue());
		assertThat(read.path("priority").intValue()).isEqualTo(5);
		assertThat(read.path("timeout_ms").intValue()).isEqualTo(30_000);
		assertThat(read.path("args")).isEqualTo(sent.get("args"));
		assertThat(read.path("meta").path("k").stringValue()).isEqualTo("v");
		assertThat(read.path("expires_at").stringValue()).startsWith("2099-");
		assertThat(read.path("max_attempts").intValue()).isEqualTo(5);
		long initial = Set.of(Sdk.JS, Sdk.GO, Sdk.RUBY).contains(sdk) ? 2000 : 1000;
		assertThat(read.path("retry").path("initial_interval_ms").longValue()).isEqualTo(initial);
		assertThat(read.path("retry").path("initial_interval").stringValue()).isEqualTo("PT" + initial / 1000 + "S");

		assertThat(fetchOne(sdk, id).path("attempt").intValue()).isEqualTo(1);
		Reply beat = node.post(sdk, "/workers/heartbeat", sdk.heartbeat(id));
		assertThat(beat.status()).as(beat.text()).isEqualTo(200);
		assertThat(beat.string("/state")).isEqualTo("running");
		assertThat(OffsetDateTime.parse(beat.string("/server_time"))).isNotNull();
		assertThat(beat.at("/jobs_extended").size()).as(beat.text()).isEqualTo(1);
		assertThat(beat.string("/jobs_extended/0")).isEqualTo(id);

		Reply ack = node.post(sdk, "/workers/ack", sdk.ack(id));
		assertThat(ack.status()).as(ack.text()).isEqualTo(200);
		assertThat(ack.at("/acknowledged").booleanValue()).isTrue();
		JsonNode done = at(node.get(sdk, "/jobs/" + id), sdk.read());
		checkJob(done);
		assertThat(done.path("state").stringValue()).isEqualTo("completed");
		assertThat(done.path("result").toString()).isEqualTo(sdk.result());
		assertThat(node.post(sdk, "/workers/ack", sdk.ack(id)).status()).as("an ack whose answer was lost")
			.isEqualTo(200);
		assertThat(node.post(sdk, "/workers/nack", sdk.nack(id)).string("/state")).as("a late nack")
			.isEqualTo("completed");
		Reply none = node.post(sdk, "/workers/fetch", sdk.fetch());
		assertThat(none.status()).isEqualTo(200);
		assertThat(none.at("/jobs").isArray()).isTrue();
		assertThat(none.at("/jobs")).isEmpty();
		Reply conflict = node.delete(sdk, "/jobs/" + id);
		assertThat(conflict.status()).isEqualTo(409);
		checkRefusal(conflict, "conflict");
	}

	@ParameterizedTest
	@EnumSource
	void aJobFailsAndIsListedAndCancelled(Sdk sdk) {
		String id = enqueue(sdk, sdk.job().replace("-000000000001", "-000000000003"));
		fetchOne(sdk, id);
		Reply nack = node.post(sdk, "/workers/nack", sdk.nack(id));
		assertThat(nack.status()).as(nack.text()).isEqualTo(200);
		assertThat(nack.string("/state")).isEqualTo("retryable");
		assertThat(nack.at("/attempt").isIntegralNumber()).isTrue();
		assertThat(nack.at("/max_attempts").isIntegralNumber()).isTrue();
		assertThat(OffsetDateTime.parse(nack.string("/next_attempt_at"))).isNotNull();
		JsonNode failed = at(node.get(sdk, "/jobs/" + id), sdk.read());
		checkJob(failed);
		assertThat(failed.path("error").path("code").stringValue()).isEqualTo("handler_error");
		assertThat(failed.path("error").path("message").stringValue()).isEqualTo("boom");
		Reply cancelled = node.delete(sdk, "/jobs/" + id);
		assertThat(cancelled.status()).isEqualTo(200);
		checkJob(at(cancelled, sdk.read()));
		assertThat(cancelled.string("/previous_state")).isEqualTo("retryable");
		assertThat(at(cancelled, sdk.read()).path("state").stringValue()).isEqualTo("cancelled");
	}

	@ParameterizedTest
	@EnumSource
	void aBatchIsAnsweredWithItsCountAndBareJobs(Sdk sdk) {
		String first = sdk.job().replace("-000000000001", "-000000000004");
		String second = sdk.secondJob();
		Reply reply = node.post(sdk, "/jobs/batch", "{\"jobs\":[" + first + ',' + second + "]}");
		assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		assertThat(reply.at("/count").isIntegralNumber()).isTrue();
		assertThat(reply.at("/count").intValue()).isEqualTo(2);
		assertThat(reply.at("/jobs").size()).isEqualTo(2);
		reply.at("/jobs").forEach(SdkTests::checkJob);
		reply.at("/jobs").forEach((job) -> node.delete(sdk, "/jobs/" + job.path("id").stringValue()));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JS")
	void aDuplicateIsRefusedWithTheIdOfTheOther(Sdk sdk) {
		String body = sdk.secondJob().replace("-000000000002", "-000000000005");
		String id = enqueue(sdk, body);
		Reply duplicate = node.post(sdk, "/jobs", body.replace("-000000000005", "-000000000006"));
		assertThat(duplicate.status()).as(duplicate.text()).isEqualTo(409);
		checkRefusal(duplicate, "duplicate");
		assertThat(duplicate.string("/error/details/existing_job_id")).isEqualTo(id);
		node.delete(sdk, "/jobs/" + id);
	}

	@ParameterizedTest
	@EnumSource
	void refusalsAreErrorsThatItReads(Sdk sdk) {
		Reply missing = node.get(sdk, "/jobs/01935d2c-8f6e-7abc-9def-0123456789ab");
		assertThat(missing.status()).isEqualTo(404);
		checkRefusal(missing, "not_found");
		Reply invalid = node.post(sdk, "/jobs", "{\"type\":\"a\",\"args\":1}");
		assertThat(invalid.status()).isEqualTo(400);
		checkRefusal(invalid, "invalid_request");
	}

	private static void checkRefusal(Reply reply, String code) {
		assertThat(reply.string("/error/code")).as(reply.text()).isEqualTo(code);
		assertThat(reply.at("/error/message").isString()).isTrue();
		assertThat(reply.at("/error/retryable").isBoolean()).isTrue();
		assertThat(reply.at("/error/details").isObject()).isTrue();
		assertThat(reply.string("/error/request_id")).isEqualTo(reply.header("X-Request-Id"));
	}

	@ParameterizedTest
	@EnumSource
	void queuesAndTheDeadLetterAreReadAndSteered(Sdk sdk) {
		String queue = sdk.queue();
		assertThat(node.emptyPost(sdk, "/queues/" + queue + "/pause").status()).isEqualTo(200);
		assertThat(node.emptyPost(sdk, "/queues/" + queue + "/resume").status()).isEqualTo(200);
		Reply queues = node.get(sdk, "/queues");
		assertThat(queues.at("/queues/0/name").isString()).as(queues.text()).isTrue();
		assertThat(queues.at("/queues/0/status").isString()).isTrue();
		assertThat(queues.at("/queues/0/paused").isBoolean()).isTrue();
		checkPage(queues);
		Reply stats = node.get(sdk, "/queues/" + queue.replace("-", (sdk == Sdk.RUST) ? "%2D" : "-") + "/stats");
		assertThat(stats.string("/queue")).as(stats.text()).isEqualTo(queue);
		assertThat(stats.string("/name")).isEqualTo(queue);
		assertThat(stats.string("/status")).isEqualTo("active");
		assertThat(stats.at("/paused").isBoolean()).isTrue();
		assertThat(OffsetDateTime.parse(stats.string("/computed_at"))).isNotNull();
		for (String number : List.of("available", "active", "scheduled", "retryable", "completed", "discarded", "depth",
				"dead_letter")) {
			assertThat(stats.at('/' + number).isIntegralNumber()).as(number).isTrue();
			assertThat(stats.at("/stats/" + number).isIntegralNumber()).as(number).isTrue();
		}
		String id = enqueue(sdk, """
				{"type":"a","args":[],"queue":"%s","retry":{"max_attempts":1,"on_exhaustion":"dead_letter"}}"""
			.formatted(queue));
		fetchOne(sdk, id);
		node.post(sdk, "/workers/nack", sdk.nack(id));
		Reply dead = node.get(sdk, "/dead-letter?queue=" + queue + "&limit=50&offset=0");
		assertThat(dead.string("/jobs/0/id")).as(dead.text()).isEqualTo(id);
		checkJob(dead.at("/jobs/0"));
		checkPage(dead);
		Reply retried = node.emptyPost(sdk, "/dead-letter/" + id + "/retry");
		assertThat(retried.status()).isEqualTo(200);
		checkJob(at(retried, sdk.read()));
		fetchOne(sdk, id);
		node.post(sdk, "/workers/nack", sdk.nack(id));
		assertThat(node.delete(sdk, "/dead-letter/" + id).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void theServerIsKnown(Sdk sdk) {
		assertThat(node.get(sdk, "/health").string("/status")).isEqualTo("ok");
		Reply manifest = node.manifest(sdk);
		assertThat(manifest.status()).isEqualTo(200);
		assertThat(manifest.at("/specversion").isString()).isTrue();
	}

}
