package org.openjobspec.boot.engine;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.OjsException;

/**
 * What became of one of several jobs that were to be enqueued.
 *
 * @param enqueued the job, or the existing one that answers for it; {@code null} if
 * nothing was stored
 * @param refusal why the job was refused; {@code null} if it was not, also when nothing
 * was stored because of another one
 */
public record EnqueueOutcome(@Nullable Enqueued enqueued, @Nullable OjsException refusal) {
}
