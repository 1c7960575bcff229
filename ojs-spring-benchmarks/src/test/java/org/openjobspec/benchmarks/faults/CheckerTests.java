package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.faults.Deliveries.Delivery;
import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker sees each kind of violation, and none where there is none.
 */
class CheckerTests {

	/** A job whose first attempt ran, was taken away, and was followed by another. */
	private static Story repeated(String first, Result lost, String second, Result counted) {
		return Story.of(Kind.PLAIN)
			.enqueued()
			.claimed(0.2, 1, "a")
			.ran(first, 1, "a", 0.21, 0.3, lost)
			.lost(6.2, 1)
			.claimed(6.3, 2, "b")
			.ran(second, 2, "b", 6.31, 6.4, counted)
			.completed(6.5, 2, "b");
	}

	@Nested
	class Clean {

		@Test
		void aJobThatRunsOnce() {
			assertThat(Story.of(Kind.PLAIN).plainly("node-1", "a").rules()).isEmpty();
		}

		@Test
		void aJobWhoseReportNobodyHeardSinceAPoolWasExhausted() {
			assertThat(unheard().disturbed(Cause.POOL_EXHAUSTED, "node-1", 0.1, 2).rules()).isEmpty();
			assertThat(unheard().rules()).containsExactly(Rule.REEXECUTION);
			assertThat(repeated("node-1", Result.RETURNED, "node-2", Result.RETURNED)
				.disturbed(Cause.POOL_EXHAUSTED, "node-1", 0.1, 2)
				.rules()).as("an exhausted pool is no excuse for a node's own jobs").containsExactly(Rule.REEXECUTION);
		}

		@Test
		void aJobThatARemoteWorkerStartedTooLateSinceAPoolWasExhausted() {
			Story story = Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.lost(6.2, 1)
				.ran(Run.REMOTE, 1, "a", 6.4, 6.5, Result.REFUSED)
				.claimed(6.6, 2, "b")
				.ran(Run.REMOTE, 2, "b", 6.7, 6.8, Result.ACKNOWLEDGED)
				.completed(6.9, 2, "b");
			assertThat(story.rules()).containsExactly(Rule.REEXECUTION);
			assertThat(story.disturbed(Cause.POOL_EXHAUSTED, "node-1", 1, 3).rules()).isEmpty();
		}

		private Story unheard() {
			return repeated(Run.REMOTE, Result.UNANSWERED, Run.REMOTE, Result.ACKNOWLEDGED);
		}

		@Test
		void aJobThatStartsLongAfterTheCrashThatUndidItsClaim() {
			Story story = Story.of(Kind.PLAIN)
				.enqueued()
				.ran(Run.REMOTE, 1, "a", 5, 5.1, Result.REFUSED)
				.claimed(4, 1, "b")
				.ran(Run.REMOTE, 1, "b", 5.05, 5.2, Result.ACKNOWLEDGED)
				.completed(5.3, 1, "b");
			assertThat(story.rules()).contains(Rule.LEASE);
			assertThat(story.crashed(2, 3).rules()).isEmpty();
		}

		@Test
		void aJobThatFailsAndIsRetried() {
			Story story = Story.of(Kind.FLAKY)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 0.3, Result.FAILED)
				.failed(0.31, 1, 0.5)
				.claimed(0.6, 2, "b")
				.ran("node-2", 2, "b", 0.61, 0.7, Result.RETURNED)
				.completed(0.71, 2, "b");
			assertThat(story.rules()).isEmpty();
			assertThat(story.check().repeated()).as("a retry is not a repetition").isZero();
		}

		@Test
		void aScheduledJobThatStartsWhenItIsDue() {
			assertThat(Story.of(Kind.PLAIN)
				.scheduled(2)
				.event(2, JobEvent.ENQUEUED, 0)
				.claimed(2.01, 1, "a")
				.ran("node-1", 1, "a", 2.02, 2.1, Result.RETURNED)
				.completed(2.2, 1, "a")
				.rules()).isEmpty();
		}

		@Test
		void aJobWhoseNodeWasKilled_runsAgain() {
			Story story = Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.startedOnly("node-1", 1, "a", 0.21)
				.disturbed(Cause.NODE_DIED, "node-1", 0.25, 0.25)
				.lost(6.2, 1)
				.claimed(6.3, 2, "b")
				.ran("node-2", 2, "b", 6.31, 6.4, Result.RETURNED)
				.completed(6.5, 2, "b");
			assertThat(story.rules()).isEmpty();
			assertThat(story.check().repeated()).isOne();
		}

		@Test
		void aJobWhoseNodeStalled_runsElsewhereWhileTheFirstGoesOn_andTheLateEndIsRefused() {
			Story story = Story.of(Kind.LONG)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 8.2, Result.RETURNED)
				.disturbed(Cause.NODE_STALLED, "node-1", 1, 8)
				.lost(7.1, 1)
				.claimed(7.2, 2, "b")
				.ran("node-2", 2, "b", 7.21, 10, Result.RETURNED)
				.completed(10.1, 2, "b");
			assertThat(story.rules()).isEmpty();
			assertThat(story.check().refused()).isOne();
		}

		@Test
		void aNodeThatStalled_startsLateWhatItHadClaimed() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.disturbed(Cause.NODE_STALLED, "node-1", 0.3, 8)
				.lost(6.1, 1)
				.claimed(6.2, 2, "b")
				.ran("node-2", 2, "b", 6.21, 6.3, Result.RETURNED)
				.completed(6.4, 2, "b")
				.ran("node-1", 1, "a", 8.01, 8.1, Result.RETURNED)
				.rules()).isEmpty();
		}

		@Test
		void anAttemptThatWasHandedBackBeforeItRan() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.claimed(2.3, 1, "b")
				.ran("node-2", 1, "b", 2.31, 2.4, Result.RETURNED)
				.completed(2.5, 1, "b")
				.rules()).isEmpty();
		}

		@Test
		void aClaimThatACrashHasUndone() {
			assertThat(Story.of(Kind.SLOW)
				.enqueued()
				.ran("node-1", 1, "a", 0.3, 0.6, Result.RETURNED)
				.crashed(0.4, 2)
				.claimed(2.1, 1, "b")
				.ran("node-2", 1, "b", 2.11, 2.2, Result.RETURNED)
				.completed(2.3, 1, "b")
				.rules()).isEmpty();
		}

		@Test
		void aTransactionalHandler() {
			assertThat(Story.of(Kind.EFFECT).plainly("node-1", "a").effects(1).rules()).isEmpty();
		}

		@Test
		void aJobThatIsToFail() {
			assertThat(Story.of(Kind.DOOMED)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 0.3, Result.FAILED)
				.failed(0.31, 1, 0.5)
				.claimed(0.6, 2, "a")
				.ran("node-1", 2, "a", 0.61, 0.7, Result.FAILED)
				.event(0.71, JobEvent.FAILED, 2)
				.event(0.71, JobEvent.DISCARDED, 2)
				.row(JobState.DISCARDED, 2, "a")
				.rules()).isEmpty();
		}

		@Test
		void enqueuesThatWereRolledBackOrNeverAnswered() {
			assertThat(Story.of(Kind.PLAIN).way(Way.ROLLED_BACK).rules()).isEmpty();
			assertThat(Story.of(Kind.PLAIN).unanswered().rules()).isEmpty();
			assertThat(Story.of(Kind.PLAIN).unanswered().plainly("node-1", "a").rules()).isEmpty();
			assertThat(Story.of(Kind.PLAIN).way(Way.TRANSACTION).requests(1).plainly("node-1", "a").rules()).isEmpty();
		}

	}

	@Nested
	class Promised {

		@Test
		void anAcknowledgedJobThatIsNotThere_isLost() {
			assertThat(Story.of(Kind.PLAIN).rules()).containsExactly(Rule.LOST);
		}

		@Test
		void aJobThatNeverEnds_isLost() {
			assertThat(Story.of(Kind.PLAIN).enqueued().row(JobState.AVAILABLE, 0, null).rules())
				.containsExactly(Rule.LOST);
		}

		@Test
		void anAcknowledgedEndThatIsNotThere_isLost() {
			assertThat(Story.of(Kind.REMOTE)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran(Run.REMOTE, 1, "a", 0.21, 0.3, Result.ACKNOWLEDGED)
				.disturbed(Cause.DATABASE_AWAY, null, 0.4, 1)
				.claimed(1.2, 1, "b")
				.ran(Run.REMOTE, 1, "b", 1.21, 1.3, Result.ACKNOWLEDGED)
				.completed(1.3, 1, "b")
				.rules()).containsExactly(Rule.LOST);
		}

		@Test
		void aJobOfARolledBackTransaction_isAPhantom() {
			assertThat(Story.of(Kind.PLAIN).way(Way.ROLLED_BACK).plainly("node-1", "a").rules())
				.containsExactly(Rule.PHANTOM);
			assertThat(Story.of(Kind.PLAIN).unknown().plainly("node-1", "a").rules()).containsExactly(Rule.PHANTOM);
		}

		@Test
		void aTransactionOfWhichHalfIsThere_isTorn() {
			assertThat(Story.of(Kind.PLAIN).way(Way.ROLLED_BACK).requests(1).rules()).containsExactly(Rule.TORN);
			assertThat(Story.of(Kind.PLAIN).way(Way.TRANSACTION).plainly("node-1", "a").rules())
				.containsExactly(Rule.TORN);
			assertThat(Story.of(Kind.PLAIN).unanswered().requests(1).rules()).containsExactly(Rule.TORN);
		}

		@Test
		void aTransactionalHandlerLeavesOneRow() {
			assertThat(Story.of(Kind.EFFECT).plainly("node-1", "a").effects(2).rules()).containsExactly(Rule.EFFECT);
			assertThat(Story.of(Kind.EFFECT).plainly("node-1", "a").rules()).containsExactly(Rule.EFFECT);
		}

		@Test
		void aJobThatShouldHaveCompleted() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 0.3, Result.FAILED)
				.event(0.31, JobEvent.FAILED, 1)
				.event(0.31, JobEvent.DISCARDED, 1)
				.row(JobState.DISCARDED, 1, "a")
				.rules()).containsExactly(Rule.WRONG_END);
		}

	}

	@Nested
	class StateMachine {

		@Test
		void aJobThatCompletesTwice() {
			assertThat(Story.of(Kind.PLAIN).plainly("node-1", "a").event(0.4, JobEvent.COMPLETED, 1).rules())
				.containsExactly(Rule.DOUBLE_COMPLETION);
		}

		@Test
		void aJobThatStartsAfterItsEnd() {
			assertThat(Story.of(Kind.PLAIN).plainly("node-1", "a").claimed(0.5, 2, "b").rules())
				.contains(Rule.TRANSITION);
		}

		@Test
		void aSecondClaimOfAHeldAttempt() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.claimed(0.21, 2, "b")
				.ran("node-2", 2, "b", 0.22, 0.3, Result.RETURNED)
				.completed(0.31, 2, "b")
				.rules()).containsExactly(Rule.LEASE);
		}

		@Test
		void anAttemptThatIsNotCounted_orCountedTwice() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.lost(6.2, 1)
				.claimed(6.3, 1, "b")
				.ran("node-2", 1, "b", 6.31, 6.4, Result.RETURNED)
				.completed(6.5, 1, "b")
				.rules()).containsExactly(Rule.ATTEMPT);
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 2, "a")
				.ran("node-1", 2, "a", 0.21, 0.3, Result.RETURNED)
				.completed(0.31, 2, "a")
				.rules()).containsExactly(Rule.ATTEMPT);
		}

		@Test
		void aFailureWithoutConsequence_orAConsequenceWithoutFailure() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.event(0.2, JobEvent.RETRYING, 1)
				.claimed(0.3, 1, "a")
				.ran("node-1", 1, "a", 0.31, 0.4, Result.RETURNED)
				.completed(0.5, 1, "a")
				.rules()).contains(Rule.TRANSITION);
		}

		@Test
		void anEndWithoutAnEvent() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 0.3, Result.RETURNED)
				.row(JobState.COMPLETED, 1, "a")
				.rules()).containsExactly(Rule.TRANSITION);
		}

	}

	@Nested
	class Leases {

		@Test
		void aLateEndThatIsAcceptedWhileTheNextAttemptRuns() {
			assertThat(Story.of(Kind.LONG)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 8.2, Result.RETURNED)
				.disturbed(Cause.NODE_STALLED, "node-1", 1, 8)
				.lost(7.1, 1)
				.claimed(7.2, 2, "b")
				.ran("node-2", 2, "b", 7.21, 10, Result.RETURNED)
				.completed(8.25, 2, "b")
				.rules()).containsExactly(Rule.LEASE);
		}

		@Test
		void aLateFailureThatIsAcceptedWhileTheNextAttemptRuns() {
			assertThat(Story.of(Kind.FLAKY)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 8.2, Result.FAILED)
				.disturbed(Cause.NODE_STALLED, "node-1", 1, 8)
				.lost(7.1, 1)
				.claimed(7.2, 2, "b")
				.ran("node-2", 2, "b", 7.21, 10, Result.RETURNED)
				.failed(8.25, 2, 8.5)
				.claimed(10.2, 3, "b")
				.ran("node-2", 3, "b", 10.21, 10.3, Result.RETURNED)
				.completed(10.4, 3, "b")
				.rules()).containsExactly(Rule.LEASE);
		}

		@Test
		void theEndOfARunWhoseClaimACrashHasUndone_thatEndsTheNextClaimOfTheSameWorkerAndNumber() {
			assertThat(Story.of(Kind.SLOW)
				.enqueued()
				.ran("node-1", 1, "a", 0.3, 0.6, Result.RETURNED)
				.crashed(0.4, 2)
				.claimed(2.1, 1, "a")
				.ran("node-1", 1, "a", 2.11, 4, Result.RETURNED)
				.completed(2.3, 1, "a")
				.rules()).containsExactly(Rule.LEASE);
		}

		@Test
		void twoAttemptsAtOnce() {
			assertThat(Story.of(Kind.LONG)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 3, Result.RETURNED)
				.disturbed(Cause.NODE_STALLED, "node-1", 0, 3)
				.claimed(1, 1, "b")
				.ran("node-2", 1, "b", 1.1, 2, Result.RETURNED)
				.completed(2.1, 1, "b")
				.rules()).containsExactly(Rule.LEASE);
		}

		@Test
		void aRunWithoutAClaim_alsoBeforeACrashThatCannotHaveUndoneIt() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.ran("node-1", 1, "a", 0.1, 0.11, Result.RETURNED)
				.crashed(4, 5)
				.claimed(5.1, 1, "b")
				.ran("node-2", 1, "b", 5.11, 5.2, Result.RETURNED)
				.completed(5.3, 1, "b")
				.rules()).contains(Rule.LEASE);
		}

		@Test
		void aRunWithoutAClaim_onANodeThatHasHadItsDatabaseForAWhile() {
			assertThat(Story.of(Kind.PLAIN)
				.enqueued()
				.crashed(1, 2)
				.claimed(4, 1, "b")
				.ran("node-2", 1, "b", 4.1, 4.2, Result.RETURNED)
				.ran("node-1", 1, "a", 6, 6.1, Result.RETURNED)
				.completed(4.3, 1, "b")
				.rules()).contains(Rule.LEASE);
		}

		@Test
		void anEndThatNobodyRan() {
			assertThat(Story.of(Kind.PLAIN).enqueued().claimed(0.2, 1, "a").completed(0.3, 1, "a").rules())
				.containsExactly(Rule.LEASE);
		}

		@Test
		void aFailureThatNobodyRan_unlessTheStartCouldNotBeWrittenDown() {
			Story story = Story.of(Kind.FLAKY)
				.enqueued()
				.claimed(0.2, 1, "a")
				.failed(0.31, 1, 0.5)
				.claimed(0.6, 2, "b")
				.ran("node-2", 2, "b", 0.61, 0.7, Result.RETURNED)
				.completed(0.71, 2, "b");
			assertThat(story.rules()).containsExactly(Rule.LEASE);
			assertThat(story.disturbed(Cause.NODE_DIED, "node-2", 0.25, 0.3).rules()).containsExactly(Rule.LEASE);
			assertThat(story.disturbed(Cause.NODE_SLOWED, "node-1", 0.25, 0.3).rules()).isEmpty();
		}

		@Test
		void anEndByAnotherThanTheHolder() {
			assertThat(Story.of(Kind.PLAIN).plainly("node-1", "a").row(JobState.COMPLETED, 1, "b").rules())
				.containsExactly(Rule.LEASE);
		}

	}

	@Nested
	class Repetitions {

		@Test
		void aSecondExecutionNeedsAReason() {
			Story story = repeated("node-1", Result.RETURNED, "node-2", Result.RETURNED);
			assertThat(story.rules()).containsExactly(Rule.REEXECUTION);
			assertThat(story.disturbed(Cause.NODE_DIED, "node-2", 1, 1).rules()).as("another node's death is not one")
				.containsExactly(Rule.REEXECUTION);
			assertThat(story.disturbed(Cause.NODE_DIED, "node-1", 7, 7).rules()).as("nor is what happened later")
				.containsExactly(Rule.REEXECUTION);
			assertThat(story.disturbed(Cause.NODE_DIED, "node-1", 1, 1).rules()).isEmpty();
		}

		@Test
		void aLeaseThatWasCutShort_whateverKeptItsRemoteWorkerWaiting() {
			assertThat(shortened(6.21).rules()).isEmpty();
			assertThat(shortened(4).rules()).containsExactly(Rule.REEXECUTION);
		}

		private static Story shortened(double end) {
			return Story.of(Kind.PLAIN)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran(Run.REMOTE, 1, "a", 0.21, 0.3, Result.UNANSWERED)
				.disturbed(Cause.POOL_EXHAUSTED, "node-1", 0.1, 2)
				.leaseOver(end, 1)
				.claimed(6.3, 2, "b")
				.ran(Run.REMOTE, 2, "b", 6.31, 6.4, Result.ACKNOWLEDGED)
				.completed(6.5, 2, "b");
		}

		@Test
		void aStartBeforeItsTime() {
			assertThat(Story.of(Kind.PLAIN)
				.scheduled(2)
				.event(1, JobEvent.ENQUEUED, 0)
				.claimed(1.01, 1, "a")
				.ran("node-1", 1, "a", 1.02, 1.1, Result.RETURNED)
				.completed(1.2, 1, "a")
				.rules()).containsExactly(Rule.EARLY);
		}

		@Test
		void aRetryBeforeItsTime() {
			assertThat(Story.of(Kind.FLAKY)
				.enqueued()
				.claimed(0.2, 1, "a")
				.ran("node-1", 1, "a", 0.21, 0.3, Result.FAILED)
				.failed(0.31, 1, 1)
				.claimed(0.6, 2, "b")
				.ran("node-2", 2, "b", 0.61, 0.7, Result.RETURNED)
				.completed(0.71, 2, "b")
				.rules()).containsExactly(Rule.EARLY);
		}

	}

	@Nested
	class Order {

		private final Promise first = promise(1, 0, 1);

		private final Promise second = promise(2, 0, 2);

		private final Promise urgent = promise(3, 5, 3);

		private static Promise promise(int number, int priority, double acknowledged) {
			return new Promise(Ids.next(), Kind.ORDERED, priority, number, Way.HTTP, Story.at(acknowledged - 0.1),
					Story.at(acknowledged));
		}

		private List<Rule> rules(Map<UUID, Instant> claims, Deliveries.Fetch... fetches) {
			Deliveries deliveries = new Deliveries();
			List.of(fetches).forEach(deliveries::add);
			return OrderCheck.check(List.of(this.first, this.second, this.urgent), deliveries, claims)
				.stream()
				.map(Violation::rule)
				.toList();
		}

		private static Deliveries.Fetch fetch(double sent, Promise... jobs) {
			return new Deliveries.Fetch(Story.at(sent), Story.at(sent + 0.1),
					List.of(jobs).stream().map((job) -> new Delivery(job.id(), 1)).toList());
		}

		@Test
		void byPriority_thenByInsertion() {
			assertThat(rules(Map.of(), fetch(4, this.urgent, this.first), fetch(5, this.second))).isEmpty();
		}

		@Test
		void aJobThatWasNotThereYet_mayComeLater() {
			assertThat(rules(Map.of(), fetch(1.5, this.first), fetch(2.5, this.second), fetch(4, this.urgent)))
				.isEmpty();
		}

		@Test
		void anOlderJobThatIsOvertaken() {
			assertThat(rules(Map.of(), fetch(4, this.urgent), fetch(5, this.second), fetch(6, this.first)))
				.containsExactly(Rule.ORDER);
			assertThat(rules(Map.of(), fetch(4, this.urgent, this.second, this.first))).containsExactly(Rule.ORDER);
		}

		@Test
		void anUrgentJobThatIsOvertaken() {
			assertThat(rules(Map.of(), fetch(4, this.first, this.second), fetch(5, this.urgent)))
				.containsExactly(Rule.ORDER);
		}

		@Test
		void aJobThatAnUnansweredFetchHadTaken_isNotOvertaken() {
			assertThat(rules(Map.of(this.first.id(), Story.at(3.5)), fetch(4, this.urgent, this.second))).isEmpty();
		}

	}

}
