package org.openjobspec.boot.conformance;

/**
 * What a case came to in both readings.
 *
 * @param testCase the case
 * @param publicly what the public runner would say
 * @param strictly what all assertions of the case say
 */
record CaseResult(ConformanceCase testCase, Outcome publicly, Outcome strictly) {

	/**
	 * Whether the case passes: in strict reading.
	 * @return whether it may be listed as expected
	 */
	boolean passed() {
		return this.strictly.passed();
	}

	boolean readingsDisagree() {
		return this.publicly.passed() != this.strictly.passed();
	}

}
