package org.openjobspec.boot.test;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of {@link OjsJobs} in a test without a transaction: everything is committed.
 */
@SpringBootTest
@AutoConfigureOjsTest
class DrainTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private OjsWorker worker;

	@Autowired
	private OrderService orders;

	@Autowired
	private JdbcClient jdbc;

	@AfterEach
	void emptyTheShop() {
		this.jdbc.sql("DELETE FROM parcel").update();
	}

	@Test
	void anOrderIsPackedAndTheCustomerIsTold() {
		Job order = this.orders.place("Ada, London");
		assertThat(this.ojs).hasEnqueued("parcel.pack").withArgs("Ada, London").onQueue("default").once();
		assertThat(this.ojs).hasNotEnqueued("email.send");
		this.ojs.drain();
		assertThat(this.ojs).job(order)
			.isCompleted()
			.hasAttempts(1)
			.hasResult(new ParcelHandlers.Packed("Ada, London", 1.5));
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("Ada, London", "packed").job().isCompleted();
		assertThat(this.ojs).hasNothingLeftToDo();
	}

	@Test
	void anOrderThatIsRefusedEnqueuesNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.orders.place(" "));
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void nothingRunsBeforeDrainAndThenOnTheTestsThread() {
		assertThat(this.worker.isRunning()).isFalse();
		Job job = this.jobs.enqueue("parcel.pack", "Bob");
		assertThat(Thread.getAllStackTraces().keySet()).noneMatch(
				(thread) -> thread.getName().startsWith("ojs-claim") || thread.getName().startsWith("ojs-maintenance"));
		assertThat(this.ojs.get(job)).isAvailable();
		this.ojs.drain();
		assertThat(ParcelHandlers.THREAD.get()).isSameAs(Thread.currentThread());
	}

	@Test
	void drainTellsWhatHasRunInItsOrder() {
		Job second = this.jobs.request("email.send").args("b", "t").enqueue();
		Job first = this.jobs.request("email.send").args("a", "t").priority(5).enqueue();
		List<Job> ran = this.ojs.drain();
		assertThat(ran).extracting(Job::id).containsExactly(first.id(), second.id());
		assertThat(ran).allMatch((job) -> job.state() == JobState.COMPLETED);
	}

	@Test
	void drainOfOneQueueLeavesTheOthers() {
		Job report = this.jobs.enqueue("report.daily");
		Job mail = this.jobs.enqueue("email.send", "a", "t");
		this.ojs.drain("reports");
		assertThat(this.ojs).job(report).isCompleted().isOnQueue("reports");
		assertThat(this.ojs).job(mail).isAvailable();
	}

	@Test
	void drainOfAQueueThatNoHandlerTakesJobsFromIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> this.ojs.drain("nowhere"))
			.withMessageContaining("'nowhere'")
			.withMessageContaining("[default, reports]");
	}

	@Test
	void jobsThatEnqueueEachOtherForeverEndInAnError() {
		this.jobs.enqueue("parcel.circle");
		assertThatIllegalStateException().isThrownBy(() -> this.ojs.drain(7))
			.withMessageContaining("7 attempts")
			.withMessageContaining("{parcel.circle=7}");
		assertThat(this.ojs).hasEnqueued("parcel.circle").inState(JobState.AVAILABLE).once();
		assertThat(this.ojs).hasEnqueuedExactly(8);
	}

	@Test
	void aJobWithoutAHandlerWaits() {
		Job job = this.jobs.enqueue("report.render", 7);
		assertThat(this.ojs.drain()).isEmpty();
		assertThat(this.ojs).job(job).isAvailable();
	}

	@Test
	void aFailedAttemptIsRepeatedWhenTimeHasPassed() {
		Job job = this.jobs.request("parcel.seal").args(" ").retry((policy) -> policy.withMaxAttempts(2)).enqueue();
		this.ojs.drain();
		assertThat(this.ojs).job(job).isRetryable().hasFailedWith(IllegalStateException.class);
		assertThat(this.ojs.drain()).isEmpty();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isDiscarded().hasAttempts(2).hasFailureMessageContaining("needs an address");
		assertThat(this.jdbc.sql("SELECT count(*) FROM parcel").query(Long.class).single()).isZero();
	}

	@Test
	void withoutATransactionWhatAFailedAttemptHasWrittenStays() {
		this.jobs.enqueue("parcel.drop", "Eve");
		this.ojs.drain();
		assertThat(this.jdbc.sql("SELECT count(*) FROM parcel").query(Long.class).single()).isOne();
	}

	@Test
	void aScheduledJobRunsWhenItsTimeHasComeAndNotBefore() {
		Job job = this.jobs.request("email.send").args("a", "t").delay(Duration.ofDays(1)).enqueue();
		assertThat(this.ojs).hasEnqueued("email.send").scheduledIn(Duration.ofDays(1));
		this.ojs.advance(Duration.ofHours(23));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isScheduled();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
	}

	@Test
	void aJobExpires() {
		Job job = this.jobs.request("email.send").args("a", "t").expiresIn(Duration.ofMinutes(10)).enqueue();
		this.ojs.advance(Duration.ofMinutes(11));
		assertThat(this.ojs.drain()).isEmpty();
		assertThat(this.ojs).job(job).isExpired();
	}

	@Test
	void aPeriodOfUniquenessEnds() {
		Job first = unique();
		assertThat(unique().id()).isEqualTo(first.id());
		this.ojs.advance(Duration.ofHours(2));
		assertThat(unique().id()).isNotEqualTo(first.id());
	}

	private Job unique() {
		return this.jobs.request("email.send")
			.args("a", "t")
			.unique(UniquePolicy.by().withPeriod(Duration.ofHours(1)).withOnConflict(OnConflict.IGNORE))
			.enqueue();
	}

	@Test
	void aWindowOfALimitPasses() {
		RateLimit limit = RateLimit.rate("mail", 1, Duration.ofHours(1));
		Job first = this.jobs.request("email.send").args("a", "t").rateLimit(limit).enqueue();
		Job second = this.jobs.request("email.send").args("b", "t").rateLimit(limit).enqueue();
		this.ojs.drain();
		assertThat(this.ojs).job(first).isCompleted();
		assertThat(this.ojs).job(second).isAvailable();
		this.ojs.advance(Duration.ofHours(1));
		this.ojs.drain();
		assertThat(this.ojs).job(second).isCompleted();
	}

	@Test
	void aPeriodicJobRunsOnceADay() {
		assertThat(this.jobs.cronJob("report.daily")).isPresent();
		for (int day = 1; day <= 3; day++) {
			this.ojs.advance(Duration.ofDays(1));
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("report.daily").inState(JobState.COMPLETED).exactly(day);
		}
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("report.daily").exactly(3);
	}

	@Test
	void aPeriodicJobKnowsTheTimeThatHasPassed() {
		this.jobs.cron("often", "*/30 * * * *", "email.send").args("a", "t").register();
		try {
			this.ojs.advance(Duration.ofMinutes(30));
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("email.send").exactly(1);
			this.ojs.advance(Duration.ofMinutes(30));
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("email.send").exactly(2);
			this.ojs.advance(Duration.ofMinutes(30));
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("email.send").exactly(3);
		}
		finally {
			this.jobs.deleteCron("often");
		}
	}

	@Test
	void aWorkflowRunsToItsEnd() {
		Workflow workflow = this.jobs
			.chain(this.jobs.request("parcel.pack").args("Ada"), this.jobs.request("email.send").args("Ada", "done"))
			.start();
		this.ojs.drain();
		assertThat(this.jobs.getWorkflow(workflow.id()).orElseThrow().state()).isEqualTo(WorkflowState.COMPLETED);
	}

	@Test
	void timeDoesNotPassBackwards() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.ojs.advance(Duration.ZERO));
	}

	@Test
	void aHandlerThatDoesNotEndInTimeIsInterrupted() {
		Job job = this.jobs.request("parcel.wait").timeout(Duration.ofMillis(50)).enqueue();
		this.ojs.drain();
		assertThat(this.ojs).job(job).isRetryable().hasAttempts(1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void aHandlerCannotDrain() {
		Job job = this.jobs.enqueue("parcel.drain");
		this.ojs.drain();
		assertThat(this.ojs).job(job).hasFailureMessageContaining("Jobs are run already");
	}

	@Test
	void aWorkerThatRunsIsNotRacedAgainst() {
		this.worker.start();
		try {
			assertThatIllegalStateException().isThrownBy(this.ojs::drain).withMessageContaining("runs");
		}
		finally {
			this.worker.stop();
		}
	}

	@Test
	void argumentsAndResultsAreReadAsHandlersDo() {
		Job job = this.jobs.enqueue("parcel.pack", "Ada");
		this.ojs.drain();
		assertThat(this.ojs.argument(job, 0, String.class)).isEqualTo("Ada");
		assertThat(this.ojs.result(this.ojs.get(job), ParcelHandlers.Packed.class))
			.isEqualTo(new ParcelHandlers.Packed("Ada", 1.5));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.ojs.argument(job, 1, String.class))
			.withMessageContaining("has 1 arguments");
	}

}
