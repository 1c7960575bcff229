package org.openjobspec.benchmarks.faults;

import java.util.random.RandomGenerator;

/**
 * Something that goes wrong, and is put right again.
 */
interface Fault {

	/** Its name on the command line. */
	String name();

	/** What it is, for the report. */
	String title();

	/** Whether it needs a standby. */
	default boolean needsStandby() {
		return false;
	}

	/**
	 * Lets it happen. Returns when its cause has gone and every node runs.
	 * @param cluster whom it happens to
	 * @param random where its choices come from
	 * @param watch is told from when to measure the recovery
	 * @throws Exception if it cannot be made to happen
	 */
	void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) throws Exception;

}
