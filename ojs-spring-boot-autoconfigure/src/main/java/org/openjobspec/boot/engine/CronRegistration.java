package org.openjobspec.boot.engine;

import org.openjobspec.boot.job.CronJob;

/**
 * What came of registering a periodic job.
 *
 * @param cron the periodic job as it is now
 * @param created whether its name was new; {@code false} when a known one was changed
 */
public record CronRegistration(CronJob cron, boolean created) {
}
