package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a job's error history (ojs-retry 10.1).
 *
 * @param attempt the attempt that failed, from 1
 * @param occurredAt when, by the database's clock
 * @param error why
 * @param retryDelay the delay before the next attempt; {@code null} when there was none
 */
public record JobFailure(int attempt, Instant occurredAt, JobError error, @Nullable Duration retryDelay) {
}
