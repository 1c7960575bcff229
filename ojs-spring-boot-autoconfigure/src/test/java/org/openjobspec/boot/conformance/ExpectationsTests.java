package org.openjobspec.boot.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Expectations} and {@link ConformanceReport}.
 */
class ExpectationsTests {

	private static final List<CaseResult> RESULTS = List.of(result("x/a", Variant.UNMODIFIED, true, true),
			result("x/b", Variant.UNMODIFIED, true, false), result("y/c", Variant.UNMODIFIED, false, false),
			result("y/c", Variant.REPAIRED, true, true));

	private static CaseResult result(String path, Variant variant, boolean publicly, boolean strictly) {
		ConformanceCase testCase = new ConformanceCase(path, variant, Json.parse("{\"test_id\":\"T\",\"steps\":[]}"));
		return new CaseResult(testCase, outcome(publicly, 0), outcome(strictly, 1));
	}

	private static Outcome outcome(boolean passed, int evaluated) {
		return new Outcome(evaluated, passed ? List.of() : List.of(new Failure("s", "$.a", "1", "2", "expected 1")), 3);
	}

	@Test
	void aTrueListHasNothingToSay() {
		Expectations expectations = Expectations.parse(List.of("# comment", "", "repaired y/c", "unmodified x/a"));
		assertThat(expectations.contradiction(RESULTS, (line) -> true)).isEmpty();
	}

	@Test
	void theMessageShowsTheLinesToRemoveAndToAdd() {
		Expectations expectations = Expectations
			.parse(List.of("unmodified x/a", "unmodified x/b", "unmodified x/gone"));
		assertThat(expectations.contradiction(RESULTS, (line) -> true)).contains("""
				Listed, but did not pass (mend the server, or remove):
				unmodified x/b
				unmodified x/gone
				Passed, but not listed (add):
				repaired y/c""");
	}

	@Test
	void whatWasNotSelectedIsNotMissed() {
		Expectations expectations = Expectations.parse(List.of("repaired y/c", "unmodified x/a", "unmodified z/d"));
		assertThat(expectations.contradiction(RESULTS, (line) -> !line.endsWith("z/d"))).isEmpty();
	}

	@Test
	void aListThatIsUnsortedOrUnreadableIsAnError() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Expectations.parse(List.of("unmodified x/b", "unmodified x/a")))
			.withMessageContaining("sorted");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Expectations.parse(List.of("unmodified x/a", "unmodified x/a")))
			.withMessageContaining("no doubles");
		assertThatIllegalArgumentException().isThrownBy(() -> Expectations.parse(List.of("x/a")))
			.withMessageContaining("'x/a' is not of the form");
	}

	@Test
	void theReportCountsBothReadingsAndBothVariants() {
		ConformanceReport report = new ConformanceReport(RESULTS);
		assertThat(report.total()).isEqualTo(new ConformanceReport.Row("total", 3, 2, 2, 1, 2));
		assertThat(report.table().lines()).hasSize(4);
		assertThat(report.failures())
			.isEqualTo("unmodified x/b: [s] $.a: expected 1\nunmodified y/c: [s] $.a: expected 1");
		assertThat(report.markdown()).contains("| x | 2 | 2 | 2 | 1 | 1 |", "| y | 1 | 0 | 0 | 0 | 1 |")
			.contains("## Passed publicly, failed strictly\n\n`unmodified x/b` (T, vacuous for the public runner)");
		assertThat(report.json().at("/cases/1/strict/failures/0").toString()).isEqualTo(
				"{\"step\":\"s\",\"path\":\"$.a\",\"expected\":\"1\",\"actual\":\"2\",\"message\":\"expected 1\"}");
	}

}
