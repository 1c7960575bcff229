package org.openjobspec.boot.test;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.ReadOnlyTransactionException;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of {@link JobMode#FAKE}, in an application without a database.
 */
@SpringBootTest(classes = FakeTests.WithoutDatabase.class)
@AutoConfigureOjsTest(mode = JobMode.FAKE)
class FakeTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private OrderService orders;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private ApplicationContext context;

	@Test
	void whatIsEnqueuedIsRecorded() {
		Job order = this.orders.place("Ada");
		assertThat(this.ojs).hasEnqueued("parcel.pack").withArgs("Ada").onQueue("default").once();
		assertThat(this.jobs.get(order.id())).contains(order);
		assertThat(this.context.getBeansOfType(JobEngine.class)).isEmpty();
	}

	@Test
	void aRollbackTakesItBack() {
		this.orders.place("Bob");
		assertThatIllegalArgumentException().isThrownBy(() -> this.orders.place(" "));
		assertThat(this.ojs).hasEnqueuedExactly(1).hasEnqueued("parcel.pack").withArgs("Bob");
	}

	@Test
	void eachTestBeginsWithNothing() {
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void aReadOnlyTransactionRefuses() {
		TransactionTemplate reading = new TransactionTemplate(this.transactions);
		reading.setReadOnly(true);
		assertThatExceptionOfType(ReadOnlyTransactionException.class)
			.isThrownBy(() -> reading.execute((status) -> this.jobs.enqueue("email.send", "a", "t")));
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void timePasses() {
		Job later = this.jobs.request("email.send").args("a", "t").delay(Duration.ofHours(1)).enqueue();
		Job never = this.jobs.request("email.send").args("b", "t").pending().expiresIn(Duration.ofHours(2)).enqueue();
		assertThat(this.ojs).job(later).isScheduled();
		assertThat(this.ojs).job(never).isPending();
		this.ojs.advance(Duration.ofHours(1));
		assertThat(this.ojs).job(later).isAvailable();
		this.ojs.advance(Duration.ofHours(1));
		assertThat(this.ojs).job(never).isExpired();
	}

	@Test
	void jobsAreCancelledAndActivated() {
		Job first = this.jobs.enqueue("email.send", "a", "t");
		assertThat(this.jobs.cancel(first.id()).state()).isEqualTo(JobState.CANCELLED);
		Job second = this.jobs.request("email.send").args("a", "t").pending().enqueue();
		assertThat(this.jobs.activate(second.id()).state()).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void periodicJobsAreRegisteredAndTriggered() {
		CronJob cron = this.jobs.cron("nightly", "0 3 * * *", "email.send").args("a", "t").register();
		assertThat(cron.nextRunAt()).isNotNull();
		this.jobs.triggerCron("nightly");
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("a", "t").once();
		assertThat(this.jobs.disableCron("nightly").nextRunAt()).isNull();
		this.jobs.deleteCron("nightly");
		assertThat(this.jobs.cronJobs()).isEmpty();
	}

	@Test
	void whatNeedsADatabaseSaysSo() {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(this.ojs::drain)
			.withMessageContaining("JobMode.FAKE");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> this.jobs.chain(this.jobs.request("email.send")).start())
			.withMessageContaining("workflows");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	@ImportAutoConfiguration(JacksonAutoConfiguration.class)
	@Import(OrderService.class)
	static class WithoutDatabase {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new AbstractPlatformTransactionManager() {

				private static final long serialVersionUID = 1L;

				@Override
				protected Object doGetTransaction() {
					return new Object();
				}

				@Override
				protected void doBegin(Object transaction, TransactionDefinition definition) {
				}

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
				}

				@Override
				protected void doRollback(DefaultTransactionStatus status) {
				}

			};
		}

	}

}
