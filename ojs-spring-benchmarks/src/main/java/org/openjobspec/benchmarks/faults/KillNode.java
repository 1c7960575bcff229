package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

import org.openjobspec.benchmarks.faults.Disturbance.Cause;

/**
 * A node is killed and started again.
 */
final class KillNode implements Fault {

	@Override
	public String name() {
		return "kill-node";
	}

	@Override
	public String title() {
		return "kill -9 of a node";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		NodeProcess victim = cluster.anyMortal(random);
		Instant at = Instant.now();
		victim.kill();
		cluster.disturbances().add(Cause.NODE_DIED, victim.name(), at, Instant.now());
		watch.from(at, List.of(victim));
		Pause.of(Duration.ofMillis(random.nextInt(2000)));
		victim.launch();
		victim.awaitReady();
	}

}
