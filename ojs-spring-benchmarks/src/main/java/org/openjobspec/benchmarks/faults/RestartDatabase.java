package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The server is stopped in order, which closes all connections, and started again.
 */
final class RestartDatabase implements Fault {

	@Override
	public String name() {
		return "restart-database";
	}

	@Override
	public String title() {
		return "restart of PostgreSQL";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		Servers servers = cluster.servers();
		// As an operator does it, so that the stop itself is short.
		servers.primary().execute("CHECKPOINT");
		Instant at = Instant.now();
		servers.primary().stop();
		Pause.of(Duration.ofMillis(random.nextInt(2000)));
		servers.primary().start();
		Instant back = Instant.now();
		cluster.disturbances().databaseAway(at, back);
		watch.from(back, List.of());
		if (servers.hasStandby()) {
			servers.awaitSynchronous();
		}
	}

}
