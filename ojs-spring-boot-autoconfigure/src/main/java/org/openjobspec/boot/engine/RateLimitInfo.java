package org.openjobspec.boot.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.RateLimit;

/**
 * Where a key of limited jobs stands (ojs-rate-limiting 10.1).
 *
 * @param key the key
 * @param concurrency how many may run at once, the operator's number included;
 * {@code null} for any number
 * @param active how many run, or are in their queues and may start at any moment
 * @param rate how many may start within a window; {@code null} for any number
 * @param started how many have started within the window that ends now
 * @param windowResetsAt when the first of these leaves the window
 * @param throttle how many may start within a time, at even distances
 * @param nextAllowedAt when the next may start by the throttle; {@code null} for now
 * @param waiting how many wait
 */
public record RateLimitInfo(String key, @Nullable Integer concurrency, int active, RateLimit.@Nullable Rate rate,
		int started, @Nullable Instant windowResetsAt, RateLimit.@Nullable Rate throttle,
		@Nullable Instant nextAllowedAt, int waiting) {
}
