package org.openjobspec.benchmarks.faults;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.benchmarks.faults.Violation.Rule;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The harness itself works, from its nodes to its judgement. Says nothing about times.
 */
class FaultsSmokeTests {

	private static Settings settings(Path directory) {
		return new Settings(2, 40, 1, 7, Duration.ofSeconds(3), directory, null);
	}

	@Test
	void aKilledNodeLosesNothing(@TempDir Path directory) throws Exception {
		Verdict verdict = new Series("smoke", settings(directory)).repeat(new KillNode());

		assertThat(verdict.violations()).filteredOn((violation) -> violation.rule() != Rule.RECOVERY).isEmpty();
		assertThat(verdict.acknowledged()).isPositive();
		assertThat(verdict.jobs()).isGreaterThanOrEqualTo(verdict.acknowledged());
		assertThat(verdict.runs()).isPositive();
		assertThat(verdict.workload().ticks()).isPositive();
		assertThat(verdict.workload().workflows()).isPositive();
		assertThat(verdict.workload().stored()).isPositive().isLessThan(verdict.workload().unique());
	}

	@Test
	void brokenFencingIsNoticed(@TempDir Path directory) throws Exception {
		Settings broken = settings(directory).with(Sabotage.FENCING, 2);

		Verdict verdict = new Series("sabotage", broken).repeat(new PauseNode());

		assertThat(verdict.violations()).extracting(Violation::rule)
			.containsAnyOf(Rule.LEASE, Rule.LOST, Rule.TRANSITION, Rule.DOUBLE_COMPLETION, Rule.EFFECT);
	}

}
