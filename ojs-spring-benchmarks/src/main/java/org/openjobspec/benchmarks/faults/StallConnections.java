package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.benchmarks.faults.TcpProxy.Direction;

/**
 * Nothing comes through between a node and the database for some seconds, in one
 * direction or both, while connections stay open. Only a stall that is as long as a
 * node's lease may cost it its jobs; one of all nodes is shorter.
 */
final class StallConnections implements Fault {

	private static final List<Set<Direction>> WAYS = List.of(EnumSet.of(Direction.TO_SERVER),
			EnumSet.of(Direction.TO_CLIENT), EnumSet.allOf(Direction.class));

	@Override
	public String name() {
		return "stall-connections";
	}

	@Override
	public String title() {
		return "connections stalled";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		boolean all = random.nextInt(3) == 0;
		List<NodeProcess> victims = all ? cluster.nodes() : List.of(cluster.anyNode(random));
		long heartbeat = cluster.settings().heartbeatTimeout().toMillis();
		long length = all ? random.nextLong(heartbeat / 10, heartbeat / 3)
				: random.nextLong(heartbeat / 6, heartbeat * 3 / 2);
		Set<Direction> ways = WAYS.get(random.nextInt(WAYS.size()));
		Instant at = Instant.now();
		victims.forEach((victim) -> victim.link().block(ways));
		watch.from(at, victims);
		try {
			Pause.of(Duration.ofMillis(length));
		}
		finally {
			victims.forEach((victim) -> victim.link().unblock());
		}
		Cause cause = (length >= cluster.settings().stall().toMillis()) ? Cause.NODE_STALLED : Cause.NODE_SLOWED;
		victims.forEach((victim) -> cluster.disturbances().add(cause, victim.name(), at, Instant.now()));
	}

}
