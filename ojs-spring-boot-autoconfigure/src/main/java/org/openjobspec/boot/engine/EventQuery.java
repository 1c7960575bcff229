package org.openjobspec.boot.engine;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Asks for lifecycle events (ojs-events 6.4). Empty sets do not filter.
 *
 * @param after the cursor of an earlier answer; {@code null} to start with the oldest
 * event
 * @param types event types; a trailing {@code *} makes a prefix
 * @param queues queues
 * @param jobTypes job types
 * @param limit how many events at most, 1 to 1000
 * @param tenant only events of this tenant's jobs that are still stored; {@code null} for
 * all
 */
public record EventQuery(@Nullable String after, Set<String> types, Set<String> queues, Set<String> jobTypes, int limit,
		@Nullable String tenant) {

	/**
	 * Asks for events, of whosever jobs.
	 * @param after the cursor of an earlier answer; {@code null} to start with the oldest
	 * @param types event types; a trailing {@code *} makes a prefix
	 * @param queues queues
	 * @param jobTypes job types
	 * @param limit how many events at most, 1 to 1000
	 */
	public EventQuery(@Nullable String after, Set<String> types, Set<String> queues, Set<String> jobTypes, int limit) {
		this(after, types, queues, jobTypes, limit, null);
	}

}
