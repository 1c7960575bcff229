package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.openjobspec.benchmarks.faults.Disturbance.Cause;

/**
 * The host application takes every connection of a node's pool and keeps them for some
 * seconds. For longer than the lease, it is as if the node stood still.
 */
final class FullPool implements Fault {

	@Override
	public String name() {
		return "full-pool";
	}

	@Override
	public String title() {
		return "connection pool of a node exhausted";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) throws IOException {
		NodeProcess victim = cluster.anyNode(random);
		long heartbeat = cluster.settings().heartbeatTimeout().toMillis();
		Duration length = Duration.ofMillis(random.nextLong(heartbeat / 4, heartbeat * 3 / 2));
		Instant at = Instant.now();
		watch.from(at, List.of(victim));
		Http.Reply reply = Http.post(victim.port(), "/harness/hold-pool?millis=" + length.toMillis(), Map.of(),
				length.plusSeconds(10));
		if (!reply.succeeded()) {
			throw new IllegalStateException("The pool could not be taken: " + reply);
		}
		cluster.disturbances().add(Cause.POOL_EXHAUSTED, victim.name(), at, Instant.now());
		if (length.compareTo(cluster.settings().stall()) >= 0) {
			cluster.disturbances().add(Cause.NODE_STALLED, victim.name(), at, Instant.now());
		}
	}

}
