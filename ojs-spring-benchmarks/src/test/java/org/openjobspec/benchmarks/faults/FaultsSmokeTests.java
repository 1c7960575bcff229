package org.openjobspec.benchmarks.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.benchmarks.faults.Violation.Rule;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The harness itself works, from its nodes to its judgement. Says nothing about times.
 */
class FaultsSmokeTests {

	private static final Set<Rule> NOTICED = Set.of(Rule.LEASE, Rule.LOST, Rule.TRANSITION, Rule.DOUBLE_COMPLETION,
			Rule.EFFECT);

	private static final int TRIES = 4;

	private static Settings settings(Path directory) {
		return settings(directory, 7);
	}

	private static Settings settings(Path directory, int seed) {
		return new Settings(2, 40, 1, seed, Duration.ofSeconds(3), directory, null);
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
		Set<Rule> broken = EnumSet.noneOf(Rule.class);
		// Whether a late report meets an attempt that has begun again is chance, and
		// likely.
		for (int seed = 7; seed < 7 + TRIES && Collections.disjoint(broken, NOTICED); seed++) {
			Settings settings = settings(directory.resolve("seed" + seed), seed).with(Sabotage.FENCING, 2);
			new Series("sabotage", settings).repeat(new PauseNode())
				.violations()
				.forEach((violation) -> broken.add(violation.rule()));
		}
		assertThat(broken).containsAnyElementsOf(NOTICED);
	}

}
