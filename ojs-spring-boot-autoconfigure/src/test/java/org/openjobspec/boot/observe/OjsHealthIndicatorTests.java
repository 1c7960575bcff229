package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.engine.QueueDepth;
import org.openjobspec.boot.engine.WorkerTally;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsHealthIndicator}.
 */
@Timeout(60)
class OjsHealthIndicatorTests {

	private static final OjsPulse.Reading READING = new OjsPulse.Reading(
			List.of(new QueueDepth("default", false, Map.of(), Duration.ofSeconds(1)),
					new QueueDepth("mail", false, Map.of(), Duration.ofSeconds(2)),
					new QueueDepth("reports", true, Map.of(), Duration.ofSeconds(3)),
					new QueueDepth("unused", false, Map.of(), null)),
			new WorkerTally(1, 0));

	private final OjsPulse pulse = new OjsPulse(() -> READING, Duration.ofHours(1), Duration.ofHours(1));

	@AfterEach
	void close() {
		this.pulse.close();
	}

	@Test
	void aDatabaseThatAnswersIsUp() {
		Health health = indicator(() -> Duration.ofMillis(7)).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("latency", "7 ms").containsEntry("worker", "running");
	}

	@Test
	void whatIsDueForLongestIsShown_butNotInQueuesThatArePaused() {
		OjsHealthIndicator indicator = indicator(() -> Duration.ofMillis(7));
		Awaitility.await()
			.untilAsserted(() -> assertThat(indicator.health().getDetails())
				.containsEntry("oldestDueJob", Map.of("queue", "mail", "age", "2000 ms"))
				.containsEntry("pausedQueues", List.of("reports")));
	}

	@Test
	void aDatabaseThatDoesNotCountInTimeIsUpAllTheSame() {
		CountDownLatch never = new CountDownLatch(1);
		OjsPulse silent = new OjsPulse(() -> {
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return READING;
		}, Duration.ofHours(1), Duration.ofHours(1));
		Health health = indicator(() -> Duration.ofMillis(7), silent).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("latency", "7 ms").doesNotContainKey("pausedQueues");
		never.countDown();
		silent.close();
	}

	@Test
	void aDatabaseThatRefusesIsDown() {
		Health health = indicator(() -> {
			throw new IllegalStateException("refused");
		}).health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("error", "java.lang.IllegalStateException: refused")
			.containsEntry("worker", "running");
	}

	@Test
	void aDatabaseThatIsSilentIsDownInTimeAndUpWhenItAnswers() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		OjsHealthIndicator indicator = indicator(() -> {
			asked.incrementAndGet();
			try {
				answer.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return Duration.ofMillis(1);
		});
		for (int i = 0; i < 3; i++) {
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("error", "the database has not answered for 100 ms");
		}
		assertThat(asked).as("questions in flight").hasValue(1);
		answer.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(indicator.health().getStatus()).isEqualTo(Status.UP));
	}

	private OjsHealthIndicator indicator(Supplier<Duration> ping) {
		return indicator(ping, this.pulse);
	}

	private static OjsHealthIndicator indicator(Supplier<Duration> ping, OjsPulse pulse) {
		return new OjsHealthIndicator(ping, pulse, Duration.ofMillis(100), () -> null,
				() -> Map.of("worker", "running"));
	}

}
