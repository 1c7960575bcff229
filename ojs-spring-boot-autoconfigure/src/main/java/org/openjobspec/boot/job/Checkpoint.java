package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.UUID;

/**
 * What a job wants to find again at its next attempt (ojs-durable-execution 5.1): the
 * latest only.
 *
 * @param jobId the job
 * @param state what it saved, JSON text, value for value
 * @param sequence how often it has saved, from 1; starts again after a deletion
 * @param savedAt when
 */
public record Checkpoint(UUID jobId, String state, long sequence, Instant savedAt) {
}
