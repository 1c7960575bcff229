package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From where on receipts of claims are looked at.
 */
class ReceiptsTests {

	private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

	private final AtomicLong nanos = new AtomicLong(42);

	private final Receipts receipts = new Receipts(this.nanos::get);

	@Test
	void afterALookAtAllOfThemTheNextBeginsWhereItHasFoundTheFirst() {
		assertThat(this.receipts.lookFrom()).isEqualTo(Instant.EPOCH);
		this.receipts.seen(Instant.EPOCH, FIRST);
		assertThat(this.receipts.lookFrom()).isEqualTo(FIRST);
		this.receipts.seen(FIRST, FIRST.plusSeconds(1));
		assertThat(this.receipts.lookFrom()).isEqualTo(FIRST.plusSeconds(1));
	}

	@Test
	void nowAndThenAllOfThemAreLookedAt_andAgainIfThatFails() {
		this.receipts.seen(Instant.EPOCH, FIRST);
		this.nanos.addAndGet(Duration.ofSeconds(6).toNanos());
		assertThat(this.receipts.lookFrom()).isEqualTo(Instant.EPOCH);
		assertThat(this.receipts.lookFrom()).as("after one that failed").isEqualTo(Instant.EPOCH);
		this.receipts.seen(Instant.EPOCH, FIRST);
		assertThat(this.receipts.lookFrom()).isEqualTo(FIRST);
	}

	@Test
	void aSweepRests_unlessItHasLeftSome() {
		this.receipts.swept(Reaper.Found.ALL);
		assertThat(this.receipts.rest()).isPositive();
		this.receipts.swept(Reaper.Found.SOME);
		assertThat(this.receipts.rest()).isZero();
	}

}
