package org.openjobspec.boot.job;

import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * A periodic job as it stood when it was read (ojs-cron 2). All times are the database's,
 * to the microsecond.
 *
 * @param name its name, unique in the database
 * @param schedule when it is due
 * @param timezone the time zone in which the schedule is meant
 * @param overlap what happens when it is due and the last run has not ended
 * @param enabled whether it fires
 * @param description what it is for, for people; {@code null} if nobody said
 * @param job what each run enqueues, with the defaults of its type as they were when it
 * was registered
 * @param createdAt when it was registered first
 * @param nextRunAt when it is due next; {@code null} while it is disabled
 * @param lastRunAt when a run has enqueued a job last; {@code null} if none has
 * @param runCount how many runs have enqueued a job
 */
public record CronJob(String name, CronExpression schedule, ZoneId timezone, CronOverlap overlap, boolean enabled,
		@Nullable String description, JobRequest job, Instant createdAt, @Nullable Instant nextRunAt,
		@Nullable Instant lastRunAt, long runCount) {
}
