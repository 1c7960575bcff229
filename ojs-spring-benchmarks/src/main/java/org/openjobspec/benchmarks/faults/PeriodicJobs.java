package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Registers the periodic jobs of the load, and stops them.
 */
final class PeriodicJobs {

	private static final String CRON = "/ojs/v1/cron";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Cluster cluster;

	private @Nullable Instant stoppedAt;

	PeriodicJobs(Cluster cluster) {
		this.cluster = cluster;
	}

	void start() {
		Periodic.all().forEach((periodic) -> post(CRON, periodic.wire()));
	}

	void stop() {
		this.stoppedAt = Instant.now();
		Periodic.all().forEach((periodic) -> post(CRON + "/" + periodic.name() + "/disable", Map.of()));
	}

	/** When they were asked to stop. */
	Instant stoppedAt() {
		if (this.stoppedAt == null) {
			throw new IllegalStateException("The periodic jobs have not been stopped");
		}
		return this.stoppedAt;
	}

	// Registering and stopping change nothing when they are repeated.
	private void post(String path, Map<String, ?> body) {
		boolean done = Pause.until(PATIENCE, () -> {
			try {
				return this.cluster.post(path, body, Duration.ZERO).succeeded();
			}
			catch (IOException ex) {
				return false;
			}
		});
		if (!done) {
			throw new IllegalStateException("%s was not answered within %s".formatted(path, PATIENCE));
		}
	}

}
