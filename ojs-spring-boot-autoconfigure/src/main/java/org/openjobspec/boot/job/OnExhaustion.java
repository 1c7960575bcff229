package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * What becomes of a job that failed for good (ojs-retry 2.2). Both end in
 * {@link JobState#DISCARDED}.
 */
public enum OnExhaustion {

	/** The job is kept for the retention of discarded jobs and not listed. */
	DISCARD,

	/** The job is listed in the dead letter, where it can be retried by hand. */
	DEAD_LETTER;

	/**
	 * The name on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
