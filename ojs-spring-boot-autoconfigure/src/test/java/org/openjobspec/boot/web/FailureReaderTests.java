package org.openjobspec.boot.web;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.engine.FailureReport.Verdict;
import org.openjobspec.boot.job.JobError;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures as workers report them.
 */
class FailureReaderTests {

	private static JobError read(String json) {
		return FailureReader.read(JsonObject.parse(json)).error();
	}

	@Test
	void javaAndRubyNameTheClassInTheDetails() {
		assertThat(read("""
				{"error":{"code":"handler_error","message":"m","retryable":true,\
				"details":{"error_class":"IOException","n":1.10}}}"""))
			.isEqualTo(new JobError("IOException", "handler_error", "m", true,
					Map.of("error_class", "IOException", "n", new BigDecimal("1.10")), List.of()));
	}

	@Test
	void goAndRustSendNoDetails() {
		assertThat(read("{\"error\":{\"code\":\"handler_error\",\"message\":\"m\",\"retryable\":false}}"))
			.isEqualTo(new JobError("handler_error", "handler_error", "m", false, Map.of(), List.of()));
	}

	@Test
	void theServerlessJsSendsAString() {
		assertThat(read("{\"error\":\"it broke\"}")).isEqualTo(JobError.of("handler_error", "it broke", null));
	}

	@Test
	void aTypeWins() {
		assertThat(read("{\"error\":{\"type\":\"T\",\"code\":\"c\",\"details\":{\"error_class\":\"E\"}}}").type())
			.isEqualTo("T");
		assertThat(read("{\"error\":{\"type\":\"T\",\"message\":\"m\"}}").code()).isEqualTo("T");
	}

	@Test
	void whateverIsSentIsKeptInAFormThatCanBeStored() {
		JobError error = read("{\"error\":{\"message\":\"a\\u0000\\ud800\",\"details\":[1],\"backtrace\":\"x\\ny\"}}");
		assertThat(error.message()).isEqualTo("a\uFFFD\uFFFD");
		assertThat(error.details()).containsEntry("value", List.of(BigDecimal.ONE));
		assertThat(error.backtrace()).containsExactly("x", "y");
	}

	@Test
	void noReasonIsAReasonToo() {
		assertThat(read("{}").code()).isEqualTo("handler_error");
		assertThat(FailureReader.read(JsonObject.EMPTY).verdict()).isEqualTo(Verdict.RETRY);
	}

}
