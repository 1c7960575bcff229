package org.openjobspec.benchmarks.faults;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Something that explains what would be a violation without it.
 *
 * @param cause what happened
 * @param node which node it happened to; {@code null} for all
 * @param from since when
 * @param to until when
 */
record Disturbance(Cause cause, @Nullable String node, Instant from, Instant to) {

	boolean concerns(String other) {
		return this.node == null || this.node.equals(other);
	}

	boolean meets(Instant start, Instant end) {
		return !this.from.isAfter(end) && !this.to.isBefore(start);
	}

	/** What happened. */
	enum Cause {

		/** A process was killed. */
		NODE_DIED,

		/** A process, or its way to the database, stood still beyond its lease. */
		NODE_STALLED,

		/** A node's way to the database stood still, shorter than its lease. */
		NODE_SLOWED,

		/** A node had no connection for a while, and answered nobody. */
		POOL_EXHAUSTED,

		/** The database did not answer. */
		DATABASE_AWAY,

		/** The server crashed: claims of the last moments may be undone. */
		DATABASE_CRASHED,

		/** A remote worker's heartbeats were not answered for as long as its lease. */
		WORKER_SILENT,

		/** The machine itself stood still. */
		MACHINE_STALLED;

		boolean unplanned() {
			return this == WORKER_SILENT || this == MACHINE_STALLED;
		}

	}

}
