package org.openjobspec.boot.worker;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of handlers whose effects and completion commit together.
 */
class TransactionalHandlerTests {

	private final Handlers handlers = new Handlers();

	private final WorkerFixture node = new WorkerFixture(this.handlers);

	@BeforeEach
	void start() {
		this.node.sql().execute("CREATE TABLE effect (job text PRIMARY KEY)");
		this.handlers.sql = this.node.sql();
		this.handlers.transactions = new TransactionTemplate(this.node.transactions());
		this.node.start();
	}

	@AfterEach
	void close() {
		this.handlers.gate.countDown();
		this.node.close();
	}

	private boolean hasEffect(Job job) {
		return Objects.requireNonNull(this.node.sql()
			.queryForObject("SELECT count(*) FROM effect WHERE job = ?", Integer.class, job.id().toString())) == 1;
	}

	private static JobFailure failure(Job job) {
		return Objects.requireNonNull(job.lastFailure());
	}

	@Test
	void effectsAndCompletionCommitTogether() {
		Job job = this.node.template().enqueue("write");
		Job done = this.node.awaitState(job, JobState.COMPLETED);
		assertThat(done.result()).isEqualTo("\"done\"");
		assertThat(hasEffect(job)).isTrue();
		assertThat(this.node.sql()
			.queryForObject("SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM effect UNION ALL "
					+ "SELECT xmin FROM ojs.outcome) x", Integer.class))
			.as("both rows are of one transaction")
			.isEqualTo(1);
	}

	@Test
	void anExceptionRollsBack_andFailsTheAttempt() {
		Job job = this.node.template().enqueue("write.fail");
		Job done = this.node.awaitState(job, JobState.DISCARDED);
		assertThat(failure(done).error().message()).isEqualTo("after writing");
		assertThat(hasEffect(job)).isFalse();
	}

	@Test
	void aTransactionMarkedAsRollbackOnlyIsNoSuccess() {
		Job job = this.node.template().enqueue("write.rollback");
		Job done = this.node.awaitState(job, JobState.DISCARDED);
		assertThat(failure(done).error().type()).endsWith("UnexpectedRollbackException");
		assertThat(hasEffect(job)).isFalse();
	}

	@Test
	void aJobWhoseTransactionCannotBeOpenedGoesBack_itsAttemptNotCounted() {
		this.node.refuseTransactions(2);
		Job job = this.node.template().enqueue("write");
		Job done = this.node.awaitState(job, JobState.COMPLETED);
		assertThat(done.attempt()).isEqualTo(1);
		assertThat(done.failures()).isEmpty();
		assertThat(hasEffect(job)).isTrue();
	}

	@Test
	void aTransactionThatCanNeverBeOpenedFailsTheAttempt() {
		this.node.refuseTransactions(1, new IllegalStateException("no tenant"));
		Job job = this.node.template().enqueue("write.rollback");
		Job done = this.node.awaitState(job, JobState.DISCARDED);
		assertThat(failure(done).error().type()).endsWith("CannotCreateTransactionException");
	}

	@Test
	void aLostLeaseRollsBack_andNothingElseHappens() {
		Job job = this.node.template().enqueue("write.slow");
		await().until(() -> this.handlers.started.getCount() == 0);
		this.node.sql()
			.update("UPDATE ojs.ready SET worker = 'another', attempt = attempt + 1 WHERE job_id = ?::uuid",
					job.id().toString());
		this.handlers.gate.countDown();
		await().until(() -> this.node.worker().running() == 0);
		assertThat(hasEffect(job)).isFalse();
		Job now = this.node.read(job.id());
		assertThat(now.state()).isEqualTo(JobState.ACTIVE);
		assertThat(now.workerId()).isEqualTo("another");
		assertThat(now.failures()).isEmpty();
	}

	@Test
	void aJobCancelledWhileItRunsLeavesNoEffect() {
		Job job = this.node.template().enqueue("write.slow");
		await().until(() -> this.handlers.started.getCount() == 0);
		this.node.template().cancel(job.id());
		await().until(() -> this.node.worker().running() == 0);
		assertThat(hasEffect(job)).isFalse();
		assertThat(this.node.read(job.id()).state()).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void jobsEnqueuedByTheHandlerAreGoneWithIt() {
		this.handlers.node = this.node;
		Job job = this.node.template().enqueue("enqueue.fail");
		this.node.awaitState(job, JobState.DISCARDED);
		assertThat(this.node.sql().queryForObject("SELECT count(*) FROM ojs.job", Integer.class)).isEqualTo(1);
	}

	@SuppressWarnings("NullAway.Init")
	static class Handlers {

		private JdbcTemplate sql;

		private TransactionTemplate transactions;

		private WorkerFixture node;

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch gate = new CountDownLatch(1);

		@OjsHandler(type = "write", transactional = true)
		String write(Job job) {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			this.sql.update("INSERT INTO effect VALUES (?)", job.id().toString());
			return "done";
		}

		@OjsHandler(type = "write.fail", transactional = true, retry = @OjsRetry(maxAttempts = 1))
		void fail(Job job) {
			write(job);
			throw new IllegalStateException("after writing");
		}

		@OjsHandler(type = "write.rollback", transactional = true, retry = @OjsRetry(maxAttempts = 1))
		void rollback(Job job) {
			this.transactions.executeWithoutResult((status) -> {
				write(job);
				status.setRollbackOnly();
			});
		}

		@OjsHandler(type = "write.slow", transactional = true)
		void slow(Job job) throws InterruptedException {
			write(job);
			this.started.countDown();
			this.gate.await();
		}

		@OjsHandler(type = "enqueue.fail", transactional = true, retry = @OjsRetry(maxAttempts = 1))
		void enqueue(Job job) {
			this.node.template().enqueue("write");
			throw new IllegalStateException("after enqueueing");
		}

	}

}
