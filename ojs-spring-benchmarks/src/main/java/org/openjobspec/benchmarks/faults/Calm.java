package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Nothing goes wrong: the control, in which no execution may be repeated at all.
 */
final class Calm implements Fault {

	@Override
	public String name() {
		return "calm";
	}

	@Override
	public String title() {
		return "no fault (control)";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		watch.from(Instant.now(), List.of());
		Pause.of(Duration.ofMillis(random.nextInt(1000, 3000)));
	}

}
