package org.openjobspec.benchmarks.speed;

import java.util.Map;

/**
 * Who takes part.
 */
enum Peer {

	/** The library's own default. */
	OJS("ojs-spring", 10),

	/**
	 * JobRunr's own default, which its published benchmarks use as well: 8 workers per
	 * core, 16 where there are virtual threads.
	 */
	JOBRUNR("jobrunr", 0),

	/**
	 * The number with which its documentation reports its highest throughput, with the
	 * limits that belong to it ({@link DbScheduler}).
	 */
	DB_SCHEDULER("db-scheduler", 50),

	/** One connection per core. */
	FLOOR("floor", 2);

	private final String label;

	private final int concurrency;

	Peer(String label, int concurrency) {
		this.label = label;
		this.concurrency = concurrency;
	}

	String label() {
		return this.label;
	}

	Contender create() {
		return switch (this) {
			case OJS -> new Ojs();
			case JOBRUNR -> new JobRunrContender();
			case DB_SCHEDULER -> new DbScheduler();
			case FLOOR -> new Floor();
		};
	}

	/**
	 * How many jobs that do nothing to run at once.
	 * @param chosen what the command line says
	 * @return the number; 0 for the contender's own default
	 */
	int concurrency(Map<Peer, Integer> chosen) {
		return chosen.getOrDefault(this, this.concurrency);
	}

}
