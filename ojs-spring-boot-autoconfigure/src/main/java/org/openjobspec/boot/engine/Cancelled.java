package org.openjobspec.boot.engine;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;

/**
 * A job was cancelled.
 *
 * @param job the job as it is now
 * @param previous the state that it was in
 */
public record Cancelled(Job job, JobState previous) {
}
