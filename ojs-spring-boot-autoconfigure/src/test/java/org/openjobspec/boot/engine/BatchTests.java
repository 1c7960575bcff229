package org.openjobspec.boot.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Many jobs at once, on a real database.
 */
class BatchTests {

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final JobEngine engine = fixture.engine();

	private static List<JobRequest> jobs(int count) {
		return IntStream.range(0, count).mapToObj((i) -> JobRequest.of("t.a").args("[" + i + "]").build()).toList();
	}

	private static JobRequest unique(String type) {
		return JobRequest.of(type).unique(UniquePolicy.by(UniquePolicy.Dimension.TYPE)).build();
	}

	private static long stored() {
		return fixture.sql().sql("SELECT count(*) FROM ojs.job").query(Long.class).single();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void tenThousandJobsAreAsFewStatementsAsTen(boolean atomic) {
		Counting counting = new Counting(fixture.dataSource());
		JobEngine counted = new JobEngine(new Store(counting, null), EngineFixture.QUICK, List.of(), (type) -> null);
		counted.enqueue(jobs(10));
		counting.statements.set(0);
		counted.enqueue(jobs(10_000));
		assertThat(counting.statements.get()).as("one, and a look at the bounds").isBetween(1, 2);
		counting.statements.set(0);
		assertThat(counted.enqueueEach(jobs(10_000), atomic)).hasSize(10_000)
			.allSatisfy((outcome) -> assertThat(outcome.refusal()).isNull());
		assertThat(counting.statements.get()).isBetween(1, 2);
		assertThat(stored()).isEqualTo(20_010);
	}

	@Test
	void theFirstDuplicateOfABatchIsNamedAndTheCallersTransactionIsIntact() {
		Job existing = engine.enqueue(List.of(unique("t.z"))).get(0).job();
		engine.enqueue(List.of(unique("t.a")));
		new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
			engine.enqueue(jobs(1));
			assertThatExceptionOfType(DuplicateJobException.class)
				.isThrownBy(() -> engine
					.enqueue(List.of(jobs(1).get(0), unique("t.new"), unique("t.z"), jobs(1).get(0), unique("t.a"))))
				.withMessageStartingWith("jobs[2]: ")
				.satisfies((ex) -> assertThat(ex.index()).isEqualTo(2))
				.satisfies((ex) -> assertThat(ex.existingJobId()).isEqualTo(existing.id()));
			engine.enqueue(jobs(1));
		});
		assertThat(stored()).isEqualTo(4);
		// The key of the job that was not stored is free.
		assertThat(engine.enqueue(List.of(unique("t.new"))).get(0).created()).isTrue();
	}

	@Test
	void ofJobsThatAreToBeStoredEachTheRefusedOnesLeaveNothingBehind() {
		engine.enqueue(List.of(unique("t.z")));
		new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
			List<EnqueueOutcome> outcomes = engine
				.enqueueEach(List.of(unique("t.a"), unique("t.z"), unique("t.a"), jobs(1).get(0)), false);
			assertThat(outcomes).extracting((outcome) -> outcome.refusal() == null)
				.containsExactly(true, false, false, true);
			assertThat(engine.enqueueEach(List.of(unique("t.b"), unique("t.z")), true))
				.extracting((outcome) -> outcome.enqueued() == null)
				.containsExactly(true, true);
		});
		assertThat(stored()).isEqualTo(3);
		assertThat(engine.enqueue(List.of(unique("t.b"))).get(0).created()).isTrue();
	}

	@Test
	void ofOneJobTheRefusalNamesNoPlace() {
		engine.enqueue(List.of(unique("t.z")));
		assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> engine.enqueue(List.of(unique("t.z"))))
			.satisfies((ex) -> assertThat(ex.index()).isNull())
			.withMessageStartingWith("Job ");
	}

	@Test
	void whatReplacesAnotherJobInABatchThatIsRefusedHasNotCancelledIt() {
		Job existing = engine.enqueue(List.of(unique("t.a"))).get(0).job();
		engine.enqueue(List.of(unique("t.z")));
		JobRequest replacing = JobRequest.of("t.a")
			.unique(UniquePolicy.by(UniquePolicy.Dimension.TYPE).withOnConflict(OnConflict.REPLACE))
			.build();
		assertThat(engine.enqueueEach(List.of(replacing, unique("t.z")), true))
			.allSatisfy((outcome) -> assertThat(outcome.enqueued()).isNull());
		assertThat(fixture.read(existing).state().isTerminal()).isFalse();
	}

	@Test
	void aJobThatRunsIsLetRunIfItIsToBe() {
		fixture.enqueue("t.a");
		Job running = fixture.fetchOne("w1");
		assertThat(engine.admin().cancelEach(List.of(running.id()), false, false)).singleElement()
			.satisfies((item) -> assertThat(item.refusal()).contains(running.id().toString(), "active"));
		assertThat(fixture.read(running).state()).isEqualTo(JobState.ACTIVE);
		assertThat(engine.admin().cancelEach(List.of(running.id()), true, false)).singleElement()
			.satisfies((item) -> assertThat(item.refusal()).isNull());
	}

	@Test
	void cancellingAllOrNoneAndCompletingOneOfThemDoNotWaitForEachOther() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			for (int round = 0; round < 60; round++) {
				engine.createWorkflow(null, new Composition.Group(
						jobs(8).stream().map((job) -> (Composition) new Composition.Single(job)).toList()));
				List<Job> running = fixture.fetch(8);
				assertThat(running).hasSize(8);
				List<UUID> ids = running.stream().map(Job::id).toList();
				CyclicBarrier start = new CyclicBarrier(2);
				Future<List<BulkItem>> cancelling = threads.submit(() -> {
					start.await();
					return engine.admin().cancelEach(ids, true, true);
				});
				Future<Set<UUID>> completing = threads.submit(() -> {
					start.await();
					return engine.complete(List.of(Completion.of(running.get(7), "w1", null)));
				});
				boolean cancelled = cancelling.get(30, TimeUnit.SECONDS)
					.stream()
					.allMatch((item) -> item.refusal() == null);
				assertThat(completing.get(30, TimeUnit.SECONDS).isEmpty()).isEqualTo(cancelled);
				assertThat(fixture.read(running.get(0)).state())
					.isEqualTo(cancelled ? JobState.CANCELLED : JobState.ACTIVE);
				engine.reset();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static final class Counting extends DelegatingDataSource {

		private final AtomicInteger statements = new AtomicInteger();

		Counting(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
					new Class<?>[] { Connection.class }, (self, method, arguments) -> {
						if (method.getName().equals("prepareStatement") || method.getName().equals("createStatement")) {
							this.statements.incrementAndGet();
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

}
