package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.engine.WorkerTally;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsPulse}.
 */
@Timeout(60)
class OjsPulseTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final AtomicInteger asked = new AtomicInteger();

	private OjsPulse.Reading read() {
		return new OjsPulse.Reading(List.of(), new WorkerTally(this.asked.incrementAndGet(), 0));
	}

	@Test
	void nobodyIsAskedBeforeSomebodyLooks() throws Exception {
		try (OjsPulse pulse = new OjsPulse(this::read, HOUR, HOUR)) {
			assertThat(this.asked).hasValue(0);
			assertThat(pulse.latest(PATIENCE)).isNotNull();
			assertThat(this.asked).hasValue(1);
		}
	}

	@Test
	void thoseWhoLookOftenAreAnsweredFromOneReading() throws Exception {
		try (OjsPulse pulse = new OjsPulse(this::read, HOUR, HOUR)) {
			OjsPulse.Reading first = pulse.latest(PATIENCE);
			for (int i = 0; i < 1000; i++) {
				pulse.look();
				assertThat(pulse.latest(Duration.ZERO)).isSameAs(first);
			}
			assertThat(this.asked).hasValue(1);
		}
	}

	@Test
	void whoLooksWhileTheDatabaseIsSilentDoesNotWaitForIt() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		try (OjsPulse pulse = new OjsPulse(() -> {
			await(answer);
			return read();
		}, HOUR, HOUR)) {
			pulse.look();
			assertThat(pulse.latest(Duration.ofMillis(20))).isNull();
			answer.countDown();
			assertThat(pulse.latest(PATIENCE)).isNotNull();
		}
	}

	@Test
	void aReadingThatHasBecomeOldIsNotShown() throws Exception {
		AtomicBoolean down = new AtomicBoolean();
		try (OjsPulse pulse = new OjsPulse(() -> {
			if (down.get()) {
				throw new IllegalStateException("down");
			}
			return read();
		}, Duration.ofMillis(20), HOUR)) {
			assertThat(pulse.latest(PATIENCE)).isNotNull();
			down.set(true);
			Awaitility.await().atMost(PATIENCE).until(() -> pulse.latest(Duration.ZERO) == null);
			down.set(false);
			Awaitility.await().atMost(PATIENCE).until(() -> pulse.latest(Duration.ZERO) != null);
		}
	}

	@Test
	void asLongAsSomebodyLooksNowAndThenItGoesOn_andEndsWhenNobodyDoes() throws Exception {
		try (OjsPulse pulse = new OjsPulse(this::read, Duration.ofMillis(1), Duration.ofMillis(500))) {
			pulse.look();
			Awaitility.await().atMost(PATIENCE).until(() -> this.asked.get() > 3);
			Awaitility.await().atMost(PATIENCE).until(() -> pulseThreads() == 0);
			int last = this.asked.get();
			assertThat(pulse.latest(PATIENCE)).isNotNull();
			assertThat(this.asked.get()).isGreaterThan(last);
		}
	}

	@Test
	void itEndsWithTheApplication() throws Exception {
		OjsPulse pulse = new OjsPulse(this::read, Duration.ofMillis(1), HOUR);
		pulse.latest(PATIENCE);
		pulse.close();
		assertThat(pulseThreads()).isZero();
		int last = this.asked.get();
		pulse.look();
		assertThat(pulseThreads()).isZero();
		assertThat(this.asked).hasValue(last);
	}

	private static long pulseThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("ojs-pulse"))
			.count();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
