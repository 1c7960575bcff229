package org.openjobspec.boot.engine;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of one of many jobs.
 *
 * @param jobId the job
 * @param refusal why nothing was done with it; {@code null} if it was done
 */
public record BulkItem(UUID jobId, @Nullable String refusal) {
}
