package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What waits in a queue to be fetched, and what was.
 *
 * @param queue the queue
 * @param depth how many available jobs it has, those included that wait for a limit
 * @param active how many of its jobs run
 * @param oldestAvailableAt since when the first of the available ones is; {@code null}
 * when there is none
 * @param startedLastMinute how many attempts were started within the last minute
 * @param averageWait how long the jobs that run now have waited for their start, on an
 * average; {@code null} when none runs
 */
public record QueueBacklog(String queue, long depth, long active, @Nullable Instant oldestAvailableAt,
		long startedLastMinute, @Nullable Duration averageWait) {
}
