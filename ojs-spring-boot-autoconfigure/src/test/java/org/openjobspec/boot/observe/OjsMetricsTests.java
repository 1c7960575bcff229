package org.openjobspec.boot.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.JobEvent;

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
		assertThat(count("ojs.jobs.enqueued", "email.send")).isEqualTo(2);
		assertThat(count("ojs.jobs.enqueued", "email.read")).isEqualTo(1);
		assertThat(count("ojs.jobs.retried", "email.send")).isEqualTo(1);
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
		assertThat(this.registry.get("ojs.jobs.duration").tag("outcome", "completed").timer().count()).isOne();
		assertThat(this.registry.get("ojs.jobs.duration").timers()).hasSize(2);
	}

	@Test
	void noClientCanMakeTheNumberOfMetersGrowWithoutLimit() {
		for (int i = 0; i < OjsMetrics.MAX_TAGS + 500; i++) {
			this.metrics.transition(event(JobEvent.ENQUEUED, "default", "type." + i));
		}
		assertThat(this.registry.find("ojs.jobs.enqueued").counters()).hasSize(OjsMetrics.MAX_TAGS + 1);
		assertThat(count("ojs.jobs.enqueued", OjsMetrics.OTHER)).isEqualTo(500);
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
