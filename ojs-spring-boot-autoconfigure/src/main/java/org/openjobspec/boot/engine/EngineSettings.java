package org.openjobspec.boot.engine;

import java.time.Duration;

/**
 * What an operator may set.
 *
 * @param defaultTimeout how long an attempt may run when its job says nothing (default 30
 * minutes)
 * @param defaultVisibilityTimeout how long a fetched job stays with a remote worker that
 * neither finishes nor heartbeats (default 30 minutes)
 * @param heartbeatTimeout after how long a silence a worker that used to heartbeat counts
 * as dead (default 30 seconds)
 * @param maintenanceInterval how often a node looks for due work when it knows of none
 * (default one second)
 * @param retention how long what has ended is kept
 */
public record EngineSettings(Duration defaultTimeout, Duration defaultVisibilityTimeout, Duration heartbeatTimeout,
		Duration maintenanceInterval, Retention retention) {

	/** The settings of an application that sets nothing. */
	public static final EngineSettings DEFAULT = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofSeconds(1), Retention.DEFAULT);

	/**
	 * How long what has ended is kept.
	 *
	 * @param completed completed jobs (default 7 days)
	 * @param cancelled cancelled jobs (default 7 days)
	 * @param discarded discarded and expired jobs (default 30 days)
	 * @param deadLetter jobs in the dead letter (default 180 days)
	 * @param events lifecycle events (default 7 days)
	 */
	public record Retention(Duration completed, Duration cancelled, Duration discarded, Duration deadLetter,
			Duration events) {

		/** The retention of an application that sets nothing. */
		public static final Retention DEFAULT = new Retention(Duration.ofDays(7), Duration.ofDays(7),
				Duration.ofDays(30), Duration.ofDays(180), Duration.ofDays(7));

	}

}
