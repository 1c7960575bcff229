package org.openjobspec.boot.engine;

import java.time.Instant;

/**
 * How many jobs a queue holds, by state. Counts of finished jobs cover what retention has
 * kept; where to count them takes long, they are some time old.
 *
 * @param name the queue's name
 * @param paused whether deliveries are stopped
 * @param available jobs ready to be fetched
 * @param active jobs held by workers
 * @param scheduled jobs accepted for later
 * @param retryable jobs waiting for their next attempt
 * @param pending jobs waiting to be activated
 * @param completed jobs that succeeded
 * @param cancelled jobs that were stopped
 * @param discarded jobs that failed for good or expired, the dead letter included
 * @param deadLetter discarded jobs listed in the dead letter
 * @param computedAt when the counts were taken
 */
public record QueueStats(String name, boolean paused, long available, long active, long scheduled, long retryable,
		long pending, long completed, long cancelled, long discarded, long deadLetter, Instant computedAt) {
}
