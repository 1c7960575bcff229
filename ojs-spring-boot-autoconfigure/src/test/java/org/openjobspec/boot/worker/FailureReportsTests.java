package org.openjobspec.boot.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.FailureReport.Verdict;
import org.openjobspec.boot.job.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what becomes of exceptions.
 */
class FailureReportsTests {

	private static FailureReport report(Throwable thrown) {
		return FailureReports.of(thrown, new HandlerSpec("type", "default", false, 0, null, RetryPolicy.DEFAULT,
				List.of(IOException.class, IllegalArgumentException.class), false));
	}

	@Test
	void anExceptionBecomesAnErrorWithItsClassAndMessage_andThePolicyDecides() {
		FailureReport report = report(new IllegalStateException("broken"));
		assertThat(report.error().type()).isEqualTo("java.lang.IllegalStateException");
		assertThat(report.error().code()).isEqualTo("handler_error");
		assertThat(report.error().message()).isEqualTo("broken");
		assertThat(report.error().retryable()).isNull();
		assertThat(report.verdict()).isEqualTo(Verdict.RETRY);
		assertThat(report.retryAfter()).isNull();
		assertThat(report.error().backtrace().get(0)).startsWith("at " + FailureReportsTests.class.getName());
	}

	@Test
	void anExceptionListedAsNonRetryableIsFinal_itsSubclassesToo() {
		assertThat(report(new IOException()).error().retryable()).isFalse();
		assertThat(report(new NumberFormatException()).error().retryable()).isFalse();
		assertThat(report(new UncheckedIOException(new IOException())).error().retryable()).isNull();
	}

	@Test
	void handlersSteerByException() {
		assertThat(report(new DiscardException("no")).verdict()).isEqualTo(Verdict.DISCARD);
		assertThat(report(new DeadLetterException("look")).verdict()).isEqualTo(Verdict.DEAD_LETTER);
		assertThat(report(new RetryAfterException(Duration.ofHours(1))).retryAfter()).isEqualTo(Duration.ofHours(1));
		assertThat(report(new RetryAfterException(Duration.ofHours(-1))).retryAfter()).isEqualTo(Duration.ZERO);
	}

	@Test
	void aMissingMessageIsEmpty_andALongOneIsCutBetweenCharacters() {
		assertThat(report(new IllegalStateException()).error().message()).isEmpty();
		String message = report(new IllegalStateException("x" + "😀".repeat(10_000))).error().message();
		assertThat(message).hasSizeLessThanOrEqualTo(8192).endsWith("😀…");
	}

	@Test
	void aBacktraceHasABound_andRoomForEveryCause() {
		Throwable thrown = new IllegalStateException("root");
		for (int i = 0; i < 4; i++) {
			thrown = new IllegalStateException("level " + i + "x".repeat(5000), deep(200, thrown));
		}
		List<String> backtrace = report(thrown).error().backtrace();
		assertThat(backtrace).hasSizeLessThanOrEqualTo(50);
		assertThat(String.join("", backtrace).length()).isLessThanOrEqualTo(10_000);
		assertThat(backtrace)
			.anyMatch((line) -> line.startsWith("Caused by: java.lang.IllegalStateException: level 1"));
	}

	@Test
	void aCauseThatCausesItselfDoesNotHang() {
		IllegalStateException one = new IllegalStateException("one");
		IllegalStateException two = new IllegalStateException("two", one);
		one.initCause(two);
		assertThat(report(one).error().backtrace()).anyMatch((line) -> line.contains("two"));
	}

	private static Throwable deep(int depth, Throwable cause) {
		return (depth > 0) ? deep(depth - 1, cause) : new IllegalStateException("deep", cause);
	}

}
