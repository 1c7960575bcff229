package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a producer may ask for beyond type, arguments, metadata, queue and priority.
 *
 * @param retry the effective retry policy
 * @param unique the uniqueness policy, if any
 * @param timeout how long one attempt may run; {@code null} means the server's default
 * @param visibilityTimeout how long a fetched job stays with a worker that neither
 * finishes nor heartbeats; {@code null} means the server's default
 * @param scheduledAt the earliest time of the first attempt, if one was asked for
 * @param expiresAt the time after which no attempt may start, if any
 * @param tags labels for people, never {@code null}
 * @param schema URI of the arguments' schema, if any
 * @param attributes attributes that this version does not know, as JSON text by name:
 * kept and given back unchanged (ojs-core 5.5)
 */
public record JobOptions(RetryPolicy retry, @Nullable UniquePolicy unique, @Nullable Duration timeout,
		@Nullable Duration visibilityTimeout, @Nullable Instant scheduledAt, @Nullable Instant expiresAt,
		List<String> tags, @Nullable String schema, Map<String, String> attributes) {
}
