package org.openjobspec.benchmarks.speed;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MeasuresTest {

	private static final long SECOND = 1_000_000_000;

	private final Measures measures = new Measures();

	@Test
	void aRateIsJobsPerSecond() {
		assertThat(this.measures.add("drain", Peer.OJS, 1, 3_000, 2 * SECOND).rate()).isEqualTo(1_500);
	}

	@Test
	void aRatioComparesMediansOfTheSameDiscipline() {
		this.measures.add("drain", Peer.OJS, 1, 500, SECOND);
		this.measures.add("drain", Peer.JOBRUNR, 1, 50, SECOND);
		this.measures.add("drain", Peer.OJS, 2, 1_000, SECOND);
		this.measures.add("drain", Peer.JOBRUNR, 2, 100, SECOND);
		this.measures.add("drain", Peer.OJS, 3, 9_000, SECOND);
		this.measures.add("drain", Peer.JOBRUNR, 3, 200, SECOND);
		this.measures.add("enqueue", Peer.OJS, 1, 7, SECOND);
		assertThat(this.measures.ratio("drain", Peer.OJS, Peer.JOBRUNR)).hasValue(10.0);
	}

	@Test
	void thereIsNoRatioToWhatWasNotMeasured() {
		this.measures.add("drain", Peer.OJS, 1, 500, SECOND);
		assertThat(this.measures.ratio("drain", Peer.OJS, Peer.FLOOR)).isEmpty();
	}

}
