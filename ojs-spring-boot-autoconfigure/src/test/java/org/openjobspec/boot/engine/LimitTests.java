package org.openjobspec.boot.engine;

import java.util.UUID;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.RateLimit;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Limits of concurrency and rate, on two nodes with one database.
 */
class LimitTests {

	private static EngineFixture fixture;

	private static EngineFixture other;

	private static JobEngine engine;

	@BeforeAll
	static void start() {
		TestDatabase.Database database = TestDatabase.fresh();
		fixture = new EngineFixture(database, EngineFixture.QUICK);
		other = new EngineFixture(database, EngineFixture.QUICK);
		engine = fixture.engine();
		engine.start();
		other.engine().start();
	}

	@AfterAll
	static void stop() {
		fixture.close();
		other.close();
	}

	@BeforeEach
	void reset() {
		fixture.reset();
		other.reset();
	}

	@Test
	void aFetchFindsWhatTheMaintenanceAdmitsAtTheSameMoment() {
		try (EngineFixture alone = new EngineFixture()) {
			alone.engine().start();
			for (int i = 0; i < 400; i++) {
				String queue = "q" + i;
				RateLimit limit = RateLimit.concurrency("key" + i, 1);
				alone.enqueue("t.a", (request) -> request.queue(queue).rateLimit(limit));
				assertThat(alone.fetch(1, queue)).as("fetch " + i).hasSize(1);
			}
		}
	}

	private static Job enqueue(String type, RateLimit limit) {
		return fixture.enqueue(type, (request) -> request.rateLimit(limit));
	}

	private static List<Job> fetched(EngineFixture node, int count) {
		List<Job> jobs = new ArrayList<>();
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			jobs.addAll(node.fetch(count - jobs.size()));
			return jobs.size() == count;
		});
		return jobs;
	}

	private static void complete(Job job) {
		assertThat(engine.complete(List.of(Completion.of(job, "w1", null)))).hasSize(1);
	}

	@Nested
	class OfConcurrency {

		private final RateLimit two = RateLimit.concurrency("api", 2);

		@Test
		void noMoreRunThanAreAllowedAndTheNextFollowsWhenOneEnds() {
			for (int i = 0; i < 5; i++) {
				assertThat(enqueue("t.a", this.two).state()).isEqualTo(JobState.AVAILABLE);
			}
			List<Job> running = fetched(fixture, 2);
			assertThat(fixture.fetch(10)).isEmpty();
			assertThat(other.fetch(10)).isEmpty();
			complete(running.get(0));
			fetched(other, 1);
			assertThat(other.fetch(10)).isEmpty();
		}

		@Test
		void whatMustWaitIsInNobodysWay() {
			List<Job> limited = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				limited.add(enqueue("t.limited", RateLimit.concurrency("api", 1)));
			}
			Job free = fixture.enqueue("t.free");
			List<Job> running = fetched(fixture, 2);
			assertThat(running).extracting(Job::id).containsExactlyInAnyOrder(limited.get(0).id(), free.id());
			assertThat(fixture.read(limited.get(3)).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(engine.queueStats("default").available()).isEqualTo(3);
		}

		@Test
		void whoeverWaitsKeepsItsPlaceInTheQueue() {
			Job first = enqueue("t.limited", RateLimit.concurrency("api", 1));
			Job second = enqueue("t.limited", RateLimit.concurrency("api", 1));
			Job later = fixture.enqueue("t.later");
			complete(fetched(fixture, 1).get(0));
			await().atMost(Duration.ofSeconds(5)).until(() -> waiting("api") == 0);
			assertThat(fixture.fetch(2)).extracting(Job::id).containsExactly(second.id(), later.id());
			assertThat(fixture.read(first).state()).isEqualTo(JobState.COMPLETED);
		}

		@Test
		void keysDoNotConcernEachOther() {
			enqueue("t.a", RateLimit.concurrency("one", 1));
			enqueue("t.b", RateLimit.concurrency("two", 1));
			assertThat(fetched(fixture, 2)).extracting(Job::type).containsExactlyInAnyOrder("t.a", "t.b");
		}

		@Test
		void aKeyIsOneOverAllQueues() {
			fixture.enqueue("t.a", (request) -> request.rateLimit(RateLimit.concurrency("api", 1)).queue("q1"));
			fixture.enqueue("t.b", (request) -> request.rateLimit(RateLimit.concurrency("api", 1)).queue("q2"));
			List<Job> running = new ArrayList<>();
			await().atMost(Duration.ofSeconds(5)).until(() -> running.addAll(fixture.fetch(10, "q1", "q2")));
			assertThat(running).hasSize(1);
			assertThat(fixture.fetch(10, "q1", "q2")).isEmpty();
		}

		@Test
		void anAttemptThatFailsOrIsCancelledLetsAnotherStart() {
			for (int i = 0; i < 3; i++) {
				enqueue("t.a", RateLimit.concurrency("api", 1));
			}
			Job failing = fetched(fixture, 1).get(0);
			engine.fail(failing, FailureReport.of(JobError.of("handler_error", "boom", null)));
			Job cancelled = fetched(fixture, 1).get(0);
			engine.cancel(cancelled.id());
			fetched(fixture, 1);
		}

		@Test
		void aJobThatIsHandedBackWaitsAgainAndKeepsItsPlace() {
			Job first = enqueue("t.a", RateLimit.concurrency("api", 1));
			enqueue("t.a", RateLimit.concurrency("api", 1));
			engine.release(fetched(fixture, 1));
			assertThat(fetched(other, 1)).extracting(Job::id).containsExactly(first.id());
			assertThat(fixture.fetch(10)).isEmpty();
		}

		@Test
		void aJobThatIsRetriedByAnOperatorIsStillLimited() {
			RateLimit limit = RateLimit.concurrency("api", 1);
			Job discarded = fixture.enqueue("t.a",
					(request) -> request.rateLimit(limit).retry((policy) -> policy.withMaxAttempts(1)));
			fetched(fixture, 1);
			engine.reject(discarded.id(), "w1", FailureReport.of(JobError.of("handler_error", "boom", null)));
			enqueue("t.b", limit);
			Job running = fetched(fixture, 1).get(0);
			engine.admin().retry(discarded.id());
			assertThat(fixture.fetch(10)).isEmpty();
			complete(running);
			assertThat(fetched(fixture, 1)).extracting(Job::id).containsExactly(discarded.id());
		}

		@Test
		void manyKeysThatAreStoppedAreInNoOthersWay() {
			List<JobRequest> jobs = new ArrayList<>();
			for (int i = 0; i < 300; i++) {
				jobs.add(JobRequest.of("t.a").rateLimit(RateLimit.concurrency("a%03d".formatted(i), 0)).build());
			}
			jobs.add(JobRequest.of("t.b").rateLimit(RateLimit.concurrency("b", 1)).build());
			engine.enqueue(jobs);
			assertThat(fetched(fixture, 1).get(0).type()).isEqualTo("t.b");
		}

		@Test
		void whatIsInAPausedQueueHoldsNoPlace() {
			fixture.enqueue("t.a", (request) -> request.rateLimit(RateLimit.concurrency("api", 1)).queue("q1"));
			await().atMost(Duration.ofSeconds(5)).until(() -> waiting("api") == 0);
			engine.pause("q1", true);
			fixture.enqueue("t.b", (request) -> request.rateLimit(RateLimit.concurrency("api", 1)).queue("q2"));
			List<Job> running = new ArrayList<>();
			await().atMost(Duration.ofSeconds(5)).until(() -> running.addAll(fixture.fetch(10, "q2")));
			complete(running.get(0));
			engine.pause("q1", false);
			await().atMost(Duration.ofSeconds(5)).until(() -> !fixture.fetch(10, "q1").isEmpty());
		}

		@Test
		void aWaitingJobIsCountedInItsQueue() {
			enqueue("t.a", RateLimit.concurrency("api", 0));
			assertThat(engine.queues()).extracting(QueueInfo::name)
				.contains("default")
				.noneMatch((name) -> name.contains("~"));
			assertThat(engine.admin().queues(100, 0).items())
				.filteredOn((overview) -> overview.queue().name().equals("default"))
				.singleElement()
				.satisfies((overview) -> assertThat(overview.jobs()).containsEntry(JobState.AVAILABLE, 1L));
		}

		@Test
		void aWaitingJobCanBeCancelledAndExpires() {
			enqueue("t.a", RateLimit.concurrency("api", 1));
			fetched(fixture, 1);
			Job waiting = enqueue("t.a", RateLimit.concurrency("api", 1));
			Job expiring = fixture.enqueue("t.a",
					(request) -> request.rateLimit(RateLimit.concurrency("api", 1)).timeToLive(Duration.ofMillis(300)));
			engine.cancel(waiting.id());
			Job cancelled = fixture.read(waiting);
			assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
			assertThat(cancelled.queue()).isEqualTo("default");
			await().atMost(Duration.ofSeconds(10)).until(() -> fixture.read(expiring).state() == JobState.DISCARDED);
		}

		@Test
		void manyWorkersOnTwoNodesNeverRunTooMany() throws Exception {
			for (int i = 0; i < 200; i++) {
				enqueue("t.a", RateLimit.concurrency("api", 3));
			}
			AtomicInteger running = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			AtomicInteger done = new AtomicInteger();
			ExecutorService threads = Executors.newFixedThreadPool(8);
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				EngineFixture node = (i % 2 == 0) ? fixture : other;
				futures.add(threads.submit(() -> {
					Instant end = Instant.now().plusSeconds(60);
					while (done.get() < 200 && Instant.now().isBefore(end)) {
						for (Job job : node.fetch(2)) {
							most.accumulateAndGet(running.incrementAndGet(), Math::max);
							Thread.sleep(1);
							running.decrementAndGet();
							node.engine().complete(List.of(Completion.of(job, "w1", null)));
							done.incrementAndGet();
						}
					}
					return null;
				}));
			}
			for (Future<?> future : futures) {
				future.get(90, TimeUnit.SECONDS);
			}
			threads.shutdownNow();
			assertThat(done).hasValue(200);
			assertThat(most.get()).isBetween(1, 3);
		}

	}

	@Nested
	class OfRate {

		@Test
		void noMoreStartWithinAWindow() {
			RateLimit limit = RateLimit.rate("api", 2, Duration.ofMillis(1500));
			for (int i = 0; i < 4; i++) {
				enqueue("t.a", limit);
			}
			List<Job> jobs = new ArrayList<>(fetched(fixture, 2));
			jobs.forEach(LimitTests::complete);
			assertThat(fixture.fetch(10)).isEmpty();
			jobs.addAll(fetched(other, 2));
			List<Instant> starts = jobs.stream().map((job) -> job.startedAt()).sorted().toList();
			assertThat(Duration.between(starts.get(0), starts.get(2))).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
			assertThat(Duration.between(starts.get(1), starts.get(3))).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
		}

		@Test
		void whatHasNotStartedForLongStartsNoFaster() {
			RateLimit limit = RateLimit.rate("api", 1, Duration.ofSeconds(1));
			enqueue("t.a", limit);
			enqueue("t.a", limit);
			enqueue("t.a", limit);
			// Nobody fetches meanwhile, so that the window is empty again and again.
			await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
			fetched(fixture, 1);
			assertThat(fixture.fetch(10)).isEmpty();
		}

		@Test
		void aThrottleKeepsItsDistance() {
			RateLimit limit = new RateLimit("api", null, null, new RateLimit.Rate(2, Duration.ofSeconds(1)),
					RateLimit.OnLimit.WAIT);
			for (int i = 0; i < 3; i++) {
				enqueue("t.a", limit);
			}
			List<Job> jobs = fetched(fixture, 3);
			assertThat(Duration.between(jobs.get(0).startedAt(), jobs.get(1).startedAt()))
				.isGreaterThanOrEqualTo(Duration.ofMillis(500));
			assertThat(Duration.between(jobs.get(1).startedAt(), jobs.get(2).startedAt()))
				.isGreaterThanOrEqualTo(Duration.ofMillis(500));
		}

		@Test
		void whatMustNotWaitIsDiscarded() {
			RateLimit limit = new RateLimit("api", null, new RateLimit.Rate(1, Duration.ofHours(1)), null,
					RateLimit.OnLimit.DROP);
			enqueue("t.a", limit);
			complete(fetched(fixture, 1).get(0));
			Job dropped = enqueue("t.a", limit);
			await().atMost(Duration.ofSeconds(5)).until(() -> fixture.read(dropped).state() == JobState.DISCARDED);
		}

	}

	@Nested
	class OfQueues {

		@Test
		void aQueuesLimitHoldsForJobsThatKnowNothingOfItAndForThoseThatWereThereBefore() {
			fixture.enqueue("t.before");
			engine.limitQueue("default", 1, null, null);
			fixture.enqueue("t.after");
			List<Job> running = fetched(fixture, 1);
			assertThat(running.get(0).type()).isEqualTo("t.before");
			assertThat(fixture.fetch(10)).isEmpty();
			complete(running.get(0));
			assertThat(fetched(other, 1).get(0).type()).isEqualTo("t.after");
		}

		@Test
		void bothLimitsHoldTogether() {
			engine.limitQueue("default", 2, null, null);
			enqueue("t.a", RateLimit.concurrency("api", 1));
			enqueue("t.a", RateLimit.concurrency("api", 1));
			fixture.enqueue("t.b");
			fixture.enqueue("t.b");
			List<Job> running = fetched(fixture, 2);
			assertThat(fixture.fetch(10)).isEmpty();
			assertThat(running).extracting(Job::type).filteredOn("t.a"::equals).hasSizeLessThanOrEqualTo(1);
		}

		@Test
		void whatRunsWhenAQueueIsLimitedCounts() {
			fixture.enqueue("t.a");
			Job running = fetched(fixture, 1).get(0);
			fixture.enqueue("t.b");
			engine.limitQueue("default", 1, null, null);
			await().pollDelay(Duration.ofMillis(500)).until(() -> fixture.fetch(1).isEmpty());
			complete(running);
			assertThat(fetched(fixture, 1).get(0).type()).isEqualTo("t.b");
		}

		@Test
		void whatAnOperatorSaysOfAQueueIsNoJobsToChange() {
			engine.limitQueue("default", 1, null, null);
			enqueue("t.a", RateLimit.concurrency("queue:default", 5));
			await().pollDelay(Duration.ofMillis(500))
				.until(() -> engine.findRateLimit("queue:default").orElseThrow().concurrency() == 1);
		}

		@Test
		void withoutItsLimitAQueueIsAsBefore() {
			engine.limitQueue("default", 0, null, null);
			fixture.enqueue("t.a");
			fixture.enqueue("t.b");
			assertThat(fixture.fetch(10)).isEmpty();
			engine.limitQueue("default", null, null, null);
			fetched(fixture, 2);
		}

	}

	@Test
	void anOperatorStopsAKeyAndLetsItGoOn() {
		enqueue("t.a", RateLimit.concurrency("api", 5));
		complete(fetched(fixture, 1).get(0));
		engine.overrideRateLimit("api", 0, null);
		enqueue("t.a", RateLimit.concurrency("api", 5));
		await().pollDelay(Duration.ofMillis(500)).until(() -> fixture.fetch(1).isEmpty());
		RateLimitInfo info = engine.findRateLimit("api").orElseThrow();
		assertThat(info.concurrency()).isZero();
		assertThat(info.waiting()).isEqualTo(1);
		engine.overrideRateLimit("api", null, null);
		fetched(fixture, 1);
		assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.overrideRateLimit("none", 1, null));
	}

	@Test
	void aLimitThatIsEnqueuedInAnOpenTransactionHoldsNobodyUp() {
		enqueue("t.a", RateLimit.concurrency("api", 1));
		Job running = fetched(fixture, 1).get(0);
		enqueue("t.a", RateLimit.concurrency("api", 1));
		new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
			enqueue("t.a", RateLimit.concurrency("api", 1));
			// Another thread, since this one is in the transaction.
			assertThat(CompletableFuture.supplyAsync(() -> {
				complete(running);
				return fetched(other, 1);
			}).orTimeout(5, TimeUnit.SECONDS).join()).hasSize(1);
		});
	}

	@Test
	void aChangedLimitHoldsForThoseThatWait() {
		enqueue("t.a", RateLimit.concurrency("api", 1));
		enqueue("t.a", RateLimit.concurrency("api", 1));
		fetched(fixture, 1);
		enqueue("t.a", RateLimit.concurrency("api", 3));
		fetched(fixture, 2);
	}

	@Test
	void aLimitOfTheOwnQueueIsThatOfTheQueueWhichTheTypeHas() {
		JobEngine known = new JobEngine(new Store(fixture.dataSource(), null), EngineFixture.QUICK, List.of(),
				(type) -> new TypeDefaults("reports", null, RetryPolicy.DEFAULT));
		RateLimit limit = new RateLimit("queue:", 1, null, null, RateLimit.OnLimit.WAIT);
		known.enqueue(List.of(JobRequest.of("t.a").rateLimit(limit).build()));
		known.enqueue(List.of(JobRequest.of("t.a").queue("other").rateLimit(limit).build()));
		assertThat(engine.rateLimits(10, 0)).extracting(RateLimitInfo::key)
			.containsExactlyInAnyOrder("queue:reports", "queue:other");
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.rateLimits(0, 0));
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.rateLimits(1001, 0));
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.rateLimits(10, -1));
	}

	@Test
	void whatACancelledWorkflowHeldIsFreeAtOnce() {
		try (EngineFixture alone = new EngineFixture()) {
			alone.engine().start();
			for (int i = 0; i < 20; i++) {
				String key = "key" + i;
				RateLimit limit = RateLimit.concurrency(key, 1);
				UUID workflow = alone.engine()
					.createWorkflow(null,
							new Composition.Chain(List.of(new Composition.Single(
									JobRequest.of("t.held").queue("held").rateLimit(limit).build()))))
					.id();
				await().atMost(Duration.ofSeconds(5))
					.until(() -> alone.engine().findRateLimit(key).orElseThrow().active() == 1);
				alone.enqueue("t.next", (request) -> request.queue("next").rateLimit(limit));
				// The maintenance has looked at it, and has gone to sleep.
				await().pollDelay(Duration.ofMillis(50)).until(() -> alone.fetch(1, "next").isEmpty());
				alone.engine().cancelWorkflow(workflow);
				assertThat(alone.fetch(1, "next")).as("round " + i).hasSize(1);
			}
		}
	}

	@Test
	void aKeyThatIsNoneIsRefused() {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> RateLimit.concurrency("a b", 1))
			.withMessageContaining("rate_limit.key");
	}

	private static int waiting(String key) {
		return engine.findRateLimit(key).map(RateLimitInfo::waiting).orElse(0);
	}

}
