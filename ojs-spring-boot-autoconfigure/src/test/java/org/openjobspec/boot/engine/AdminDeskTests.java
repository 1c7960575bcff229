package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.JobSummary;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.OnExhaustion;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * What operators count, search and do with many jobs, on a real database.
 */
class AdminDeskTests {

	private static final FailureReport BOOM = FailureReport.of(JobError.of("boom", "boom", null));

	@RegisterExtension
	private static final EngineFixture fixture = EngineFixture.started();

	private static final JobEngine engine = fixture.engine();

	private static final AdminDesk desk = engine.admin();

	private static Job discarded(String type, OnExhaustion end) {
		Job job = fixture.enqueue(type,
				(request) -> request.priority(100).retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(end)));
		fixture.fetchOne("w1");
		return engine.reject(job.id(), "w1", BOOM);
	}

	private static Job completed(String type) {
		Job job = fixture.enqueue(type, (request) -> request.priority(100));
		fixture.fetchOne("w1");
		return engine.acknowledge(job.id(), "w1", null);
	}

	private static List<UUID> found(JobQuery query) {
		return desk.jobs(query).items().stream().map(JobSummary::id).toList();
	}

	private static List<UUID> found(JobFilter filter) {
		return found(new JobQuery(filter, JobQuery.Sort.CREATED, true, 100, 0));
	}

	// Within one millisecond the ids are in any order.
	private static List<UUID> inOrder(List<Job> jobs) {
		return jobs.stream().map(Job::id).sorted(Comparator.comparing(UUID::toString)).toList();
	}

	private static JobFilter ofType(String type) {
		return new JobFilter(null, null, type, null, null, false);
	}

	@Nested
	class Counting {

		@Test
		void tellsTheJobsOfEachState() {
			discarded("t.a", OnExhaustion.DISCARD);
			completed("t.a");
			fixture.enqueue("t.a");
			fixture.enqueue("t.a", (request) -> request.queue("other"));
			fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
			fixture.enqueue("t.a", (request) -> request.pending(true));
			engine.heartbeat(new Heartbeat("w1", List.of(), null, null, false));
			SystemStats stats = desk.stats();
			assertThat(stats.jobs()).containsOnly(Map.entry(JobState.AVAILABLE, 2L), Map.entry(JobState.ACTIVE, 0L),
					Map.entry(JobState.SCHEDULED, 1L), Map.entry(JobState.RETRYABLE, 0L),
					Map.entry(JobState.PENDING, 1L), Map.entry(JobState.COMPLETED, 1L),
					Map.entry(JobState.CANCELLED, 0L), Map.entry(JobState.DISCARDED, 1L));
			assertThat(stats.queues()).isEqualTo(2);
			assertThat(stats.workers()).isEqualTo(1);
			assertThat(stats.processedLastMinute()).isEqualTo(2);
			assertThat(stats.failedLastMinute()).isEqualTo(1);
		}

		@Test
		void tellsTheJobsOfEachQueue() {
			fixture.enqueue("t.a");
			fixture.enqueue("t.a", (request) -> request.queue("other").pending(true));
			engine.pause("third", true);
			Page<QueueOverview> page = desk.queues(2, 1);
			assertThat(page.total()).isEqualTo(3);
			assertThat(page.items()).extracting((overview) -> overview.queue().name())
				.containsExactly("other", "third");
			assertThat(page.items().get(0).jobs()).containsEntry(JobState.PENDING, 1L)
				.containsEntry(JobState.AVAILABLE, 0L);
			assertThat(page.items().get(1).queue().paused()).isTrue();
			assertThat(page.items().get(1).jobs()).containsEntry(JobState.AVAILABLE, 0L);
		}

		@Test
		void tellsAtOnceWhatOneQueueHolds() {
			fixture.enqueue("t.a");
			assertThat(desk.queue("default").jobs()).containsEntry(JobState.AVAILABLE, 1L);
			completed("t.a");
			assertThat(desk.queue("default").jobs()).containsEntry(JobState.AVAILABLE, 1L)
				.containsEntry(JobState.COMPLETED, 1L);
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.queue("never"))
				.withMessageContaining("queue 'never'");
		}

		@Test
		void isDoneOnceForAllWhoLook() {
			AtomicInteger times = new AtomicInteger();
			Recent<Integer> recent = new Recent<>(Duration.ofHours(1), times::incrementAndGet);
			assertThat(recent.get()).isEqualTo(1);
			assertThat(recent.get()).isEqualTo(1);
			recent.forget();
			assertThat(recent.get()).isEqualTo(2);
			Recent<Integer> soonOld = new Recent<>(Duration.ofMillis(20), times::incrementAndGet);
			assertThat(soonOld.get()).isEqualTo(3);
			await().until(() -> soonOld.get() > 3);
		}

		@Test
		void tellsWhatTheDeadLetterHolds() {
			assertThat(desk.deadLetterStats()).isEqualTo(new DeadLetterStats(0, Map.of(), Map.of(), null, null));
			discarded("t.other", OnExhaustion.DISCARD);
			Job first = discarded("t.a", OnExhaustion.DEAD_LETTER);
			discarded("t.a", OnExhaustion.DEAD_LETTER);
			Job last = discarded("t.b", OnExhaustion.DEAD_LETTER);
			DeadLetterStats stats = desk.deadLetterStats();
			assertThat(stats.total()).isEqualTo(3);
			assertThat(stats.byQueue()).isEqualTo(Map.of("default", 3L));
			assertThat(stats.byType()).isEqualTo(Map.of("t.a", 2L, "t.b", 1L));
			assertThat(stats.oldestAt()).isEqualTo(first.finishedAt());
			assertThat(stats.newestAt()).isEqualTo(last.finishedAt());
		}

	}

	@Nested
	class Searching {

		@Test
		void findsTheJobsOfEachState() {
			Job discarded = discarded("t.a", OnExhaustion.DISCARD);
			Job completed = completed("t.a");
			Job cancelled = fixture.enqueue("t.a");
			engine.cancel(cancelled.id());
			Job retryable = fixture.enqueue("t.a", (request) -> request
				.retry((policy) -> policy.withIntervals(Duration.ofHours(1), Duration.ofHours(1))));
			fixture.fetchOne("w1");
			engine.reject(retryable.id(), "w1", BOOM);
			Job active = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			Job scheduled = fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
			Job pending = fixture.enqueue("t.a", (request) -> request.pending(true));
			Job available = fixture.enqueue("t.a");
			Map<JobState, Job> jobs = Map.of(JobState.DISCARDED, discarded, JobState.COMPLETED, completed,
					JobState.CANCELLED, cancelled, JobState.RETRYABLE, retryable, JobState.ACTIVE, active,
					JobState.SCHEDULED, scheduled, JobState.PENDING, pending, JobState.AVAILABLE, available);
			assertThat(jobs).hasSize(JobState.values().length);
			jobs.forEach((state, job) -> assertThat(found(JobFilter.ALL.withState(state))).as(state.name())
				.containsExactly(job.id()));
			Page<JobSummary> all = desk.jobs(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 100, 0));
			assertThat(all.total()).isEqualTo(8);
			assertThat(all.items()).extracting(JobSummary::id)
				.containsExactlyInAnyOrderElementsOf(jobs.values().stream().map(Job::id).toList());
			assertThat(all.items()).allSatisfy((summary) -> {
				Job job = fixture.read(jobs.get(summary.state()));
				assertThat(job.id()).isEqualTo(summary.id());
				assertThat(summary.attempt()).isEqualTo(job.attempt());
				assertThat(summary.finishedAt()).isEqualTo(job.finishedAt());
				assertThat(summary.createdAt()).isEqualTo(job.createdAt());
				if (summary.state() == JobState.RETRYABLE || summary.state() == JobState.SCHEDULED) {
					assertThat(summary.dueAt()).isEqualTo(job.nextAttemptAt());
				}
				assertThat(summary.workerId()).isEqualTo((summary.state() == JobState.ACTIVE) ? "w1" : null);
			});
		}

		@Test
		void tellsApartWhyAJobWasDiscarded() {
			Job dead = discarded("t.a", OnExhaustion.DEAD_LETTER);
			Job failed = discarded("t.a", OnExhaustion.DISCARD);
			Job expired = fixture.enqueue("t.a", (request) -> request.timeToLive(Duration.ofMillis(200)));
			await().until(() -> fixture.read(expired).state() == JobState.DISCARDED);
			List<JobSummary> jobs = desk
				.jobs(new JobQuery(JobFilter.ALL.withState(JobState.DISCARDED), JobQuery.Sort.CREATED, true, 10, 0))
				.items();
			assertThat(jobs).extracting(JobSummary::id, JobSummary::deadLettered, JobSummary::expired)
				.containsExactlyInAnyOrder(tuple(dead.id(), true, false), tuple(failed.id(), false, false),
						tuple(expired.id(), false, true));
			assertThat(found(JobFilter.ALL.inDeadLetter())).containsExactly(dead.id());
		}

		@Test
		void narrowsByQueueTypeAndTime() {
			Job first = fixture.enqueue("mail.send");
			Job second = fixture.enqueue("mail.send_all", (request) -> request.queue("other"));
			Job third = fixture.enqueue("mail.sendxall");
			assertThat(found(new JobFilter(null, "other", null, null, null, false))).containsExactly(second.id());
			assertThat(found(ofType("mail.send"))).containsExactly(first.id());
			assertThat(found(ofType("mail.send_*"))).containsExactly(second.id());
			assertThat(found(ofType("mail.*"))).containsExactlyInAnyOrder(first.id(), second.id(), third.id());
			assertThat(found(ofType("*"))).hasSize(3);
			assertThat(found(ofType("mail"))).isEmpty();
			assertThat(found(new JobFilter(null, null, null, second.createdAt(), null, false)))
				.containsExactlyInAnyOrder(second.id(), third.id());
			assertThat(found(new JobFilter(JobState.AVAILABLE, null, null, null, second.createdAt(), false)))
				.containsExactly(first.id());
		}

		@Test
		void putsTheJobsInOrder() {
			Job low = fixture.enqueue("t.a", (request) -> request.priority(-5));
			Job soon = fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
			Job late = fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(2)).priority(5));
			List<UUID> ids = inOrder(List.of(low, soon, late));
			for (JobFilter filter : List.of(JobFilter.ALL, ofType("t.a"))) {
				assertThat(found(new JobQuery(filter, JobQuery.Sort.CREATED, true, 10, 0))).isEqualTo(ids);
				assertThat(found(new JobQuery(filter, JobQuery.Sort.CREATED, false, 10, 0))).containsExactly(ids.get(2),
						ids.get(1), ids.get(0));
				assertThat(found(new JobQuery(filter, JobQuery.Sort.PRIORITY, false, 10, 0))).containsExactly(late.id(),
						soon.id(), low.id());
				assertThat(found(new JobQuery(filter, JobQuery.Sort.PRIORITY, true, 10, 0))).containsExactly(low.id(),
						soon.id(), late.id());
				assertThat(found(new JobQuery(filter, JobQuery.Sort.SCHEDULED, true, 10, 0)))
					.as("those without a time last")
					.containsExactly(soon.id(), late.id(), low.id());
			}
			assertThat(found(
					new JobQuery(JobFilter.ALL.withState(JobState.SCHEDULED), JobQuery.Sort.SCHEDULED, false, 10, 0)))
				.containsExactly(late.id(), soon.id());
		}

		@Test
		void givesPartsAndCountsTheWhole() {
			List<UUID> ids = inOrder(IntStream.range(0, 5).mapToObj((i) -> fixture.enqueue("t.a")).toList());
			Page<JobSummary> page = desk.jobs(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 2, 2));
			assertThat(page.items()).extracting(JobSummary::id).containsExactly(ids.get(2), ids.get(3));
			assertThat(page.total()).isEqualTo(5);
			assertThat(page.hasMore()).isTrue();
			Page<JobSummary> last = desk.jobs(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 2, 4));
			assertThat(last.total()).isEqualTo(5);
			assertThat(last.hasMore()).isFalse();
			Page<JobSummary> beyond = desk.jobs(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 2, 100));
			assertThat(beyond.items()).isEmpty();
			assertThat(beyond.total()).isEqualTo(5);
		}

		@Test
		void refusesPartsThatAreNone() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> found(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 0, 0)));
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> found(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, 1001, 0)));
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> desk.queues(1, -1));
		}

	}

	@Nested
	class Retrying {

		@Test
		void makesAnyDiscardedJobAvailable() {
			for (OnExhaustion end : OnExhaustion.values()) {
				Job job = discarded("t.a", end);
				Job retried = desk.retry(job.id());
				assertThat(retried.state()).isEqualTo(JobState.AVAILABLE);
				assertThat(retried.attempt()).isZero();
				assertThat(retried.failures()).hasSize(1);
				assertThat(fixture.fetchOne("w1").id()).isEqualTo(job.id());
				assertThat(engine.acknowledge(job.id(), "w1", null).attempt()).isEqualTo(1);
				assertThat(fixture.sql()
					.sql("SELECT type FROM ojs.event WHERE job_id = :id AND type = :type")
					.param("id", job.id())
					.param("type", (end == OnExhaustion.DEAD_LETTER) ? "dead_letter.retried" : "job.enqueued")
					.query(String.class)
					.list()).as(end.name()).isNotEmpty();
			}
		}

		@Test
		void letsAJobRunWhoseTimeHadRunOut() {
			Job job = fixture.enqueue("t.a", (request) -> request.timeToLive(Duration.ofMillis(200)));
			await().until(() -> fixture.read(job).expired());
			assertThat(desk.retry(job.id()).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(fixture.fetchOne("w1").id()).isEqualTo(job.id());
		}

		@Test
		void isRefusedForEveryOtherState() {
			Job cancelled = fixture.enqueue("t.a");
			engine.cancel(cancelled.id());
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.retry(cancelled.id()))
				.withMessageContaining("Cannot retry job " + cancelled.id() + ": it is cancelled");
			Job completed = completed("t.a");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.retry(completed.id()));
			Job available = fixture.enqueue("t.a");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.retry(available.id()));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.retry(UuidV7.next()));
		}

	}

	@Nested
	class ManyAtOnce {

		@Test
		void areRetriedAsFarAsTheyMatch() {
			Job matching = discarded("t.a", OnExhaustion.DISCARD);
			Job dead = discarded("t.a", OnExhaustion.DEAD_LETTER);
			Job other = discarded("t.b", OnExhaustion.DISCARD);
			BulkResult result = desk.retryAll(ofType("t.a"));
			assertThat(result).isEqualTo(new BulkResult(2, 2, List.of(), false));
			assertThat(fixture.fetch(10)).extracting(Job::id).containsExactlyInAnyOrder(matching.id(), dead.id());
			assertThat(fixture.read(other).state()).isEqualTo(JobState.DISCARDED);
		}

		@Test
		void areRetriedInTheDeadLetterAlone() {
			Job discarded = discarded("t.a", OnExhaustion.DISCARD);
			Job dead = discarded("t.a", OnExhaustion.DEAD_LETTER);
			assertThat(desk.retryAll(JobFilter.ALL.inDeadLetter()).succeeded()).isEqualTo(1);
			assertThat(fixture.read(dead).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(fixture.read(discarded).state()).isEqualTo(JobState.DISCARDED);
		}

		@Test
		void areCancelledInEveryStateThatIsNotTheLast() {
			Job completed = completed("t.a");
			Job active = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			List<Job> jobs = List.of(active, fixture.enqueue("t.a"),
					fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1))),
					fixture.enqueue("t.a", (request) -> request.pending(true)));
			Job other = fixture.enqueue("t.b");
			assertThat(desk.cancelAll(ofType("t.a"))).isEqualTo(new BulkResult(4, 4, List.of(), false));
			assertThat(jobs).allMatch((job) -> fixture.read(job).state() == JobState.CANCELLED);
			assertThat(fixture.read(other).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(fixture.read(completed).state()).isEqualTo(JobState.COMPLETED);
		}

		@Test
		void areCancelledInOneStateAlone() {
			Job available = fixture.enqueue("t.a");
			Job pending = fixture.enqueue("t.a", (request) -> request.pending(true));
			assertThat(desk.cancelAll(JobFilter.ALL.withState(JobState.PENDING)).succeeded()).isEqualTo(1);
			assertThat(fixture.read(pending).state()).isEqualTo(JobState.CANCELLED);
			assertThat(fixture.read(available).state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void areRefusedWhereTheStateAllowsItForNone() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.retryAll(JobFilter.ALL.withState(JobState.CANCELLED)))
				.withMessageContaining("Only discarded jobs");
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.cancelAll(JobFilter.ALL.withState(JobState.COMPLETED)))
				.withMessageContaining("completed");
		}

		@Test
		void areAThousandAtATime() {
			engine.enqueue(IntStream.range(0, 1001).mapToObj((i) -> JobRequest.of("t.a").build()).toList());
			fixture.sql().sql("""
					WITH gone AS (DELETE FROM ojs.ready RETURNING job_id, queue)
					INSERT INTO ojs.outcome (job_id, finished_at, attempt, state, queue)
					SELECT job_id, clock_timestamp(), 3, 6, queue FROM gone
					""").update();
			assertThat(desk.retryAll(JobFilter.ALL)).isEqualTo(new BulkResult(1000, 1000, List.of(), true));
			assertThat(desk.retryAll(JobFilter.ALL)).isEqualTo(new BulkResult(1, 1, List.of(), false));
			assertThat(desk.cancelAll(JobFilter.ALL)).isEqualTo(new BulkResult(1000, 1000, List.of(), true));
			assertThat(desk.cancelAll(JobFilter.ALL)).isEqualTo(new BulkResult(1, 1, List.of(), false));
		}

		@Test
		void areLeftAsTheyWereWhenTheCallersTransactionIsRolledBack() {
			Job available = fixture.enqueue("t.a");
			Job discarded = discarded("t.a", OnExhaustion.DISCARD);
			new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
				assertThat(desk.cancelAll(JobFilter.ALL).succeeded()).isEqualTo(1);
				assertThat(desk.retryAll(JobFilter.ALL).succeeded()).isEqualTo(1);
				status.setRollbackOnly();
			});
			assertThat(fixture.read(available).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(fixture.read(discarded).state()).isEqualTo(JobState.DISCARDED);
		}

	}

}
