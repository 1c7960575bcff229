package org.openjobspec.boot.autoconfigure;

/**
 * What one concern adds to the line that is logged at start.
 */
@FunctionalInterface
interface StartupNote {

	/**
	 * Say what is on, and where.
	 * @return a few words
	 */
	String text();

}
