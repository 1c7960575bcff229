package org.openjobspec.boot.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Counts what was evaluated in one reading of a case and collects what failed.
 */
final class Tally {

	private final Mode mode;

	private final List<Failure> failures = new ArrayList<>();

	private int evaluated;

	Tally(Mode mode) {
		this.mode = mode;
	}

	Mode mode() {
		return this.mode;
	}

	/**
	 * Records an assertion that was evaluated.
	 * @param step the step that holds it
	 * @param path what it looks at
	 * @param expected what it wants
	 * @param actual what it found
	 * @param mismatch why it fails, empty when it holds
	 */
	void evaluated(Step step, String path, String expected, String actual, Optional<String> mismatch) {
		this.evaluated++;
		mismatch.ifPresent((message) -> this.failures.add(new Failure(step.label(), path, expected, actual, message)));
	}

	/**
	 * Records something that fails without being an assertion of the case.
	 * @param failure what went wrong
	 */
	void fail(Failure failure) {
		this.failures.add(failure);
	}

	Outcome outcome(long durationMillis) {
		List<Failure> all = new ArrayList<>(this.failures);
		if (this.mode == Mode.STRICT && this.evaluated == 0) {
			all.add(Failure.of("", "", "no assertion was evaluated"));
		}
		return new Outcome(this.evaluated, List.copyOf(all), durationMillis);
	}

}
