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
 * @param webhooks how events are delivered to subscribers
 */
public record EngineSettings(Duration defaultTimeout, Duration defaultVisibilityTimeout, Duration heartbeatTimeout,
		Duration maintenanceInterval, Retention retention, Webhooks webhooks) {

	/** The settings of an application that sets nothing. */
	public static final EngineSettings DEFAULT = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofSeconds(1), Retention.DEFAULT, Webhooks.DEFAULT);

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

	/**
	 * How events are delivered to subscribers.
	 *
	 * @param enabled whether this node offers webhooks and delivers (default
	 * {@code true})
	 * @param allowHttp whether subscribers may name URLs without TLS (default
	 * {@code false})
	 * @param allowPrivateAddresses whether they may name hosts whose addresses are not
	 * public (default {@code false})
	 * @param connectTimeout how long to wait for a connection (default 10 seconds)
	 * @param timeout how long an attempt may take in all (default 30 seconds)
	 * @param concurrency how many deliveries this node sends at once, at most an eighth
	 * of them to one subscriber (default 32)
	 * @param retention how long deliveries are kept, whatever became of them (default 7
	 * days)
	 */
	public record Webhooks(boolean enabled, boolean allowHttp, boolean allowPrivateAddresses, Duration connectTimeout,
			Duration timeout, int concurrency, Duration retention) {

		/** The settings of an application that sets nothing. */
		public static final Webhooks DEFAULT = new Webhooks(true, false, false, Duration.ofSeconds(10),
				Duration.ofSeconds(30), 32, Duration.ofDays(7));

	}

}
