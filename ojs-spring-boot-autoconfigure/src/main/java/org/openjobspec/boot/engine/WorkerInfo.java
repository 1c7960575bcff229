package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A worker that has sent a heartbeat, in this application, in another one or remote.
 *
 * @param id its id
 * @param state what it does, or was told to do
 * @param directive what its heartbeats are answered: {@code quiet} or {@code terminate};
 * {@code null} to go on
 * @param embedded whether it runs in an application of this kind
 * @param startedAt when it was first heard of
 * @param heartbeatAt when it was last heard of
 * @param activeJobs how many jobs it holds
 * @param info what it says of itself, JSON object text; {@code null} for nothing
 */
public record WorkerInfo(String id, State state, @Nullable String directive, boolean embedded, Instant startedAt,
		Instant heartbeatAt, long activeJobs, @Nullable String info) {

	/** What a worker does. */
	public enum State {

		/** It fetches and works. */
		RUNNING,

		/** It fetches nothing more and goes on with what it has. */
		QUIET,

		/** It is about to stop and finishes what it has. */
		DRAINING,

		/** It was told to stop, or says that it does. */
		TERMINATE,

		/** It has been silent for longer than the heartbeat timeout. */
		STALE;

		/**
		 * The state's name on the wire.
		 * @return the lower-case name
		 */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
