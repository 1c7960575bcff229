package org.openjobspec.boot.engine;

import java.time.Duration;

import org.openjobspec.boot.job.Job;

/**
 * Sees attempts begin, and those of remote workers end; how long a handler of this
 * application ran, its worker knows better. Called on the threads of whoever fetches or
 * reports, so it must be quick; what it throws is logged and otherwise ignored.
 */
public interface AttemptListener {

	/**
	 * A worker of this application or a remote one has claimed a job from this node.
	 * @param job the job as it was claimed
	 */
	default void claimed(Job job) {
	}

	/**
	 * A remote worker has reported to this node how its attempt ended.
	 * @param job the job
	 * @param completed whether it succeeded
	 * @param duration how long the worker held the job, by the database's clock
	 */
	default void reported(Job job, boolean completed, Duration duration) {
	}

}
