package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * Where a workflow stands (ojs-workflows 8.1). A workflow's first jobs are enqueued when
 * it is created, so it is never {@code pending}.
 */
public enum WorkflowState {

	/** Something of it waits or runs. */
	RUNNING,

	/** All of it that was needed has succeeded. */
	COMPLETED,

	/** A step has failed for good; of a batch, a callback has. */
	FAILED,

	/** Somebody has cancelled it. */
	CANCELLED;

	/**
	 * Whether it has ended.
	 * @return whether nothing more is enqueued
	 */
	public boolean isTerminal() {
		return this != RUNNING;
	}

	/**
	 * The name on the wire.
	 * @return the name in lower case
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
