package org.openjobspec.boot.conformance;

/**
 * The two readings of a case. Every case gets a result in both.
 */
enum Mode {

	/**
	 * Exactly what the public runner evaluates, its blind spots included.
	 */
	PUBLIC,

	/**
	 * All that the case says. What is not understood fails, and so does a case in which
	 * nothing was evaluated.
	 */
	STRICT

}
