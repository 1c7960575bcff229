package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * What happens when a periodic job is due and the job of its last run has not ended,
 * whatever state that one is in (ojs-cron 6).
 */
public enum CronOverlap {

	/**
	 * The run is left out, and the next one comes at its own time. The default.
	 */
	SKIP,

	/** Another job is enqueued, and both may run at once. */
	ALLOW,

	/** The job of the last run is cancelled, and another one is enqueued. */
	CANCEL_PREVIOUS,

	/**
	 * Another job is enqueued, and does not start while that of the last run is being
	 * run. Jobs that have a rate limit of their own heed that one instead.
	 */
	ENQUEUE;

	/**
	 * The name on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Reads a policy from its name on the wire.
	 * @param wireName the lower-case name
	 * @return the policy
	 * @throws IllegalArgumentException if there is no such policy
	 */
	public static CronOverlap of(String wireName) {
		for (CronOverlap overlap : values()) {
			if (overlap.wireName().equals(wireName)) {
				return overlap;
			}
		}
		throw new IllegalArgumentException("'%s' is not an overlap policy".formatted(wireName));
	}

}
