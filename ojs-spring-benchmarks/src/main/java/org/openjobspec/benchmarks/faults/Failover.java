package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The primary is killed and its synchronous standby takes over; then a new standby is
 * built. Claims do not wait for the standby, as they do not wait for the disk, so it may
 * lack the last ones. The recovery counts from the kill.
 */
final class Failover implements Fault {

	@Override
	public String name() {
		return "failover";
	}

	@Override
	public String title() {
		return "failover to the synchronous standby";
	}

	@Override
	public boolean needsStandby() {
		return true;
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		Servers servers = cluster.servers();
		Instant at = Instant.now();
		watch.from(at, List.of());
		servers.failOver();
		cluster.disturbances().databaseCrashed(at, Instant.now());
		servers.addStandby();
	}

}
