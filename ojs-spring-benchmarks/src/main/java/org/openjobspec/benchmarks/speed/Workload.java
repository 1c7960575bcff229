package org.openjobspec.benchmarks.speed;

import java.time.Duration;

/**
 * What jobs do and how many may run at once.
 *
 * @param duration how long each job sleeps; zero for a job that does nothing
 * @param concurrency how many run at once; 0 for the contender's own default
 */
record Workload(Duration duration, int concurrency) {

	String describe() {
		return this.duration.isZero() ? "jobs that do nothing" : "jobs of " + this.duration.toMillis() + " ms";
	}

}
