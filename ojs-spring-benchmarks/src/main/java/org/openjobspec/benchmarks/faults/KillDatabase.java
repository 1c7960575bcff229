package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * All processes of the server are killed, and it starts again on its data. The recovery
 * counts from the moment at which it accepts connections.
 */
final class KillDatabase implements Fault {

	@Override
	public String name() {
		return "kill-database";
	}

	@Override
	public String title() {
		return "kill -9 of PostgreSQL";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		Servers servers = cluster.servers();
		Instant at = Instant.now();
		servers.primary().kill();
		Pause.of(Duration.ofMillis(random.nextInt(2000)));
		servers.primary().start();
		Instant back = Instant.now();
		cluster.disturbances().databaseCrashed(at, back);
		watch.from(back, List.of());
		if (servers.hasStandby()) {
			servers.awaitSynchronous();
		}
	}

}
