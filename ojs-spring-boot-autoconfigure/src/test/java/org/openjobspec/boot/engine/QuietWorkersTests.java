package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QuietWorkers}.
 */
class QuietWorkersTests {

	private final QuietWorkers workers = new QuietWorkers(Duration.ofHours(1));

	@Test
	void namesThatAreMadeUpDoNotFillTheMemory() {
		for (int i = 0; i < 25_000; i++) {
			this.workers.heard("w" + i, true);
		}
		assertThat(IntStream.range(0, 25_000).filter((i) -> this.workers.contains("w" + i)).count()).isBetween(1L,
				10_000L);
		assertThat(this.workers.contains("w24999")).as("the latest").isTrue();
	}

	@Test
	void whatAWorkerSaysOfItselfIsUnderstoodWhateverElseItSays() {
		assertThat(QuietWorkers.saysSo("{\"n\":1e99999999999,\"state\":\"drain\"}")).isTrue();
		assertThat(QuietWorkers.saysSo("{\"x\":{\"state\":\"drain\"}}")).isFalse();
		assertThat(QuietWorkers.saysSo("{\"state\":7}")).isFalse();
		assertThat(QuietWorkers.saysSo("{\"st\\u0061te\":\"quiet\"}")).isTrue();
		assertThat(QuietWorkers.saysSo("no JSON with \"state\"")).isFalse();
		assertThat(QuietWorkers.saysSo(null)).isFalse();
	}

}
