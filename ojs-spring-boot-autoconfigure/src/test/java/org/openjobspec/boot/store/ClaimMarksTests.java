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

	private ClaimMarks.Look latest = look();

	@Test
	void aQueueThatWasNeverLookedAtIsLookedAtFromTheStart() {
		assertThat(look().ranges()).containsExactly(new ClaimMarks.Range("q", Short.MIN_VALUE, 0, Short.MAX_VALUE));
	}

	@Test
	void aFreshMarkIsNotUsedYet() {
		look();
		this.marks.advance(this.latest, "q", 0, 100);
		assertThat(mark()).isZero();
		pass(50);
		assertThat(mark()).isEqualTo(100);
	}

	@Test
	void theRangesCoverEveryPriorityInOrder() {
		look();
		this.marks.advance(this.latest, "q", 0, 100);
		this.marks.advance(this.latest, "q", -10, 50);
		pass(50);
		assertThat(look().ranges()).containsExactly(new ClaimMarks.Range("q", Short.MIN_VALUE, 0, -10),
				new ClaimMarks.Range("q", -10, 50, 0), new ClaimMarks.Range("q", 0, 100, Short.MAX_VALUE));
	}

	@Test
	void nowAndThenALookGoesBack() {
		look();
		this.marks.advance(this.latest, "q", 0, 100);
		pass(1600);
		this.marks.advance(this.latest, "q", 0, 200);
		pass(50);
		assertThat(mark()).as("the look back").isEqualTo(100);
		assertThat(mark()).as("the next look").isEqualTo(200);
	}

	@Test
	void whatTheMarksSpareIsKnownForEachLane() {
		look();
		assertThat(this.marks.depths()).isEmpty();
		this.marks.advance(this.latest, "q", 0, 100);
		this.marks.advance(this.latest, "q", -10, 50);
		assertThat(this.marks.depths()).containsExactly(new ClaimMarks.Depth("q", -10, 50),
				new ClaimMarks.Depth("q", 0, 100));
		this.marks.rewind("q", -10, 1);
		assertThat(this.marks.depths()).containsExactly(new ClaimMarks.Depth("q", 0, 100));
	}

	@Test
	void aJobBelowTheMarkTakesTheMarkBack() {
		look();
		this.marks.advance(this.latest, "q", 0, 100);
		pass(50);
		this.marks.advance(this.latest, "q", 0, 200);
		pass(50);
		this.marks.rewind("q", 0, 150);
		assertThat(mark()).isEqualTo(100);
		this.marks.rewind("q", 0, 60);
		assertThat(mark()).isLessThan(60);
	}

	@Test
	void theMarkFollowsClaimsThatNeverPause() {
		look();
		for (int i = 1; i <= 4_000; i++) {
			this.marks.advance(this.latest, "q", 0, i);
			pass(1);
		}
		assertThat(mark()).as("the look back").isBetween(2_480L, 2_511L);
		assertThat(mark()).as("the next look").isBetween(3_940L, 3_970L);
	}

	@Test
	void aJobThatAppearsWhileAClaimIsUnderWayIsNotPassedOverByIt() {
		look();
		this.marks.advance(this.latest, "q", 0, 100);
		ClaimMarks.Look before = look();
		this.marks.rewind("q", 0, 150);
		this.marks.advance(before, "q", 0, 200);
		pass(50);
		assertThat(mark()).isEqualTo(149);
		this.marks.advance(look(), "q", 0, 200);
		pass(50);
		assertThat(mark()).isEqualTo(200);
	}

	@Test
	void theFirstJobOfAPriorityThatAppearsWhileAClaimIsUnderWayIsNotPassedOverByIt() {
		ClaimMarks.Look before = look();
		this.marks.rewind("q", 0, 50);
		pass(2_000);
		this.marks.advance(before, "q", 0, 100);
		pass(2_000);
		assertThat(mark()).isLessThan(50);
	}

	@Test
	void aClaimThatWasUnderWayWhenAllMarksWereForgottenSetsNone() {
		ClaimMarks.Look before = look();
		this.marks.clear();
		this.marks.advance(before, "q", 0, 200);
		pass(50);
		assertThat(mark()).isZero();
	}

	private ClaimMarks.Look look() {
		this.latest = this.marks.look(List.of("q"));
		return this.latest;
	}

	private long mark() {
		List<ClaimMarks.Range> ranges = look().ranges();
		return ranges.get(ranges.size() - 1).fromSeq();
	}

	private void pass(long millis) {
		this.now += TimeUnit.MILLISECONDS.toNanos(millis);
	}

}
