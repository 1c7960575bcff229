package org.openjobspec.boot.engine;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Emptying queues, and deleting what has ended, on a real database.
 */
class PurgeTests {

	private static final Set<JobState> ENDED = EnumSet.of(JobState.COMPLETED, JobState.CANCELLED, JobState.DISCARDED);

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final JobEngine engine = fixture.engine();

	private static final AdminDesk desk = engine.admin();

	private static Job completed(String queue) {
		fixture.enqueue("t.a", (request) -> request.queue(queue).unique(UniquePolicy.by()).args("[1]"));
		return engine.acknowledge(fixture.fetch(1, queue).get(0).id(), "w1", "{}");
	}

	private static Job dead(String queue) {
		fixture.enqueue("t.dead", (request) -> request.queue(queue)
			.retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(OnExhaustion.DEAD_LETTER)));
		return engine.reject(fixture.fetch(1, queue).get(0).id(), "w1",
				FailureReport.of(JobError.of("boom", "boom", null)));
	}

	private static boolean exists(Job job) {
		return engine.find(job.id()).isPresent();
	}

	private static JobFilter in(JobState state) {
		return JobFilter.ALL.withState(state);
	}

	private static long rows(String table) {
		return fixture.sql().sql("SELECT count(*) FROM ojs." + table).query(Long.class).single();
	}

	@Test
	void whatHasEndedGoesWithAllThatBelongsToIt() {
		completed("default");
		dead("default");
		Job other = completed("other");
		Job waiting = fixture.enqueue("t.a");
		assertThat(desk.purge("default", ENDED, null)).isEqualTo(new Purged(2, false));
		assertThat(List.of(other, waiting)).allMatch(PurgeTests::exists);
		assertThat(rows("job")).isEqualTo(2);
		assertThat(rows("outcome")).isEqualTo(1);
		assertThat(rows("failure")).isZero();
		assertThat(rows("unique_key")).isEqualTo(1);
	}

	@Test
	void onlyTheStatesAndTimesThatAreAskedFor() {
		Job completed = completed("default");
		Job dead = dead("default");
		assertThat(desk.purge("default", Set.of(JobState.CANCELLED), null).jobs()).isZero();
		Instant finished = Objects.requireNonNull(fixture.read(completed).finishedAt());
		assertThat(desk.purge("default", Set.of(JobState.COMPLETED), finished).jobs()).isZero();
		assertThat(desk.purge("default", Set.of(JobState.COMPLETED), finished.plusMillis(1)).jobs()).isEqualTo(1);
		assertThat(exists(completed)).isFalse();
		assertThat(exists(dead)).isTrue();
	}

	@Test
	void whatWaitsIsCancelledAndWhatRunsIsLetAlone() {
		fixture.enqueue("t.a");
		Job active = fixture.fetchOne("w1");
		Job available = fixture.enqueue("t.a");
		Job scheduled = fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
		Purged purged = desk.purge("default", Set.of(JobState.AVAILABLE, JobState.SCHEDULED), null);
		assertThat(purged).isEqualTo(new Purged(2, false));
		assertThat(fixture.read(available).state()).isEqualTo(JobState.CANCELLED);
		assertThat(fixture.read(scheduled).state()).isEqualTo(JobState.CANCELLED);
		assertThat(fixture.read(active).state()).isEqualTo(JobState.ACTIVE);
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> desk.purge("default", Set.of(JobState.ACTIVE), null));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> desk.purge("default", Set.of(), null));
	}

	@Test
	void moreThanOneRequestTakesOnIsDoneByAskingAgain() {
		fixture.sql().sql("""
				WITH made AS (
				    INSERT INTO ojs.job (id, created_at, max_attempts, priority, type, queue, args, meta)
				    SELECT gen_random_uuid(), clock_timestamp(), 3, 0, 't.a', 'default', '[]', '{}'
				    FROM generate_series(1, 12000) RETURNING id)
				INSERT INTO ojs.outcome (job_id, finished_at, attempt, state, queue)
				SELECT id, clock_timestamp(), 1, 4, 'default' FROM made
				""").update();
		assertThat(desk.purge("default", ENDED, null)).isEqualTo(new Purged(10_000, true));
		assertThat(desk.deleteAll(in(JobState.COMPLETED))).isEqualTo(new BulkResult(1000, 1000, List.of(), true));
		assertThat(desk.purge("default", ENDED, null)).isEqualTo(new Purged(1000, false));
		assertThat(rows("job")).isZero();
	}

	@Test
	void theDeadLetterIsEmptiedAlone() {
		Job dead = dead("default");
		Job inOther = dead("other");
		Job completed = completed("default");
		assertThat(desk.purgeDeadLetter("default", null)).isEqualTo(new Purged(1, false));
		assertThat(exists(dead)).isFalse();
		assertThat(List.of(inOther, completed)).allMatch(PurgeTests::exists);
		assertThat(desk.purgeDeadLetter(null, null).jobs()).isEqualTo(1);
	}

	@Test
	void manyThatHaveEndedAreDeletedAsFarAsTheyMatch() {
		Job completed = completed("default");
		Job dead = dead("default");
		Job waiting = fixture.enqueue("t.a");
		BulkResult result = desk.deleteAll(new JobFilter(null, "default", "t.d*", null, null, false));
		assertThat(result).isEqualTo(new BulkResult(1, 1, List.of(), false));
		assertThat(exists(dead)).isFalse();
		assertThat(desk.deleteAll(JobFilter.ALL).succeeded()).isEqualTo(1);
		assertThat(exists(completed)).isFalse();
		assertThat(exists(waiting)).isTrue();
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> desk.deleteAll(in(JobState.AVAILABLE)));
	}

	@Test
	void jobsOfWorkflowsStayAsLongAsTheirWorkflow() {
		UUID workflow = engine
			.createWorkflow(null, new Composition.Chain(List.of(new Composition.Single(JobRequest.of("t.a").build()),
					new Composition.Single(JobRequest.of("t.b").build()))))
			.id();
		Job first = fixture.fetchOne("w1");
		engine.acknowledge(first.id(), "w1", "{}");
		assertThat(desk.purge("default", ENDED, null)).isEqualTo(new Purged(0, false));
		assertThat(desk.deleteAll(in(JobState.COMPLETED))).isEqualTo(new BulkResult(0, 0, List.of(), false));
		assertThat(exists(first)).isTrue();
		assertThat(desk.purge("default", Set.of(JobState.AVAILABLE), null).jobs()).isEqualTo(1);
		assertThat(engine.findWorkflow(workflow).orElseThrow().state().isTerminal()).isTrue();
	}

	@Test
	void whatCannotBeDeletedDoesNotHideWhatCan() {
		// More than one request takes on, and older than the job behind them.
		fixture.sql().sql("""
				WITH made AS (
				    INSERT INTO ojs.job (id, created_at, max_attempts, priority, type, queue, args, meta)
				    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, clock_timestamp(), 3, 0, 't.a',
				           'default', '[]', '{}'
				    FROM generate_series(1, 1001) n RETURNING id),
				steps AS (
				    INSERT INTO ojs.step (workflow_id, no, job_id, open, position, kind, rule, state, dependencies,
				                          dependents, type)
				    SELECT gen_random_uuid(), 1, id, 0, 0, 1, 1, 3, '{}', '{}', 't.a' FROM made)
				INSERT INTO ojs.outcome (job_id, finished_at, attempt, state, queue)
				SELECT id, clock_timestamp(), 1, 4, 'default' FROM made
				""").update();
		Job behind = completed("default");
		assertThat(desk.deleteAll(in(JobState.COMPLETED)).succeeded()).isEqualTo(1);
		assertThat(exists(behind)).isFalse();
	}

	@Test
	void whatHasStartedMeanwhileIsLetRun() throws Exception {
		Job first = fixture.enqueue("t.a");
		Job second = fixture.enqueue("t.a");
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (Connection other = fixture.dataSource().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			// The purge waits for this row, having found both jobs.
			statement.execute("SELECT 1 FROM ojs.ready WHERE job_id = '%s' FOR UPDATE".formatted(first.id()));
			Future<Purged> purge = executor.submit(() -> desk.purge("default", Set.of(JobState.AVAILABLE), null));
			await().until(() -> fixture.sql()
				.sql("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
						+ "AND wait_event_type = 'Lock')")
				.query(Boolean.class)
				.single());
			assertThat(fixture.fetch(2, "default")).extracting(Job::id).containsExactly(second.id());
			other.rollback();
			assertThat(purge.get(30, TimeUnit.SECONDS).jobs()).isEqualTo(1);
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(fixture.read(first).state()).isEqualTo(JobState.CANCELLED);
		assertThat(fixture.read(second).state()).isEqualTo(JobState.ACTIVE);
	}

	@Test
	void aJobThatIsDeletedAndRetriedAtOnceIsEitherGoneOrAvailable() throws Exception {
		for (int round = 0; round < 10; round++) {
			List<Job> jobs = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				jobs.add(dead("default"));
			}
			CyclicBarrier together = new CyclicBarrier(2);
			ExecutorService executor = Executors.newFixedThreadPool(2);
			try {
				Future<BulkResult> retried = executor.submit(() -> {
					together.await(20, TimeUnit.SECONDS);
					return desk.retryAll(in(JobState.DISCARDED));
				});
				Future<BulkResult> deleted = executor.submit(() -> {
					together.await(20, TimeUnit.SECONDS);
					return desk.deleteAll(in(JobState.DISCARDED));
				});
				int left = retried.get(60, TimeUnit.SECONDS).succeeded();
				int gone = deleted.get(60, TimeUnit.SECONDS).succeeded();
				assertThat(left + gone).isEqualTo(40);
				assertThat(jobs.stream().filter(PurgeTests::exists).toList()).hasSize(left)
					.allSatisfy((job) -> assertThat(fixture.read(job).state()).isEqualTo(JobState.AVAILABLE));
				assertThat(rows("job")).isEqualTo(left);
				assertThat(rows("ready")).isEqualTo(left);
			}
			finally {
				executor.shutdownNow();
			}
			engine.reset();
		}
		assertThat(deadlocks()).isZero();
	}

	private static long deadlocks() {
		return fixture.sql()
			.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
			.query(Long.class)
			.single();
	}

}
