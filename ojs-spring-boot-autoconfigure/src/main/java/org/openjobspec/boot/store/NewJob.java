package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.RateLimit;

/**
 * A job to be stored, defaults applied.
 *
 * @param id its id
 * @param type its type
 * @param queue its queue
 * @param args its arguments, a JSON array
 * @param meta its metadata, a JSON object
 * @param priority −100 to 100
 * @param options what else was asked for; the times relative to acceptance are not in it
 * @param delay the delay until it is due, instead of {@code options.scheduledAt}
 * @param timeToLive the time until it expires, instead of {@code options.expiresAt}
 * @param dueAt overrides the time at which it is due, without being echoed as
 * {@code scheduled_at}
 * @param pending whether it waits to be activated
 * @param workflowId the workflow that it is a step of, or {@code null}
 * @param rateLimit what limits its start, or {@code null}
 */
public record NewJob(UUID id, String type, String queue, String args, String meta, int priority, JobOptions options,
		@Nullable Duration delay, @Nullable Duration timeToLive, @Nullable Instant dueAt, boolean pending,
		@Nullable UUID workflowId, @Nullable RateLimit rateLimit) {

	/**
	 * Where it waits to be admitted.
	 * @return the lane; {@code null} if nothing limits it
	 */
	public @Nullable String lane() {
		return (this.rateLimit != null) ? RateLimits.lane(this.queue, this.rateLimit) : null;
	}

	/**
	 * Whose it is.
	 * @return what its metadata has as {@code tenant_id}; {@code null} if that is nothing
	 * or no tenant's name
	 */
	public @Nullable String tenant() {
		return JobCodec.readTenant(this.meta);
	}

}
