package org.openjobspec.boot.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A step of a workflow to be stored.
 *
 * @param no its number
 * @param kind job or join
 * @param rule when it runs
 * @param gate the step without whose success none of its part is reached, or {@code null}
 * @param previous the step whose result its job gets; of a join, the one before it in its
 * chain; {@code null} for none
 * @param position how many results its job gets, or {@link #RESULT_ITSELF},
 * {@link #RESULTS_BY_NAME}
 * @param dependencies the steps that must end before it, in order
 * @param dependents the steps that wait for it
 * @param path its place, for people; {@code null} for a join that is not shown
 * @param type the job's type, or what a join stands for
 * @param job the job, {@code null} for a join; its id is taken
 */
public record NewStep(int no, Kind kind, Rule rule, @Nullable Integer gate, @Nullable Integer previous, int position,
		List<Integer> dependencies, List<Integer> dependents, @Nullable String path, String type,
		@Nullable NewJob job) {

	/** The job gets what {@code previous} has resulted in, and not a list of such. */
	public static final int RESULT_ITSELF = -1;

	/** The job gets the results of what it depends on, by their paths. */
	public static final int RESULTS_BY_NAME = -2;

	/** What a step is. */
	public enum Kind {

		/** A job. */
		JOB,

		/** Stands for several, and results in the list of their results. */
		LIST,

		/** Stands for the last step of a chain, and results in what that results in. */
		LAST,

		/**
		 * Stands for the callbacks of a batch, and results in what the step whose number
		 * is its {@code position} results in: its jobs.
		 */
		BATCH

	}

	/** When a step runs, once all that it depends on has ended. */
	public enum Rule {

		/** If all have succeeded; otherwise it is cancelled. */
		ALL_SUCCEEDED,

		/** If one has not; otherwise it is not needed. */
		ANY_FAILED,

		/** If all have succeeded; otherwise it is not needed. */
		ONLY_SUCCEEDED,

		/** Always. */
		ALL_DONE

	}

}
