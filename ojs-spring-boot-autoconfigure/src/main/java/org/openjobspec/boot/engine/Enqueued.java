package org.openjobspec.boot.engine;

import org.openjobspec.boot.job.Job;

/**
 * What came of an enqueue.
 *
 * @param job the stored job, or the existing one
 * @param created whether the job is new; {@code false} when an existing job answers for
 * it: same id and same content, or {@code on_conflict: ignore}
 */
public record Enqueued(Job job, boolean created) {
}
