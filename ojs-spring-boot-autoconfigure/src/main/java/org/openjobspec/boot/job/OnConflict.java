package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * What an enqueue does when a job with the same uniqueness key exists (ojs-unique-jobs
 * 5).
 */
public enum OnConflict {

	/** Refuse the new job with {@link DuplicateJobException}. */
	REJECT,

	/** Cancel the existing job and store the new one. */
	REPLACE,

	/** As {@link #REPLACE}, but the new job takes the schedule of the existing one. */
	REPLACE_EXCEPT_SCHEDULE,

	/** Store nothing and answer the existing job. */
	IGNORE;

	/**
	 * The name on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
