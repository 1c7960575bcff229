package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.worker.WorkerListener.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the water marks.
 */
class LaneTests {

	private final Lane lane = new Lane(Set.of("type"), List.of("default"), 10, 500);

	@Test
	void asksForItsFreeSlotsOnly_whileItDoesNotKnowHowLongJobsTake() {
		assertThat(this.lane.wanted()).isEqualTo(10);
		assertThat(this.lane.add(jobs(4))).isEqualTo(4);
		assertThat(this.lane.buffered()).isEqualTo(4);
		take(4);
		assertThat(this.lane.wanted()).isEqualTo(6);
	}

	@Test
	void claimsFarAheadForShortJobs_upToItsBound() {
		runOne(Duration.ofMillis(1));
		assertThat(this.lane.wanted()).isEqualTo(10 + 500);
	}

	@Test
	void claimsAheadWhatATwentiethOfASecondNeeds() {
		runOne(Duration.ofMillis(10));
		assertThat(this.lane.wanted()).isEqualTo(10 + 50);
	}

	@Test
	void claimsNothingAheadForLongJobs() {
		runOne(Duration.ofSeconds(1));
		assertThat(this.lane.wanted()).isEqualTo(10);
	}

	@Test
	void asksAgainOnlyWhenHalfOfWhatIsAheadIsUsed() {
		runOne(Duration.ofMillis(10));
		this.lane.add(jobs(60));
		take(10);
		assertThat(this.lane.buffered()).isEqualTo(50);
		assertThat(this.lane.wanted()).isZero();
		take(24);
		assertThat(this.lane.wanted()).isZero();
		take(1);
		assertThat(this.lane.wanted()).isEqualTo(25);
	}

	@Test
	void handsBackWhatWaitedTooLong_andClaimsAheadNoMore() {
		runOne(Duration.ofMillis(10));
		this.lane.add(jobs(60));
		take(10);
		assertThat(this.lane.overdue(Duration.ofHours(1))).isEmpty();
		assertThat(this.lane.overdue(Duration.ZERO)).hasSize(50);
		assertThat(this.lane.wanted()).isZero();
		assertThat(this.lane.next(-1)).isNull();
		assertThat(this.lane.wanted()).isEqualTo(1);
	}

	@Test
	void aJobIsSettledOnce() {
		HeldJob held = jobs(1).get(0);
		assertThat(held.settle(Outcome.RETURNED)).isTrue();
		assertThat(held.settle(Outcome.RETURNED)).isFalse();
		assertThat(held.begin()).isFalse();
	}

	private void runOne(Duration duration) {
		this.lane.add(jobs(1));
		assertThat(this.lane.next(-1)).isNotNull();
		assertThat(this.lane.next(duration.toNanos())).isNull();
	}

	private void take(int count) {
		for (int i = 0; i < count; i++) {
			assertThat(this.lane.next(-1)).isNotNull();
		}
	}

	private static List<HeldJob> jobs(int count) {
		List<HeldJob> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(WorkerFixture.held());
		}
		return jobs;
	}

}
