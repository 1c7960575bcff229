package org.openjobspec.benchmarks.faults;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;

/**
 * A row of the view {@code ojs.jobs}.
 *
 * @param state the job's state
 * @param attempt how many attempts have started
 * @param worker who holds it or has ended it
 * @param finishedAt when it ended
 */
record JobRow(JobState state, int attempt, @Nullable String worker, @Nullable Instant finishedAt) {
}
