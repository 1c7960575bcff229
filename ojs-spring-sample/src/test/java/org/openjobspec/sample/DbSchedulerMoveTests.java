package org.openjobspec.sample;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.task.FailureHandler.ExponentialBackoffFailureHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler.MaxRetriesFailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests what the guide about moving from db-scheduler shows, with db-scheduler itself.
 */
@Import({ DbSchedulerMoveTests.Handlers.class, DbSchedulerMoveTests.Move.class })
class DbSchedulerMoveTests extends MoveTest {

	@Autowired
	private Handlers handlers;

	@Autowired
	private Move move;

	@Autowired
	private JdbcClient jdbc;

	private SchedulerClient scheduler;

	@BeforeEach
	void table() {
		this.jdbc.sql("DROP TABLE IF EXISTS scheduled_tasks").update();
		this.jdbc.sql("""
				CREATE TABLE scheduled_tasks (
				    task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
				    execution_time timestamptz NOT NULL, picked boolean NOT NULL, picked_by text,
				    last_success timestamptz, last_failure timestamptz, consecutive_failures integer,
				    last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
				    PRIMARY KEY (task_name, task_instance))
				""").update();
		this.handlers.sent.clear();
		// As db-scheduler's own starter wraps it.
		this.scheduler = SchedulerClient.Builder
			.create(new TransactionAwareDataSourceProxy(this.dataSource), Before.reminders(this.handlers))
			.build();
	}

	@Test
	void whatWaitsIsMovedWithItsTimeAndItsData() {
		Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
		Before.remind(this.scheduler, "42", new Reminder("ada@example.com", "reminder"), tomorrow);
		Before.remind(this.scheduler, "43", new Reminder("bob@example.com", "reminder"), Instant.now());
		assertThat(this.move.reminders(this.scheduler)).isEqualTo(2);
		assertThat(this.scheduler.getScheduledExecutions()).isEmpty();
		assertThat(this.ojs).hasEnqueued("reminder.send")
			.withArgs(new Reminder("ada@example.com", "reminder"))
			.withMeta("moved_from", "42")
			.scheduledAt(tomorrow)
			.once();
		this.ojs.drain();
		assertThat(this.handlers.sent).containsExactly(new Reminder("bob@example.com", "reminder"));
	}

	@Test
	void whatRunsIsLeftToWhomeverRunsIt() {
		CountDownLatch end = new CountDownLatch(1);
		CountDownLatch begin = new CountDownLatch(1);
		OneTimeTask<Reminder> slow = Tasks.oneTime(Before.REMINDER).execute((instance, context) -> {
			begin.countDown();
			await().until(() -> end.getCount() == 0);
		});
		Scheduler old = Scheduler.create(this.dataSource, slow).pollingInterval(Duration.ofMillis(50)).build();
		try {
			old.start();
			Before.remind(this.scheduler, "42", new Reminder("ada@example.com", "reminder"), Instant.now());
			await().until(() -> begin.getCount() == 0);
			assertThat(this.move.reminders(this.scheduler)).isZero();
			assertThat(this.ojs).hasNotEnqueued("reminder.send");
		}
		finally {
			end.countDown();
			old.stop();
		}
	}

	@Test
	void whatCannotBeEnqueuedStaysWhereItIs() {
		Before.remind(this.scheduler, "42", new Reminder("ada@example.com", "reminder"), Instant.now());
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.move.executions(this.scheduler, "reminder", "No Such Type"));
		assertThat(this.scheduler.getScheduledExecutions()).hasSize(1);
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void aPeriodicTaskIsAnAnnotation() {
		assertThat(Before.nightly(this.handlers).getDefaultTaskInstance()).isNotNull();
		assertThat(this.jobs.cronJob("books.close")).hasValueSatisfying((report) -> {
			assertThat(report.schedule().toString()).isEqualTo("0 3 * * *");
			assertThat(report.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
		});
	}

	@Test
	void anInstanceIsThereOnce() {
		Job first = remind("42", new Reminder("ada@example.com", "reminder"));
		Job second = remind("42", new Reminder("ada@example.com", "reminder"));
		assertThat(second.id()).isEqualTo(first.id());
		assertThat(first.state()).isEqualTo(JobState.SCHEDULED);
	}

	private Job remind(String instance, Reminder reminder) {
		Job job = this.jobs.request("reminder.send")
			.args(reminder)
			.delay(Duration.ofDays(1))
			.meta("instance", instance)
			.unique(UniquePolicy.by().withMetaKeys("instance").withOnConflict(OnConflict.IGNORE))
			.enqueue();
		return job;
	}

	/** Java's serialization is what db-scheduler uses unless it is told otherwise. */
	record Reminder(String to, String template) implements Serializable {

		private static final long serialVersionUID = 1L;

	}

	/** How it was. */
	static final class Before {

		static final TaskDescriptor<Reminder> REMINDER = TaskDescriptor.of("reminder", Reminder.class);

		private Before() {
		}

		static OneTimeTask<Reminder> reminders(Handlers mail) {
			return Tasks.oneTime(REMINDER)
				.onFailure(new MaxRetriesFailureHandler<>(3,
						new ExponentialBackoffFailureHandler<>(Duration.ofSeconds(1))))
				.execute((instance, context) -> mail.send(instance.getData()));
		}

		static RecurringTask<Void> nightly(Handlers reports) {
			return Tasks.recurring("nightly", Schedules.cron("0 0 3 * * *", ZoneId.of("Europe/Berlin")))
				.execute((instance, context) -> reports.report());
		}

		static void remind(SchedulerClient scheduler, String instance, Reminder reminder, Instant time) {
			scheduler.scheduleIfNotExists(REMINDER.instance(instance).data(reminder).scheduledTo(time));
		}

	}

	/** How it is. */
	static class Handlers {

		final List<Reminder> sent = new ArrayList<>();

		@OjsHandler(type = "reminder.send", retry = @OjsRetry(maxAttempts = 4, initialInterval = "1s"))
		void send(Reminder reminder) {
			this.sent.add(reminder);
		}

		@OjsHandler("books.close")
		@OjsCron(expression = "0 3 * * *", timezone = "Europe/Berlin")
		void report() {
		}

	}

	/** How it gets there. */
	static class Move {

		private final OjsTemplate jobs;

		private final TransactionTemplate transaction;

		Move(OjsTemplate jobs, TransactionTemplate transaction) {
			this.jobs = jobs;
			this.transaction = transaction;
		}

		int reminders(SchedulerClient scheduler) {
			return executions(scheduler, "reminder", "reminder.send");
		}

		int executions(SchedulerClient scheduler, String task, String type) {
			int moved = 0;
			for (ScheduledExecution<Reminder> waiting : scheduler.getScheduledExecutionsForTask(task, Reminder.class)) {
				try {
					this.transaction.executeWithoutResult((status) -> move(scheduler, waiting, type));
					moved++;
				}
				catch (TaskInstanceException ex) {
					// It runs now, or has run meanwhile.
				}
			}
			return moved;
		}

		private void move(SchedulerClient scheduler, ScheduledExecution<Reminder> waiting, String type) {
			scheduler.cancel(waiting.getTaskInstance());
			this.jobs.request(type)
				.args(waiting.getData())
				.at(waiting.getExecutionTime())
				.meta("moved_from", waiting.getTaskInstance().getId())
				.enqueue();
		}

	}

}
