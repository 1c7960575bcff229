package org.openjobspec.sample;

import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests what the guide about moving from Quartz shows, with Quartz itself.
 */
@Import({ QuartzMoveTests.Handlers.class, QuartzMoveTests.Move.class })
class QuartzMoveTests extends MoveTest {

	private static final int RUNS = 50;

	@Autowired
	private Handlers handlers;

	@Autowired
	private Move move;

	@Autowired
	private PlatformTransactionManager transactionManager;

	private SchedulerFactoryBean factory;

	private Scheduler scheduler;

	@BeforeEach
	void quartz() throws Exception {
		new ResourceDatabasePopulator(new ClassPathResource("org/quartz/impl/jdbcjobstore/tables_postgres.sql"))
			.execute(this.dataSource);
		Properties properties = new Properties();
		properties.setProperty("org.quartz.jobStore.driverDelegateClass",
				"org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
		this.factory = new SchedulerFactoryBean();
		this.factory.setDataSource(this.dataSource);
		this.factory.setTransactionManager(this.transactionManager);
		this.factory.setQuartzProperties(properties);
		this.factory.setAutoStartup(false);
		this.factory.afterPropertiesSet();
		this.scheduler = this.factory.getObject();
		this.handlers.sent.clear();
	}

	@AfterEach
	void close() throws SchedulerException {
		this.factory.destroy();
		this.jobs.cronJobs().forEach((cron) -> this.jobs.deleteCron(cron.name()));
	}

	@Test
	void aTriggerThatFiresOnceBecomesAJob() throws SchedulerException {
		Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
		Before.remind(this.scheduler, "ada@example.com", tomorrow);
		this.move.everything(this.scheduler);
		assertThat(triggers()).isEmpty();
		assertThat(this.ojs).hasEnqueued("reminder.post")
			.withArgs(new Reminder("ada@example.com", "reminder"))
			.scheduledAt(tomorrow)
			.once();
	}

	@Test
	void whatIsDueRuns() throws SchedulerException {
		Before.remind(this.scheduler, "ada@example.com", Instant.now());
		this.move.everything(this.scheduler);
		this.ojs.drain();
		assertThat(this.handlers.sent).containsExactly(new Reminder("ada@example.com", "reminder"));
	}

	@Test
	void aCronTriggerBecomesAPeriodicJob() throws SchedulerException {
		Before.everyWorkday(this.scheduler, "team@example.com");
		this.move.everything(this.scheduler);
		assertThat(triggers()).isEmpty();
		assertThat(this.jobs.cronJob("default.workdays")).hasValueSatisfying((cron) -> {
			assertThat(cron.schedule().toString()).isEqualTo("0 0 3 ? * 1-5");
			assertThat(cron.timezone().getId()).isEqualTo("Europe/Berlin");
			assertThat(cron.job().args()).contains("team@example.com");
		});
	}

	@Test
	void whatCannotBeMovedTakesNothingAlong() throws SchedulerException {
		Before.remind(this.scheduler, "ada@example.com", Instant.now());
		this.scheduler.scheduleJob(JobBuilder.newJob(Unknown.class).build(),
				TriggerBuilder.newTrigger().withPriority(1).startNow().build());
		assertThatIllegalArgumentException().isThrownBy(() -> this.move.everything(this.scheduler))
			.withMessageContaining("Unknown");
		assertThat(triggers()).hasSize(2);
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void aTriggerThatPausesStaysWhereItIs() throws SchedulerException {
		Before.everyWorkday(this.scheduler, "team@example.com");
		this.scheduler.pauseTrigger(TriggerKey.triggerKey("workdays"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.move.everything(this.scheduler))
			.withMessageContaining("DEFAULT.workdays");
		assertThat(triggers()).hasSize(1);
		assertThat(this.jobs.cronJob("default.workdays")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 0 3 ? * 2-6", "0 0 3 ? * MON-FRI", "0 0/15 8-17 * * ?", "5/20 * * * * ?",
			"0 0 12 L * ?", "0 0 12 LW * ?", "0 0 12 L-3 * ?", "0 0 12 15W * ?", "0 0 12 ? * 6L", "0 0 12 ? * 6#3",
			"0 0 12 ? * L", "0 30 10 ? * 1,7", "0 0 0 1 1 ?", "0 15 10 ? * WED,FRI", "0 0 6 1/5 * ?",
			"0 0 3 ? * 2-6 *" })
	void anExpressionMeansWhatItMeant(String expression) throws ParseException {
		org.quartz.CronExpression before = new org.quartz.CronExpression(expression);
		before.setTimeZone(TimeZone.getTimeZone("UTC"));
		CronExpression after = CronExpression.parse(Move.expression(expression));
		Instant time = Instant.parse("2026-01-01T00:00:00Z");
		for (int i = 0; i < RUNS; i++) {
			Instant expected = before.getNextValidTimeAfter(Date.from(time)).toInstant();
			assertThat(after.next(time, ZoneOffset.UTC)).as("%s after %s", expression, time).contains(expected);
			time = expected;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 0 3 ? * 2-6 2027" })
	void aYearIsRefused(String expression) {
		assertThatIllegalArgumentException().isThrownBy(() -> Move.expression(expression));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 0 22-2 * * ?", "0 0 3 ? NOV-FEB 2" })
	void aRangeThatGoesRoundIsRefused(String expression) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> CronExpression.parse(Move.expression(expression)));
	}

	private List<TriggerKey> triggers() throws SchedulerException {
		return List.copyOf(this.scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup()));
	}

	record Reminder(String to, String template) {
	}

	static class Unknown implements Job {

		@Override
		public void execute(JobExecutionContext context) {
		}

	}

	/** How it was. */
	static class Before implements Job {

		static void remind(Scheduler scheduler, String to, Instant time) throws SchedulerException {
			JobDetail job = JobBuilder.newJob(Before.class)
				.usingJobData("to", to)
				.usingJobData("template", "reminder")
				.build();
			scheduler.scheduleJob(job, TriggerBuilder.newTrigger().startAt(Date.from(time)).build());
		}

		static void everyWorkday(Scheduler scheduler, String to) throws SchedulerException {
			JobDetail job = JobBuilder.newJob(Before.class)
				.usingJobData("to", to)
				.usingJobData("template", "report")
				.build();
			scheduler.scheduleJob(job,
					TriggerBuilder.newTrigger()
						.withIdentity("workdays")
						.withSchedule(CronScheduleBuilder.cronSchedule("0 0 3 ? * 2-6")
							.inTimeZone(TimeZone.getTimeZone("Europe/Berlin"))
							.withMisfireHandlingInstructionFireAndProceed())
						.build());
		}

		@Override
		public void execute(JobExecutionContext context) {
			send(context.getMergedJobDataMap().getString("to"), context.getMergedJobDataMap().getString("template"));
		}

		private static void send(String to, String template) {
		}

	}

	/** How it is. */
	static class Handlers {

		final List<Reminder> sent = new ArrayList<>();

		@OjsHandler(type = "reminder.post", retry = @OjsRetry(maxAttempts = 5))
		void send(Reminder reminder) {
			this.sent.add(reminder);
		}

	}

	/** How it gets there. */
	static class Move {

		private static final Pattern DAY = Pattern.compile("(?<![#/\\d])\\d");

		private final OjsTemplate jobs;

		Move(OjsTemplate jobs) {
			this.jobs = jobs;
		}

		@Transactional(rollbackFor = SchedulerException.class)
		public void everything(Scheduler scheduler) throws SchedulerException {
			for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
				Trigger trigger = scheduler.getTrigger(key);
				if (scheduler.getTriggerState(key) == TriggerState.PAUSED || trigger.getEndTime() != null) {
					throw new IllegalArgumentException("No periodic job pauses or ends like trigger " + key);
				}
				JobDetail job = scheduler.getJobDetail(trigger.getJobKey());
				Map<String, Object> data = new HashMap<>(job.getJobDataMap());
				data.putAll(trigger.getJobDataMap());
				move(trigger, type(job), data);
				scheduler.unscheduleJob(key);
			}
		}

		private void move(Trigger trigger, String type, Map<String, Object> data) {
			if (trigger instanceof CronTrigger cron) {
				String name = trigger.getKey().toString().toLowerCase(Locale.ROOT);
				this.jobs.cron(name, expression(cron.getCronExpression()), type)
					.args(data)
					.timezone(cron.getTimeZone().getID())
					.register();
			}
			else if (trigger instanceof SimpleTrigger once && once.getRepeatCount() == 0) {
				this.jobs.request(type).args(data).at(trigger.getNextFireTime().toInstant()).enqueue();
			}
			else {
				throw new IllegalArgumentException("Nobody has said what becomes of trigger " + trigger.getKey());
			}
		}

		private static String type(JobDetail job) {
			return switch (job.getJobClass().getSimpleName()) {
				case "Before" -> "reminder.post";
				default -> throw new IllegalArgumentException("Nobody has said what becomes of " + job.getJobClass());
			};
		}

		static String expression(String quartz) {
			String[] fields = quartz.strip().split("\\s+");
			if (fields.length == 7 && !fields[6].equals("*")) {
				throw new IllegalArgumentException("A year cannot be said: " + quartz);
			}
			// Sunday is 1 there and 0 here, and L alone is Saturday there.
			fields[5] = fields[5].equals("L") ? "SAT"
					: DAY.matcher(fields[5]).replaceAll((day) -> Integer.toString(Integer.parseInt(day.group()) - 1));
			return String.join(" ", List.of(fields).subList(0, 6));
		}

	}

}
