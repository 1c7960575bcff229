package org.openjobspec.boot.engine;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * An attempt succeeded.
 *
 * @param jobId the job
 * @param worker the worker that holds it
 * @param attempt the attempt that it holds
 * @param result the handler's result, JSON text; {@code null} for none
 */
public record Completion(UUID jobId, String worker, int attempt, @Nullable String result) {
}
