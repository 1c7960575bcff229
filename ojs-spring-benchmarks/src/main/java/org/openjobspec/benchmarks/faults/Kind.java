package org.openjobspec.benchmarks.faults;

import java.util.Locale;

import org.openjobspec.boot.job.JobState;

/**
 * What the jobs of the load do.
 */
enum Kind {

	/** Ends at once. */
	PLAIN("default", JobState.COMPLETED),

	/** Takes up to 300 ms. */
	SLOW("default", JobState.COMPLETED),

	/** Takes seconds, so that a repeated attempt still runs when a late report comes. */
	LONG("default", JobState.COMPLETED),

	/** Fails in its first attempts. */
	FLAKY("default", JobState.COMPLETED),

	/** A transactional handler that writes one row. */
	EFFECT("default", JobState.COMPLETED),

	/** As {@link #EFFECT}; the commit of its first attempt is refused. */
	EFFECT_REFUSED("default", JobState.COMPLETED),

	/** Fails in each of its two attempts. */
	DOOMED("default", JobState.DISCARDED),

	/** For workers over HTTP. */
	REMOTE("remote", JobState.COMPLETED),

	/** For workers over HTTP that acknowledge a first attempt after its lease. */
	SLEEPY("sleepy", JobState.COMPLETED),

	/** For the only consumer of a queue, who notes the order. */
	ORDERED("ordered", JobState.COMPLETED);

	private final String queue;

	private final JobState end;

	Kind(String queue, JobState end) {
		this.queue = queue;
		this.end = end;
	}

	String type() {
		return "faults." + name().toLowerCase(Locale.ROOT);
	}

	String queue() {
		return this.queue;
	}

	JobState end() {
		return this.end;
	}

	/** Attempts are spent by faults as well, so only a job that is to fail has few. */
	int maxAttempts() {
		return (this == DOOMED) ? 2 : 100;
	}

}
