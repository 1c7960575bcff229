package org.openjobspec.benchmarks.speed;

import java.nio.file.Path;
import java.util.Map;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Progress;

/**
 * The conditions under which scenarios run.
 *
 * @param server a database on the server to measure on, with the right to create others
 * @param rounds how often everything that is compared is measured, alternating
 * @param scale 1 for the sizes that the report is about, less for a quick look
 * @param directory for logs and other files
 * @param concurrency how many jobs that do nothing each contender runs at once, where it
 * is not its default
 */
record Bench(Database server, int rounds, double scale, Path directory, Map<Peer, Integer> concurrency) {

	/**
	 * Scales a number of jobs.
	 * @param full the number at full scale
	 * @return the number, at least 1
	 */
	int scaled(int full) {
		return (int) Math.max(1, Math.round(full * this.scale));
	}

	/**
	 * Tells whoever watches.
	 * @param message what is going on
	 */
	void log(String message) {
		Progress.tell(message);
	}

}
