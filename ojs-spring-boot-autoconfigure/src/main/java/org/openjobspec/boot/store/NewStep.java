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

	/**
	 * Whether it counts as one of the workflow's jobs: callbacks and joins do not.
	 * @return whether it is a job that runs unless something before it fails
	 */
	public boolean counts() {
		return this.kind == Kind.JOB && this.rule == Rule.ALL_SUCCEEDED;
	}

	/** What a step is. */
	public enum Kind implements Numbered {

		/** A job. */
		JOB(1),

		/** Stands for several, and results in the list of their results. */
		LIST(2),

		/** Stands for the last step of a chain, and results in what that results in. */
		LAST(3),

		/**
		 * Stands for the callbacks of a batch, and results in what the step whose number
		 * is its {@code position} results in: its jobs.
		 */
		BATCH(4);

		private final int number;

		Kind(int number) {
			this.number = number;
		}

		@Override
		public int number() {
			return this.number;
		}

	}

	/** When a step runs, once all that it depends on has ended. */
	public enum Rule implements Numbered {

		/** If all have succeeded; otherwise it is cancelled. */
		ALL_SUCCEEDED(1),

		/** If one has not; otherwise it is not needed. */
		ANY_FAILED(2),

		/** If all have succeeded; otherwise it is not needed. */
		ONLY_SUCCEEDED(3),

		/** Always; of a join, which ends as what it stands for has. */
		ALL_DONE(4);

		private final int number;

		Rule(int number) {
			this.number = number;
		}

		@Override
		public int number() {
			return this.number;
		}

	}

}
