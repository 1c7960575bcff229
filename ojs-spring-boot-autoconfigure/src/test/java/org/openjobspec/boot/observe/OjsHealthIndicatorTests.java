package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsHealthIndicator}.
 */
@Timeout(60)
class OjsHealthIndicatorTests {

	@Test
	void aDatabaseThatAnswersIsUp() {
		Health health = indicator(() -> Duration.ofMillis(7)).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("latency", "7 ms").containsEntry("worker", "running");
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

	private static OjsHealthIndicator indicator(Supplier<Duration> ping) {
		return new OjsHealthIndicator(ping, Duration.ofMillis(100), () -> null, () -> Map.of("worker", "running"));
	}

}
