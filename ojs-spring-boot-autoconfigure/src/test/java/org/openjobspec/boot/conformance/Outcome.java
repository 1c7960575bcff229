package org.openjobspec.boot.conformance;

import java.util.List;

/**
 * The result of one reading of a case.
 *
 * @param evaluated how many assertions were evaluated
 * @param failures what failed
 * @param durationMillis how long the execution took
 */
record Outcome(int evaluated, List<Failure> failures, long durationMillis) {

	boolean passed() {
		return this.failures.isEmpty();
	}

	/**
	 * Whether the case passed because nothing was looked at.
	 * @return whether the pass proves nothing
	 */
	boolean vacuous() {
		return passed() && this.evaluated == 0;
	}

}
