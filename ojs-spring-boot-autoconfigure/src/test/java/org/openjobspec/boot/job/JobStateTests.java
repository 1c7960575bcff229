package org.openjobspec.boot.job;

import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of transitions, compared with ojs-core 6.3.
 */
class JobStateTests {

	/** Row by row from ojs-core 6.3, without the rows that start a job. */
	private static final Set<String> SPECIFIED = Set.of("scheduled>available", "pending>available", "available>active",
			"active>completed", "active>retryable", "active>discarded", "active>cancelled", "active>available",
			"retryable>available", "scheduled>cancelled", "available>cancelled", "pending>cancelled",
			"retryable>cancelled", "discarded>available");

	/**
	 * What {@code expires_at} adds (ojs-core 5.2): a job that has not started is
	 * discarded.
	 */
	private static final Set<String> BY_EXPIRY = Set.of("scheduled>discarded", "available>discarded",
			"pending>discarded", "retryable>discarded");

	@Test
	void theTransitionsAreThoseOfTheSpecification() {
		Set<String> known = new TreeSet<>();
		for (JobState from : JobState.values()) {
			from.successors().forEach(to -> known.add(from.wireName() + ">" + to.wireName()));
		}
		Set<String> expected = new TreeSet<>(SPECIFIED);
		expected.addAll(BY_EXPIRY);
		assertThat(known).isEqualTo(expected);
	}

	@Test
	void exactlyThreeStatesAreTerminal() {
		assertThat(JobState.values()).filteredOn(JobState::isTerminal)
			.containsExactly(JobState.COMPLETED, JobState.CANCELLED, JobState.DISCARDED);
	}

}
