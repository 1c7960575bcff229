package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

import org.openjobspec.benchmarks.faults.Disturbance.Cause;

/**
 * A node's process stands still for longer than its lease and goes on where it was. What
 * it then reports is too late.
 */
final class PauseNode implements Fault {

	@Override
	public String name() {
		return "pause-node";
	}

	@Override
	public String title() {
		return "node paused beyond its lease";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		NodeProcess victim = cluster.anyNode(random);
		Instant at = Instant.now();
		victim.pause();
		watch.from(at, List.of(victim));
		try {
			Pause.of(cluster.settings().heartbeatTimeout().plus(Duration.ofMillis(random.nextInt(1000, 3000))));
		}
		finally {
			victim.resume();
		}
		cluster.disturbances().add(Cause.NODE_STALLED, victim.name(), at, Instant.now());
	}

}
