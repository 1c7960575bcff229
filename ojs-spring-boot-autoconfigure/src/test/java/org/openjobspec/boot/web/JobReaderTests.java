package org.openjobspec.boot.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.UniquePolicy.Dimension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Reading of jobs to be enqueued, among them what each SDK was recorded to send.
 */
class JobReaderTests {

	private static JobRequest read(String json) {
		return new JobReader().read(JsonObject.parse(json));
	}

	private static JobRequest withOptions(String options) {
		return read("{\"type\":\"a\",\"args\":[],\"options\":" + options + "}");
	}

	private static RetryPolicy retry(String json) {
		return withOptions("{\"retry\":" + json + "}").retry().apply(RetryPolicy.DEFAULT);
	}

	private static UniquePolicy unique(String json) {
		return withOptions("{\"unique\":" + json + "}").unique();
	}

	private static InvalidRequestException refusal(String json) {
		return catchThrowableOfType(InvalidRequestException.class, () -> read(json));
	}

	@Nested
	class RecordedBodies {

		@Test
		void go() {
			JobRequest job = read("""
					{"type":"email.send","args":[{"to":"a"}],"meta":{"k":"v"},"options":{"queue":"go-q","priority":5,\
					"timeout_ms":30000,"expires_at":"2026-11-23T17:57:58.914092765Z","retry":{"max_attempts":5,\
					"initial_interval_ms":2000,"backoff_coefficient":3,"max_interval_ms":60000,\
					"non_retryable_errors":["auth.*"]},"tags":["x"],"visibility_timeout_ms":20000}}""");
			assertThat(job.type()).isEqualTo("email.send");
			assertThat(job.args()).isEqualTo("[{\"to\":\"a\"}]");
			assertThat(job.meta()).isEqualTo("{\"k\":\"v\"}");
			assertThat(job.queue()).isEqualTo("go-q");
			assertThat(job.priority()).isEqualTo(5);
			assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(job.visibilityTimeout()).isEqualTo(Duration.ofSeconds(20));
			assertThat(job.expiresAt()).isEqualTo("2026-11-23T17:57:58.914092Z");
			assertThat(job.tags()).containsExactly("x");
			assertThat(job.retry().apply(RetryPolicy.DEFAULT)).isEqualTo(RetryPolicy.DEFAULT.withMaxAttempts(5)
				.withIntervals(Duration.ofSeconds(2), Duration.ofMinutes(1))
				.withBackoff(BackoffStrategy.EXPONENTIAL, 3)
				.withNonRetryableErrors(List.of("auth.*")));
		}

		@Test
		void java() {
			JobRequest job = read(
					"""
							{"type":"email.send","args":[{"to":"a"}],"meta":{"k":"v"},"schema":"urn:s","options":{"queue":"java-q",\
							"priority":5,"timeout_ms":30000,"expires_at":"2026-11-23T18:00:51.065338100Z","retry":{"max_attempts":5,\
							"initial_interval_ms":1000,"backoff_coefficient":2.0,"max_interval_ms":300000,"jitter":true,\
							"non_retryable_errors":["auth.*"]},"tags":["x"]}}""");
			assertThat(job.schema()).isEqualTo("urn:s");
			assertThat(job.retry().apply(RetryPolicy.DEFAULT))
				.isEqualTo(RetryPolicy.DEFAULT.withMaxAttempts(5).withNonRetryableErrors(List.of("auth.*")));
		}

		@Test
		void js() {
			JobRequest job = read("""
					{"type":"email.send","args":[{"a":1}],"meta":{"k":"v"},"options":{"queue":"js-q","priority":5,\
					"timeout_ms":30000,"expires_at":"2030-01-01T00:00:00Z","tags":["x"],"visibility_timeout_ms":20000,\
					"retry":{"max_attempts":5,"backoff_coefficient":3,"initial_interval":"PT2S","max_interval":"PT1M",\
					"jitter":true,"non_retryable_errors":["auth.*"],"on_exhaustion":"dead_letter"}}}""");
			assertThat(job.expiresAt()).isEqualTo("2030-01-01T00:00:00Z");
			assertThat(job.retry().apply(RetryPolicy.DEFAULT).onExhaustion()).isEqualTo(OnExhaustion.DEAD_LETTER);
		}

		@Test
		void python() {
			JobRequest job = read(
					"""
							{"type":"email.send","args":["a",{"b":1}],"meta":{"k":"v"},"schema":"urn:s","options":{"queue":"py-q",\
							"priority":5,"timeout_ms":30000,"expires_at":"2030-01-01T00:00:00Z","retry":{"max_attempts":5,\
							"initial_interval":"PT1S","backoff_coefficient":2.0,"max_interval":"PT5M","jitter":true,\
							"non_retryable_errors":["auth.*"]},"tags":["x"]}}""");
			assertThat(job.args()).isEqualTo("[\"a\",{\"b\":1}]");
			assertThat(job.queue()).isEqualTo("py-q");
		}

		@Test
		void ruby() {
			JobRequest job = read(
					"""
							{"specversion":"1.0","id":"01935d2c-8f6e-7abc-9def-0123456789ab","type":"email.send","queue":"rb-q",\
							"args":[{"to":"a"}],"meta":{"k":"v"},"priority":5,"timeout":30,"expires_at":"2030-01-01T00:00:00Z",\
							"retry":{"max_attempts":5,"initial_interval":"PT2S","on_exhaustion":"dead_letter"},"schema":"urn:s"}""");
			assertThat(job.id()).hasToString("01935d2c-8f6e-7abc-9def-0123456789ab");
			assertThat(job.queue()).isEqualTo("rb-q");
			assertThat(job.timeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(job.priority()).isEqualTo(5);
			assertThat(job.attributes()).isEmpty();
		}

		@Test
		void rust() {
			JobRequest job = read("""
					{"type":"a.b","args":[{"x":1}],"options":{"scheduled_at":"2030-01-01T00:00:00.123456789Z",\
					"unique":{"keys":["type","args"],"args_keys":["x"],"period":"PT1H","states":["available","active"],\
					"on_conflict":"reject"}}}""");
			assertThat(job.scheduledAt()).isEqualTo("2030-01-01T00:00:00.123456Z");
			assertThat(job.unique().argsKeys()).containsExactly("x");
			assertThat(job.unique().states()).containsExactlyInAnyOrder(JobState.AVAILABLE, JobState.ACTIVE);
		}

		@Test
		void theReadmeOfTheSpecification() {
			JobRequest job = read("{\"type\":\"email.send\",\"args\":[\"a@b.c\"],\"queue\":\"default\"}");
			assertThat(job.queue()).isEqualTo("default");
		}

	}

	@Nested
	class Values {

		@ParameterizedTest
		@ValueSource(strings = { "[123456789012345678901234567890]", "[1.10,1e400,-0,-0.0,1E+2,0.1e-5]",
				"[{\"b\":1,\"a\":2}]", "[\"\\ud800\",\"\\u0000\",\"\\\"\\\\\"]", "[\"ünï\",\"😀\",\"\\ud83d\\ude00\"]",
				"[\" : , \",{\" a \":\"\\\\\"}]", "[null,true,false,[],{}]" })
		void areKeptAsTheyWereWritten(String args) {
			JobRequest job = read("{ \"type\" : \"a\" ,\n\t\"args\" : " + args + " , \"meta\":{\"v\":" + args
					+ "},\"x_v\" : " + args + " }");
			assertThat(job.args()).isEqualTo(args);
			assertThat(job.meta()).isEqualTo("{\"v\":" + args + "}");
			assertThat(job.attributes()).containsEntry("x_v", args);
		}

		@Test
		void loseInsignificantWhiteSpaceOnly() {
			assertThat(read("{\"type\":\"a\",\"args\":[ 1.0 ,\r\n\t{ \"a b\" : \"c  \\\" d\" } ]}").args())
				.isEqualTo("[1.0,{\"a b\":\"c  \\\" d\"}]");
		}

		@Test
		void ofUnknownAttributesAreKeptAndThoseOfTheSystemAreNot() {
			JobRequest job = read("""
					{"type":"a","args":[],"version":3,"x_a":{"b":[1]},"ext_zero":0,"x_null":null,"state":"completed",\
					"attempt":7,"created_at":"x","error":{},"errors":[],"result":1,"job":{},"specversion":"9",\
					"options":{"rate_limit":{"max_per_second":1},"unheard_of":1}}""");
			assertThat(job.attributes()).containsExactly(Map.entry("version", "3"), Map.entry("x_a", "{\"b\":[1]}"),
					Map.entry("ext_zero", "0"), Map.entry("x_null", "null"),
					Map.entry("rate_limit", "{\"max_per_second\":1}"));
		}

		@Test
		void ofARateWithoutAKeyAreLeftToTheQueueThatTheJobWillBeIn() {
			assertThat(withOptions("{\"rate_limit\":{\"max_per_second\":1}}").rateLimit().key()).isEqualTo("queue:");
			assertThat(withOptions("{\"queue\":\"q\",\"rate_limit\":{\"max_per_second\":1}}").rateLimit().key())
				.isEqualTo("queue:");
		}

		@Test
		void ofMetadataUnderOptionsJoinMeta() {
			assertThat(withOptions("{\"metadata\":{\"a\":1}}").meta()).isEqualTo("{\"a\":1}");
			assertThat(read("""
					{"type":"a","args":[],"meta":{"k":"v"},"options":{"metadata":{"k":"w","a\\n\\"\\ud800":1.10}}}""")
				.meta()).isEqualTo("{\"k\":\"v\",\"a\\u000a\\\"\\ud800\":1.10}");
			assertThat(read("{\"type\":\"a\",\"args\":[],\"meta\":{},\"options\":{\"metadata\":{\"a\":1}}}").meta())
				.isEqualTo("{\"a\":1}");
		}

		@Test
		void underOptionsWinOverThoseAtTheTop() {
			JobRequest job = read("{\"type\":\"a\",\"args\":[],\"queue\":\"top\",\"priority\":1,"
					+ "\"options\":{\"queue\":\"opt\",\"tags\":[\"t\"],\"pending\":true}}");
			assertThat(job.queue()).isEqualTo("opt");
			assertThat(job.priority()).isEqualTo(1);
			assertThat(job.tags()).containsExactly("t");
			assertThat(job.pending()).isTrue();
		}

		@Test
		void thatAreNullCountAsAbsent() {
			JobRequest job = read(
					"{\"type\":\"a\",\"args\":[],\"id\":null,\"meta\":null,\"options\":null,\"queue\":null,"
							+ "\"retry\":null,\"unique\":null,\"tags\":null,\"timeout\":null,\"scheduled_at\":null}");
			assertThat(job.meta()).isEqualTo("{}");
			assertThat(job.id()).isNull();
			assertThat(job.retry()).isNull();
		}

	}

	@Nested
	class TimesAndDurations {

		@ParameterizedTest
		@CsvSource({ "PT1S,1000", "PT0.5S,500", "PT1M30S,90000", "P1D,86400000", "P1W,604800000", "P1DT1H,90000000",
				"pt2s,2000", "30s,30000", "5m,300000", "1h,3600000", "1d,86400000", "500ms,500", "P1M,2592000000" })
		void areReadInEveryForm(String text, long millis) {
			assertThat(unique("{\"period\":\"" + text + "\"}").period()).isEqualTo(Duration.ofMillis(millis));
		}

		@ParameterizedTest
		@ValueSource(strings = { "\"\"", "\"P\"", "\"PT\"", "\"1\"", "\"PT1\"", "\"five\"", "\"P9999999Y\"", "true",
				"5", "\"PT-5S\"", "\"PT0S\"", "\"PT99999999999999S\"", "\"999999999999w\"" })
		void areRefusedOtherwise(String json) {
			InvalidRequestException ex = refusal("{\"type\":\"a\",\"args\":[],\"unique\":{\"period\":" + json + "}}");
			assertThat(ex.status()).isEqualTo(400);
			assertThat(ex.details()).containsEntry("field", "unique.period");
		}

		@Test
		void mayBeRelative() {
			JobRequest job = withOptions("{\"scheduled_at\":\"+PT5S\",\"expires_at\":\"+PT1M\"}");
			assertThat(job.delay()).isEqualTo(Duration.ofSeconds(5));
			assertThat(job.timeToLive()).isEqualTo(Duration.ofMinutes(1));
			assertThat(withOptions("{\"delay_until\":\"PT5M\"}").delay()).isEqualTo(Duration.ofMinutes(5));
		}

		@ParameterizedTest
		@ValueSource(strings = { "2030-01-01T02:00:00+02:00", "2030-01-01T00:00:00.000Z", "2029-12-31T19:00:00-05:00",
				"2030-01-01t00:00:00z" })
		void mayHaveAnyZone(String text) {
			assertThat(withOptions("{\"delay_until\":\"" + text + "\"}").scheduledAt())
				.isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
		}

		@ParameterizedTest
		@ValueSource(strings = { "\"2030-01-01T00:00:00\"", "\"2030-01-01\"", "\"tomorrow\"", "1893456000", "\"\"",
				"\"+99999-01-01T00:00:00Z\"", "\"2030-13-01T00:00:00Z\"", "\"1960-01-01T00:00:00Z\"" })
		void needAZone(String json) {
			InvalidRequestException ex = refusal("{\"type\":\"a\",\"args\":[],\"scheduled_at\":" + json + "}");
			assertThat(ex.code()).isEqualTo("invalid_request");
		}

		@Test
		void ofATimeoutAreSecondsMillisecondsOrIso() {
			assertThat(withOptions("{\"timeout\":1.5}").timeout()).isEqualTo(Duration.ofMillis(1500));
			assertThat(withOptions("{\"timeout\":\"PT2S\"}").timeout()).isEqualTo(Duration.ofSeconds(2));
			assertThat(withOptions("{\"timeout_ms\":1500}").timeout()).isEqualTo(Duration.ofMillis(1500));
			assertThat(withOptions("{\"visibility_timeout\":3}").visibilityTimeout()).isEqualTo(Duration.ofSeconds(3));
		}

	}

	@Nested
	class Policies {

		@Test
		void ofRetriesChangeOnlyWhatTheyName() {
			assertThat(retry("{}")).isEqualTo(RetryPolicy.DEFAULT);
			assertThat(retry("{\"max_attempts\":7}")).isEqualTo(RetryPolicy.DEFAULT.withMaxAttempts(7));
		}

		@Test
		void ofRetriesMayBeInCamelCase() {
			RetryPolicy policy = retry("""
					{"maxAttempts":2,"initialInterval":"PT2S","backoffCoefficient":1.5,"maxInterval":"PT4S",\
					"jitter":false,"nonRetryableErrors":["x"],"onExhaustion":"dlq","backoff":"linear"}""");
			assertThat(policy).isEqualTo(new RetryPolicy(2, Duration.ofSeconds(2), 1.5, Duration.ofSeconds(4), false,
					List.of("x"), OnExhaustion.DEAD_LETTER, BackoffStrategy.LINEAR));
		}

		@Test
		void ofRetriesHaveAliases() {
			assertThat(retry("{\"strategy\":\"fixed\",\"initial_delay_ms\":250}"))
				.isEqualTo(RetryPolicy.DEFAULT.withBackoff(BackoffStrategy.NONE, 2)
					.withIntervals(Duration.ofMillis(250), Duration.ofMinutes(5)));
			assertThat(retry("{\"backoff_strategy\":\"polynomial\"}").backoffStrategy())
				.isEqualTo(BackoffStrategy.POLYNOMIAL);
		}

		@Test
		void ofRetriesFitTheIntervalThatIsNotNamedToTheOther() {
			assertThat(retry("{\"initial_interval\":\"PT10M\"}").maxInterval()).isEqualTo(Duration.ofMinutes(10));
			assertThat(retry("{\"max_interval\":\"PT0.1S\"}").initialInterval()).isEqualTo(Duration.ofMillis(100));
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|',
				value = { "{\"max_attempts\":-1}|max_attempts", "{\"backoff_coefficient\":0.5}|backoff_coefficient",
						"{\"backoff_coefficient\":1e400}|backoff_coefficient",
						"{\"initial_interval\":\"PT0S\"}|initial_interval",
						"{\"initial_interval\":\"PT5S\",\"max_interval\":\"PT1S\"}|max_interval",
						"{\"on_exhaustion\":\"retry\"}|on_exhaustion", "{\"backoff\":\"fast\"}|backoff" })
		void ofRetriesThatBreakARuleAreValidationErrors(String json, String field) {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> retry(json)).satisfies((ex) -> {
				assertThat(ex.status()).isEqualTo(422);
				assertThat(ex.code()).isEqualTo("validation_error");
				assertThat(ex.getMessage()).contains(field);
			});
		}

		@Test
		void ofUniquenessCallTheirDimensionsKeyInPython() {
			assertThat(unique("{\"key\":[\"type\",\"queue\",\"args\"],\"period\":\"PT1H\",\"on_conflict\":\"ignore\"}"))
				.isEqualTo(new UniquePolicy(Set.of(Dimension.TYPE, Dimension.QUEUE, Dimension.ARGS), List.of(),
						List.of(), Duration.ofHours(1), UniquePolicy.DEFAULT_STATES, OnConflict.IGNORE, false));
		}

		@Test
		void ofUniquenessCallMembersOfTheArgumentsKeyInJsGoAndJava() {
			assertThat(unique("{\"key\":[\"user_id\"],\"period_ms\":3600000}"))
				.isEqualTo(new UniquePolicy(Set.of(Dimension.ARGS), List.of("user_id"), List.of(), Duration.ofHours(1),
						UniquePolicy.DEFAULT_STATES, OnConflict.REJECT, true));
		}

		@Test
		void ofUniquenessAreReadAsTheSpecificationHasThem() {
			assertThat(unique("""
					{"keys":["type","args","meta"],"args_keys":["a"],"meta_keys":["t"],"period":"1h",\
					"states":["available","completed"],"on_conflict":"use_existing"}"""))
				.isEqualTo(new UniquePolicy(Set.of(Dimension.ARGS, Dimension.META), List.of("a"), List.of("t"),
						Duration.ofHours(1), Set.of(JobState.AVAILABLE, JobState.COMPLETED), OnConflict.IGNORE, false));
		}

		@ParameterizedTest
		@ValueSource(strings = { "{\"keys\":[\"id\"]}", "{\"keys\":\"type\"}", "{\"keys\":[\"meta\"]}",
				"{\"states\":[\"done\"]}", "{\"on_conflict\":\"explode\"}", "true", "[]", "{\"keys\":[1]}" })
		void ofUniquenessThatMakeNoSenseAreRefused(String json) {
			assertThat(refusal("{\"type\":\"a\",\"args\":[],\"unique\":" + json + "}").status()).isEqualTo(400);
		}

	}

	@Nested
	class Refusals {

		@ParameterizedTest
		@ValueSource(strings = { "{}", "{\"args\":[]}", "{\"type\":null,\"args\":[]}", "{\"type\":1,\"args\":[]}",
				"{\"type\":\"\",\"args\":[]}", "{\"type\":\"Email.Send\",\"args\":[]}",
				"{\"type\":\"a b\",\"args\":[]}", "{\"type\":\"1a\",\"args\":[]}", "{\"type\":\"a\"}",
				"{\"type\":\"a\",\"args\":null}", "{\"type\":\"a\",\"args\":{}}", "{\"type\":\"a\",\"args\":\"x\"}",
				"{\"type\":\"a\",\"args\":1}", "{\"type\":\"a\",\"args\":true}",
				"{\"type\":\"a\",\"args\":[],\"id\":\"\"}",
				"{\"type\":\"a\",\"args\":[],\"id\":\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"}",
				"{\"type\":\"a\",\"args\":[],\"id\":\"01935D2C-8F6E-7ABC-9DEF-0123456789AB\"}",
				"{\"type\":\"a\",\"args\":[],\"id\":\"1-1-7000-8000-1\"}", "{\"type\":\"a\",\"args\":[],\"id\":7}",
				"{\"type\":\"a\",\"args\":[],\"meta\":[]}", "{\"type\":\"a\",\"args\":[],\"meta\":\"x\"}",
				"{\"type\":\"a\",\"args\":[],\"options\":[]}",
				"{\"type\":\"a\",\"args\":[],\"options\":{\"metadata\":1}}",
				"{\"type\":\"a\",\"args\":[],\"priority\":101}", "{\"type\":\"a\",\"args\":[],\"priority\":-101}",
				"{\"type\":\"a\",\"args\":[],\"priority\":1.5}", "{\"type\":\"a\",\"args\":[],\"priority\":\"high\"}",
				"{\"type\":\"a\",\"args\":[],\"priority\":99999999999}",
				"{\"type\":\"a\",\"args\":[],\"priority\":1e99999}", "{\"type\":\"a\",\"args\":[],\"queue\":\"A\"}",
				"{\"type\":\"a\",\"args\":[],\"queue\":\"\"}", "{\"type\":\"a\",\"args\":[],\"queue\":\"-a\"}",
				"{\"type\":\"a\",\"args\":[],\"queue\":{}}", "{\"type\":\"a\",\"args\":[],\"tags\":\"x\"}",
				"{\"type\":\"a\",\"args\":[],\"tags\":[1]}", "{\"type\":\"a\",\"args\":[],\"tags\":[\"\\ud800\"]}",
				"{\"type\":\"a\",\"args\":[],\"schema\":\"\\u0000\"}",
				"{\"type\":\"a\",\"args\":[],\"pending\":\"yes\"}", "{\"type\":\"a\",\"args\":[],\"retry\":3}",
				"{\"type\":\"a\",\"args\":[],\"timeout_ms\":0}", "{\"type\":\"a\",\"args\":[],\"timeout_ms\":-5}",
				"{\"type\":\"a\",\"args\":[],\"timeout_ms\":1.5}", "{\"type\":\"a\",\"args\":[],\"timeout\":1e300}",
				"{\"type\":\"a\",\"args\":[],\"\\u0000\":1}" })
		void areInvalidRequests(String json) {
			InvalidRequestException ex = refusal(json);
			assertThat(ex).isNotNull();
			assertThat(ex.status()).isEqualTo(400);
			assertThat(ex.code()).isIn("invalid_request", "invalid_payload");
		}

		@Test
		void ofABatchNameTheJob() {
			JsonObject body = JsonObject
				.parse("{\"jobs\":[{\"type\":\"a\",\"args\":[]},{\"type\":\"a\"},{\"type\":\"a\",\"args\":[]}]}");
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> new JobReader().readBatch(body))
				.withMessageContaining("jobs[1]")
				.withMessageContaining("args");
		}

		@ParameterizedTest
		@ValueSource(strings = { "{}", "{\"jobs\":[]}", "{\"jobs\":{}}", "{\"jobs\":[1]}", "{\"jobs\":[null]}",
				"{\"jobs\":[{\"type\":\"X\",\"args\":[]}]}" })
		void ofABatchAreInvalidRequests(String json) {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> new JobReader().readBatch(JsonObject.parse(json)))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
		}

	}

}
