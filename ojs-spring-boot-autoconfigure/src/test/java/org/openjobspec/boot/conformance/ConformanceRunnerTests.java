package org.openjobspec.boot.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.openjobspec.boot.conformance.FakeServer.Answer;
import org.openjobspec.boot.conformance.FakeServer.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ConformanceRunner} against servers that say what they are told to.
 */
class ConformanceRunnerTests {

	private FakeServer server = FakeServer.always(201,
			"{\"id\":\"j1\",\"job\":{\"id\":\"j1\",\"state\":\"available\"}}");

	@AfterEach
	void stop() {
		this.server.close();
	}

	private void serverAnswers(Function<Received, Answer> answers) {
		this.server.close();
		this.server = new FakeServer(answers);
	}

	private CaseResult run(String... steps) throws InterruptedException {
		ConformanceCase testCase = testCase("suite/case", steps);
		return new ConformanceRunner(List.of(this.server.address()), Pause.NONE).run(List.of(testCase)).get(0);
	}

	private static ConformanceCase testCase(String path, String... steps) {
		return new ConformanceCase(path, Variant.UNMODIFIED,
				Json.parse("{\"test_id\":\"T\",\"steps\":[" + String.join(",", steps) + "]}"));
	}

	private static String messages(Outcome outcome) {
		return outcome.failures().toString();
	}

	@Test
	void whatIsAssertedAndTruePassesInBothReadings() throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"POST","path":"/ojs/v1/jobs","body":{"type":"a","n":1.0,"big":9007199254740993},
				 "assertions":{"status":201,"body":{"$.job.id":"string:nonempty"}}}
				""", """
				{"id":"s2","action":"GET","path":"/ojs/v1/jobs/{{steps.s1.response.body.job.id}}?x=1",
				 "assertions":{"status":{"$in":[200,201]},"body":{"$.job.id":"{{steps.s1.response.body.job.id}}"}}}
				""");
		assertThat(result.publicly().passed()).isTrue();
		assertThat(result.strictly().passed()).isTrue();
		assertThat(result.strictly().evaluated()).isEqualTo(4);
		assertThat(this.server.received()).extracting(Received::toString)
			.containsExactly("POST /ojs/v1/jobs {\"type\":\"a\",\"n\":1.0,\"big\":9007199254740993}",
					"GET /ojs/v1/jobs/j1?x=1");
		assertThat(this.server.received().get(0).contentType()).isEqualTo("application/openjobspec+json");
		assertThat(this.server.resets()).isEqualTo(1);
	}

	@Test
	void whatIsAssertedAndFalseFailsWithItsReason() throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"status":404,"body":{"$.job.state":"active"}}}
				""");
		assertThat(result.publicly().failures()).isEqualTo(result.strictly().failures())
			.containsExactly(new Failure("s1", "status", "404", "201", "expected 404 but found 201"), new Failure("s1",
					"$.job.state", "\"active\"", "\"available\"", "expected \"active\" but found \"available\""));
	}

	@Test
	void aFailedStepDoesNotEndTheCase() throws InterruptedException {
		run("{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/1\",\"assertions\":{\"status\":404}}",
				"{\"id\":\"s2\",\"action\":\"GET\",\"path\":\"/2\",\"assertions\":{\"status\":404}}");
		assertThat(this.server.received()).hasSize(2);
	}

	@Test
	void aCaseThatAssertsNothingPassesVacuouslyInPublicAndFailsStrictly() throws InterruptedException {
		CaseResult result = run("{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\"}");
		assertThat(result.publicly().vacuous()).isTrue();
		assertThat(messages(result.strictly())).contains("no assertion was evaluated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "<html/>", "null", "{\"a\":1} trailing" })
	void aBodyThatIsNotAnObjectHidesBodyAssertionsFromThePublicReadingOnly(String body) throws InterruptedException {
		serverAnswers((request) -> Answer.of(200, body));
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"status":200,"body":{"$.job.id":"x"}}}
				""");
		assertThat(result.publicly().passed()).isTrue();
		assertThat(messages(result.strictly())).contains("the body is not a JSON object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"surprise\":1", "\"assertions\":{\"status\":201,\"surprise\":1}",
			"\"expect\":{\"status\":201,\"header.x\":1}",
			"\"assertions\":{\"status\":201,\"body\":{\"$.job.state\":{\"$ne\":\"x\"}}}",
			"\"assertions\":{\"status\":201,\"body\":{\"$and\":[]}}",
			"\"assertions\":{\"status\":201,\"headers\":{\"X\":{\"$gte\":1}}}",
			"\"assertions\":{\"status\":201},\"request\":{}", "\"assertions\":{\"status\":201,\"equality\":{}}" })
	void whatIsUnknownFailsStrictly(String unknown) throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"status":201},%s}
				""".formatted(unknown).replace("\"assertions\":{\"status\":201},\"assertions\"", "\"assertions\""));
		assertThat(result.strictly().passed()).isFalse();
		assertThat(messages(result.strictly())).containsAnyOf("unknown", "no meaning");
	}

	@Test
	void anUnknownActionFailsStrictlyAndIsSentVerbatimInPublic() throws InterruptedException {
		CaseResult result = run("{\"id\":\"s1\",\"action\":\"poke\",\"path\":\"/x\",\"assertions\":{\"status\":201}}");
		assertThat(result.publicly().passed()).isTrue();
		assertThat(messages(result.strictly())).contains("unknown action 'poke'");
		assertThat(this.server.received()).extracting(Received::toString).containsExactly("poke /x");
	}

	@Test
	void aReferenceThatLeadsNowhereFailsStrictlyAndIsSentLiterallyInPublic() throws InterruptedException {
		CaseResult result = run(
				"{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/${job_id}\",\"assertions\":{\"status\":201}}");
		assertThat(result.publicly().passed()).isTrue();
		assertThat(messages(result.strictly())).contains("${job_id} leads nowhere");
		assertThat(this.server.received()).extracting(Received::uri).containsExactly("/$%7Bjob_id%7D");
	}

	@Test
	void captureAndExpectAreEvaluatedStrictly() throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"POST","path":"/ojs/v1/jobs","body":{},"expect":{"status":201},
				 "capture":{"job_id":"$.id"}}
				""", """
				{"id":"s2","action":"GET","path":"/ojs/v1/jobs/${job_id}",
				 "expect":{"status_in":[200,404],"body.job.state":"available","body.job.id":"${job_id}"}}
				""");
		assertThat(result.publicly().vacuous()).isTrue();
		assertThat(result.strictly().evaluated()).isEqualTo(4);
		assertThat(messages(result.strictly())).isEqualTo("[[s2] status: expected one of [200,404] but got 201]");
		assertThat(this.server.received().get(3).uri()).isEqualTo("/ojs/v1/jobs/j1");
	}

	@Test
	void whatCannotBeCapturedFailsStrictly() throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"status":201},"captures":{"job_id":"$.nothing"}}
				""");
		assertThat(result.publicly().passed()).isTrue();
		assertThat(messages(result.strictly())).contains("nothing to capture as 'job_id'");
	}

	@Test
	void operationsAreSentAsTheHttpBindingSaysWhenStrict() throws InterruptedException {
		CaseResult result = run("""
				{"action":"push","request":{"type":"t","meta":{"ojs.f.region":"eu"}},"expect":{"status":201},
				 "store":{"job_id":"id"}}
				""", """
				{"action":"fetch","request":{"queues":["q"]},"expect":{"body":{"job.state":"available"}}}
				""", """
				{"action":"ack","request":{"id":"$ref.job_id","worker_id":"w"},"expect":{"status":201}}
				""", """
				{"action":"get","request":{"id":"$ref.job_id"},"expect":{"body":{"job":{"state":"available"}}}}
				""");
		assertThat(result.publicly().vacuous()).isTrue();
		assertThat(messages(result.strictly())).isEqualTo("[]");
		assertThat(this.server.received()).extracting(Received::toString)
			.containsExactly("push /", "POST /ojs/v1/jobs {\"type\":\"t\",\"meta\":{\"ojs.f.region\":\"eu\"}}",
					"POST /ojs/v1/workers/fetch {\"queues\":[\"q\"]}",
					"POST /ojs/v1/workers/ack {\"worker_id\":\"w\",\"job_id\":\"j1\"}", "GET /ojs/v1/jobs/j1");
	}

	@Test
	void keysInExpectationsMayContainDots() throws InterruptedException {
		serverAnswers((request) -> Answer.of(200,
				"{\"meta\":{\"ojs.f.region\":\"eu\",\"ojs.f.weights\":{\"us-east-1\":60}}}"));
		CaseResult right = run("""
				{"action":"get","request":{"id":"x"},
				 "expect":{"body":{"meta":{"ojs.f.region":"eu","ojs.f.weights.us-east-1":60}}}}
				""");
		assertThat(messages(right.strictly())).isEqualTo("[]");
		CaseResult wrong = run("""
				{"action":"get","request":{"id":"x"},"expect":{"body":{"meta":{"ojs.f.weights.us-east-1":61}}}}
				""");
		assertThat(messages(wrong.strictly())).contains("'ojs.f.weights.us-east-1': expected 61 but found 60");
	}

	@Test
	void rawBodiesAndRepetitionsAreForTheStrictReading() throws InterruptedException {
		run("{\"id\":\"s1\",\"action\":\"POST\",\"path\":\"/x\",\"raw_body\":\"{ invalid }\",\"assertions\":{\"status\":201}}",
				"{\"id\":\"s2\",\"action\":\"GET\",\"path\":\"/y\",\"repeat\":3,\"assertions\":{\"status\":201}}");
		assertThat(this.server.received()).extracting(Received::toString)
			.containsExactly("POST /x", "GET /y", "POST /x { invalid }", "GET /y", "GET /y", "GET /y");
	}

	@Test
	void statusListsAreForTheStrictReading() throws InterruptedException {
		CaseResult list = run(
				"{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\",\"assertions\":{\"status\":[200,201]}}");
		assertThat(messages(list.publicly())).contains("unknown form of a status assertion");
		assertThat(list.strictly().passed()).isTrue();
		CaseResult oneOf = run(
				"{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\",\"assertions\":{\"status_one_of\":[403]}}");
		assertThat(oneOf.publicly().vacuous()).isTrue();
		assertThat(messages(oneOf.strictly())).contains("expected one of [403] but got 201");
	}

	@ParameterizedTest
	@ValueSource(strings = { "201", "\"number:range(200,299)\"", "\"one_of:200, 201\"", "{\"$in\":[201]}" })
	void formsOfStatus(String status) throws InterruptedException {
		CaseResult result = run(
				"{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\",\"assertions\":{\"status\":%s}}".formatted(status));
		assertThat(result.publicly().passed()).isTrue();
		assertThat(result.strictly().passed()).isTrue();
	}

	@Test
	void headersAreComparedExactlyOrByOperator() throws InterruptedException {
		serverAnswers((request) -> new Answer(200, "{}", Map.of("X-One", "1", "Content-Type", "text/plain;charset=x")));
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"headers":{"x-one":"1","Content-Type":"text/plain",
				 "X-Two":{"$exists":true},"X-One":{"$exists":true}}}}
				""", """
				{"id":"s2","action":"GET","path":"/x","assertions":{"headers":{"X-One":{"$eq":"2"},
				 "Content-Type":{"$match":"^text"}}}}
				""");
		assertThat(result.publicly().failures()).extracting(Failure::path)
			.containsExactly("header Content-Type", "header X-One");
		assertThat(result.strictly().failures()).extracting(Failure::path)
			.containsExactly("header Content-Type", "header X-Two", "header X-One");
	}

	@Test
	void alternativesOfABody() throws InterruptedException {
		String step = "{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\",\"assertions\":{\"body\":"
				+ "{\"$or\":[{\"$.jobs\":{\"$size\":0}},{\"$empty\":true}]}}}";
		assertThat(messages(run(step).publicly())).contains("no alternative holds");
		serverAnswers((request) -> Answer.of(200, "{\"jobs\":[]}"));
		assertThat(run(step).strictly().passed()).isTrue();
		serverAnswers((request) -> Answer.of(204, ""));
		assertThat(messages(run(step).publicly())).contains("no alternative holds");
	}

	@Test
	void otherAssertionsOnTheReply() throws InterruptedException {
		CaseResult result = run("""
				{"id":"s1","action":"GET","path":"/x","assertions":{"body_absent":["$.job.id","$.none"],
				 "body_contains":["available","lost"],"timing_ms":{"less_than":29000,"greater_than":29000}}}
				""");
		assertThat(result.publicly().failures()).isEqualTo(result.strictly().failures())
			.extracting(Failure::path)
			.containsExactly("$.job.id", "body_contains", "timing_ms.greater_than");
	}

	@Test
	void stepsThatBelongTogetherRunTogetherAndAreComparedLocally() throws InterruptedException {
		CyclicBarrier bothAreHere = new CyclicBarrier(2);
		serverAnswers((request) -> {
			if (!request.uri().equals("/fetch")) {
				return Answer.of(200, "{\"job\":{\"id\":\"j1\"}}");
			}
			try {
				int arrival = bothAreHere.await(10, TimeUnit.SECONDS);
				return Answer.of(200, (arrival == 0) ? "{\"jobs\":[{\"id\":\"j1\"}]}" : "{\"jobs\":[]}");
			}
			catch (Exception ex) {
				return Answer.of(500, "{}");
			}
		});
		String exclusive = """
				{"id":"s4","action":"ASSERT","assertions":{"exclusive_claim":{
				 "job_id":"{{steps.s1.response.body.job.id}}",
				 "fetches":["{{steps.s2.response.body.jobs}}","{{steps.s3.response.body.jobs}}"],
				 "exactly_one_has_job":true,"exactly_one_empty":true},
				 "equality":{"$.steps.s1.response.body":"{{steps.%s.response.body}}"}}}
				""";
		String[] steps = { "{\"id\":\"s1\",\"action\":\"POST\",\"path\":\"/jobs\"}",
				"{\"id\":\"s2\",\"action\":\"POST\",\"path\":\"/fetch\",\"parallel_with\":\"s3\",\"assertions\":{\"status\":200}}",
				"{\"id\":\"s3\",\"action\":\"POST\",\"path\":\"/fetch\",\"parallel_with\":\"s2\",\"assertions\":{\"status\":200}}" };
		CaseResult right = run(steps[0], steps[1], steps[2], exclusive.formatted("s1"));
		assertThat(messages(right.publicly())).isEqualTo("[]");
		assertThat(messages(right.strictly())).isEqualTo("[]");
		assertThat(right.strictly().evaluated()).isEqualTo(5);
		CaseResult wrong = run(steps[0], steps[1], steps[2], exclusive.formatted("s2"));
		assertThat(messages(wrong.strictly())).contains("the two differ");
	}

	@Test
	void aJobThatTwoWorkersGetIsNotExclusive() throws InterruptedException {
		serverAnswers((request) -> Answer.of(200, "{\"jobs\":[{\"id\":\"j1\"}]}"));
		CaseResult result = run("{\"id\":\"s1\",\"action\":\"GET\",\"path\":\"/x\"}",
				"{\"id\":\"s2\",\"action\":\"GET\",\"path\":\"/x\"}", """
						{"id":"s3","action":"ASSERT","assertions":{"exclusive_claim":{"job_id":"j1",
						 "fetches":["{{steps.s1.response.body.jobs}}","{{steps.s2.response.body.jobs}}"],
						 "exactly_one_has_job":true,"exactly_one_empty":true}}}
						""");
		assertThat(result.strictly().failures()).extracting(Failure::path)
			.containsExactly("exclusive_claim.exactly_one_has_job", "exclusive_claim.exactly_one_empty");
	}

	@Test
	void aServerThatCannotBeResetEndsTheRun() {
		try (FakeServer stubborn = new FakeServer((request) -> Answer.of(200, "{}"), 404)) {
			ConformanceRunner runner = new ConformanceRunner(List.of(stubborn.address()), Pause.NONE);
			assertThatIllegalStateException().isThrownBy(() -> runner.run(List.of(testCase("x/a", "{}"))))
				.withMessageContaining("answered 404 instead of resetting");
		}
	}

	@Test
	void aServerThatIsNotThereEndsTheRun() {
		this.server.close();
		assertThatIllegalStateException().isThrownBy(() -> run("{}")).withMessageContaining("cannot be reset");
	}

	@Test
	void casesAreSharedOutOverTheServersAndReportedInTheirOrder() throws InterruptedException {
		try (FakeServer second = FakeServer.always(200, "{}")) {
			List<ConformanceCase> cases = IntStream.range(0, 20)
				.mapToObj((i) -> testCase("x/" + i,
						"{\"id\":\"s\",\"action\":\"GET\",\"path\":\"/\",\"delay_ms\":%d}".formatted(i)))
				.toList();
			List<CaseResult> results = new ConformanceRunner(List.of(this.server.address(), second.address()),
					Pause.NONE)
				.run(cases);
			assertThat(results).extracting(CaseResult::testCase).isEqualTo(cases);
			assertThat(this.server.resets() + second.resets()).isEqualTo(20);
		}
	}

	@Test
	void casesThatWaitLongestGoFirst() throws InterruptedException {
		ConformanceCase[] cases = { testCase("x/short", "{\"id\":\"s\",\"action\":\"GET\",\"path\":\"/short\"}"),
				testCase("x/long",
						"{\"id\":\"w\",\"action\":\"WAIT\",\"duration_ms\":9},{\"id\":\"s\",\"action\":\"GET\",\"path\":\"/long\"}") };
		new ConformanceRunner(List.of(this.server.address()), Pause.NONE).run(Arrays.asList(cases));
		assertThat(this.server.received()).extracting(Received::uri).containsExactly("/long", "/short");
	}

}
