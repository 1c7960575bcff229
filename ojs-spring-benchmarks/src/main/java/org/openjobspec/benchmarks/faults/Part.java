package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.Map;

import org.openjobspec.boot.job.JobState;

/**
 * A job of a workflow, as it is expected.
 *
 * @param path its place
 * @param kind what it does
 * @param after the places of what must have ended before
 * @param when how that must have ended
 * @param callback whether it is a callback
 */
record Part(String path, Kind kind, List<String> after, When when, boolean callback) {

	/**
	 * What has to become of it.
	 * @param before what becomes of the parts before it
	 * @return the state of its step in the end
	 */
	StepRow.State end(Map<String, StepRow.State> before) {
		boolean good = this.after.stream().allMatch((path) -> before.get(path) == StepRow.State.COMPLETED);
		boolean runs = switch (this.when) {
			case SUCCEEDED -> good;
			case FAILED -> !good;
			case ENDED -> true;
		};
		if (!runs) {
			return this.callback ? StepRow.State.NOT_NEEDED : StepRow.State.CANCELLED;
		}
		return (this.kind.end() == JobState.COMPLETED) ? StepRow.State.COMPLETED : StepRow.State.FAILED;
	}

	/** How what is before a part must have ended for its turn to come. */
	enum When {

		/** However it has ended. */
		ENDED("on_complete"),

		/** All of it with success. */
		SUCCEEDED("on_success"),

		/** Something of it without success. */
		FAILED("on_failure");

		private final String callback;

		When(String callback) {
			this.callback = callback;
		}

		/** What a callback of that condition is called. */
		String callback() {
			return this.callback;
		}

	}

}
