package org.openjobspec.boot.test;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of {@link JobMode#INLINE}.
 */
@SpringBootTest
@AutoConfigureOjsTest(mode = JobMode.INLINE)
class InlineTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private OrderService orders;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private JdbcClient jdbc;

	@AfterEach
	void emptyTheShop() {
		this.jdbc.sql("DELETE FROM parcel").update();
	}

	@Test
	void aJobRunsBeforeTheCallReturnsAndSoDoesWhatItEnqueues() {
		Job order = this.orders.place("Ada");
		assertThat(this.ojs).job(order).isCompleted();
		assertThat(ParcelHandlers.THREAD.get()).isSameAs(Thread.currentThread());
		assertThat(ParcelHandlers.IN_TRANSACTION.get()).isFalse();
		assertThat(this.ojs).hasEnqueued("email.send").job().isCompleted();
		assertThat(parcels()).isOne();
	}

	@Test
	void aJobWithoutATransactionRunsToo() {
		Job job = this.jobs.enqueue("parcel.pack", "Bob");
		assertThat(this.ojs).job(job).isCompleted();
		assertThat(parcels()).isOne();
	}

	@Test
	void itRunsAfterTheCommitAndNotWithinTheTransaction() {
		Job job = new TransactionTemplate(this.transactions).execute((status) -> {
			Job enqueued = this.jobs.enqueue("parcel.seal", "Ada");
			assertThat(this.ojs).job(enqueued).isAvailable();
			return enqueued;
		});
		assertThat(this.ojs).job(job).isCompleted();
		assertThat(parcels()).isOne();
	}

	@Test
	void aRollbackLeavesNothingToRun() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.orders.place(" "));
		assertThat(this.ojs).hasNoJobs();
		assertThat(parcels()).isZero();
	}

	@Test
	void whatFailsDoesNotFailTheCaller() {
		Job job = this.jobs.enqueue("parcel.drop", "Ada");
		assertThat(this.ojs).job(job).isRetryable();
	}

	@Test
	void whatIsDueLaterRunsWithDrain() {
		Job job = this.jobs.request("email.send").args("a", "t").delay(Duration.ofHours(1)).enqueue();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
	}

	private long parcels() {
		return this.jdbc.sql("SELECT count(*) FROM parcel").query(Long.class).single();
	}

}
