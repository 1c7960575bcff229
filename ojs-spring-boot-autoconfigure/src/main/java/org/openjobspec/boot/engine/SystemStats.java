package org.openjobspec.boot.engine;

import java.util.Map;

import org.openjobspec.boot.job.JobState;

/**
 * All queues and workers in numbers.
 *
 * @param queues how many queues have been used or paused
 * @param workers how many workers are alive
 * @param jobs how many jobs there are in each state; of those that have ended, what
 * retention has kept, up to half a minute ago
 * @param processedLastMinute how many attempts have ended within the last minute
 * @param failedLastMinute how many of them failed
 */
public record SystemStats(long queues, long workers, Map<JobState, Long> jobs, long processedLastMinute,
		long failedLastMinute) {
}
