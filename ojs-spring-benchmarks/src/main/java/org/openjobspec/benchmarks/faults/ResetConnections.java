package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The connections between one node, or all, and the database are reset, several times
 * within a second. Nobody dies of it, so nothing may run twice.
 */
final class ResetConnections implements Fault {

	@Override
	public String name() {
		return "reset-connections";
	}

	@Override
	public String title() {
		return "connections reset";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		List<NodeProcess> victims = random.nextBoolean() ? cluster.nodes() : List.of(cluster.anyNode(random));
		watch.from(Instant.now(), victims);
		for (int left = random.nextInt(1, 4); left > 0; left--) {
			victims.forEach((victim) -> victim.link().reset());
			Pause.of(Duration.ofMillis(random.nextInt(300)));
		}
	}

}
