package org.openjobspec.benchmarks.speed;

/**
 * How a report says whether a goal was met.
 */
final class Goal {

	private Goal() {
	}

	/**
	 * Says it.
	 * @param met whether it was met
	 * @return one word
	 */
	static String verdict(boolean met) {
		return met ? "met" : "**missed**";
	}

}
