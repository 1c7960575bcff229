package org.openjobspec.boot.conformance;

import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the runner with the public suites themselves: how much a server that does
 * nothing gets away with, and whether anything in the cases is not understood.
 */
@EnabledIfSystemProperty(named = ConformanceSettings.SUITES, matches = ".+",
		disabledReason = "No conformance suites are named")
class PublicSuitesTests {

	private List<ConformanceCase> cases = List.of();

	@BeforeEach
	void load() {
		this.cases = CaseLoader.unmodified(ConformanceSettings.fromSystem().orElseThrow().suites());
	}

	private List<CaseResult> run(int status, String body) throws InterruptedException {
		try (FakeServer server = FakeServer.always(status, body)) {
			// It keeps no state, so that many cases may use it at once.
			return new ConformanceRunner(Collections.nCopies(8, server.address()), Pause.NONE).run(this.cases);
		}
	}

	private static List<String> paths(List<CaseResult> results, Predicate<CaseResult> which) {
		return results.stream().filter(which).map((result) -> result.testCase().path()).toList();
	}

	@Test
	void aServerThatAlwaysFailsPassesNothingButWhatThePublicRunnerDoesNotLookAt() throws InterruptedException {
		List<CaseResult> results = run(500, "{\"error\":{\"code\":\"internal\",\"message\":\"no\"}}");
		assertThat(paths(results, CaseResult::passed)).isEmpty();
		assertThat(paths(results, (result) -> result.publicly().passed())).hasSize(37)
			.isEqualTo(paths(results, (result) -> result.publicly().vacuous()));
	}

	@Test
	void aServerThatSaysNothingPassesNothing() throws InterruptedException {
		assertThat(paths(run(200, ""), CaseResult::passed)).isEmpty();
		assertThat(paths(run(204, ""), CaseResult::passed)).isEmpty();
	}

	@Test
	void whatTheRunnerDoesNotUnderstandIsKnownToBeADefectOfTheCase() {
		assertThat(this.cases.stream()
			.filter((testCase) -> !Vocabulary.objections(testCase).isEmpty())
			.map(ConformanceCase::path)
			.toList()).containsExactly("agent/L4-AGT-003-merge", "attest/L4-ATT-002-receipt",
					"ext-admin-api/admin-get-job-detail", "ext-admin-api/admin-list-queues",
					"ext-admin-api/admin-list-workers", "ext-admin-api/admin-stats", "ext-dead-letter/dead-letter-list",
					"ext-dead-letter/dead-letter-stats");
	}

	@Test
	@EnabledIfSystemProperty(named = "ojs.conformance.repaired", matches = ".+")
	void nothingIsLeftToRepairInTheRepairedCases() {
		assertThat(CaseLoader.repaired(ConformanceSettings.fromSystem().orElseThrow().repaired().orElseThrow(),
				this.cases))
			.allSatisfy((testCase) -> assertThat(Vocabulary.objections(testCase)).isEmpty());
	}

}
