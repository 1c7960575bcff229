package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;

import static org.awaitility.Awaitility.await;

/**
 * The background thread knows when to look next.
 */
class MaintenanceTests {

	// What is done within the test is done because it was scheduled.
	private static final EngineSettings SELDOM = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofHours(1), EngineSettings.Retention.DEFAULT,
			EngineSettings.Webhooks.DEFAULT);

	@Test
	void aSilentWorkerThatHeldNothingDoesNotKeepALaterLeaseFromBeingLookedAt() {
		TestDatabase.Database database = TestDatabase.fresh();
		try (EngineFixture other = new EngineFixture(database, SELDOM);
				EngineFixture fixture = new EngineFixture(database, SELDOM)) {
			other.engine().heartbeat(new Heartbeat("silent", List.of(), null, null, false));
			other.sql().sql("UPDATE ojs.worker SET heartbeat_at = heartbeat_at - interval '1 hour'").update();
			other.enqueue("t.a");
			Job held = other.engine()
				.fetch(new FetchRequest(List.of("default"), null, 1, "w1", Duration.ofSeconds(2), false))
				.get(0);
			fixture.engine().start();
			await().atMost(Duration.ofSeconds(20)).until(() -> fixture.read(held).state() == JobState.AVAILABLE);
		}
	}

}
