package org.openjobspec.boot.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueSettings;

/**
 * What is set for a queue.
 *
 * @param queue its name; {@link QueueSettings#DEFAULT_QUEUE} for all that say nothing
 * @param stored what calls have set
 * @param declared what properties of an application say
 * @param effective what holds: the first of these two, and then the settings for all
 * queues
 * @param updatedAt when it was last changed; {@code null} if never
 */
public record QueueConfig(String queue, QueueSettings stored, QueueSettings declared, QueueSettings effective,
		@Nullable Instant updatedAt) {
}
