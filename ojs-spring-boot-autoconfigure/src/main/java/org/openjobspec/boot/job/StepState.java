package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * Where a step of a workflow stands (ojs-workflows 4.4).
 */
public enum StepState {

	/** It waits for other steps. */
	WAITING,

	/** Its job waits for a worker, or for its time. */
	PENDING,

	/** Its job runs. */
	ACTIVE,

	/** It has succeeded. */
	COMPLETED,

	/** It has failed for good, or its time has run out. */
	FAILED,

	/** It was cancelled, or what it depends on did not succeed. */
	CANCELLED,

	/** A callback whose condition did not come true. */
	SKIPPED;

	/**
	 * The name on the wire.
	 * @return the name in lower case; a step that was not needed is {@code cancelled}
	 * there, since the specification has no other word for it
	 */
	public String wireName() {
		return ((this == SKIPPED) ? CANCELLED : this).name().toLowerCase(Locale.ROOT);
	}

}
