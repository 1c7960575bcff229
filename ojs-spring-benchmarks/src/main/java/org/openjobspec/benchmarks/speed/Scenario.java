package org.openjobspec.benchmarks.speed;

import org.openjobspec.benchmarks.support.Section;

/**
 * One question about speed.
 */
interface Scenario {

	/**
	 * Its name on the command line.
	 * @return one word
	 */
	String name();

	/**
	 * Measures.
	 * @param bench the conditions
	 * @return the answer
	 * @throws Exception if it cannot be measured
	 */
	Section run(Bench bench) throws Exception;

}
