package org.openjobspec.boot.engine;

import java.util.Map;

import org.openjobspec.boot.job.JobState;

/**
 * A queue with what it holds.
 *
 * @param queue the queue
 * @param jobs how many jobs it has in each state; of those that have ended, what
 * retention has kept
 */
public record QueueOverview(QueueInfo queue, Map<JobState, Long> jobs) {
}
