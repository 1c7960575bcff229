package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Somebody who wants to be told of events over HTTP (ojs-webhooks).
 *
 * @param id the subscription's id
 * @param url where to send
 * @param events types of events; a trailing {@code *} makes a prefix
 * @param queues only events of jobs in these queues; empty for any
 * @param jobTypes only events of jobs of these types; empty for any
 * @param active whether events are delivered
 * @param metadata what the subscriber has noted, a JSON object
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 */
public record Webhook(UUID id, String url, List<String> events, List<String> queues, List<String> jobTypes,
		boolean active, String metadata, Instant createdAt, Instant updatedAt) {
}
