package org.openjobspec.boot.test;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.TestTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of {@link OjsTest}, and of tests whose transaction is rolled back.
 */
@OjsTest
class OjsTestTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private ApplicationContext context;

	@AfterTransaction
	void nothingIsLeft() {
		assertThat(this.jdbc.sql("SELECT (SELECT count(*) FROM ojs.job) + (SELECT count(*) FROM parcel)")
			.query(Long.class)
			.single()).isZero();
	}

	@Test
	void handlersAreThereAndOtherComponentsAreNot() {
		assertThat(this.context.getBeansOfType(ParcelHandlers.class)).hasSize(1);
		assertThat(this.context.getBeansOfType(OrderService.class)).isEmpty();
	}

	@Test
	void aJobOfTheTestsTransactionRunsInIt() {
		Job job = this.jobs.enqueue("parcel.pack", "Ada");
		assertThat(TestTransaction.isActive()).isTrue();
		assertThat(this.ojs).hasEnqueued("parcel.pack").withArgs("Ada").once();
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
		assertThat(this.ojs).hasEnqueued("email.send").job().isCompleted();
		assertThat(parcels()).isOne();
	}

	private long parcels() {
		return this.jdbc.sql("SELECT count(*) FROM parcel").query(Long.class).single();
	}

	@Test
	void whatAFailedAttemptHasWrittenIsUndoneAndTheTestGoesOn() {
		Job job = this.jobs.enqueue("parcel.drop", "Ada");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isRetryable().hasAttempts(1).hasFailureMessageContaining("dropped");
		assertThat(parcels()).isZero();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted().hasAttempts(3);
		assertThat(parcels()).isOne();
	}

	@Test
	void aTransactionalHandlerThatFailsDoesNotDoomTheTestsTransaction() {
		Job failing = this.jobs.enqueue("parcel.seal", " ");
		Job other = this.jobs.enqueue("parcel.seal", "Ada");
		this.ojs.drain();
		assertThat(this.ojs).job(failing).isDiscarded();
		assertThat(this.ojs).job(other).isCompleted();
		assertThat(parcels()).isOne();
		assertThat(TestTransaction.isFlaggedForRollback()).isTrue();
	}

	@Test
	void aStatementThatFailedAndWasCaughtIsToldOf() {
		this.jobs.enqueue("parcel.stamp", "Ada");
		assertThatIllegalStateException().isThrownBy(this.ojs::drain)
			.withMessageContaining("parcel.stamp")
			.withMessageContaining("PostgreSQL");
		assertThat(parcels()).isZero();
	}

	@Test
	void aHandlerWithATransactionOfItsOwnDoesNotSeeTheTests() {
		this.jdbc.sql("INSERT INTO parcel (address) VALUES ('Ada')").update();
		Job job = this.jobs.enqueue("parcel.count");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted().hasResult(0);
	}

	@Test
	void timePassesForPeriodicAndExpiringJobsOfTheTransaction() {
		Job job = this.jobs.request("email.send").args("a", "t").expiresIn(Duration.ofMinutes(1)).enqueue();
		this.ojs.advance(Duration.ofDays(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isExpired();
		assertThat(this.ojs).hasEnqueued("report.daily").inState(JobState.COMPLETED).once();
	}

	@Test
	void progressAndCheckpointsAreWrittenInTheTransaction() {
		Job job = this.jobs.enqueue("parcel.track");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
		assertThat(this.jdbc.sql("SELECT count(*) FROM ojs.progress WHERE job_id = ?")
			.param(job.id())
			.query(Long.class)
			.single()).isOne();
	}

}
