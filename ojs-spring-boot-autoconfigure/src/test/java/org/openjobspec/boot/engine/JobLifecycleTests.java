package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Durations;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The way of a job through its states, on a real database.
 */
class JobLifecycleTests {

	private static final JobError BOOM = JobError.of("handler_error", "boom", null);

	@RegisterExtension
	private static final EngineFixture fixture = EngineFixture.started();

	private static final JobEngine engine = fixture.engine();

	@Nested
	class Enqueueing {

		@Test
		void aJobIsAvailableAtOnceAndReadsBackAsItWasSent() {
			Job job = fixture.enqueue("email.send",
					request -> request.args("[\"ä\",1.10,{\"b\":1,\"a\":2}]").meta("{\"k\":null}").priority(7));
			assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
			assertThat(fixture.read(job)).isEqualTo(job);
		}

		@Test
		void aJobForLaterIsScheduledAndBecomesAvailableInTime() {
			Job job = fixture.enqueue("email.send", request -> request.delay(Duration.ofMillis(300)));
			assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(fixture.fetch(1)).isEmpty();
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.AVAILABLE);
			assertThat(fixture.fetch(1)).extracting(Job::id).containsExactly(job.id());
		}

		@Test
		void aTimeInThePastMeansNow() {
			Job job = fixture.enqueue("email.send",
					request -> request.scheduledAt(Instant.parse("2020-01-01T00:00:00Z")));
			assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void aPendingJobWaitsForItsActivation() {
			Job job = fixture.enqueue("email.send", request -> request.pending(true));
			assertThat(fixture.fetch(1)).isEmpty();
			assertThat(engine.activate(job.id()).state()).isEqualTo(JobState.AVAILABLE);
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.activate(job.id()));
			assertThat(fixture.fetch(1)).hasSize(1);
		}

		@Test
		void aBatchWithATakenIdStoresNothing() {
			UUID id = UuidV7.next();
			fixture.enqueue("email.send", request -> request.id(id));
			List<JobRequest> batch = List.of(JobRequest.of("a.b").build(),
					JobRequest.of("email.send").id(id).args("[1]").build());
			assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> engine.enqueue(batch));
			assertThat(fixture.fetch(10)).hasSize(1);
		}

		@Test
		void theSameJobWithTheSameIdIsAnsweredNotRefused() {
			UUID id = UuidV7.next();
			fixture.enqueue("email.send", request -> request.id(id));
			Enqueued again = engine.enqueue(List.of(JobRequest.of("email.send").id(id).build())).get(0);
			assertThat(again.created()).isFalse();
			assertThat(again.job().id()).isEqualTo(id);
		}

	}

	@Nested
	class Fetching {

		@Test
		void higherPriorityComesFirstAndEqualPriorityInOrderOfInsertion() {
			Job low = fixture.enqueue("t.a", request -> request.priority(-10));
			Job first = fixture.enqueue("t.a");
			Job second = fixture.enqueue("t.a");
			Job high = fixture.enqueue("t.a", request -> request.priority(10));
			assertThat(fixture.fetch(1)).extracting(Job::id).containsExactly(high.id());
			Job higher = fixture.enqueue("t.a", request -> request.priority(20));
			assertThat(fixture.fetch(10)).extracting(Job::id)
				.containsExactly(higher.id(), first.id(), second.id(), low.id());
		}

		@Test
		void queuesAreEmptiedInTheOrderGiven() {
			Job b = fixture.enqueue("t.a", request -> request.queue("b").priority(50));
			Job a = fixture.enqueue("t.a", request -> request.queue("a"));
			assertThat(fixture.fetch(2, "a", "b")).extracting(Job::id).containsExactly(a.id(), b.id());
		}

		@Test
		void anAttemptCountsFromTheFetch() {
			Job job = fixture.enqueue("t.a");
			assertThat(job.attempt()).isZero();
			Job fetched = fixture.fetch(1).get(0);
			assertThat(fetched.attempt()).isEqualTo(1);
			assertThat(fetched.startedAt()).isNotNull();
			assertThat(fixture.read(job).state()).isEqualTo(JobState.ACTIVE);
		}

		@Test
		void jobsOfOtherTypesStay() {
			Job other = fixture.enqueue("t.other");
			Job mine = fixture.enqueue("t.mine");
			assertThat(fixture.fetchTypes(10, "t.mine")).extracting(Job::id).containsExactly(mine.id());
			assertThat(fixture.fetch(10)).extracting(Job::id).containsExactly(other.id());
			assertThat(engine.countOthers(List.of("default"), List.of("t.other"))).isEmpty();
		}

		@Test
		void aPausedQueueDeliversNothingAndTakesEverything() {
			engine.pause("default", true);
			Job job = fixture.enqueue("t.a");
			assertThat(fixture.fetch(1)).isEmpty();
			engine.pause("default", false);
			assertThat(fixture.fetch(1)).extracting(Job::id).containsExactly(job.id());
		}

	}

	@Nested
	class Completing {

		@Test
		void theHolderCompletesAndTheResultIsKept() {
			Job job = fixture.enqueue("t.a");
			Job fetched = fixture.fetchOne("w1");
			assertThat(engine.complete(List.of(Completion.of(fetched, "w1", "{\"x\":1}")))).containsExactly(job.id());
			Job done = fixture.read(job);
			assertThat(done.state()).isEqualTo(JobState.COMPLETED);
			assertThat(done.result()).isEqualTo("{\"x\":1}");
			assertThat(done.attempt()).isEqualTo(1);
			assertThat(done.startedAt()).isEqualTo(fetched.startedAt());
		}

		@Test
		void nobodyElseCompletes() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			assertThat(engine.complete(List.of(new Completion(job.id(), "w2", 1, null, null, null)))).isEmpty();
			assertThat(engine.complete(List.of(new Completion(job.id(), "w1", 2, null, null, null)))).isEmpty();
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> engine.acknowledge(job.id(), "w2", null));
			assertThat(fixture.read(job).state()).isEqualTo(JobState.ACTIVE);
		}

		@Test
		void anEndedJobIsNotCompletedAgain() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			engine.acknowledge(job.id(), null, null);
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> engine.acknowledge(job.id(), null, null));
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> engine.reject(job.id(), null, FailureReport.of(BOOM)));
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.cancel(job.id()));
			assertThatExceptionOfType(NotFoundException.class)
				.isThrownBy(() -> engine.acknowledge(UuidV7.next(), null, null));
		}

	}

	@Nested
	class Failing {

		@Test
		void aFailureWithAttemptsLeftIsRetriedAndKeepsItsHistory() {
			Job job = fixture.enqueue("t.a", request -> request.retry(
					policy -> policy.withIntervals(Duration.ofMillis(200), Duration.ofSeconds(1)).withJitter(false)));
			Job failed = engine.reject(fixture.fetchOne("w1").id(), "w1", FailureReport.of(BOOM));
			assertThat(failed.state()).isEqualTo(JobState.RETRYABLE);
			assertThat(failed.attempt()).isEqualTo(1);
			assertThat(failed.failures()).hasSize(1);
			assertThat(failed.failures().get(0).retryDelay()).isEqualTo(Duration.ofMillis(200));
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.AVAILABLE);
			Job again = fixture.fetchOne("w1");
			assertThat(again.attempt()).isEqualTo(2);
			assertThat(again.lastFailure()).isNotNull();
			engine.acknowledge(job.id(), "w1", null);
			assertThat(fixture.read(job).lastFailure()).isNull();
			assertThat(fixture.read(job).failures()).hasSize(1);
		}

		@Test
		void theLastAttemptDiscards() {
			Job job = fixture.enqueue("t.a", request -> request.retry(policy -> policy.withMaxAttempts(1)));
			fixture.fetchOne("w1");
			Job failed = engine.reject(job.id(), "w1", FailureReport.of(BOOM));
			assertThat(failed.state()).isEqualTo(JobState.DISCARDED);
			assertThat(failed.deadLettered()).isFalse();
			assertThat(engine.deadLetters(null, 10, 0).items()).isEmpty();
		}

		@Test
		void theDeadLetterListsRetriesAndDeletes() {
			Job job = fixture.enqueue("t.a", request -> request
				.retry(policy -> policy.withMaxAttempts(1).withOnExhaustion(OnExhaustion.DEAD_LETTER)));
			fixture.fetchOne("w1");
			engine.reject(job.id(), "w1", FailureReport.of(BOOM));
			assertThat(engine.deadLetters(null, 10, 0).items()).extracting(Job::id).containsExactly(job.id());
			Job revived = engine.retryDeadLetter(job.id());
			assertThat(revived.state()).isEqualTo(JobState.AVAILABLE);
			assertThat(revived.attempt()).isZero();
			assertThat(fixture.fetchOne("w1").attempt()).isEqualTo(1);
			engine.reject(job.id(), "w1", FailureReport.of(BOOM));
			engine.deleteDeadLetter(job.id());
			assertThat(engine.find(job.id())).isEmpty();
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.deleteDeadLetter(job.id()));
		}

		@Test
		void anErrorThatThePolicyExcludesIsNotRetried() {
			Job job = fixture.enqueue("t.a",
					request -> request.retry(policy -> policy.withNonRetryableErrors(List.of("auth.*"))));
			fixture.fetchOne("w1");
			Job failed = engine.reject(job.id(), "w1", FailureReport.of(JobError.of("auth.expired", "no", null)));
			assertThat(failed.state()).isEqualTo(JobState.DISCARDED);
		}

		@Test
		void aMessageThatNoDatabaseTakesFailsTheAttemptAllTheSame() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			Job failed = engine.reject(job.id(), "w1", FailureReport.of(JobError.of("boom", "a\u0000b\ud800c", null)));
			assertThat(failed.state()).isEqualTo(JobState.RETRYABLE);
		}

		@Test
		void aDelayWithoutMeasureIsBounded() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			Job failed = engine.reject(job.id(), "w1",
					new FailureReport(BOOM, FailureReport.Verdict.RETRY, Duration.ofSeconds(Long.MAX_VALUE)));
			assertThat(failed.failures().get(0).retryDelay()).isEqualTo(Durations.MAX);
		}

		@Test
		void aJobThatIsFetchedAgainAfterItWasHandedBackDoesNotInheritTheOldLease() {
			fixture.enqueue("t.a");
			Job fetched = fixture.fetchOne("w1");
			engine.heartbeat(new Heartbeat("w1", List.of(fetched.id()), Duration.ofMillis(400), null, false));
			engine.release(fetched.id(), "w1");
			Job again = fixture.fetchOne("w1");
			assertThat(again.attempt()).isEqualTo(fetched.attempt());
			await().during(Duration.ofMillis(1200))
				.atMost(Duration.ofSeconds(10))
				.until(() -> fixture.read(again).state() == JobState.ACTIVE);
		}

		@Test
		void handingBackCostsNoAttempt() {
			Job job = fixture.enqueue("t.a");
			Job later = fixture.enqueue("t.a");
			Job fetched = fixture.fetchOne("w1");
			assertThat(engine.release(List.of(fetched))).containsExactly(job.id());
			assertThat(fixture.read(job).attempt()).isZero();
			assertThat(fixture.fetch(2)).extracting(Job::id).containsExactly(job.id(), later.id());
		}

	}

	@Nested
	class TimeRunsOut {

		@Test
		void anEmbeddedWorkerThatWasDeclaredDeadClaimsNothingMoreUnderItsName() {
			FetchRequest request = new FetchRequest(List.of("default"), null, 1, "node-1", null, true);
			fixture.enqueue("t.a");
			fixture.enqueue("t.a");
			assertThat(fixture.engine().fetch(request)).hasSize(1);
			fixture.sql().sql("UPDATE ojs.worker SET dead = true WHERE id = 'node-1'").update();
			assertThat(fixture.engine().fetch(request)).isEmpty();
			HeartbeatReply reply = fixture.engine().heartbeat(new Heartbeat("node-1", List.of(), null, null, true));
			assertThat(reply.dead()).isTrue();
			assertThat(fixture.engine().fetch(request)).as("also after a heartbeat").isEmpty();
			assertThat(fixture.engine().fetch(new FetchRequest(List.of("default"), null, 1, "node-2", null, true)))
				.hasSize(1);
		}

		@Test
		void aSilentWorkerLosesItsJobAndTheAttemptCounts() {
			Job job = fixture.enqueue("t.a", request -> request.visibilityTimeout(Duration.ofMillis(300)));
			fixture.fetchOne("w1");
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.AVAILABLE);
			Job again = fixture.fetchOne("w2");
			assertThat(again.attempt()).isEqualTo(2);
			assertThat(engine.complete(List.of(new Completion(job.id(), "w1", 1, null, null, null)))).isEmpty();
		}

		@Test
		void aHeartbeatKeepsTheLease() {
			Job job = fixture.enqueue("t.a", request -> request.visibilityTimeout(Duration.ofMillis(600)));
			fixture.fetchOne("w1");
			Instant end = Instant.now().plusMillis(1500);
			await().pollInterval(Duration.ofMillis(150)).atMost(Duration.ofSeconds(10)).until(() -> {
				assertThat(engine.heartbeat(new Heartbeat("w1", List.of(job.id()), null, null, false)).held())
					.containsExactly(job.id());
				return Instant.now().isAfter(end);
			});
			assertThat(fixture.read(job).state()).isEqualTo(JobState.ACTIVE);
		}

		@Test
		void anAttemptThatRunsTooLongFails() {
			Job job = fixture.enqueue("t.a", request -> request.timeout(Duration.ofMillis(300)));
			fixture.fetchOne("w1");
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.RETRYABLE);
			assertThat(fixture.read(job).failures().get(0).error().code()).isEqualTo("timeout");
		}

		@Test
		void anExpiredJobIsNeverExecuted() {
			Job job = fixture.enqueue("t.a", request -> request.timeToLive(Duration.ofMillis(300)));
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.DISCARDED);
			assertThat(fixture.read(job).expired()).isTrue();
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void aFailedJobWhoseTimeIsOverGetsNoFurtherAttempt() {
			Job job = fixture.enqueue("t.a",
					request -> request.timeToLive(Duration.ofMillis(400))
						.retry(policy -> policy.withIntervals(Duration.ofMillis(1000), Duration.ofSeconds(1))
							.withJitter(false)));
			fixture.fetchOne("w1");
			engine.reject(job.id(), "w1", FailureReport.of(BOOM));
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(job).state() == JobState.DISCARDED);
			assertThat(fixture.fetch(1)).isEmpty();
		}

	}

	@Nested
	class Cancelling {

		@Test
		void everyStateThatHasNotEndedCanBeCancelled() {
			Job available = fixture.enqueue("t.a", request -> request.queue("q1"));
			Job scheduled = fixture.enqueue("t.a", request -> request.delay(Duration.ofHours(1)));
			Job pending = fixture.enqueue("t.a", request -> request.pending(true));
			Job active = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			assertThat(engine.cancel(available.id()).previous()).isEqualTo(JobState.AVAILABLE);
			assertThat(engine.cancel(scheduled.id()).previous()).isEqualTo(JobState.SCHEDULED);
			assertThat(engine.cancel(pending.id()).previous()).isEqualTo(JobState.PENDING);
			Cancelled cancelled = engine.cancel(active.id());
			assertThat(cancelled.previous()).isEqualTo(JobState.ACTIVE);
			assertThat(cancelled.job().startedAt()).isNotNull();
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.cancel(active.id()));
		}

	}

	@Nested
	class BeingUnique {

		private final UniquePolicy byArgs = UniquePolicy.by(UniquePolicy.Dimension.ARGS);

		@Test
		void aDuplicateIsRefusedUntilTheFirstHasEnded() {
			Job first = fixture.enqueue("t.a", request -> request.args("[{\"a\":1,\"b\":2}]").unique(this.byArgs));
			assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(
					() -> fixture.enqueue("t.a", request -> request.args("[{\"b\":2,\"a\":1.0}]").unique(this.byArgs)))
				.satisfies(ex -> assertThat(ex.existingJobId()).isEqualTo(first.id()));
			fixture.fetchOne("w1");
			engine.acknowledge(first.id(), "w1", null);
			assertThat(fixture.enqueue("t.a", request -> request.args("[{\"a\":1,\"b\":2}]").unique(this.byArgs)))
				.isNotNull();
		}

		@Test
		void theSameJobSentAgainWithItsIdIsAnsweredByItself() {
			UUID id = UuidV7.next();
			fixture.enqueue("t.a", request -> request.id(id).unique(this.byArgs));
			Enqueued again = engine.enqueue(List.of(JobRequest.of("t.a").id(id).unique(this.byArgs).build())).get(0);
			assertThat(again.created()).isFalse();
			assertThat(again.job().id()).isEqualTo(id);
		}

		@Test
		void ignoreAnswersTheExistingJobAndReplaceCancelsIt() {
			Job first = fixture.enqueue("t.a", request -> request.unique(this.byArgs));
			Job same = fixture.enqueue("t.a", request -> request.unique(this.byArgs.withOnConflict(OnConflict.IGNORE)));
			assertThat(same.id()).isEqualTo(first.id());
			Job second = fixture.enqueue("t.a",
					request -> request.unique(this.byArgs.withOnConflict(OnConflict.REPLACE)));
			assertThat(fixture.read(first).state()).isEqualTo(JobState.CANCELLED);
			assertThat(fixture.fetch(5)).extracting(Job::id).containsExactly(second.id());
		}

	}

	@Nested
	class Telling {

		@Test
		void theFeedTellsOfEveryTransition() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			engine.acknowledge(job.id(), "w1", null);
			await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
				EventPage page = engine.events(new EventQuery(null, Set.of(), Set.of(), Set.of(), 10));
				assertThat(page.events()).extracting(entry -> entry.event().type())
					.containsExactly("job.enqueued", "job.started", "job.completed");
				assertThat(
						engine.events(new EventQuery(page.cursor(), Set.of("job.*"), Set.of(), Set.of(), 10)).events())
					.isEmpty();
			});
		}

		@Test
		void theFeedGoesOnInTheMiddleOfARowAndNodesOfVersionOneCanGoOnBehindIt() {
			engine.enqueue(List.of(JobRequest.of("t.a").build(), JobRequest.of("t.a").build()));
			fixture.fetch(1);
			await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(events(null, 10)).hasSize(3));
			List<String> ids = events(null, 10);
			assertThat(ids.get(0)).matches("evt_\\d+-\\d+-1");
			assertThat(ids.subList(1, 3)).allMatch(id -> id.matches("evt_\\d+-\\d+"));
			assertThat(events(ids.get(0), 10)).containsExactlyElementsOf(ids.subList(1, 3));
			assertThat(events(ids.get(1), 10)).containsExactly(ids.get(2));
			assertThat(fixture.sql()
				.sql("SELECT job_id IS NOT NULL FROM ojs.event ORDER BY id")
				.query(Boolean.class)
				.list()).as("a row of one job is one that version 1 can read").containsExactly(false, true);
		}

		private List<String> events(@Nullable String after, int limit) {
			return engine.events(new EventQuery(after, Set.of(), Set.of(), Set.of(), limit))
				.events()
				.stream()
				.map(EventPage.Entry::id)
				.toList();
		}

		@Test
		void theStatisticsCountEveryState() {
			fixture.enqueue("t.a");
			fixture.enqueue("t.a");
			fixture.enqueue("t.a", request -> request.delay(Duration.ofHours(1)));
			fixture.fetchOne("w1");
			QueueStats stats = engine.queueStats("default");
			assertThat(stats.available()).isEqualTo(1);
			assertThat(stats.active()).isEqualTo(1);
			assertThat(stats.scheduled()).isEqualTo(1);
			assertThat(stats.completed()).isZero();
			assertThat(engine.queues()).extracting(QueueInfo::name).contains("default");
		}

	}

}
