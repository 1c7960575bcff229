package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.ReadOnlyTransactionException;
import org.openjobspec.boot.job.UniquePolicy;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Enqueue is part of the caller's transaction.
 */
class TransactionTests {

	private static EngineFixture fixture;

	private static final List<JobEvent> events = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void start() {
		fixture = new EngineFixture();
		fixture.engine().onEvent(events::add);
	}

	@AfterAll
	static void stop() {
		fixture.close();
	}

	@BeforeEach
	void reset() {
		fixture.reset();
		events.clear();
	}

	private static TransactionTemplate transaction(int propagation) {
		TransactionTemplate template = new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource()));
		template.setPropagationBehavior(propagation);
		return template;
	}

	private static TransactionTemplate required() {
		return transaction(TransactionDefinition.PROPAGATION_REQUIRED);
	}

	@Test
	void aJobExistsExactlyWhenTheTransactionCommits() {
		required().executeWithoutResult(status -> {
			Job job = fixture.enqueue("t.a");
			assertThat(fixture.engine().find(job.id())).as("seen by its own transaction").isPresent();
			assertThat(otherThreadFetches()).as("seen by a worker").isEmpty();
			assertThat(events).isEmpty();
		});
		assertThat(fixture.fetch(1)).hasSize(1);
		assertThat(events).extracting(JobEvent::type).contains(JobEvent.ENQUEUED);
	}

	@Test
	void aRollbackTakesTheJobAndItsEventsBack() {
		required().executeWithoutResult(status -> {
			fixture.enqueue("t.a");
			status.setRollbackOnly();
		});
		assertThat(fixture.fetch(1)).isEmpty();
		assertThat(events).isEmpty();
		assertThat(fixture.sql().sql("SELECT count(*) FROM ojs.event").query(Long.class).single()).isZero();
	}

	@Test
	void anInnerTransactionOfItsOwnSurvivesTheOuterRollback() {
		List<UUID> inner = new ArrayList<>();
		required().executeWithoutResult(status -> {
			fixture.enqueue("t.outer");
			transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
				.executeWithoutResult(own -> inner.add(fixture.enqueue("t.inner").id()));
			status.setRollbackOnly();
		});
		assertThat(fixture.fetch(5)).extracting(Job::id).containsExactlyElementsOf(inner);
	}

	@Test
	void aSavepointThatIsRolledBackTakesOnlyItsOwnJobsAndEventsBack() {
		required().executeWithoutResult(status -> {
			fixture.enqueue("t.before");
			Object savepoint = status.createSavepoint();
			transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(nested -> {
				fixture.enqueue("t.nested");
				nested.setRollbackOnly();
			});
			status.releaseSavepoint(savepoint);
			fixture.enqueue("t.after");
		});
		assertThat(fixture.fetch(5)).extracting(Job::type).containsExactly("t.before", "t.after");
		assertThat(events).filteredOn(event -> event.type().equals(JobEvent.ENQUEUED))
			.extracting(JobEvent::jobType)
			.containsExactly("t.before", "t.after");
	}

	@Test
	void aReadOnlyTransactionIsRefusedWithoutAStatement() {
		TransactionTemplate readOnly = transaction(TransactionDefinition.PROPAGATION_REQUIRED);
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult(status -> {
			assertThatExceptionOfType(ReadOnlyTransactionException.class).isThrownBy(() -> fixture.enqueue("t.a"))
				.withMessageContaining("t.a")
				.satisfies(ex -> assertThat(ex.hint()).contains("readOnly"));
			assertThat(fixture.sql().sql("SELECT 1").query(Integer.class).single()).isEqualTo(1);
		});
	}

	@Test
	void aRefusedJobLeavesTheCallersTransactionIntact() {
		UniquePolicy policy = UniquePolicy.by();
		UUID taken = fixture.enqueue("t.a", request -> request.id(UuidV7.next()).unique(policy)).id();
		required().executeWithoutResult(status -> {
			fixture.enqueue("t.kept");
			assertThatExceptionOfType(DuplicateJobException.class)
				.isThrownBy(() -> fixture.enqueue("t.a", request -> request.unique(policy)));
			assertThatExceptionOfType(DuplicateJobException.class)
				.isThrownBy(() -> fixture.enqueue("t.b", request -> request.id(taken)));
			List<JobRequest> batch = List.of(JobRequest.of("t.half").id(UuidV7.next()).build(),
					JobRequest.of("t.b").id(taken).build());
			assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> fixture.engine().enqueue(batch));
			fixture.enqueue("t.kept");
		});
		assertThat(fixture.fetch(10)).extracting(Job::type).containsExactly("t.a", "t.kept", "t.kept");
	}

	@Test
	void aTransactionOfAnotherDatabaseIsNotMistakenForOurs() {
		try (EngineFixture other = new EngineFixture()) {
			new TransactionTemplate(new JdbcTransactionManager(other.dataSource())).executeWithoutResult((status) -> {
				// Binds a connection of ours to the other transaction.
				assertThat(fixture.engine().find(UuidV7.next())).isEmpty();
				fixture.enqueue("t.unique", (request) -> request.unique(UniquePolicy.by()));
				fixture.enqueue("t.plain");
				status.setRollbackOnly();
			});
		}
		assertThat(fixture.fetch(5)).extracting(Job::type).containsExactly("t.unique", "t.plain");
	}

	@Test
	void aPoolWithoutAutoCommitWorksAsWell() {
		try (EngineFixture manual = EngineFixture.withoutAutoCommit()) {
			manual.engine().fetch(new FetchRequest(List.of("other"), null, 1, "node-a", null, true));
			assertThat(manual.sql().sql("SELECT count(*) FROM ojs.worker").query(Long.class).single())
				.as("registered workers")
				.isEqualTo(1);
			Job job = manual.enqueue("t.a");
			Job fetched = manual.fetchOne("w1");
			assertThat(manual.engine().complete(List.of(Completion.of(fetched, "w1", null)))).containsExactly(job.id());
			await().atMost(Duration.ofSeconds(5)).until(() -> manual.read(job).state().isTerminal());
		}
	}

	private static List<Job> otherThreadFetches() {
		List<Job> jobs = new CopyOnWriteArrayList<>();
		Thread thread = new Thread(() -> jobs.addAll(fixture.fetch(1)));
		thread.start();
		try {
			thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return jobs;
	}

}
