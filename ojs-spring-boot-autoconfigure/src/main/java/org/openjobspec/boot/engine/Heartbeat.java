package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A worker says that it lives (ojs-core 7.5).
 *
 * @param worker the worker's id
 * @param activeJobs jobs whose leases it wants extended; jobs that it leaves out keep
 * theirs
 * @param visibilityTimeout the new length of those leases; {@code null} for the length
 * they were fetched with
 * @param info what the worker says of itself, JSON object text; {@code null} for nothing
 * new
 * @param embedded whether the worker runs in this application
 */
public record Heartbeat(String worker, List<UUID> activeJobs, @Nullable Duration visibilityTimeout,
		@Nullable String info, boolean embedded) {
}
