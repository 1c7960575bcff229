package org.openjobspec.benchmarks.speed;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * A job library, or bare SQL, on a database of its own. Measured from outside, all in the
 * same way.
 */
interface Contender extends Node, AutoCloseable {

	/**
	 * What it is and how it is set up, for the report.
	 * @return for example {@code library-1.0.jar: 10 connections}
	 */
	String settings();

	/**
	 * Creates its tables and whatever is needed to enqueue. Works no jobs off yet.
	 * @param database an empty database
	 * @param workload what its jobs will do
	 * @throws Exception if it cannot
	 */
	void prepare(Database database, Workload workload) throws Exception;

	/**
	 * Enqueues jobs, each in a transaction of its own.
	 * @param jobs how many
	 * @param producers from how many threads
	 * @throws Exception if one is refused
	 */
	void enqueueSingly(int jobs, int producers) throws Exception;

	/**
	 * Enqueues jobs from one thread.
	 * @param jobs how many
	 * @param size how many with each call
	 * @throws Exception if one is refused
	 */
	void enqueueInBatches(int jobs, int size) throws Exception;

	/**
	 * When its first job started.
	 * @return as {@link System#nanoTime()}
	 */
	long firstAt();

	/**
	 * Asks cheaply whether any job has not been completed.
	 * @return SQL with one boolean
	 */
	String unfinishedQuery();

	/**
	 * Counts the jobs that have not been completed.
	 * @return SQL with one number
	 */
	String waitingQuery();

	/**
	 * Counts the jobs that have been completed.
	 * @return SQL with one number; {@code null} if it keeps no history
	 */
	@Nullable String completedQuery();

	@Override
	void close();

}
