package org.openjobspec.boot.worker;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the worker on a real database.
 */
class OjsWorkerTests {

	private final Handlers handlers = new Handlers();

	private WorkerFixture node = new WorkerFixture(this.handlers);

	@AfterEach
	void close() {
		this.handlers.gate.countDown();
		this.node.close();
	}

	private void settings(WorkerSettings settings) {
		this.node.close();
		this.node = new WorkerFixture(settings, this.handlers);
	}

	private static JobFailure failure(Job job) {
		return Objects.requireNonNull(job.lastFailure(), () -> job + " has no failure");
	}

	@Nested
	class Outcomes {

		@Test
		void aHandlersValueIsTheResultOfItsJob() {
			Job job = node().start().template().enqueue("echo", Map.of("a", 1));
			Job done = node().awaitState(job, JobState.COMPLETED);
			assertThat(done.result()).isEqualTo("{\"a\":1}");
			assertThat(done.attempt()).isEqualTo(1);
		}

		@Test
		void aHandlerOfNothingLeavesNoResult() {
			Job job = node().start().template().enqueue("nothing");
			assertThat(node().awaitState(job, JobState.COMPLETED).result()).isNull();
		}

		@Test
		void aJobThatFailsIsTriedAgainUntilItSucceeds() {
			Job job = node().start()
				.template()
				.request("fail.twice")
				.retry((policy) -> policy.withIntervals(Duration.ofMillis(50), Duration.ofMillis(50)))
				.enqueue();
			Job done = node().awaitState(job, JobState.COMPLETED);
			assertThat(done.attempt()).isEqualTo(3);
			assertThat(done.failures()).hasSize(2)
				.allSatisfy(
						(failure) -> assertThat(failure.error().type()).isEqualTo("java.lang.IllegalStateException"));
		}

		@Test
		void aNonRetryableExceptionEndsTheJob() {
			Job job = node().start().template().enqueue("hopeless");
			Job done = node().awaitState(job, JobState.DISCARDED);
			assertThat(done.attempt()).isEqualTo(1);
			assertThat(failure(done).error().code()).isEqualTo("handler_error");
		}

		@Test
		void discardEndsTheJobUnlisted_andDeadLetterListsIt() {
			Job discarded = node().start().template().enqueue("discard");
			Job dead = node().template().enqueue("dead.letter");
			assertThat(node().awaitState(discarded, JobState.DISCARDED).deadLettered()).isFalse();
			assertThat(node().awaitState(dead, JobState.DISCARDED).deadLettered()).isTrue();
		}

		@Test
		void retryAfterChoosesTheDelay() {
			Job job = node().start().template().enqueue("retry.after");
			Job waiting = node().awaitState(job, JobState.RETRYABLE);
			assertThat(failure(waiting).retryDelay()).isEqualTo(Duration.ofHours(1));
		}

		@Test
		void argumentsThatDoNotBindFailThatJobAlone_andStayAsTheyAre() {
			List<Job> jobs = node().start()
				.template()
				.enqueueAll(List.of(JobRequest.of("number").args("[1]").build(),
						JobRequest.of("number").args("[ \"one\" ]").build(),
						JobRequest.of("number").args("[2]").build()));
			Job invalid = node().awaitState(jobs.get(1), JobState.DISCARDED);
			assertThat(invalid.args()).isEqualTo("[ \"one\" ]");
			assertThat(failure(invalid).error().code()).isEqualTo("invalid_args");
			assertThat(failure(invalid).error().message()).contains("'number'", "args[0]");
			node().awaitState(jobs.get(0), JobState.COMPLETED);
			node().awaitState(jobs.get(2), JobState.COMPLETED);
		}

		@Test
		void aResultThatTheDatabaseRefusesFailsItsJobAlone() {
			Job odd = node().start().template().enqueue("lone.surrogate");
			Job fine = node().template().enqueue("echo", "fine");
			node().awaitState(fine, JobState.COMPLETED);
			await().until(() -> node().read(odd.id()).state().isTerminal());
		}

		@Test
		void aJobWithoutHandlerStaysInItsQueue() {
			Job other = node().start().template().enqueue("nobody.knows");
			node().awaitState(node().template().enqueue("nothing"), JobState.COMPLETED);
			assertThat(node().read(other.id()).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(node().read(other.id()).attempt()).isZero();
		}

		@Test
		void aHandlersQueueIsLookedInto_andItsDefaultsHold() {
			Job job = node().start().template().enqueue("own.queue");
			Job done = node().awaitState(job, JobState.COMPLETED);
			assertThat(done.queue()).isEqualTo("special");
			assertThat(done.options().timeout()).isEqualTo(Duration.ofMinutes(3));
			assertThat(done.options().retry().maxAttempts()).isEqualTo(9);
		}

	}

	@Nested
	class Interruptions {

		@Test
		void aHandlerThatRunsTooLongIsInterrupted_andItsAttemptFailsAsTimeout() {
			Job job = node().start()
				.template()
				.request("wait")
				.timeout(Duration.ofMillis(300))
				.retry((policy) -> policy.withMaxAttempts(1))
				.enqueue();
			Job done = node().awaitState(job, JobState.DISCARDED);
			assertThat(failure(done).error().code()).isEqualTo("timeout");
			await().untilTrue(OjsWorkerTests.this.handlers.interrupted);
		}

		@Test
		void aHandlerThatDoesNotListenFailsInTimeAllTheSame_andKeepsItsSlot() {
			Job job = node().start()
				.template()
				.request("deaf")
				.timeout(Duration.ofMillis(300))
				.retry((policy) -> policy.withMaxAttempts(1))
				.enqueue();
			long start = System.nanoTime();
			Job done = node().awaitState(job, JobState.DISCARDED);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
			assertThat(failure(done).error().code()).isEqualTo("timeout");
			assertThat(node().worker().running()).isEqualTo(1);
			OjsWorkerTests.this.handlers.gate.countDown();
			await().until(() -> node().worker().running() == 0);
			assertThat(node().read(job.id()).state()).isEqualTo(JobState.DISCARDED);
		}

		@Test
		void cancellingAJobInterruptsItsHandlerAtOnce() {
			Job job = node().start().template().enqueue("wait");
			node().awaitState(job, JobState.ACTIVE);
			await().untilTrue(OjsWorkerTests.this.handlers.waiting);
			node().template().cancel(job.id());
			await().atMost(Duration.ofSeconds(2)).untilTrue(OjsWorkerTests.this.handlers.interrupted);
			await().until(() -> node().worker().running() == 0);
			assertThat(node().read(job.id()).state()).isEqualTo(JobState.CANCELLED);
		}

		@Test
		void cancellingOnAnotherNodeInterruptsWithTheNextHeartbeat() {
			Job job = node().start().template().enqueue("wait");
			await().untilTrue(OjsWorkerTests.this.handlers.waiting);
			node().sql().update("""
					WITH gone AS (DELETE FROM ojs.ready WHERE job_id = ?::uuid RETURNING *)
					INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue)
					SELECT job_id, now(), started_at, attempt, 5, queue FROM gone
					""", job.id().toString());
			await().atMost(Duration.ofSeconds(5)).untilTrue(OjsWorkerTests.this.handlers.interrupted);
		}

		@Test
		void anExecutionIsInterruptedWhenItsClaimIsUndoneAndTheSameWorkerIsGivenTheJobAgain() {
			// No heartbeat comes in between.
			settings(new WorkerSettings(3, List.of("default"), 500, Duration.ofMillis(200), Duration.ofMinutes(1),
					Duration.ofSeconds(1), Duration.ofMinutes(30)));
			Job job = node().start().template().enqueue("wait.once");
			await().untilTrue(OjsWorkerTests.this.handlers.waiting);
			node().undoClaims();
			Job done = node().awaitState(job, JobState.COMPLETED);
			assertThat(done.attempt()).isEqualTo(1);
			assertThat(OjsWorkerTests.this.handlers.interrupted).isTrue();
		}

		@Test
		void heartbeatTellsAHandlerWhetherItStillHoldsItsJob() {
			Job job = node().start().template().enqueue("heartbeat");
			assertThat(node().awaitState(job, JobState.COMPLETED).result()).isEqualTo("true");
		}

	}

	@Nested
	class Limits {

		@Test
		void noMoreHandlersRunAtOnceThanAllowed() {
			settings(new WorkerSettings(3, List.of("default"), 500, Duration.ofMillis(200), Duration.ofMillis(200),
					Duration.ofSeconds(5), Duration.ofMinutes(30)));
			List<JobRequest> requests = IntStream.range(0, 60).mapToObj((i) -> JobRequest.of("count").build()).toList();
			List<Job> jobs = node().start().template().enqueueAll(requests);
			jobs.forEach((job) -> node().awaitState(job, JobState.COMPLETED));
			assertThat(OjsWorkerTests.this.handlers.most).hasValue(3);
		}

		@Test
		void aHandlersOwnLimitHolds_andItsBacklogBlocksNobody() {
			List<JobRequest> limited = IntStream.range(0, 50)
				.mapToObj((i) -> JobRequest.of("limited").build())
				.toList();
			List<Job> jobs = node().start().template().enqueueAll(limited);
			await().until(() -> OjsWorkerTests.this.handlers.running.get() == 2);
			node().awaitState(node().template().enqueue("nothing"), JobState.COMPLETED);
			assertThat(OjsWorkerTests.this.handlers.running).hasValue(2);
			OjsWorkerTests.this.handlers.gate.countDown();
			jobs.forEach((job) -> node().awaitState(job, JobState.COMPLETED));
			assertThat(OjsWorkerTests.this.handlers.most).hasValue(2);
		}

		@Test
		void jobsThatGetNoSlotAreHandedBackToOtherNodes() {
			OjsWorkerTests.this.handlers.gate.countDown();
			OjsWorkerTests.this.node.start();
			IntStream.range(0, 200).forEach((i) -> node().template().enqueue("gated"));
			await().until(() -> node().worker().running() == 0 && node().worker().unwritten() == 0);
			OjsWorkerTests.this.handlers.gate = new CountDownLatch(1);
			List<Job> jobs = node().template()
				.enqueueAll(IntStream.range(0, 100).mapToObj((i) -> JobRequest.of("gated").build()).toList());
			await().until(() -> node().worker().running() == 10);
			await().atMost(Duration.ofSeconds(10)).until(() -> node().worker().buffered() == 0);
			assertThat(jobs.stream().map((job) -> node().read(job.id()).state()).filter(JobState.ACTIVE::equals))
				.hasSize(10);
		}

	}

	@Nested
	class Stopping {

		@Test
		void letsHandlersFinish_andClaimsNothingMore() throws Exception {
			Job running = node().start().template().enqueue("gated");
			await().until(() -> node().worker().running() == 1);
			Thread stop = new Thread(() -> node().worker().stop());
			stop.start();
			Job later = node().template().enqueue("nothing");
			OjsWorkerTests.this.handlers.gate.countDown();
			stop.join();
			assertThat(node().read(running.id()).state()).isEqualTo(JobState.COMPLETED);
			assertThat(node().read(later.id()).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(node().worker().isRunning()).isFalse();
		}

		@Test
		void handsBackWhatDoesNotFinishInTime_withoutCostingAnAttempt() {
			settings(new WorkerSettings(2, List.of("default"), 500, Duration.ofMillis(200), Duration.ofMillis(200),
					Duration.ofMillis(300), Duration.ofMinutes(30)));
			List<Job> jobs = List.of(node().start().template().enqueue("wait"), node().template().enqueue("deaf"));
			await().until(() -> node().worker().running() == 2);
			node().worker().stop();
			assertThat(jobs).allSatisfy((job) -> {
				Job now = node().read(job.id());
				assertThat(now.state()).isEqualTo(JobState.AVAILABLE);
				assertThat(now.attempt()).isZero();
				assertThat(now.failures()).isEmpty();
			});
			assertThat(OjsWorkerTests.this.handlers.interrupted).isTrue();
			assertThat(node().sql().queryForObject("SELECT count(*) FROM ojs.worker", Long.class)).isZero();
		}

		@Test
		void mayBeFollowedByAnotherStart_asAnotherWorker() {
			String first = node().start().worker().id();
			node().worker().stop();
			Job job = node().template().enqueue("nothing");
			node().worker().start();
			assertThat(node().worker().id()).isNotEqualTo(first);
			node().awaitState(job, JobState.COMPLETED);
		}

		@Test
		void callsBackWhenAllIsDone() throws Exception {
			node().start();
			CountDownLatch stopped = new CountDownLatch(1);
			node().worker().stop(stopped::countDown);
			assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
		}

		@Test
		void happensOnTheServersWord() {
			String id = node().start().worker().id();
			await().until(
					() -> node().sql().update("UPDATE ojs.worker SET directive = 'terminate' WHERE id = ?", id) == 1);
			await().until(() -> !node().worker().isRunning());
		}

		@Test
		void quietMeansNoNewJobs_untilTheServerSaysOtherwise() {
			String id = node().start().worker().id();
			await().until(() -> node().sql().update("UPDATE ojs.worker SET directive = 'quiet' WHERE id = ?", id) == 1);
			await().until(() -> {
				Job probe = node().template().enqueue("nothing");
				try {
					await().atMost(Duration.ofSeconds(1))
						.until(() -> node().read(probe.id()).state() == JobState.COMPLETED);
					return false;
				}
				catch (ConditionTimeoutException ex) {
					return true;
				}
			});
			node().sql().update("UPDATE ojs.worker SET directive = NULL WHERE id = ?", id);
			node().awaitState(node().template().enqueue("nothing"), JobState.COMPLETED);
		}

	}

	@Nested
	class Outages {

		@Test
		void noJobIsLostWhenTheDatabaseGoesAwayAndComesBack() {
			try (TestDatabase.OwnServer server = TestDatabase.ownServer()) {
				OjsWorkerTests.this.node.close();
				OjsWorkerTests.this.node = new WorkerFixture(server.fresh(), WorkerFixture.QUICK,
						OjsWorkerTests.this.handlers);
				List<Job> jobs = node().template()
					.enqueueAll(IntStream.range(0, 500).mapToObj((i) -> JobRequest.of("short").build()).toList());
				Job held = node().template().enqueue("gated");
				node().start();
				await().until(() -> OjsWorkerTests.this.handlers.ran.get() > 20
						&& node().read(held.id()).state() == JobState.ACTIVE);
				server.stop();
				OjsWorkerTests.this.handlers.gate.countDown();
				await().until(() -> node().worker().unwritten() > 0);
				server.start();
				jobs.forEach((job) -> node().awaitState(job, JobState.COMPLETED));
				assertThat(node().awaitState(held, JobState.COMPLETED).attempt()).isEqualTo(1);
				OjsWorkerTests.this.node.close();
			}
		}

		@Test
		void aWorkerStopsInTimeWithoutItsDatabase_andItsJobsRunAgainLater() {
			try (TestDatabase.OwnServer server = TestDatabase.ownServer()) {
				OjsWorkerTests.this.node.close();
				TestDatabase.Database database = server.fresh();
				OjsWorkerTests.this.node = new WorkerFixture(
						database, new WorkerSettings(10, List.of("default"), 500, Duration.ofMillis(200),
								Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofMinutes(30)),
						OjsWorkerTests.this.handlers);
				Job job = node().start().template().enqueue("gated");
				await().until(() -> node().worker().running() == 1);
				server.stop();
				OjsWorkerTests.this.handlers.gate.countDown();
				await().until(() -> node().worker().unwritten() == 1);
				long start = System.nanoTime();
				node().worker().stop();
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
				server.start();
				String abandoned = Objects.requireNonNull(node().awaitState(job, JobState.ACTIVE).workerId());
				node().engine().signOff(abandoned);
				node().worker().start();
				assertThat(node().awaitState(job, JobState.COMPLETED).attempt()).isEqualTo(2);
				OjsWorkerTests.this.node.close();
			}
		}

		@Test
		void aWorkerStartsWithoutItsDatabase() {
			try (TestDatabase.OwnServer server = TestDatabase.ownServer()) {
				OjsWorkerTests.this.node.close();
				OjsWorkerTests.this.node = new WorkerFixture(server.fresh(), WorkerFixture.QUICK,
						OjsWorkerTests.this.handlers);
				Job job = node().template().enqueue("nothing");
				server.stop();
				node().start();
				assertThat(node().worker().isRunning()).isTrue();
				server.start();
				node().awaitState(job, JobState.COMPLETED);
				OjsWorkerTests.this.node.close();
			}
		}

	}

	@Nested
	class Clusters {

		@Test
		void twoWorkersShareTwoThousandJobs_andRunNoneTwice() {
			TestDatabase.Database database = TestDatabase.fresh();
			OjsWorkerTests.this.node.close();
			OjsWorkerTests.this.node = new WorkerFixture(database, WorkerFixture.QUICK, OjsWorkerTests.this.handlers);
			Handlers others = new Handlers();
			try (WorkerFixture second = new WorkerFixture(database, WorkerFixture.QUICK, others)) {
				node().start();
				second.start();
				node().template()
					.enqueueAll(IntStream.range(0, 2000).mapToObj((i) -> JobRequest.of("once").build()).toList());
				await().atMost(Duration.ofSeconds(30))
					.until(() -> node().sql()
						.queryForObject("SELECT count(*) FROM ojs.outcome WHERE state = 4", Long.class) == 2000);
				assertThat(OjsWorkerTests.this.handlers.seen.size() + others.seen.size()).isEqualTo(2000);
				assertThat(OjsWorkerTests.this.handlers.seen).doesNotContainAnyElementsOf(others.seen);
				assertThat(OjsWorkerTests.this.handlers.twice.get() + others.twice.get()).isZero();
				assertThat(OjsWorkerTests.this.handlers.seen).isNotEmpty();
				assertThat(others.seen).isNotEmpty();
			}
		}

		@Test
		void aWorkerThatWasDeclaredDeadGoesOnUnderANewId() {
			node().start();
			String before = node().worker().id();
			Job first = node().template().enqueue("once");
			node().awaitState(first, JobState.COMPLETED);
			node().sql().update("UPDATE ojs.worker SET dead = true WHERE id = ?", before);
			Job second = node().template().enqueue("once");
			Job done = node().awaitState(second, JobState.COMPLETED);
			assertThat(done.workerId()).isNotEqualTo(before).isEqualTo(node().worker().id());
		}

	}

	@Test
	void aClaimUnderWayWhileTheWorkerIsDeclaredDeadIsNotForgotten() throws Exception {
		this.node.start();
		String before = this.node.worker().id();
		this.node.sql().execute("""
				CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
				BEGIN
				    IF NEW.type = 'job.started' THEN PERFORM pg_advisory_xact_lock(4711); END IF;
				    RETURN NEW;
				END $$;
				CREATE TRIGGER wait_for_test BEFORE INSERT ON ojs.event FOR EACH ROW EXECUTE FUNCTION wait_for_test();
				""");
		Job job;
		try (Connection lock = this.node.dataSource().getConnection(); Statement statement = lock.createStatement()) {
			statement.execute("SELECT pg_advisory_lock(4711)");
			job = this.node.template().enqueue("wait");
			await().until(() -> this.node.sql()
				.queryForObject("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)",
						Boolean.class));
			this.node.sql().update("UPDATE ojs.worker SET dead = true WHERE id = ?", before);
			await("no new id while a claim is under way").during(Duration.ofMillis(800))
				.until(() -> this.node.worker().id().equals(before));
			statement.execute("SELECT pg_advisory_unlock(4711)");
		}
		await("the claim ends under the id that it began with").untilTrue(this.handlers.waiting);
		await().until(() -> !this.node.worker().id().equals(before));
		assertThat(this.node.read(job.id()).workerId()).isEqualTo(before);
		await("the old id has heartbeats as long as it holds a job").during(Duration.ofMillis(800))
			.until(() -> this.node.sql()
				.queryForObject("SELECT count(*) FROM ojs.worker WHERE id = ?", Long.class, before) == 1);
	}

	@Test
	void aTransactionalHandlerNeedsATransactionManager() {
		HandlerRegistry registry = WorkerFixture.registry(new Transactional());
		OjsWorker worker = new OjsWorker(this.node.engine(), registry, WorkerSettings.DEFAULT,
				new WorkerExtensions(List.of(), List.of(), null));
		assertThatExceptionOfType(InvalidHandlerException.class).isThrownBy(worker::start)
			.withMessageContaining("PlatformTransactionManager");
	}

	private WorkerFixture node() {
		return this.node;
	}

	static class Transactional {

		@OjsHandler(type = "transactional", transactional = true)
		void handle() {
		}

	}

	static class Handlers {

		private final AtomicBoolean interrupted = new AtomicBoolean();

		private final AtomicBoolean waiting = new AtomicBoolean();

		private final AtomicInteger running = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		private final AtomicInteger ran = new AtomicInteger();

		private final AtomicInteger twice = new AtomicInteger();

		private final Set<String> seen = ConcurrentHashMap.newKeySet();

		private volatile CountDownLatch gate = new CountDownLatch(1);

		@OjsHandler("echo")
		Object echo(Object value) {
			return value;
		}

		@OjsHandler("nothing")
		void nothing() {
		}

		@OjsHandler("number")
		int number(int number) {
			return number;
		}

		@OjsHandler("fail.twice")
		void failTwice(JobContext context) {
			if (context.attempt() < 3) {
				throw new IllegalStateException("attempt " + context.attempt());
			}
		}

		@OjsHandler(type = "hopeless", nonRetryable = IllegalArgumentException.class)
		void hopeless() {
			throw new NumberFormatException("no number");
		}

		@OjsHandler(type = "discard", retry = @OjsRetry(onExhaustion = OnExhaustion.DEAD_LETTER))
		void discard() {
			throw new DiscardException("not worth it");
		}

		@OjsHandler("dead.letter")
		void deadLetter() {
			throw new DeadLetterException("look at this");
		}

		@OjsHandler("retry.after")
		void retryAfter() {
			throw new RetryAfterException(Duration.ofHours(1));
		}

		@OjsHandler("lone.surrogate")
		String loneSurrogate() {
			return "\ud800 \u0000";
		}

		@OjsHandler(type = "own.queue", queue = "special", timeout = "3m", retry = @OjsRetry(maxAttempts = 9))
		void ownQueue() {
		}

		@OjsHandler("wait")
		void await(JobContext context) throws InterruptedException {
			this.waiting.set(true);
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted.set(context.isCancelled());
				throw ex;
			}
		}

		@OjsHandler("wait.once")
		void awaitOnce(JobContext context) throws InterruptedException {
			if (!this.waiting.get()) {
				await(context);
			}
		}

		@OjsHandler("deaf")
		void deaf() {
			boolean open = false;
			while (!open) {
				try {
					this.gate.await();
					open = true;
				}
				catch (InterruptedException ex) {
					this.interrupted.set(true);
				}
			}
		}

		@OjsHandler("heartbeat")
		boolean heartbeat(JobContext context) {
			return context.heartbeat();
		}

		@OjsHandler("count")
		void count() throws InterruptedException {
			enter();
			TimeUnit.MILLISECONDS.sleep(5);
			this.running.decrementAndGet();
		}

		@OjsHandler(type = "limited", concurrency = 2)
		void limited() throws InterruptedException {
			enter();
			this.gate.await();
			this.running.decrementAndGet();
		}

		@OjsHandler("gated")
		void gated() throws InterruptedException {
			this.gate.await();
		}

		@OjsHandler("short")
		void brief() throws InterruptedException {
			TimeUnit.MILLISECONDS.sleep(5);
			this.ran.incrementAndGet();
		}

		@OjsHandler("once")
		void once(Job job) throws InterruptedException {
			if (!this.seen.add(job.id().toString())) {
				this.twice.incrementAndGet();
			}
			TimeUnit.MILLISECONDS.sleep(2);
		}

		private void enter() {
			int now = this.running.incrementAndGet();
			this.most.accumulateAndGet(now, Math::max);
		}

	}

}
