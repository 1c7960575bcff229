package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What a producer knows of a job that it has asked for.
 *
 * @param id the id that the producer has chosen
 * @param kind what the job does
 * @param priority its priority
 * @param number its place in the order of enqueueing, for {@link Kind#ORDERED}
 * @param way how it was asked for
 * @param sentAt when it was asked for
 * @param acknowledgedAt when the answer came; {@code null} without one
 */
record Promise(UUID id, Kind kind, int priority, long number, Way way, Instant sentAt,
		@Nullable Instant acknowledgedAt) {

	Promise acknowledged(Instant at) {
		return new Promise(this.id, this.kind, this.priority, this.number, this.way, this.sentAt, at);
	}

	/** This job was not stored, and its producer was told so. */
	Promise refused() {
		return new Promise(this.id, this.kind, this.priority, this.number, Way.REFUSED, this.sentAt, null);
	}

	/** How a job is asked for. */
	enum Way {

		/** Over HTTP, repeated with the same id until an answer comes. */
		HTTP,

		/** In a transaction of a node, which writes a row beside it. */
		TRANSACTION,

		/** In a transaction of a node that is rolled back. */
		ROLLED_BACK,

		/** As a unique job; another one that had its key answered for it. */
		REFUSED,

		/** As the next step of a workflow. */
		STEP,

		/** As the job of a tick of a periodic job. */
		TICK

	}

}
