package org.openjobspec.benchmarks.speed;

/**
 * Something that works jobs off.
 */
interface Node {

	/**
	 * Starts to claim jobs.
	 * @throws Exception if it cannot
	 */
	void start() throws Exception;

	/**
	 * How many jobs it has finished, as far as it knows without asking the database.
	 * @return the number since it was made
	 */
	long finished();

	/**
	 * Stops to claim jobs and waits until what it has begun is settled.
	 * @throws Exception if it, or one of its jobs, has failed
	 */
	void stop() throws Exception;

}
