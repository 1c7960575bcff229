package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.Locale;

import org.openjobspec.benchmarks.faults.NodeEndpoints.NewJob;
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
	ORDERED("ordered", JobState.COMPLETED),

	/** The job of a tick of a periodic job. */
	TICK("default", JobState.COMPLETED),

	/** Has a key that others want as well. */
	UNIQUE("default", JobState.COMPLETED);

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

	/** One of it as a job of a workflow. */
	NewJob step() {
		List<Object> args = switch (this) {
			case SLOW -> List.of(100);
			case FLAKY -> List.of(1);
			case EFFECT -> List.of(10);
			case REMOTE -> List.of(10, false);
			default -> List.of();
		};
		return new NewJob(Ids.next(), type(), queue(), args, 0, 0, maxAttempts());
	}

	/** Attempts are spent by faults as well, so only a job that is to fail has few. */
	int maxAttempts() {
		return (this == DOOMED) ? 2 : 100;
	}

}
