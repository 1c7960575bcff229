package org.openjobspec.boot.conformance;

/**
 * One thing that a case wanted and did not get.
 *
 * @param step the step's label, empty when it concerns the whole case
 * @param path what was looked at
 * @param expected what the case wants there
 * @param actual what was there
 * @param message the whole in one sentence
 */
record Failure(String step, String path, String expected, String actual, String message) {

	static Failure of(String step, String path, String message) {
		return new Failure(step, path, "", "", message);
	}

	@Override
	public String toString() {
		String where = (this.step.isEmpty() ? "" : "[" + this.step + "] ")
				+ (this.path.isEmpty() ? "" : this.path + ": ");
		return where + this.message;
	}

}
