package org.openjobspec.boot.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.RetryPolicy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsMetrics}.
 */
class OjsMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final OjsMetrics metrics = new OjsMetrics();

	OjsMetricsTests() {
		this.metrics.bindTo(this.registry);
	}

	@Test
	void transitionsAreCountedByQueueAndType() {
		this.metrics.transition(event(JobEvent.ENQUEUED, "mail", "email.send"));
		this.metrics.transition(event(JobEvent.ENQUEUED, "mail", "email.send"));
		this.metrics.transition(event(JobEvent.ENQUEUED, "mail", "email.read"));
		this.metrics.transition(event(JobEvent.RETRYING, "mail", "email.send"));
		assertThat(count("ojs.job.enqueued", "email.send")).isEqualTo(2);
		assertThat(count("ojs.job.enqueued", "email.read")).isEqualTo(1);
		assertThat(count("ojs.job.retried", "email.send")).isEqualTo(1);
	}

	@Test
	void anEventWithoutAJobIsNotCounted() {
		this.metrics.transition(new JobEvent(JobEvent.CANCELLED, Instant.EPOCH, null, null, null, 0, Map.of()));
		assertThat(this.registry.getMeters()).isEmpty();
	}

	@Test
	void attemptsAreTimedByOutcome() {
		this.metrics.attempt("mail", "email.send", "completed", Duration.ofMillis(20));
		this.metrics.attempt("mail", "email.send", "failed", Duration.ofMillis(40));
		assertThat(this.registry.get("ojs.job.duration").tag("outcome", "completed").timer().count()).isOne();
		assertThat(this.registry.get("ojs.job.duration").timers()).hasSize(2);
	}

	@Test
	void theWayOutOfTheDeadLetterIsCounted() {
		this.metrics.transition(event(JobEvent.DEAD_LETTER_RETRIED, "mail", "email.send"));
		assertThat(count("ojs.job.revived", "email.send")).isEqualTo(1);
	}

	@Test
	void attemptsOfRemoteWorkersAreTimedLikeOurs() {
		this.metrics.reported(job(), true, Duration.ofMillis(20));
		this.metrics.reported(job(), false, Duration.ofMillis(30));
		assertThat(this.registry.get("ojs.job.duration").tag("outcome", "completed").timer().totalTime(MILLISECONDS))
			.isEqualTo(20);
		assertThat(this.registry.get("ojs.job.duration").tag("outcome", "failed").timer().totalTime(MILLISECONDS))
			.isEqualTo(30);
	}

	@Test
	void theTimeInTheQueueIsThatFromAvailableToClaimed() {
		this.metrics.claimed(job());
		assertThat(this.registry.get("ojs.job.queue_time")
			.tags("queue", "mail", "type", "email.send")
			.timer()
			.totalTime(MILLISECONDS)).isEqualTo(250);
	}

	private static Job job() {
		Instant available = Instant.EPOCH.plusMillis(1000);
		return new Job(UUID.randomUUID(), "email.send", "mail", "[]", "{}", 0,
				new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null, List.of(), null, Map.of()),
				JobState.ACTIVE, 1, Instant.EPOCH, available, available.plusMillis(250), null, null, "w1", null, false,
				false, List.of(), null, null);
	}

	@Test
	void noClientCanMakeTheNumberOfMetersGrowWithoutLimit() {
		for (int i = 0; i < OjsMetrics.MAX_TAGS + 500; i++) {
			this.metrics.transition(event(JobEvent.ENQUEUED, "default", "type." + i));
		}
		assertThat(this.registry.find("ojs.job.enqueued").counters()).hasSize(OjsMetrics.MAX_TAGS + 1);
		assertThat(count("ojs.job.enqueued", OjsMetrics.OTHER)).isEqualTo(500);
	}

	@Test
	void noMeterIsTaggedWithAJob() {
		JobEvent event = event(JobEvent.COMPLETED, "default", "report");
		this.metrics.transition(event);
		for (Meter meter : this.registry.getMeters()) {
			assertThat(meter.getId().toString()).doesNotContain(event.jobId().toString());
		}
	}

	private double count(String name, String type) {
		return this.registry.get(name).tag("type", type).counter().count();
	}

	private static JobEvent event(String type, String queue, String jobType) {
		return new JobEvent(type, Instant.EPOCH, UUID.randomUUID(), jobType, queue, 1, Map.of());
	}

}
