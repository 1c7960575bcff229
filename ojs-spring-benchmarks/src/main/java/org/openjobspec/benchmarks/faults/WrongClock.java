package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A node is restarted with a clock that is an hour fast or slow, works with it, and is
 * restarted with the right one. Both restarts are in order.
 */
final class WrongClock implements Fault {

	@Override
	public String name() {
		return "wrong-clock";
	}

	@Override
	public String title() {
		return "clock of a node wrong by an hour";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) throws IOException {
		NodeProcess victim = cluster.anyMortal(random);
		Duration shift = Duration.ofHours(random.nextBoolean() ? 1 : -1);
		watch.from(Instant.now(), List.of(victim));
		victim.stop();
		victim.launch(shift);
		victim.awaitReady();
		if (Http.get(victim.port(), "/harness/info").body().path("clock-reads").asInt() == 0) {
			throw new IllegalStateException("No call of the library reads the wrong clock");
		}
		Pause.of(Duration.ofMillis(random.nextInt(2000, 4000)));
		victim.stop();
		victim.launch();
		victim.awaitReady();
	}

}
