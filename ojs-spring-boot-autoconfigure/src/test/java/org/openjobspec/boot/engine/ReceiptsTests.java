package org.openjobspec.boot.engine;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From where on receipts of claims are looked at.
 */
class ReceiptsTests {

	private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

	private final Receipts receipts = new Receipts();

	@Test
	void aLookThatFailedIsMadeAgainFromTheBeginning() {
		assertThat(this.receipts.lookFrom()).isEqualTo(Instant.EPOCH);
		assertThat(this.receipts.lookFrom()).isEqualTo(Instant.EPOCH);
	}

	@Test
	void afterALookAtAllOfThemTheNextBeginsWhereItHasFoundTheFirst() {
		this.receipts.seen(this.receipts.lookFrom(), FIRST);
		assertThat(this.receipts.lookFrom()).isEqualTo(FIRST);
		this.receipts.seen(FIRST, FIRST.plusSeconds(1));
		assertThat(this.receipts.lookFrom()).isEqualTo(FIRST.plusSeconds(1));
	}

}
