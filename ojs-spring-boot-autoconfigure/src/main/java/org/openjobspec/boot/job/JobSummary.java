package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A job as a list shows it: without what may be large.
 *
 * @param id UUIDv7
 * @param type for example {@code email.send}
 * @param queue the queue's name
 * @param state where the job stands
 * @param priority −100 to 100, higher first
 * @param attempt how many attempts have started
 * @param maxAttempts how many may start
 * @param createdAt when it was accepted
 * @param dueAt when a scheduled or retryable job is due; for others the time that the
 * producer asked for, if any
 * @param finishedAt when it reached a terminal state
 * @param workerId who holds an active job; {@code null} if nobody does or the worker gave
 * no name
 * @param deadLettered whether a discarded job is listed in the dead letter
 * @param expired whether a discarded job was discarded because its time ran out
 */
public record JobSummary(UUID id, String type, String queue, JobState state, int priority, int attempt, int maxAttempts,
		Instant createdAt, @Nullable Instant dueAt, @Nullable Instant finishedAt, @Nullable String workerId,
		boolean deadLettered, boolean expired) {
}
