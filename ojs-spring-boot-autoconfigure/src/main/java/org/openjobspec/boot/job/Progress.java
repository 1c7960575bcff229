package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * How far the current or latest attempt of a job has come, as it said itself
 * (ojs-progress 5).
 *
 * @param jobId the job
 * @param state where the job stands
 * @param value from 0 to 1, and 1 for a job that has reported anything and completed;
 * {@code null} if the attempt told no number
 * @param message what it is doing, for people; {@code null} if it said nothing
 * @param data further facts, JSON text; {@code null} if there are none
 * @param updatedAt when it last reported; {@code null} if it has not
 */
public record Progress(UUID jobId, JobState state, @Nullable Double value, @Nullable String message,
		@Nullable String data, @Nullable Instant updatedAt) {
}
