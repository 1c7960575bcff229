package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The dead letter in numbers.
 *
 * @param total how many jobs it holds
 * @param byQueue how many of which queue
 * @param byType how many of which type
 * @param oldestAt when the first of them was discarded; {@code null} if there is none
 * @param newestAt when the last of them was discarded; {@code null} if there is none
 */
public record DeadLetterStats(long total, Map<String, Long> byQueue, Map<String, Long> byType,
		@Nullable Instant oldestAt, @Nullable Instant newestAt) {
}
