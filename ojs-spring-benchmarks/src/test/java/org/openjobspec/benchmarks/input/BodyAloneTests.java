package org.openjobspec.benchmarks.input;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers of a Tomcat that takes itself to be answering HTTP/0.9.
 */
class BodyAloneTests {

	private static final String REFUSAL = """
			{"error":{"code":"invalid_request","message":"The server cannot read the request","retryable":false,\
			"details":{},"request_id":"1"}}""";

	@Test
	void ourErrorWithoutAHeadIsAnAnswerToARequestLineThatCannotBeRead() {
		assertThat(Oracle.objection(request(Expectation.REFUSAL), bodyAlone(REFUSAL))).isEmpty();
		assertThat(Oracle.objection(request(Expectation.UNFINISHED), bodyAlone(REFUSAL))).isEmpty();
	}

	@Test
	void nobodyElseMayLackAHead() {
		assertThat(Oracle.objection(request(Expectation.SUCCESS), bodyAlone(REFUSAL)))
			.contains("The answer has no status line");
		assertThat(Oracle.objection(request(Expectation.ANY),
				bodyAlone(REFUSAL.replace("The server cannot read the request", "The body is not JSON"))))
			.contains("The answer has no status line, and is not about the request line");
	}

	@Test
	void withoutAHeadItMustBeOurErrorAllTheSame() {
		assertThat(Oracle.objection(request(Expectation.REFUSAL), bodyAlone("{}")))
			.contains("The body is not an error of the specification");
		assertThat(Oracle.objection(request(Expectation.REFUSAL), bodyAlone("<html></html>"))).isPresent();
		assertThat(Oracle.objection(request(Expectation.REFUSAL),
				bodyAlone(REFUSAL.replace("The server", "java.lang.Error: The server"))))
			.contains("The error tells of the server's inside");
	}

	private static Request request(Expectation expectation) {
		return new Request(1, "get", Family.PATHS, new byte[0], false, true, false, true, expectation);
	}

	private static Answer bodyAlone(String body) {
		return new Answer(0, List.of(), body.getBytes(StandardCharsets.UTF_8), false);
	}

}
