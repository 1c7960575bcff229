package org.openjobspec.boot.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How many more jobs of a key would start at once if they came now, by the limit that
 * allows the fewest.
 *
 * @param limit the number of that limit
 * @param remaining how many more, those that wait already taken off
 * @param resetsAt when it may be more again; {@code null} when that depends on the jobs
 * that run
 */
public record RateLimitRoom(int limit, int remaining, @Nullable Instant resetsAt) {
}
