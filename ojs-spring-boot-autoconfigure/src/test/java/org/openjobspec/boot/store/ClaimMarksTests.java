package org.openjobspec.boot.store;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where claims start to look.
 */
class ClaimMarksTests {

	private long now = TimeUnit.DAYS.toNanos(1);

	private final ClaimMarks marks = new ClaimMarks(() -> this.now);

	@Test
	void aQueueThatWasNeverLookedAtIsLookedAtFromTheStart() {
		assertThat(this.marks.ranges(List.of("q")))
			.containsExactly(new ClaimMarks.Range("q", Short.MIN_VALUE, 0, Short.MAX_VALUE));
	}

	@Test
	void aFreshMarkIsNotUsedYet() {
		this.marks.ranges(List.of("q"));
		this.marks.advance("q", 0, 100);
		assertThat(mark()).isZero();
		pass(50);
		assertThat(mark()).isEqualTo(100);
	}

	@Test
	void theRangesCoverEveryPriorityInOrder() {
		this.marks.ranges(List.of("q"));
		this.marks.advance("q", 0, 100);
		this.marks.advance("q", -10, 50);
		pass(50);
		assertThat(this.marks.ranges(List.of("q"))).containsExactly(new ClaimMarks.Range("q", Short.MIN_VALUE, 0, -10),
				new ClaimMarks.Range("q", -10, 50, 0), new ClaimMarks.Range("q", 0, 100, Short.MAX_VALUE));
	}

	@Test
	void nowAndThenALookGoesBack() {
		this.marks.ranges(List.of("q"));
		this.marks.advance("q", 0, 100);
		pass(1600);
		this.marks.advance("q", 0, 200);
		pass(50);
		assertThat(mark()).as("the look back").isEqualTo(100);
		assertThat(mark()).as("the next look").isEqualTo(200);
	}

	@Test
	void whatTheMarksSpareIsKnownForEachLane() {
		this.marks.ranges(List.of("q"));
		assertThat(this.marks.depths()).isEmpty();
		this.marks.advance("q", 0, 100);
		this.marks.advance("q", -10, 50);
		assertThat(this.marks.depths()).containsExactly(new ClaimMarks.Depth("q", -10, 50),
				new ClaimMarks.Depth("q", 0, 100));
		this.marks.rewind("q", -10, 1);
		assertThat(this.marks.depths()).containsExactly(new ClaimMarks.Depth("q", 0, 100));
	}

	@Test
	void aJobBelowTheMarkTakesTheMarkBack() {
		this.marks.ranges(List.of("q"));
		this.marks.advance("q", 0, 100);
		pass(50);
		this.marks.advance("q", 0, 200);
		pass(50);
		this.marks.rewind("q", 0, 150);
		assertThat(mark()).isEqualTo(100);
		this.marks.rewind("q", 0, 60);
		assertThat(mark()).isLessThan(60);
	}

	@Test
	void theMarkFollowsClaimsThatNeverPause() {
		this.marks.ranges(List.of("q"));
		for (int i = 1; i <= 4_000; i++) {
			this.marks.advance("q", 0, i);
			pass(1);
		}
		assertThat(mark()).as("the look back").isBetween(2_480L, 2_511L);
		assertThat(mark()).as("the next look").isBetween(3_940L, 3_970L);
	}

	private long mark() {
		List<ClaimMarks.Range> ranges = this.marks.ranges(List.of("q"));
		return ranges.get(ranges.size() - 1).fromSeq();
	}

	private void pass(long millis) {
		this.now += TimeUnit.MILLISECONDS.toNanos(millis);
	}

}
