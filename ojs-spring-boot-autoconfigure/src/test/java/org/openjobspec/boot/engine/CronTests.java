package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Store;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Periodic jobs on a real database. What is due once a year is made due by moving its
 * next tick into the past.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class CronTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final String YEARLY = "0 0 1 1 *";

	private static final JobRequest JOB = JobRequest.of("report.generate").args("[\"daily\"]").build();

	@RegisterExtension
	private static final EngineFixture fixture = EngineFixture.started();

	private static final JobEngine engine = fixture.engine();

	private static CronRequest request(String name, String expression, CronOverlap overlap, JobRequest job) {
		return new CronRequest(name, CronExpression.parse(expression), CronRequest.zone("UTC"), overlap, null, null,
				job);
	}

	private static CronJob register(String name, String expression, CronOverlap overlap) {
		return engine.registerCron(request(name, expression, overlap, JOB)).cron();
	}

	private static CronJob read(String name) {
		return engine.findCron(name).orElseThrow();
	}

	private static Instant makeDue(JdbcClient sql, String name) {
		return Instant.parse(sql.sql("""
				UPDATE ojs.cron SET next_run_at = clock_timestamp() - interval '1 second' WHERE name = :name
				RETURNING to_char(next_run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
				""").param("name", name).query(String.class).single());
	}

	private static Instant makeDue(String name) {
		return makeDue(fixture.sql(), name);
	}

	private static List<Job> jobs() {
		return fixture.sql()
			.sql("SELECT id FROM ojs.job ORDER BY created_at, id")
			.query(UUID.class)
			.list()
			.stream()
			.map((id) -> engine.find(id).orElseThrow())
			.toList();
	}

	private static List<JobEvent> events(String type) {
		return engine.events(new EventQuery(null, Set.of(type), Set.of(), Set.of(), 1000))
			.events()
			.stream()
			.map(EventPage.Entry::event)
			.toList();
	}

	/** The feed waits for older transactions, whosever they are. */
	private static List<JobEvent> events(String type, int number) {
		return await().atMost(PATIENCE).until(() -> events(type), (events) -> events.size() >= number);
	}

	/** Fires once, and waits for it. */
	private static Job fire(String name) {
		long runs = read(name).runCount();
		makeDue(name);
		await().atMost(PATIENCE).until(() -> read(name).runCount() == runs + 1);
		List<Job> all = jobs();
		return all.get(all.size() - 1);
	}

	/** Comes to a tick that enqueues nothing. */
	private static void passOver(String name) {
		Instant tick = makeDue(name);
		await().atMost(PATIENCE).until(() -> {
			Instant next = read(name).nextRunAt();
			return next != null && next.isAfter(tick);
		});
	}

	@Nested
	class Registering {

		@Test
		void aNewNameIsCreatedAndAKnownOneIsChanged() {
			CronRegistration first = engine.registerCron(request("a", YEARLY, CronOverlap.SKIP, JOB));
			assertThat(first.created()).isTrue();
			assertThat(first.cron().enabled()).isTrue();
			assertThat(first.cron().runCount()).isZero();
			assertThat(first.cron().lastRunAt()).isNull();
			assertThat(first.cron().nextRunAt())
				.isEqualTo(CronExpression.parse(YEARLY).next(first.cron().createdAt(), ZoneId.of("UTC")).orElseThrow());
			CronRegistration second = engine
				.registerCron(request("a", "@daily", CronOverlap.ALLOW, JobRequest.of("other").build()));
			assertThat(second.created()).isFalse();
			assertThat(second.cron().createdAt()).isEqualTo(first.cron().createdAt());
			assertThat(second.cron().overlap()).isEqualTo(CronOverlap.ALLOW);
			assertThat(second.cron().job().type()).isEqualTo("other");
			assertThat(engine.crons(null)).hasSize(1);
		}

		@Test
		void theNextTickStaysWhereItIsUntilTheScheduleChanges() {
			Instant anchor = register("a", "@every 1h", CronOverlap.SKIP).nextRunAt();
			assertThat(register("a", "@every 1h", CronOverlap.ALLOW).nextRunAt()).isEqualTo(anchor);
			assertThat(register("a", "@every 2h", CronOverlap.ALLOW).nextRunAt()).isAfter(anchor);
			CronRequest elsewhere = new CronRequest("a", CronExpression.parse("@every 2h"),
					CronRequest.zone("Asia/Tokyo"), CronOverlap.SKIP, null, "A sentence", JOB);
			CronJob moved = engine.registerCron(elsewhere).cron();
			assertThat(moved.timezone().getId()).isEqualTo("Asia/Tokyo");
			assertThat(moved.description()).isEqualTo("A sentence");
		}

		@Test
		void whatAnOperatorHasDisabledStaysDisabledUnlessItIsAskedFor() {
			register("a", YEARLY, CronOverlap.SKIP);
			assertThat(engine.enableCron("a", false).nextRunAt()).isNull();
			CronJob again = register("a", "@daily", CronOverlap.SKIP);
			assertThat(again.enabled()).isFalse();
			assertThat(again.nextRunAt()).isNull();
			CronRequest enabling = new CronRequest("a", CronExpression.parse("@daily"), CronRequest.zone("UTC"),
					CronOverlap.SKIP, true, null, JOB);
			assertThat(engine.registerCron(enabling).cron().nextRunAt()).isNotNull();
		}

		@Test
		void aRollbackTakesItBack() {
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource()));
			transaction.executeWithoutResult((status) -> {
				register("a", YEARLY, CronOverlap.SKIP);
				status.setRollbackOnly();
			});
			assertThat(engine.findCron("a")).isEmpty();
		}

		@Test
		void metadataThatRunsAddIsRefused() {
			JobRequest job = JobRequest.of("a").meta("{\"k\":{\"cron_name\":1},\"cron_name\":\"mine\"}").build();
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> engine.registerCron(request("a", YEARLY, CronOverlap.SKIP, job)))
				.withMessageContaining("cron_name");
		}

		@Test
		void metadataThatARunWouldMakeTooLargeIsRefused() {
			String meta = "{\"k\":\"" + "x".repeat(JobRequest.MAX_META_BYTES - 10) + "\"}";
			JobRequest job = JobRequest.of("a").meta(meta).build();
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> engine.registerCron(request("a", YEARLY, CronOverlap.SKIP, job)))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(413));
		}

	}

	@Nested
	class Listing {

		@Test
		void byNameAndByWhetherTheyAreEnabled() {
			register("b", YEARLY, CronOverlap.SKIP);
			register("a", YEARLY, CronOverlap.SKIP);
			engine.enableCron("b", false);
			assertThat(engine.crons(null)).extracting(CronJob::name).containsExactly("a", "b");
			assertThat(engine.crons(true)).extracting(CronJob::name).containsExactly("a");
			assertThat(engine.crons(false)).extracting(CronJob::name).containsExactly("b");
		}

		@Test
		void deletingLeavesTheJobs() {
			register("a", YEARLY, CronOverlap.SKIP);
			Job job = fire("a");
			assertThat(engine.deleteCron("a").runCount()).isEqualTo(1);
			assertThat(engine.findCron("a")).isEmpty();
			assertThat(fixture.read(job).state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void anUnknownNameIsToldWhateverItIs() {
			for (String name : List.of("unknown", "Not a name", "a\u0000")) {
				assertThat(engine.findCron(name)).isEmpty();
				assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.deleteCron(name))
					.withMessageContaining("cron job")
					.satisfies((ex) -> assertThat(ex.hint()).contains("name"));
				assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.enableCron(name, true));
				assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.triggerCron(name));
			}
		}

	}

	@Nested
	class Firing {

		@Test
		void aTickEnqueuesTheJobAsItWasRegistered() {
			JobRequest template = JobRequest.of("report.generate")
				.args("[1.10,\"\\u0000\"]")
				.meta("{\"k\":[1e400]}")
				.queue("reports")
				.priority(7)
				.timeout(Duration.ofSeconds(30))
				.visibilityTimeout(Duration.ofSeconds(40))
				.timeToLive(Duration.ofHours(1))
				.retry((policy) -> policy.withMaxAttempts(9))
				.tags(List.of("daily"))
				.schema("urn:report")
				.attribute("rate_limit", "{\"a\":1}")
				.build();
			engine.registerCron(request("a", YEARLY, CronOverlap.SKIP, template));
			Instant tick = makeDue("a");
			await().atMost(PATIENCE).until(() -> read("a").runCount() == 1);
			Job job = jobs().get(0);
			assertThat(job.id().version()).isEqualTo(7);
			assertThat(job.type()).isEqualTo("report.generate");
			assertThat(job.args()).isEqualTo("[1.10,\"\\u0000\"]");
			assertThat(job.meta())
				.isEqualTo("{\"cron_name\":\"a\",\"cron_triggered_at\":\"%s\",\"k\":[1e400]}".formatted(tick));
			assertThat(job.queue()).isEqualTo("reports");
			assertThat(job.priority()).isEqualTo(7);
			assertThat(job.maxAttempts()).isEqualTo(9);
			assertThat(job.options().timeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(job.options().visibilityTimeout()).isEqualTo(Duration.ofSeconds(40));
			assertThat(job.options().expiresAt()).isEqualTo(job.createdAt().plus(Duration.ofHours(1)));
			assertThat(job.options().tags()).containsExactly("daily");
			assertThat(job.options().schema()).isEqualTo("urn:report");
			assertThat(job.options().attributes()).containsEntry("rate_limit", "{\"a\":1}");
			CronJob after = read("a");
			assertThat(after.lastRunAt()).isAfter(tick);
			assertThat(after.nextRunAt())
				.isEqualTo(CronExpression.parse(YEARLY).next(after.createdAt(), ZoneId.of("UTC")).orElseThrow());
		}

		@Test
		void theLimitOfItsJobHoldsForEachRun() {
			RateLimit limit = new RateLimit("api", 3, new RateLimit.Rate(7, Duration.ofMinutes(1)),
					new RateLimit.Rate(2, Duration.ofSeconds(1)), RateLimit.OnLimit.RESCHEDULE);
			for (CronOverlap overlap : List.of(CronOverlap.ALLOW, CronOverlap.ENQUEUE)) {
				engine.registerCron(request("a", YEARLY, overlap, JobRequest.of("t").rateLimit(limit).build()));
				assertThat(read("a").job().rateLimit()).isEqualTo(limit);
				assertThat(lane(fire("a"))).as("%s", overlap).isEqualTo("default~api");
			}
		}

		private static @Nullable String lane(Job job) {
			return fixture.sql()
				.sql("SELECT lane FROM ojs.job WHERE id = :id")
				.param("id", job.id())
				.query(String.class)
				.single();
		}

		@Test
		void whatItsNodeKnowsOfTheTypeAtTheRegistrationHolds() {
			TestDatabase.Database database = TestDatabase.fresh();
			try (EngineFixture firing = new EngineFixture(database, EngineFixture.QUICK)) {
				JobEngine registering = new JobEngine(new Store(firing.dataSource(), null), EngineFixture.QUICK,
						List.of(), (type) -> new TypeDefaults("mail", Duration.ofSeconds(5),
								RetryPolicy.DEFAULT.withMaxAttempts(4)));
				registering.registerCron(request("a", YEARLY, CronOverlap.SKIP, JOB));
				makeDue(firing.sql(), "a");
				firing.engine().start();
				await().atMost(PATIENCE).until(() -> !firing.fetch(1, "mail").isEmpty());
				Job job = firing.engine()
					.find(firing.sql().sql("SELECT id FROM ojs.job").query(UUID.class).single())
					.orElseThrow();
				assertThat(job.maxAttempts()).isEqualTo(4);
				assertThat(job.options().timeout()).isEqualTo(Duration.ofSeconds(5));
			}
		}

		@Test
		void theTimeoutOfItsQueueIsThatOfTheRunAndTheRetryPolicyThatOfTheRegistration() {
			engine.registerCron(CronRequest.of("a", YEARLY, JobRequest.of("t.a").queue("reports").build()));
			engine.queueConfigs()
				.change("reports", (settings) -> settings.timeout(Duration.ofMinutes(1))
					.retry(RetryPolicy.DEFAULT.withMaxAttempts(7)));
			Job job = engine.triggerCron("a");
			assertThat(job.options().timeout()).isEqualTo(Duration.ofMinutes(1));
			assertThat(job.options().retry()).isEqualTo(RetryPolicy.DEFAULT);
		}

		@Test
		void aPauseIsMadeUpForByOneRun() {
			register("a", "@every 90s", CronOverlap.ALLOW);
			fixture.sql()
				.sql("UPDATE ojs.cron SET next_run_at = clock_timestamp() - interval '10 minutes' WHERE name = 'a'")
				.update();
			await().atMost(PATIENCE).until(() -> read("a").runCount() == 1);
			CronJob after = read("a");
			assertThat(after.nextRunAt()).isAfter(after.lastRunAt());
			assertThat(jobs()).hasSize(1);
		}

		@Test
		void whatIsDisabledDoesNotFire() {
			register("a", "* * * * * *", CronOverlap.ALLOW);
			engine.enableCron("a", false);
			long runs = read("a").runCount();
			await().during(Duration.ofMillis(1500)).atMost(PATIENCE).until(() -> read("a").runCount() == runs);
			assertThat(engine.enableCron("a", true).nextRunAt()).isNotNull();
			await().atMost(PATIENCE).until(() -> read("a").runCount() > runs);
		}

		@Test
		void aTickIsOnTimeOnTheNodeThatKnowsOfIt() {
			// By itself it would look once in ten seconds.
			EngineSettings seldom = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
					Duration.ofSeconds(30), Duration.ofSeconds(10), EngineSettings.Retention.DEFAULT,
					EngineSettings.Webhooks.DEFAULT);
			try (EngineFixture node = new EngineFixture(TestDatabase.fresh(), seldom)) {
				node.engine().start();
				node.engine().registerCron(request("a", "* * * * * *", CronOverlap.ALLOW, JOB));
				await().atMost(PATIENCE).until(() -> node.engine().findCron("a").orElseThrow().runCount() >= 4);
				assertThat(node.sql().sql("""
						SELECT (extract(epoch FROM e.at - (e.data ->> 'scheduled_at')::timestamptz) * 1000)::int8
						FROM ojs.event e WHERE e.type = 'cron.triggered'
						""").query(Long.class).list()).hasSizeGreaterThanOrEqualTo(4)
					.allSatisfy((millis) -> assertThat(millis).isBetween(0L, 900L));
			}
		}

		@Test
		void eventsTellOfIt() {
			Queue<JobEvent> heard = new ConcurrentLinkedQueue<>();
			engine.onEvent(heard::add);
			register("a", YEARLY, CronOverlap.SKIP);
			Job job = fire("a");
			passOver("a");
			JobEvent triggered = events(JobEvent.CRON_TRIGGERED, 1).get(0);
			assertThat(triggered.jobId()).isEqualTo(job.id());
			assertThat(triggered.jobType()).isEqualTo("report.generate");
			assertThat(triggered.data()).containsEntry("cron_name", "a")
				.containsEntry("cron_expr", YEARLY)
				.containsEntry("cron_expression", YEARLY)
				.containsEntry("timezone", "UTC")
				.containsKeys("scheduled_at", "scheduled_time", "actual_time", "run_count");
			assertThat(job.meta()).contains(String.valueOf(triggered.data().get("scheduled_at")));
			JobEvent skipped = events(JobEvent.CRON_SKIPPED, 1).get(0);
			assertThat(skipped.data()).containsEntry("reason", "overlap_skip")
				.containsEntry("existing_job_id", job.id().toString())
				.containsEntry("active_job_id", job.id().toString());
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(heard).extracting(JobEvent::type)
					.contains(JobEvent.CRON_TRIGGERED, JobEvent.CRON_SKIPPED));
		}

		@Test
		void severalNodesMakeOneJobPerTick() {
			TestDatabase.Database database = TestDatabase.fresh();
			try (EngineFixture one = new EngineFixture(database, EngineFixture.QUICK);
					EngineFixture two = new EngineFixture(database, EngineFixture.QUICK);
					EngineFixture three = new EngineFixture(database, EngineFixture.QUICK)) {
				List.of(one, two, three).forEach((node) -> node.engine().start());
				for (int i = 0; i < 10; i++) {
					one.engine().registerCron(request("every-second-" + i, "* * * * * *", CronOverlap.ALLOW, JOB));
				}
				await().atMost(PATIENCE)
					.until(() -> one.engine().crons(null).stream().allMatch((cron) -> cron.runCount() >= 4));
				one.engine().crons(null).forEach((cron) -> two.engine().enableCron(cron.name(), false));
				long runs = one.engine().crons(null).stream().mapToLong(CronJob::runCount).sum();
				assertThat(one.sql().sql("SELECT count(*) FROM ojs.job").query(Long.class).single()).isEqualTo(runs);
				assertThat(one.sql().sql("SELECT count(DISTINCT meta) FROM ojs.job").query(Long.class).single())
					.as("every run of every periodic job at a time of its own")
					.isEqualTo(runs);
				assertThat(one.sql()
					.sql("SELECT count(*) FROM ojs.event WHERE type = 'cron.triggered'")
					.query(Long.class)
					.single()).isEqualTo(runs);
			}
		}

		@Test
		void aTickThatHasRunDoesNotRunAgainWhenItIsSetBack() {
			register("a", YEARLY, CronOverlap.ALLOW);
			Instant tick = makeDue("a");
			await().atMost(PATIENCE).until(() -> read("a").runCount() == 1);
			fixture.sql()
				.sql("UPDATE ojs.cron SET next_run_at = :tick::timestamptz WHERE name = 'a'")
				.param("tick", tick.toString())
				.update();
			await().atMost(PATIENCE).until(() -> tick.isBefore(read("a").nextRunAt()));
			assertThat(jobs()).hasSize(1);
			assertThat(read("a").runCount()).isEqualTo(1);
			assertThat(fixture.sql()
				.sql("SELECT count(*) FROM ojs.event WHERE type = 'cron.triggered'")
				.query(Long.class)
				.single()).isEqualTo(1);
		}

	}

	@Nested
	class Overlapping {

		@Test
		void skipLeavesTheRunOutWhateverStateTheLastOneIsIn() {
			register("a", YEARLY, CronOverlap.SKIP);
			Job first = fire("a");
			passOver("a");
			assertThat(fixture.fetch(1)).extracting(Job::id).containsExactly(first.id());
			passOver("a");
			assertThat(jobs()).hasSize(1);
			Job active = fixture.read(first);
			assertThat(engine.complete(List.of(new Completion(first.id(), "w1", active.attempt(), null, null, null))))
				.containsExactly(first.id());
			assertThat(fire("a").id()).isNotEqualTo(first.id());
		}

		@Test
		void allowRunsBoth() {
			register("a", YEARLY, CronOverlap.ALLOW);
			Job first = fire("a");
			Job second = fire("a");
			assertThat(jobs()).extracting(Job::id).containsExactly(first.id(), second.id());
			assertThat(fixture.fetch(5)).hasSize(2);
		}

		@Test
		void cancelPreviousStopsTheLastOne() {
			register("a", YEARLY, CronOverlap.CANCEL_PREVIOUS);
			Job first = fire("a");
			assertThat(fixture.fetch(1)).hasSize(1);
			Job second = fire("a");
			assertThat(fixture.read(first).state()).isEqualTo(JobState.CANCELLED);
			assertThat(fixture.read(second).state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void cancelPreviousStopsNoneForAJobThatIsNotStored() {
			register("a", YEARLY, CronOverlap.CANCEL_PREVIOUS);
			Job first = fire("a");
			Job other = fixture.enqueue("t.unique", (job) -> job.unique(UniquePolicy.by()));
			JobRequest ignored = JobRequest.of("t.unique")
				.unique(UniquePolicy.by().withOnConflict(OnConflict.IGNORE))
				.build();
			engine.registerCron(request("a", YEARLY, CronOverlap.CANCEL_PREVIOUS, ignored));
			passOver("a");
			assertThat(engine.triggerCron("a").id()).isEqualTo(other.id());
			assertThat(fixture.read(first).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(read("a").runCount()).isEqualTo(1);
		}

		@Test
		void cancelPreviousDoesNotStopTheJobOfTheTickThatIsSetBack() {
			register("a", YEARLY, CronOverlap.CANCEL_PREVIOUS);
			Instant tick = makeDue("a");
			await().atMost(PATIENCE).until(() -> read("a").runCount() == 1);
			fixture.sql()
				.sql("UPDATE ojs.cron SET next_run_at = :tick::timestamptz WHERE name = 'a'")
				.param("tick", tick.toString())
				.update();
			await().atMost(PATIENCE).until(() -> tick.isBefore(read("a").nextRunAt()));
			assertThat(jobs()).singleElement().extracting(Job::state).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void enqueueRunsOneAfterTheOtherAndWarnsOfMoreThanTwo(CapturedOutput output) {
			register("a", YEARLY, CronOverlap.ENQUEUE);
			Job first = fire("a");
			Job second = fire("a");
			assertThat(output).doesNotContain("jobs of the periodic job 'a' wait");
			fire("a");
			assertThat(output).contains("3 jobs of the periodic job 'a' wait in queue 'default'");
			Job running = next();
			assertThat(running.id()).isEqualTo(first.id());
			assertThat(fixture.fetch(5)).isEmpty();
			assertThat(fixture.read(second).state()).isEqualTo(JobState.AVAILABLE);
			assertThat(engine.complete(List.of(Completion.of(running, "w1", null)))).containsExactly(first.id());
			assertThat(next().id()).isEqualTo(second.id());
			assertThat(fixture.fetch(5)).isEmpty();
		}

		@Test
		void enqueueTakesTheLongestNameToo() {
			String name = "a".repeat(255);
			register(name, YEARLY, CronOverlap.ENQUEUE);
			fire(name);
			assertThat(next().meta()).contains(name);
		}

		private static Job next() {
			return await().atMost(PATIENCE).until(() -> fixture.fetch(5), (jobs) -> !jobs.isEmpty()).get(0);
		}

		@Test
		void aDuplicateByItsUniquenessKeyIsLeftOut() {
			JobRequest unique = JobRequest.of("t.unique").unique(UniquePolicy.by()).build();
			engine.registerCron(request("a", YEARLY, CronOverlap.ALLOW, unique));
			Job first = fire("a");
			passOver("a");
			JobRequest ignoring = JobRequest.of("t.unique")
				.unique(UniquePolicy.by().withOnConflict(OnConflict.IGNORE))
				.build();
			engine.registerCron(request("a", YEARLY, CronOverlap.ALLOW, ignoring));
			passOver("a");
			assertThat(jobs()).hasSize(1);
			assertThat(events(JobEvent.CRON_SKIPPED, 2)).hasSize(2)
				.allSatisfy((event) -> assertThat(event.data()).containsEntry("reason", "duplicate")
					.containsEntry("existing_job_id", first.id().toString()));
		}

	}

	@Nested
	class Triggering {

		@Test
		void aRunByHandIsBesideTheSchedule() {
			CronJob cron = register("a", YEARLY, CronOverlap.SKIP);
			Job job = engine.triggerCron("a");
			assertThat(job.meta()).startsWith("{\"cron_name\":\"a\",\"cron_triggered_at\":\"");
			CronJob after = read("a");
			assertThat(after.runCount()).isEqualTo(1);
			assertThat(after.lastRunAt()).isNotNull();
			assertThat(after.nextRunAt()).isEqualTo(cron.nextRunAt());
			assertThat(events(JobEvent.CRON_TRIGGERED, 1)).extracting(JobEvent::jobId).containsExactly(job.id());
		}

		@Test
		void aRunThatHasNotEndedStandsInTheWay() {
			register("a", YEARLY, CronOverlap.SKIP);
			Job job = engine.triggerCron("a");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.triggerCron("a"))
				.withMessageContaining(job.id().toString());
			engine.cancel(job.id());
			assertThat(engine.triggerCron("a").state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void whatIsDisabledCanBeTriggered() {
			register("a", YEARLY, CronOverlap.SKIP);
			engine.enableCron("a", false);
			assertThat(engine.triggerCron("a").state()).isEqualTo(JobState.AVAILABLE);
			assertThat(read("a").nextRunAt()).isNull();
		}

	}

	@Nested
	class WhenOneIsBroken {

		@Test
		void theOthersFireAndItFollowsOnceItCan(CapturedOutput output) {
			AtomicBoolean broken = new AtomicBoolean(true);
			try (EngineFixture node = EngineFixture.withInterceptor((job) -> {
				if (job.type().equals("t.broken") && broken.get()) {
					throw new IllegalStateException("broken on purpose");
				}
				return job;
			})) {
				JobRequest brokenJob = JobRequest.of("t.broken").build();
				node.engine().registerCron(request("broken", YEARLY, CronOverlap.SKIP, brokenJob));
				node.engine().registerCron(request("sound", YEARLY, CronOverlap.SKIP, JOB));
				Instant tick = makeDue(node.sql(), "broken");
				makeDue(node.sql(), "sound");
				node.engine().start();
				await().atMost(PATIENCE).until(() -> node.engine().findCron("sound").orElseThrow().runCount() == 1);
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(output).contains("The periodic job 'broken' could not be fired")
						.contains("broken on purpose"));
				assertThat(node.engine().findCron("broken").orElseThrow().nextRunAt()).isEqualTo(tick);
				broken.set(false);
				await().atMost(PATIENCE).until(() -> node.engine().findCron("broken").orElseThrow().runCount() == 1);
				assertThat(node.fetchTypes(1, "t.broken").get(0).meta()).contains(tick.toString());
			}
		}

		@Test
		void aDroppedJobIsARunLeftOut() {
			try (EngineFixture node = EngineFixture.withInterceptor(CronTests::dropReports)) {
				node.engine().registerCron(request("a", YEARLY, CronOverlap.SKIP, JOB));
				Instant tick = makeDue(node.sql(), "a");
				node.engine().start();
				await().atMost(PATIENCE)
					.until(() -> tick.isBefore(node.engine().findCron("a").orElseThrow().nextRunAt()));
				assertThat(node.sql()
					.sql("SELECT data ->> 'reason' FROM ojs.event WHERE type = 'cron.skipped'")
					.query(String.class)
					.single()).isEqualTo("dropped");
			}
		}

		@Test
		void anEntryThatThisVersionCannotReadDoesNotStopTheOthers(CapturedOutput output) {
			register("strange", YEARLY, CronOverlap.SKIP);
			register("sound", YEARLY, CronOverlap.SKIP);
			fixture.sql()
				.sql("UPDATE ojs.cron SET expression = '@someday', next_run_at = now() WHERE name = 'strange'")
				.update();
			fire("sound");
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(output).contains("The periodic job 'strange' could not be fired"));
		}

	}

	private static @Nullable JobRequest dropReports(JobRequest request) {
		return request.type().equals("report.generate") ? null : request;
	}

	@Nested
	class Declaring {

		@Test
		void whatAnApplicationDeclaresIsRegistered(CapturedOutput output) {
			engine.declareCrons("shop",
					List.of(CronRequest.of("b", YEARLY, JOB), CronRequest.of("a", "@every 1h", JOB)));
			await().atMost(PATIENCE).until(() -> engine.crons(null).size() == 2);
			Instant anchor = read("a").nextRunAt();
			engine.declareCrons("shop", List.of(CronRequest.of("a", "@every 1h", JOB)));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(output).contains("'shop' no longer declares the periodic job 'b'")
					.contains("DELETE /cron/b"));
			assertThat(read("b").enabled()).isTrue();
			assertThat(read("a").nextRunAt()).isEqualTo(anchor);
		}

		@Test
		void itWaitsForTheDatabase() {
			try (TestDatabase.OwnServer server = TestDatabase.ownServer()) {
				TestDatabase.Database database = server.fresh();
				try (EngineFixture node = new EngineFixture(database, EngineFixture.QUICK)) {
					server.stop();
					node.engine().declareCrons("shop", List.of(CronRequest.of("a", YEARLY, JOB)));
					node.engine().start();
					server.start();
					await().atMost(Duration.ofSeconds(60))
						.ignoreExceptions()
						.until(() -> node.engine().findCron("a").isPresent());
				}
			}
		}

	}

	@Test
	void theIdOfATicksJobIsTheSameOnEveryNode() {
		Instant tick = Instant.parse("2026-03-01T09:00:00Z");
		UUID id = UuidV7.of(tick, "a");
		assertThat(id).isEqualTo(UuidV7.of(tick, "a")).isNotEqualTo(UuidV7.of(tick, "b"));
		assertThat(id.version()).isEqualTo(7);
		assertThat(id.variant()).isEqualTo(2);
		assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(tick.toEpochMilli());
	}

}
