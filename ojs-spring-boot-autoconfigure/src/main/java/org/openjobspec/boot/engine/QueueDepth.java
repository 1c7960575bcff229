package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;

/**
 * What a queue holds that has not ended.
 *
 * @param queue the queue
 * @param paused whether deliveries are stopped
 * @param jobs how many jobs it has in each state that is not terminal
 * @param oldestDue for how long the job has been due that is due for longest, whether it
 * waits to be fetched or to become available; {@code null} if none is due
 */
public record QueueDepth(String queue, boolean paused, Map<JobState, Long> jobs, @Nullable Duration oldestDue) {
}
