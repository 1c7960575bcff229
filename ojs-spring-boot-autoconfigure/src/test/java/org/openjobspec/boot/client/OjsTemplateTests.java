package org.openjobspec.boot.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.engine.Completion;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.ReadOnlyTransactionException;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Store;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the template on a real database. Nothing works in the background, so jobs stay
 * where they are put.
 */
class OjsTemplateTests {

	private static final HikariDataSource dataSource = TestDatabase.fresh().migrated().pool();

	private static final JobEngine engine = newEngine();

	private static PlatformTransactionManager transactions = new JdbcTransactionManager(dataSource);

	private final OjsTemplate template = new OjsTemplate(engine, JsonMapper.shared());

	private static JobEngine newEngine() {
		return new JobEngine(new Store(dataSource, dataSource::getConnection), EngineSettings.DEFAULT, List.of(),
				(type) -> null);
	}

	@BeforeAll
	static void createNotes() {
		sql().execute("CREATE TABLE note (id text PRIMARY KEY)");
	}

	@AfterAll
	static void close() {
		dataSource.close();
	}

	@AfterEach
	void reset() {
		engine.reset();
		sql().execute("TRUNCATE note");
	}

	private static JdbcTemplate sql() {
		return new JdbcTemplate(dataSource);
	}

	private static TransactionTemplate transaction(int propagation) {
		TransactionTemplate template = new TransactionTemplate(transactions);
		template.setPropagationBehavior(propagation);
		return template;
	}

	private static TransactionTemplate transaction() {
		return transaction(TransactionDefinition.PROPAGATION_REQUIRED);
	}

	private static boolean exists(@Nullable Job job) {
		return engine.find(Objects.requireNonNull(job).id()).isPresent();
	}

	private static Job fetch() {
		return engine.fetch(new FetchRequest(List.of("default"), null, 1, "worker", null, false)).get(0);
	}

	private static void complete(String result) {
		Job job = fetch();
		engine.complete(List.of(Completion.of(job, "worker", result)));
	}

	@Nested
	class Arguments {

		@Test
		void areWrittenByPosition() {
			Job job = OjsTemplateTests.this.template.enqueue("a", "text", 1, new Point(1, 2), List.of(1, 2), null);
			assertThat(job.args()).isEqualTo("[\"text\",1,{\"x\":1,\"y\":2},[1,2],null]");
		}

		@Test
		void mayBeNoneOrOneNull() {
			assertThat(OjsTemplateTests.this.template.enqueue("a").args()).isEqualTo("[]");
			assertThat(OjsTemplateTests.this.template.enqueue("a", (Object[]) null).args()).isEqualTo("[null]");
			assertThat(OjsTemplateTests.this.template.enqueue("a", (Object) null).args()).isEqualTo("[null]");
		}

		@Test
		void thatCannotBeWrittenAreRefusedByNameBeforeAnyStatement() {
			Map<String, @Nullable Object> circle = new HashMap<>();
			circle.put("self", circle);
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.enqueue("a", 1, circle))
				.withMessageContaining("args[1] of class java.util.HashMap cannot be written as JSON")
				.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "args[1]"));
		}

	}

	@Nested
	class Requests {

		@Test
		void carryEveryWish() {
			Instant at = Instant.parse("2100-01-01T00:00:00Z");
			UUID id = UUID.fromString("01900000-0000-7000-8000-000000000001");
			Job job = OjsTemplateTests.this.template.request("report.build")
				.args(7)
				.id(id)
				.queue("bulk")
				.priority(5)
				.at(at)
				.expiresAt(at.plusSeconds(60))
				.timeout(Duration.ofMinutes(2))
				.visibilityTimeout(Duration.ofMinutes(3))
				.retry((policy) -> policy.withMaxAttempts(9))
				.unique(UniquePolicy.by(UniquePolicy.Dimension.ARGS))
				.meta("trace", "abc")
				.meta("nested", Map.of("n", 1))
				.tags("x", "y")
				.schema("urn:report")
				.enqueue();
			Job stored = engine.find(id).orElseThrow();
			assertThat(stored).isEqualTo(job);
			assertThat(stored.queue()).isEqualTo("bulk");
			assertThat(stored.priority()).isEqualTo(5);
			assertThat(stored.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(stored.meta()).isEqualTo("{\"trace\":\"abc\",\"nested\":{\"n\":1}}");
			assertThat(stored.maxAttempts()).isEqualTo(9);
			assertThat(stored.options().scheduledAt()).isEqualTo(at);
			assertThat(stored.options().expiresAt()).isEqualTo(at.plusSeconds(60));
			assertThat(stored.options().timeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(stored.options().visibilityTimeout()).isEqualTo(Duration.ofMinutes(3));
			assertThat(stored.options().tags()).containsExactly("x", "y");
			assertThat(stored.options().schema()).isEqualTo("urn:report");
			assertThat(stored.options().unique()).isNotNull();
		}

		@Test
		void maySayDelayAndTimeToLive() {
			Job job = OjsTemplateTests.this.template.request("a")
				.delay(Duration.ofHours(1))
				.expiresIn(Duration.ofHours(2))
				.enqueue();
			assertThat(job.nextAttemptAt()).isEqualTo(job.createdAt().plus(Duration.ofHours(1)));
			assertThat(job.options().expiresAt()).isEqualTo(job.createdAt().plus(Duration.ofHours(2)));
		}

		@Test
		void mayWaitForTheirActivation() {
			Job job = OjsTemplateTests.this.template.request("a").pending().enqueue();
			assertThat(job.state()).isEqualTo(JobState.PENDING);
			assertThat(OjsTemplateTests.this.template.activate(job.id()).state()).isEqualTo(JobState.AVAILABLE);
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.activate(job.id()));
		}

		@Test
		void mayBeCancelled() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			assertThat(OjsTemplateTests.this.template.cancel(job.id()).state()).isEqualTo(JobState.CANCELLED);
			assertThat(OjsTemplateTests.this.template.get(job.id())).get()
				.extracting(Job::state)
				.isEqualTo(JobState.CANCELLED);
		}

		@Test
		void mayBeMany_allOrNone() {
			JobRequest good = OjsTemplateTests.this.template.request("a").args(1).toRequest();
			JobRequest unique = OjsTemplateTests.this.template.request("b").unique(UniquePolicy.by()).toRequest();
			assertThatExceptionOfType(DuplicateJobException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.enqueueAll(List.of(good, unique, good, unique)));
			assertThat(sql().queryForObject("SELECT count(*) FROM ojs.job", Integer.class)).isZero();
			List<Job> jobs = OjsTemplateTests.this.template.enqueueAll(List.of(good, unique));
			assertThat(jobs).extracting(Job::type).containsExactly("a", "b");
			assertThat(OjsTemplateTests.this.template.enqueueAll(List.of())).isEmpty();
		}

	}

	abstract class Transactions {

		@Test
		void aJobBecomesVisibleWithTheCommit() {
			Job job = transaction().execute((status) -> {
				Job enqueued = OjsTemplateTests.this.template.enqueue("a");
				assertThat(exists(enqueued)).as("its own transaction sees it").isTrue();
				assertThat(elsewhere(enqueued)).as("others do not").isFalse();
				return enqueued;
			});
			assertThat(exists(job)).isTrue();
		}

		@Test
		void aJobIsGoneWithTheRollback() {
			Job job = transaction().execute((status) -> {
				Job enqueued = OjsTemplateTests.this.template.enqueue("a");
				note("note");
				status.setRollbackOnly();
				return enqueued;
			});
			assertThat(exists(job)).isFalse();
			assertThat(notes()).isZero();
		}

		@Test
		void requiresNewCommitsByItself() {
			Job[] jobs = new Job[2];
			transaction().executeWithoutResult((outer) -> {
				jobs[0] = OjsTemplateTests.this.template.enqueue("outer");
				transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
					.executeWithoutResult((inner) -> jobs[1] = OjsTemplateTests.this.template.enqueue("inner"));
				assertThat(elsewhere(jobs[1])).isTrue();
				outer.setRollbackOnly();
			});
			assertThat(exists(jobs[0])).isFalse();
			assertThat(exists(jobs[1])).isTrue();
		}

		@Test
		void aReadOnlyTransactionRefuses_andStaysIntact() {
			TransactionTemplate readOnly = transaction();
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> {
				assertThatExceptionOfType(ReadOnlyTransactionException.class)
					.isThrownBy(() -> OjsTemplateTests.this.template.enqueue("a"))
					.withMessageContaining("read-only");
				assertThat(notes()).isZero();
			});
		}

		@Test
		void aRefusedJobLeavesTheTransactionUsable() {
			UUID id = UUID.fromString("01900000-0000-7000-8000-000000000002");
			OjsTemplateTests.this.template.request("a").id(id).args(1).enqueue();
			Job job = transaction().execute((status) -> {
				assertThatExceptionOfType(DuplicateJobException.class)
					.isThrownBy(() -> OjsTemplateTests.this.template.request("a").id(id).args(2).enqueue());
				assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> {
					OjsTemplateTests.this.template.cancel(id);
					OjsTemplateTests.this.template.cancel(id);
				});
				return OjsTemplateTests.this.template.enqueue("b");
			});
			assertThat(exists(job)).isTrue();
		}

		@Test
		void waitingForAJobOfTheSameTransactionIsRefused() {
			Job job = transaction().execute((status) -> {
				Job enqueued = OjsTemplateTests.this.template.enqueue("a");
				refuses(enqueued);
				transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
					.executeWithoutResult((inner) -> refuses(enqueued));
				return enqueued;
			});
			complete("1");
			assertThat(OjsTemplateTests.this.template.await(Objects.requireNonNull(job).id(), Integer.class,
					Duration.ZERO))
				.isEqualTo(1);
		}

		private void refuses(Job job) {
			assertThatIllegalStateException()
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), String.class, Duration.ofHours(1)))
				.withMessageContaining("the current transaction has enqueued it");
		}

		abstract void note(String id);

		private boolean elsewhere(Job job) {
			Executor other = (work) -> new Thread(work).start();
			return CompletableFuture.supplyAsync(() -> exists(job), other).join();
		}

		private int notes() {
			return Objects.requireNonNull(sql().queryForObject("SELECT count(*) FROM note", Integer.class));
		}

	}

	@Nested
	class JdbcTransactions extends Transactions {

		@Override
		void note(String id) {
			sql().update("INSERT INTO note VALUES (?)", id);
		}

		@Test
		void aNestedTransactionTakesItsJobsBackToItsSavepoint() {
			Job[] jobs = new Job[3];
			transaction().executeWithoutResult((outer) -> {
				jobs[0] = OjsTemplateTests.this.template.enqueue("before");
				transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((nested) -> {
					jobs[1] = OjsTemplateTests.this.template.enqueue("nested");
					nested.setRollbackOnly();
				});
				jobs[2] = OjsTemplateTests.this.template.enqueue("after");
			});
			assertThat(Arrays.stream(jobs).map(OjsTemplateTests::exists)).containsExactly(true, false, true);
		}

		@Test
		void aSnapshotThatHidesTheEndOfAJobIsNoPlaceToWait() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			TransactionTemplate snapshot = transaction();
			snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
			snapshot.executeWithoutResult((status) -> assertThatIllegalStateException()
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), String.class, Duration.ofHours(1)))
				.withMessageContaining("isolation"));
		}

	}

	@Nested
	class JpaTransactions extends Transactions {

		private static @Nullable EntityManagerFactory entityManagers;

		@BeforeAll
		static void jpa() {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setManagedTypes(PersistenceManagedTypes.of(Note.class.getName()));
			factory.afterPropertiesSet();
			entityManagers = Objects.requireNonNull(factory.getObject());
			transactions = new JpaTransactionManager(entityManagers);
		}

		@AfterAll
		static void jdbc() {
			Objects.requireNonNull(entityManagers).close();
			transactions = new JdbcTransactionManager(dataSource);
		}

		@Override
		void note(String id) {
			SharedEntityManagerCreator.createSharedEntityManager(Objects.requireNonNull(entityManagers))
				.persist(new Note(id));
		}

		@Test
		void entityAndJobCommitTogether() {
			Job job = transaction().execute((status) -> {
				note("entity");
				return OjsTemplateTests.this.template.enqueue("a", "entity");
			});
			assertThat(exists(job)).isTrue();
			assertThat(sql().queryForObject("SELECT count(*) FROM note", Integer.class)).isEqualTo(1);
		}

	}

	@Nested
	class Waiting {

		@Test
		void answersTheResultAsItsType() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			complete("{\"x\":1,\"y\":2}");
			assertThat(OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofSeconds(1)))
				.isEqualTo(new Point(1, 2));
			Job generic = OjsTemplateTests.this.template.enqueue("a");
			complete("[{\"x\":1,\"y\":2}]");
			assertThat(
					OjsTemplateTests.this.template.await(generic.id(), new ParameterizedTypeReference<List<Point>>() {
					}, Duration.ofSeconds(1)))
				.containsExactly(new Point(1, 2));
			assertThat(OjsTemplateTests.this.template.result(engine.find(job.id()).orElseThrow(), Point.class))
				.contains(new Point(1, 2));
		}

		@Test
		void isWokenByThisNode_longBeforeItLooksAgain() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			CompletableFuture<@Nullable Integer> result = CompletableFuture.supplyAsync(
					() -> OjsTemplateTests.this.template.await(job.id(), Integer.class, Duration.ofSeconds(20)));
			complete("42");
			assertThat(result.join()).isEqualTo(42);
		}

		@Test
		void seesWhatAnotherNodeDid() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			CompletableFuture<@Nullable Integer> result = CompletableFuture.supplyAsync(
					() -> OjsTemplateTests.this.template.await(job.id(), Integer.class, Duration.ofSeconds(20)));
			JobEngine other = newEngine();
			Job fetched = other.fetch(new FetchRequest(List.of("default"), null, 1, "other", null, false)).get(0);
			other.complete(List.of(Completion.of(fetched, "other", "7")));
			assertThat(result.join()).isEqualTo(7);
		}

		@Test
		void answersNullForNoResult() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			Job fetched = fetch();
			engine.complete(List.of(Completion.of(fetched, "worker", null)));
			assertThat(OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofSeconds(1))).isNull();
		}

		@Test
		void endsWithTheJobsFailure() {
			Job job = OjsTemplateTests.this.template.request("a")
				.retry((policy) -> policy.withMaxAttempts(1))
				.enqueue();
			engine.fail(fetch(), FailureReport.of(JobError.of("oops", "it broke", null)));
			assertThatExceptionOfType(JobFailedException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofSeconds(1)))
				.withMessageContaining("is discarded after 1 of 1 attempts: oops: it broke");
		}

		@Test
		void endsWithTheJobsCancellation() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			OjsTemplateTests.this.template.cancel(job.id());
			assertThatExceptionOfType(JobFailedException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofSeconds(1)))
				.withMessageContaining("is cancelled");
		}

		@Test
		void endsWithTheTime_tellingWhereTheJobStands() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			assertThatExceptionOfType(JobTimeoutException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofMillis(50)))
				.withMessageContaining("has not ended within PT0.05S: it is available");
		}

		@Test
		void endsAtOnceForAJobThatDoesNotExist() {
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> OjsTemplateTests.this.template
				.await(UUID.fromString("01900000-0000-7000-8000-00000000000f"), Point.class, Duration.ofHours(1)));
		}

		@Test
		void endsWithAnInterruption_keepingTheFlag() {
			Job job = OjsTemplateTests.this.template.enqueue("a");
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(JobTimeoutException.class)
				.isThrownBy(() -> OjsTemplateTests.this.template.await(job.id(), Point.class, Duration.ofHours(1)))
				.withMessageContaining("Interrupted");
			assertThat(Thread.interrupted()).isTrue();
		}

	}

	record Point(int x, int y) {
	}

	@Entity(name = "note")
	static class Note {

		@Id
		private @Nullable String id;

		protected Note() {
		}

		Note(String id) {
			this.id = id;
		}

		@Nullable String getId() {
			return this.id;
		}

	}

}
