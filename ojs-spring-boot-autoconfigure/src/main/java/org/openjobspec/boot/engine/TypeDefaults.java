package org.openjobspec.boot.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * What holds for jobs of one type that do not say otherwise.
 *
 * @param queue the queue
 * @param timeout how long one attempt may run; {@code null} for the server's default
 * @param retry the retry policy that a job's own fields override
 */
public record TypeDefaults(String queue, @Nullable Duration timeout, RetryPolicy retry) {
}
