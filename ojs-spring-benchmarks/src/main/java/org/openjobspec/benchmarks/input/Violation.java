package org.openjobspec.benchmarks.input;

/**
 * Something that should not be.
 *
 * @param index the request that shows it, -1 if none alone does
 * @param what what is wrong
 * @param request the request for people, empty if none alone shows it
 * @param answer the answer for people, empty if there is none
 */
record Violation(long index, String what, String request, String answer) {

	static Violation of(String what) {
		return new Violation(-1, what, "", "");
	}

}
