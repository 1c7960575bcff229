package org.openjobspec.benchmarks.speed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a machine and its PostgreSQL did while they were loaded.
 *
 * @param seconds how long
 * @param backends how many connections were in a transaction or statement, on average
 * @param waits what these waited for, as shares of 1; {@code CPU} for those that did not
 * wait
 * @param machineBusy the share of all processors that was used; {@code null} where the
 * system does not tell
 * @param machineStolen the share that other machines on the same processors have taken
 * @param nodeSeconds processor time of the node
 * @param postgresSeconds processor time of PostgreSQL; {@code null} as well if it runs
 * elsewhere
 * @param loadSeconds processor time of the load
 * @param counters what the server has counted
 */
record Profile(double seconds, double backends, Map<String, Double> waits, @Nullable Double machineBusy,
		@Nullable Double machineStolen, @Nullable Double nodeSeconds, @Nullable Double postgresSeconds,
		@Nullable Double loadSeconds, ServerCounters counters) {

	/** What connections can be seen to do. */
	static final List<String> KINDS = List.of("CPU", "WAL", "Lock", "LWLock", "Client", "Other");

	/**
	 * The shares by kind, as the report shows them.
	 * @return CPU, WAL (its locks and its disk), row and table locks, other locks in
	 * memory, client, rest
	 */
	Map<String, Double> kinds() {
		Map<String, Double> kinds = new LinkedHashMap<>();
		for (String kind : KINDS) {
			kinds.put(kind, 0.0);
		}
		this.waits.forEach((wait, share) -> kinds.merge(kind(wait), share, Double::sum));
		return kinds;
	}

	/**
	 * The share of all processors that the node, PostgreSQL and the load have used.
	 * @return the share of 1; not a number where it is not known
	 */
	double ownShare() {
		return (orNaN(this.nodeSeconds) + orNaN(this.postgresSeconds) + orNaN(this.loadSeconds))
				/ (this.seconds * Runtime.getRuntime().availableProcessors());
	}

	static double orNaN(@Nullable Double value) {
		return (value != null) ? value : Double.NaN;
	}

	static String kind(String wait) {
		if (wait.equals("CPU")) {
			return "CPU";
		}
		String[] words = wait.split(":");
		if (words[words.length - 1].startsWith("Wal") || words[words.length - 1].startsWith("WAL")) {
			return "WAL";
		}
		return switch (words[0]) {
			case "Lock", "LWLock", "Client" -> words[0];
			default -> "Other";
		};
	}

}
