package org.openjobspec.boot.conformance;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * A case of the public suites. Test ids occur twice there, so a case is identified by
 * where its file lies.
 *
 * @param path the file relative to its suites directory, without {@code .json}
 * @param variant as published or repaired
 * @param source the file's content
 */
record ConformanceCase(String path, Variant variant, JsonNode source) {

	String testId() {
		return this.source.path("test_id").asString("");
	}

	String suite() {
		int slash = this.path.lastIndexOf('/');
		return (slash < 0) ? "." : this.path.substring(0, slash);
	}

	List<Step> steps() {
		List<Step> steps = new ArrayList<>();
		for (JsonNode step : this.source.path("steps")) {
			steps.add(new Step(steps.size() + 1, step));
		}
		return steps;
	}

	/**
	 * The time that the case spends waiting, which is nearly all the time it takes.
	 * @return milliseconds
	 */
	long waitingMillis() {
		return steps().stream().mapToLong((step) -> step.delayMillis() + (step.isWait() ? step.waitMillis() : 0)).sum();
	}

	boolean sendsDifferentlyWhenStrict() {
		return steps().stream().anyMatch(Step::sendsDifferentlyWhenStrict);
	}

	/**
	 * The line that stands for the case in {@code expected.txt} and in reports.
	 * @return variant and path
	 */
	String line() {
		return this.variant + " " + this.path;
	}

}
