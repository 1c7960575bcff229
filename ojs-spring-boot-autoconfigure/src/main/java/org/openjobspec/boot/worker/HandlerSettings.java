package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * What an operator sets of a handler, above its annotation.
 *
 * @param enabled whether this node runs its jobs. Without it they are left to other
 * workers; what the annotation says of their queue, timeout and retries still holds for
 * those that are enqueued here
 * @param queue the queue of jobs whose producer names none; {@code null} for the
 * annotation's
 * @param concurrency the handler's own limit, 0 to share the worker's slots; {@code null}
 * for the annotation's
 * @param timeout how long an attempt may run; {@code null} for the annotation's
 * @param retry makes the retry policy from the annotation's
 */
public record HandlerSettings(boolean enabled, @Nullable String queue, @Nullable Integer concurrency,
		@Nullable Duration timeout, UnaryOperator<RetryPolicy> retry) {
}
