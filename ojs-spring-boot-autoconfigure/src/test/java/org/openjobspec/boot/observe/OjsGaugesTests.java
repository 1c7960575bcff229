package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.engine.QueueDepth;
import org.openjobspec.boot.engine.WorkerTally;
import org.openjobspec.boot.job.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsGauges}.
 */
class OjsGaugesTests {

	private static final WorkerTally WORKERS = new WorkerTally(3, 2);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	// Readings come from the tests alone.
	private final OjsPulse pulse = new OjsPulse(() -> {
		throw new IllegalStateException("not asked");
	}, Duration.ofHours(1), Duration.ofHours(1));

	private final OjsGauges gauges = new OjsGauges(this.pulse);

	OjsGaugesTests() {
		this.gauges.bindTo(this.registry);
	}

	@AfterEach
	void close() {
		this.pulse.close();
	}

	@Test
	void aQueueIsShownWithWhatItHolds() {
		show(queue("mail", 7, Duration.ofMillis(1500), false));
		assertThat(depth("mail", "available")).isEqualTo(7);
		assertThat(depth("mail", "scheduled")).isEqualTo(1);
		assertThat(depth("mail", "active")).isZero();
		assertThat(value("ojs.queue.oldest", "mail")).isEqualTo(1.5);
		assertThat(value("ojs.queue.paused", "mail")).isZero();
		assertThat(this.registry.get("ojs.worker.active").gauge().value()).isEqualTo(3);
		assertThat(this.registry.get("ojs.worker.busy").gauge().value()).isEqualTo(2);
	}

	@Test
	void theNextReadingReplacesTheLast() {
		show(queue("mail", 7, Duration.ofSeconds(9), false), queue("gone", 1, null, false));
		show(queue("mail", 5, null, true));
		assertThat(depth("mail", "available")).isEqualTo(5);
		assertThat(value("ojs.queue.oldest", "mail")).isZero();
		assertThat(value("ojs.queue.paused", "mail")).isEqualTo(1);
		assertThat(this.registry.find("ojs.queue.depth").tag("queue", "gone").gauge()).isNull();
	}

	@Test
	void whatHasEndedIsNotShown() {
		show(queue("mail", 7, null, false));
		assertThat(this.registry.get("ojs.queue.depth").gauges()).extracting((gauge) -> gauge.getId().getTag("state"))
			.containsExactlyInAnyOrder("available", "active", "scheduled", "retryable", "pending");
	}

	@Test
	void noClientCanMakeTheNumberOfGaugesGrowWithoutLimit() {
		List<QueueDepth> queues = IntStream.range(0, OjsGauges.MAX_QUEUES + 50)
			.mapToObj((i) -> queue("q" + i, 2, Duration.ofSeconds(i), false))
			.toList();
		this.gauges.show(new OjsPulse.Reading(queues, WORKERS));
		assertThat(this.registry.get("ojs.queue.paused").gauges()).hasSize(OjsGauges.MAX_QUEUES + 1);
		assertThat(depth(OjsMetrics.OTHER, "available")).isEqualTo(100);
		assertThat(value("ojs.queue.oldest", OjsMetrics.OTHER)).isEqualTo(OjsGauges.MAX_QUEUES + 49);
	}

	private void show(QueueDepth... queues) {
		this.gauges.show(new OjsPulse.Reading(List.of(queues), WORKERS));
	}

	private double depth(String queue, String state) {
		return this.registry.get("ojs.queue.depth").tags("queue", queue, "state", state).gauge().value();
	}

	private double value(String name, String queue) {
		return this.registry.get(name).tag("queue", queue).gauge().value();
	}

	private static QueueDepth queue(String name, long available, Duration oldest, boolean paused) {
		Map<JobState, Long> jobs = new EnumMap<>(JobState.class);
		jobs.put(JobState.AVAILABLE, available);
		jobs.put(JobState.SCHEDULED, 1L);
		return new QueueDepth(name, paused, jobs, oldest);
	}

}
