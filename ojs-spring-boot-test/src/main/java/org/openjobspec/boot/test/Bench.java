package org.openjobspec.boot.test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;

/**
 * Where the jobs of a test are.
 */
interface Bench {

	/** All jobs, whatever became of them, in the order of their creation. */
	List<Job> all();

	Optional<Job> find(UUID id);

	/** Runs what is due. */
	List<Job> run(@Nullable String queue, int maxAttempts);

	void advance(Duration duration);

	/** Deletes all jobs. */
	void clear();

	/** Whether each test is to find no jobs. */
	boolean clearsBeforeEach();

}
