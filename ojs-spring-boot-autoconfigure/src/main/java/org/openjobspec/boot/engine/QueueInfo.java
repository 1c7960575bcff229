package org.openjobspec.boot.engine;

import java.time.Instant;

/**
 * A queue as the list of queues shows it.
 *
 * @param name the queue's name
 * @param paused whether deliveries are stopped
 * @param createdAt when the queue was first used
 */
public record QueueInfo(String name, boolean paused, Instant createdAt) {
}
