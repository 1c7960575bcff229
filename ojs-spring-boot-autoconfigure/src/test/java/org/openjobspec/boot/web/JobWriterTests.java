package org.openjobspec.boot.web;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.UniquePolicy.Dimension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs as the six SDKs and the suites read them.
 */
class JobWriterTests {

	private static final UUID ID = UUID.fromString("01935d2c-8f6e-7abc-9def-0123456789ab");

	private static final Instant TIME = Instant.parse("2030-01-01T00:00:00Z");

	private static final JobOptions NO_OPTIONS = new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null,
			List.of(), null, Map.of());

	private final JsonMapper mapper = new JsonMapper();

	private static Job job(JobState state, JobOptions options, String result, boolean expired, JobFailure... failures) {
		return new Job(ID, "email.send", "default", "[1.10]", "{}", 0, options, state, 0, TIME, TIME, null,
				state.isTerminal() ? TIME : null, (state == JobState.RETRYABLE) ? TIME : null, "w", result, false,
				expired, List.of(failures), null, null);
	}

	private JsonNode write(Job job) {
		return this.mapper.readTree(Json.object(JobWriter.single(job)));
	}

	@Test
	void aJobIsBareAndNestedAtOnce() {
		JsonNode json = write(job(JobState.AVAILABLE, NO_OPTIONS, null, false));
		JsonNode nested = json.get("job");
		assertThat(nested.get("id").stringValue()).isEqualTo(ID.toString());
		assertThat(json.propertyNames()).containsAll(nested.propertyNames());
		assertThat(nested.propertyNames()).containsExactlyInAnyOrder("specversion", "id", "type", "queue", "args",
				"meta", "priority", "state", "attempt", "max_attempts", "tags", "created_at", "enqueued_at", "errors");
		assertThat(nested.get("priority").isInt()).isTrue();
		assertThat(nested.get("attempt").intValue()).isZero();
		assertThat(nested.get("created_at").stringValue()).isEqualTo("2030-01-01T00:00:00Z");
	}

	@Test
	void argumentsAreWrittenAsTheyAre() {
		assertThat(new String(Json.object(JobWriter.single(job(JobState.AVAILABLE, NO_OPTIONS, null, false))),
				StandardCharsets.UTF_8))
			.contains("\"args\":[1.10],\"meta\":{}");
	}

	@Test
	void optionsAreEchoed() {
		JobOptions options = new JobOptions(RetryPolicy.DEFAULT.withMaxAttempts(0),
				new UniquePolicy(Set.of(Dimension.ARGS), List.of("a"), List.of(), Duration.ofHours(1),
						UniquePolicy.DEFAULT_STATES, OnConflict.IGNORE, true),
				Duration.ofSeconds(30), Duration.ofMillis(1500), TIME, TIME, List.of("x"), "urn:s",
				Map.of("x_a", "{\"b\":1e400}"));
		String text = new String(Json.object(JobWriter.single(job(JobState.AVAILABLE, options, null, false))),
				StandardCharsets.UTF_8);
		assertThat(text).contains("\"x_a\":{\"b\":1e400}");
		JsonNode json = this.mapper.readTree(text);
		assertThat(json.get("timeout_ms").intValue()).isEqualTo(30_000);
		assertThat(json.get("visibility_timeout_ms").intValue()).isEqualTo(1500);
		assertThat(json.get("max_attempts").intValue()).isZero();
		assertThat(json.get("retry").toString()).isEqualTo("""
				{"max_attempts":1,"initial_interval":"PT1S","initial_interval_ms":1000,"backoff_coefficient":2.0,\
				"max_interval":"PT5M","max_interval_ms":300000,"jitter":true,"non_retryable_errors":[],\
				"on_exhaustion":"discard","backoff_strategy":"exponential"}""");
		assertThat(json.get("unique").toString()).isEqualTo("""
				{"keys":["type","args"],"args_keys":["a"],"period":"PT1H","period_ms":3600000,\
				"states":["scheduled","available","pending","active","retryable"],"on_conflict":"ignore"}""");
		assertThat(json.get("tags").toString()).isEqualTo("[\"x\"]");
		assertThat(json.get("schema").stringValue()).isEqualTo("urn:s");
		assertThat(json.get("scheduled_at").stringValue()).isEqualTo("2030-01-01T00:00:00Z");
		assertThat(json.get("expires_at").stringValue()).isEqualTo("2030-01-01T00:00:00Z");
	}

	@Test
	void aFailureIsShownInEveryForm() {
		JobFailure failure = new JobFailure(1, TIME,
				new JobError("net.Timeout", "handler_error", "lost \ud800\0", null,
						Map.of("n", new BigDecimal("1.10"), "list", List.of(1, "a")), List.of("at x")),
				Duration.ofSeconds(1));
		JsonNode json = write(job(JobState.RETRYABLE, NO_OPTIONS, null, false, failure));
		assertThat(json.get("error").get("type").stringValue()).isEqualTo("net.Timeout");
		assertThat(json.get("error").get("code").stringValue()).isEqualTo("handler_error");
		assertThat(json.get("error").get("message").stringValue()).isEqualTo("lost \uFFFD\uFFFD");
		assertThat(json.get("error").get("retryable").booleanValue()).isTrue();
		assertThat(json.get("error").get("details").get("list").toString()).isEqualTo("[1,\"a\"]");
		assertThat(json.get("error").get("backtrace").toString()).isEqualTo("[\"at x\"]");
		assertThat(json.get("retry_delay_ms").intValue()).isEqualTo(1000);
		assertThat(json.get("next_attempt_at").stringValue()).isEqualTo("2030-01-01T00:00:00Z");
		assertThat(json.get("errors")).hasSize(1);
		assertThat(json.get("errors").get(0).get("attempt").intValue()).isEqualTo(1);
		assertThat(json.get("errors").get(0).get("occurred_at").stringValue()).isEqualTo("2030-01-01T00:00:00Z");
	}

	@Test
	void completionClearsTheErrorAndKeepsTheHistory() {
		JsonNode json = write(job(JobState.COMPLETED, NO_OPTIONS, "{\"ok\":1.0}", false,
				new JobFailure(1, TIME, JobError.of("x", "y", null), null)));
		assertThat(json.has("error")).isFalse();
		assertThat(json.get("errors")).hasSize(1);
		assertThat(json.get("result").toString()).isEqualTo("{\"ok\":1.0}");
		assertThat(json.has("completed_at")).isTrue();
		assertThat(json.has("discarded_at")).isFalse();
	}

	@Test
	void eachEndHasItsTime() {
		assertThat(write(job(JobState.CANCELLED, NO_OPTIONS, null, false)).propertyNames()).contains("cancelled_at")
			.doesNotContain("completed_at", "discarded_at");
		assertThat(write(job(JobState.DISCARDED, NO_OPTIONS, null, false)).propertyNames()).contains("completed_at",
				"discarded_at");
		assertThat(write(job(JobState.DISCARDED, NO_OPTIONS, null, true)).propertyNames()).contains("discarded_at")
			.doesNotContain("completed_at");
	}

	@Test
	void aFetchShowsNeitherResultNorHistory() {
		Job job = job(JobState.ACTIVE, NO_OPTIONS, "1", false,
				new JobFailure(1, TIME, JobError.of("x", "y", false), Duration.ofSeconds(2)));
		JsonNode json = this.mapper.readTree(Json.object((out) -> JobWriter.fetched(out, List.of(job), Map.of())));
		JsonNode fetched = json.get("jobs").get(0);
		assertThat(fetched.has("result")).isFalse();
		assertThat(fetched.has("errors")).isFalse();
		assertThat(fetched.get("retry_delay_ms").intValue()).isEqualTo(2000);
		assertThat(fetched.get("worker_id").stringValue()).isEqualTo("w");
	}

}
