package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Leases;
import org.openjobspec.boot.store.Store;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What goes wrong when several do the same at once; two engines stand for two nodes.
 */
class RaceTests {

	private static EngineFixture one;

	private static EngineFixture two;

	private static ExecutorService threads;

	@BeforeAll
	static void start() {
		TestDatabase.Database database = TestDatabase.fresh();
		one = new EngineFixture(database, EngineFixture.QUICK);
		two = new EngineFixture(database, EngineFixture.QUICK);
		one.engine().start();
		two.engine().start();
		threads = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		one.close();
		two.close();
	}

	@BeforeEach
	void reset() {
		one.reset();
		two.reset();
	}

	@Test
	void aResetGivesWayToATransactionThatIsAtWorkAndComesAgain() throws Exception {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(two.dataSource()));
		CountDownLatch inserted = new CountDownLatch(1);
		Future<?> work = threads.submit(() -> transaction.execute(status -> {
			two.enqueue("t.a");
			inserted.countDown();
			// Longer than a reset waits at a time.
			await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
			return true;
		}));
		assertThat(inserted.await(10, TimeUnit.SECONDS)).isTrue();
		one.reset();
		work.get(10, TimeUnit.SECONDS);
		assertThat(one.fetch(1)).isEmpty();
	}

	@Test
	void noJobIsClaimedTwiceByTwoNodesWithManyThreads() throws Exception {
		List<JobRequest> requests = IntStream.range(0, 2000).mapToObj(i -> JobRequest.of("t.a").build()).toList();
		one.engine().enqueue(requests);
		Queue<UUID> claimed = new ConcurrentLinkedQueue<>();
		inParallel(8, thread -> {
			JobEngine engine = ((thread % 2 == 0) ? one : two).engine();
			List<Job> jobs;
			do {
				jobs = engine
					.fetch(new FetchRequest(List.of("default"), null, 1 + thread * 3, "w" + thread, null, false));
				List<Completion> completions = new ArrayList<>();
				for (Job job : jobs) {
					claimed.add(job.id());
					completions.add(Completion.of(job, "w" + thread, null));
				}
				assertThat(engine.complete(completions)).hasSize(jobs.size());
			}
			while (!jobs.isEmpty());
			return null;
		});
		assertThat(claimed).hasSize(2000).doesNotHaveDuplicates();
		assertThat(one.engine().queueStats("default").completed()).isEqualTo(2000);
	}

	@Test
	void aJobThatCommitsLateIsFoundAlthoughLaterOnesWereClaimedBefore() throws Exception {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(two.dataSource()));
		CountDownLatch inserted = new CountDownLatch(1);
		CountDownLatch mayCommit = new CountDownLatch(1);
		Future<Job> late = threads.submit(() -> transaction.execute(status -> {
			Job job = two.enqueue("t.late");
			inserted.countDown();
			assertThat(awaited(mayCommit)).isTrue();
			return job;
		}));
		assertThat(inserted.await(10, TimeUnit.SECONDS)).isTrue();
		// The other node claims past the number that the open transaction holds, until
		// its mark is surely beyond.
		for (int i = 0; i < 30; i++) {
			one.enqueue("t.a");
			assertThat(one.fetch(1)).hasSize(1);
		}
		assertThat(one.fetch(1)).isEmpty();
		mayCommit.countDown();
		Job job = late.get(10, TimeUnit.SECONDS);
		// Well before the scan from the start that needs no message.
		await().atMost(Duration.ofSeconds(4))
			.pollInterval(Duration.ofMillis(20))
			.untilAsserted(() -> assertThat(one.fetch(1)).extracting(Job::id).containsExactly(job.id()));
	}

	@Test
	void aJobBelowTheMarkThatNobodyTellsOfIsFoundBesideTheClaims() {
		TestDatabase.Database database = TestDatabase.fresh();
		// Neither of them hears the other.
		try (EngineFixture deaf = new EngineFixture(database, EngineFixture.QUICK);
				EngineFixture other = new EngineFixture(database, EngineFixture.QUICK)) {
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(other.dataSource()));
			Job late = transaction.execute(status -> {
				Job job = other.enqueue("t.late");
				claimOne(deaf);
				// Until the look back no longer reaches below the job.
				await().pollDelay(Duration.ofMillis(1700)).until(() -> true);
				for (int i = 0; i < 30; i++) {
					claimOne(deaf);
				}
				return job;
			});
			assertThat(deaf.fetch(1)).as("what the marks spare").isEmpty();
			deaf.engine().start();
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(deaf.fetch(1)).extracting(Job::id).containsExactly(late.id()));
		}
	}

	private static void claimOne(EngineFixture fixture) {
		fixture.enqueue("t.a");
		assertThat(fixture.fetch(1)).hasSize(1);
	}

	@Test
	void theOtherNodesHearThatAQueueIsResumed() throws Exception {
		one.engine().pause("default", true);
		one.enqueue("t.a");
		assertThat(two.fetch(1)).isEmpty();
		await().until(() -> two.engine().hearsOthers());
		// What the enqueue has told is past before the resumption is waited for.
		while (two.engine().awaitAvailable(List.of("default"), two.engine().availability(), Duration.ofMillis(300))) {
			assertThat(two.fetch(1)).isEmpty();
		}
		long before = two.engine().availability();
		one.engine().pause("default", false);
		assertThat(two.engine().awaitAvailable(List.of("default"), before, Duration.ofSeconds(10))).isTrue();
		assertThat(two.fetch(1)).hasSize(1);
	}

	@Test
	void callsThatArriveTogetherShareCommitsAndEachGetsItsOwnAnswer() throws Exception {
		inParallel(32, thread -> {
			for (int i = 0; i < 20; i++) {
				Job job = one.enqueue("t.a" + thread, builder -> builder.args("[%d]".formatted(thread)));
				assertThat(job.type()).isEqualTo("t.a" + thread);
				assertThat(one.read(job).args()).isEqualTo("[%d]".formatted(thread));
			}
			return null;
		});
		assertThat(transactionsOf("job.enqueued")).isLessThan(32 * 20);
		assertThat(one.engine().queueStats("default").available()).isEqualTo(32 * 20);
		List<Job> fetched = one.fetch(1000);
		inParallel(32, thread -> {
			for (int i = thread; i < fetched.size(); i += 32) {
				Job job = one.engine().acknowledge(fetched.get(i).id(), "w1", "\"%d\"".formatted(i));
				assertThat(job.id()).isEqualTo(fetched.get(i).id());
				assertThat(job.state()).isEqualTo(JobState.COMPLETED);
				assertThat(one.read(job)).usingRecursiveComparison().isEqualTo(job);
			}
			return null;
		});
		assertThat(transactionsOf("job.completed")).isLessThan(32 * 20);
		assertThat(one.engine().queueStats("default").completed()).isEqualTo(32 * 20);
	}

	@Test
	void oneRefusedCallDoesNotHarmThoseThatArriveWithIt() throws Exception {
		Job taken = one.enqueue("t.taken");
		AtomicInteger refused = new AtomicInteger();
		inParallel(16, thread -> {
			for (int i = 0; i < 20; i++) {
				if (thread % 2 == 0) {
					one.enqueue("t.a");
				}
				else {
					assertThatExceptionOfType(DuplicateJobException.class)
						.isThrownBy(() -> one.enqueue("t.other", builder -> builder.id(taken.id())));
					refused.incrementAndGet();
				}
			}
			return null;
		});
		assertThat(refused).hasValue(8 * 20);
		assertThat(one.engine().queueStats("default").available()).isEqualTo(8 * 20 + 1);
		Job fetched = one.fetchOne("w1");
		List<Callable<Job>> reports = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			reports.add(() -> one.engine().acknowledge(fetched.id(), "w1", null));
		}
		int completed = 0;
		for (Future<Job> report : threads.invokeAll(reports)) {
			try {
				report.get();
				completed++;
			}
			catch (ExecutionException ex) {
				assertThat(ex).hasCauseInstanceOf(ConflictException.class);
			}
		}
		assertThat(completed).as("reports that completed the job").isOne();
	}

	private static long transactionsOf(String event) {
		return one.sql()
			.sql("SELECT count(DISTINCT xid) FROM ojs.event WHERE type = :type")
			.param("type", event)
			.query(Long.class)
			.single();
	}

	@Test
	void aHeartbeatNeverMakesACompletionMiss() throws Exception {
		for (int round = 0; round < 200; round++) {
			Job job = one.enqueue("t.a");
			Job fetched = one.fetchOne("w1");
			AtomicBoolean done = new AtomicBoolean();
			CyclicBarrier barrier = new CyclicBarrier(2);
			Future<?> beats = threads.submit(() -> {
				barrier.await(10, TimeUnit.SECONDS);
				while (!done.get()) {
					two.engine().heartbeat(new Heartbeat("w1", List.of(job.id()), null, null, false));
				}
				return null;
			});
			barrier.await(10, TimeUnit.SECONDS);
			Set<UUID> completed = one.engine().complete(List.of(Completion.of(fetched, "w1", null)));
			done.set(true);
			beats.get(10, TimeUnit.SECONDS);
			assertThat(completed).containsExactly(job.id());
		}
	}

	@RepeatedTest(20)
	void completeFailAndCancelAtOnceEndAJobExactlyOnce() throws Exception {
		Job job = one.enqueue("t.a", request -> request.retry(policy -> policy.withMaxAttempts(1)));
		Job fetched = one.fetchOne("w1");
		AtomicInteger winners = new AtomicInteger();
		inParallel(3, thread -> {
			boolean won = switch (thread) {
				case 0 -> !one.engine().complete(List.of(Completion.of(fetched, "w1", null))).isEmpty();
				case 1 -> two.engine().fail(fetched, FailureReport.of(JobError.of("x", "x", null)));
				default -> cancelled(job);
			};
			if (won) {
				winners.incrementAndGet();
			}
			return null;
		});
		assertThat(winners).hasValue(1);
		assertThat(one.sql()
			.sql("SELECT count(*) FROM ojs.outcome WHERE job_id = ?")
			.param(job.id())
			.query(Long.class)
			.single()).isEqualTo(1);
	}

	private static boolean cancelled(Job job) {
		try {
			two.engine().cancel(job.id());
			return true;
		}
		catch (ConflictException ex) {
			return false;
		}
	}

	@RepeatedTest(10)
	void aJobIsCancelledEvenWhileItIsPromoted() throws Exception {
		List<Job> jobs = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			jobs.add(one.enqueue("t.a", request -> request.delay(Duration.ofMillis(50))));
		}
		inParallel(4, thread -> {
			for (int i = thread; i < jobs.size(); i += 4) {
				assertThat(two.engine().cancel(jobs.get(i).id()).job().state()).isEqualTo(JobState.CANCELLED);
			}
			return null;
		});
		assertThat(one.fetch(100)).isEmpty();
	}

	@Test
	void ofManyEnqueuesWithOneKeyExactlyOneWins() throws Exception {
		UniquePolicy policy = UniquePolicy.by(UniquePolicy.Dimension.ARGS);
		AtomicInteger stored = new AtomicInteger();
		inParallel(16, thread -> {
			for (int i = 0; i < 10; i++) {
				try {
					((thread % 2 == 0) ? one : two).enqueue("t.a", request -> request.args("[1]").unique(policy));
					stored.incrementAndGet();
				}
				catch (DuplicateJobException ex) {
					// Expected of all but one.
				}
			}
			return null;
		});
		assertThat(stored).hasValue(1);
	}

	@Test
	void aDeadWorkersJobsReturnAndItsLateReportsAreRefused() {
		Job job = one.enqueue("t.a");
		Job held = one.engine().fetch(new FetchRequest(List.of("default"), null, 1, "node-x", null, true)).get(0);
		silentForAnHour("node-x");
		one.sql().sql("UPDATE ojs.ready SET started_at = started_at - interval '1 hour'").update();
		await().atMost(Duration.ofSeconds(60)).until(() -> one.read(job).state() == JobState.AVAILABLE);
		assertThat(one.engine().complete(List.of(new Completion(job.id(), "node-x", held.attempt(), null, null, null))))
			.isEmpty();
		Job again = two.fetchOne("w2");
		assertThat(again.attempt()).isEqualTo(2);
		assertThat(again.failures().get(0).error().code()).isEqualTo("worker_lost");
	}

	@Test
	void aWorkerThatHasJustClaimedIsNotDeadThoughItsHeartbeatIsLate() {
		one.enqueue("t.a");
		for (String worker : List.of("w-claims", "w-silent")) {
			one.engine().heartbeat(new Heartbeat(worker, List.of(), null, null, false));
			silentForAnHour(worker);
		}
		Job held = one.fetchOne("w-claims");
		await().atMost(Duration.ofSeconds(60)).until(() -> isDead("w-silent"));
		assertThat(isDead("w-claims")).isFalse();
		assertThat(one.read(held).state()).isEqualTo(JobState.ACTIVE);
	}

	private static void silentForAnHour(String worker) {
		one.sql()
			.sql("UPDATE ojs.worker SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE id = :id")
			.param("id", worker)
			.update();
	}

	private static boolean isDead(String worker) {
		return one.sql()
			.sql("SELECT dead FROM ojs.worker WHERE id = :id")
			.param("id", worker)
			.query(Boolean.class)
			.single();
	}

	@Test
	void aJobThatATransactionHasLockedKeepsOnlyThoseWhoReportIt() throws Exception {
		List<UUID> ids = IntStream.range(0, 40).mapToObj(i -> one.enqueue("t.a").id()).toList();
		one.fetch(40);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(two.dataSource()));
		CountDownLatch locked = new CountDownLatch(1);
		CountDownLatch mayCommit = new CountDownLatch(1);
		Future<?> open = threads.submit(() -> transaction.execute(status -> {
			ids.subList(0, 3).forEach(id -> two.engine().acknowledge(id, null, null));
			locked.countDown();
			assertThat(awaited(mayCommit)).isTrue();
			status.setRollbackOnly();
			return null;
		}));
		assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
		List<Future<Job>> reports = ids.stream()
			.map(id -> threads.submit(() -> one.engine().acknowledge(id, "w1", null)))
			.toList();
		for (Future<Job> report : reports.subList(3, 40)) {
			assertThat(report.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.COMPLETED);
		}
		assertThat(reports.subList(0, 3)).noneMatch(Future::isDone);
		mayCommit.countDown();
		open.get(10, TimeUnit.SECONDS);
		for (Future<Job> report : reports.subList(0, 3)) {
			assertThat(report.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.COMPLETED);
		}
	}

	@RepeatedTest(3)
	void batchesWithTheSameChosenIdsInAnyOrderNeverBlockEachOther() throws Exception {
		List<UUID> ids = IntStream.range(0, 300).mapToObj(i -> UuidV7.next()).toList();
		CyclicBarrier together = new CyclicBarrier(4);
		AtomicInteger created = new AtomicInteger();
		inParallel(4, thread -> {
			List<UUID> shuffled = new ArrayList<>(ids);
			Collections.shuffle(shuffled, new Random(thread));
			List<JobRequest> requests = shuffled.stream().map(id -> JobRequest.of("t.a").id(id).build()).toList();
			together.await(10, TimeUnit.SECONDS);
			one.engine().enqueue(requests).stream().filter(Enqueued::created).forEach(one -> created.incrementAndGet());
			return null;
		});
		assertThat(created).hasValue(300);
	}

	@Test
	void whatAFetchHasClaimedIsDeliveredThoughItsLookForDueJobsFails() {
		Job job = one.enqueue("t.a");
		one.enqueue("t.a", request -> request.delay(Duration.ofMillis(1500)));
		one.sql().sql("""
				CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
				'BEGIN RAISE EXCEPTION ''no promotion''; END'""").update();
		one.sql()
			.sql("CREATE TRIGGER refuse BEFORE DELETE ON ojs.waiting FOR EACH ROW EXECUTE FUNCTION refuse()")
			.update();
		try {
			await().atMost(Duration.ofSeconds(10))
				.until(() -> one.sql()
					.sql("SELECT due_at < clock_timestamp() FROM ojs.waiting")
					.query(Boolean.class)
					.single());
			assertThat(one.fetch(5)).extracting(Job::id).containsExactly(job.id());
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> one.fetch(5));
		}
		finally {
			one.sql().sql("DROP FUNCTION refuse CASCADE").update();
		}
	}

	@Test
	void whatTheFeedHasShownSurvivesACrash() {
		TestDatabase.Database database = TestDatabase.fresh();
		JdbcClient.create(database.dataSource()).sql("""
				DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$
				""").update();
		try (EngineFixture node = new EngineFixture(database, EngineFixture.QUICK)) {
			for (int i = 0; i < 20; i++) {
				node.enqueue("t.a");
				String before = events(node, null).cursor();
				node.fetchOne("w1");
				// Up to here the claim's commit need not be on disk.
				String end = node.sql().sql("SELECT pg_current_wal_insert_lsn()::text").query(String.class).single();
				// The feed waits for every older transaction of the server, autovacuum's
				// included.
				await().atMost(Duration.ofSeconds(10)).until(() -> !events(node, before).events().isEmpty());
				assertThat(node.sql()
					.sql("SELECT pg_current_wal_flush_lsn() >= :end::pg_lsn")
					.param("end", end)
					.query(Boolean.class)
					.single()).isTrue();
			}
		}
	}

	private static EventPage events(EngineFixture node, @Nullable String after) {
		return node.engine().events(new EventQuery(after, Set.of(), Set.of(), Set.of(), 1000));
	}

	@Test
	void aLastAttemptThatDidNotStartIsNotCharged() {
		Job unstarted = one.enqueue("t.a", request -> request.retry(policy -> policy.withMaxAttempts(1)));
		Job started = one.enqueue("t.a", request -> request.retry(policy -> policy.withMaxAttempts(1)));
		List<Job> held = one.engine().fetch(new FetchRequest(List.of("default"), null, 2, "node-y", null, true));
		assertThat(one.engine().markStarted(held.get(1))).isTrue();
		one.engine().signOff("node-y");
		await().atMost(Duration.ofSeconds(10)).until(() -> one.read(unstarted).state() == JobState.AVAILABLE);
		assertThat(one.read(unstarted).attempt()).isZero();
		await().atMost(Duration.ofSeconds(10)).until(() -> one.read(started).state() == JobState.DISCARDED);
		assertThat(one.engine().markStarted(held.get(0))).isFalse();
	}

	@Test
	void aReceiptThatAppearsBeforeTheLastOneThatWasSeenIsFound() {
		Job job = one.enqueue("t.a");
		one.engine().fetch(new FetchRequest(List.of("default"), null, 1, "w-late", null, true));
		one.sql()
			.sql("UPDATE ojs.claim SET abandoned = true, check_at = clock_timestamp() - interval '1 hour'")
			.update();
		await().atMost(Duration.ofSeconds(20)).until(() -> one.read(job).state() == JobState.AVAILABLE);
	}

	@Test
	void whatASweepHasFoundIsNotEndedAfterItWasHandedBackAndClaimedAgain() {
		// Nobody keeps house here but the test.
		try (EngineFixture still = new EngineFixture()) {
			Store store = new Store(still.dataSource(), null);
			still.enqueue("t.a");
			Job first = still.fetchOne("w1");
			still.sql().sql("UPDATE ojs.ready SET execute_until = clock_timestamp() - interval '1 second'").update();
			still.sql().sql("UPDATE ojs.claim SET check_at = clock_timestamp() - interval '1 second'").update();
			List<Leases.Overdue> found = store.transactions()
				.separately(() -> store.leases().sweep(Instant.EPOCH, 10))
				.overdue();
			assertThat(found).hasSize(1);
			assertThat(still.engine().release(List.of(first))).hasSize(1);
			Job again = still.fetchOne("w1");
			assertThat(again.attempt()).isEqualTo(first.attempt());
			JobError error = JobError.of("timeout", "too late", null);
			assertThat(store.failures().returnToQueue(found.get(0).attempt(), error)).isEmpty();
			assertThat(store.failures().release(List.of(found.get(0).attempt()))).isEmpty();
			assertThat(still.read(again).state()).isEqualTo(JobState.ACTIVE);
		}
	}

	@Test
	void aClaimThatCommitsAfterItsWorkerSignedOffIsFound() {
		Job job = one.enqueue("t.a");
		one.engine().fetch(new FetchRequest(List.of("empty"), null, 1, "node-z", null, true));
		// As another node, or a claim still under way, sees it: this one believes that
		// the worker is registered.
		two.engine().signOff("node-z");
		assertThat(one.engine().fetch(new FetchRequest(List.of("default"), null, 1, "node-z", null, true))).hasSize(1);
		one.sql().sql("UPDATE ojs.claim SET check_at = clock_timestamp()").update();
		await().atMost(Duration.ofSeconds(10)).until(() -> one.read(job).state() == JobState.AVAILABLE);
	}

	@Test
	void aWaitingWorkerIsWokenByAnEnqueueOnTheOtherNode() throws Exception {
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			long since = one.engine().availability();
			Future<Boolean> woken = threads
				.submit(() -> one.engine().awaitAvailable(List.of("default"), since, Duration.ofSeconds(2)));
			two.enqueue("t.a");
			return woken.get(5, TimeUnit.SECONDS);
		});
	}

	private static boolean awaited(CountDownLatch latch) {
		try {
			return latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static void inParallel(int count, ThreadWork work) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(count);
		List<Callable<Object>> tasks = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int thread = i;
			tasks.add(() -> {
				barrier.await(10, TimeUnit.SECONDS);
				return work.run(thread);
			});
		}
		for (Future<Object> future : threads.invokeAll(tasks)) {
			future.get(60, TimeUnit.SECONDS);
		}
	}

	@FunctionalInterface
	private interface ThreadWork {

		Object run(int thread) throws Exception;

	}

	@Nested
	class AClaimThatACrashOfTheServerHasUndone {

		private Job first;

		private Job again;

		// The same worker then claims the job with the same number.
		@BeforeEach
		void undo() {
			one.enqueue("t.a");
			this.first = one.fetchOne("w1");
			assertThat(TestDatabase.undoClaims(one.dataSource())).isEqualTo(1);
			one.engine().signOff("nobody");
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				List<Job> jobs = one.engine().fetch(new FetchRequest(List.of("default"), null, 1, "w1", null, false));
				assertThat(jobs).hasSize(1);
				this.again = jobs.get(0);
			});
			assertThat(this.again.attempt()).isEqualTo(this.first.attempt());
		}

		@Test
		void itsCompletionDoesNotEndTheClaimThatFollowed() {
			assertThat(one.engine().complete(List.of(Completion.of(this.first, "w1", null)))).isEmpty();
			assertThat(one.engine().complete(List.of(Completion.of(this.again, "w1", null)))).hasSize(1);
		}

		@Test
		void itsFailureDoesNotEndTheClaimThatFollowed() {
			FailureReport boom = FailureReport.of(JobError.of("handler_error", "boom", null));
			assertThat(one.engine().fail(this.first, boom)).isFalse();
			assertThat(one.engine().fail(this.again, boom)).isTrue();
		}

		@Test
		void itCannotBeHandedBack() {
			assertThat(one.engine().release(List.of(this.first))).isEmpty();
			assertThat(one.engine().release(List.of(this.again))).hasSize(1);
		}

		@Test
		void itMustNotBegin() {
			assertThat(one.engine().markStarted(this.first)).isFalse();
			assertThat(one.engine().markStarted(this.again)).isTrue();
		}

	}

}
