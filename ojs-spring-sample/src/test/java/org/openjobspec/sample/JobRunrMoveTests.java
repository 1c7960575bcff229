package org.openjobspec.sample;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.annotations.Recurring;
import org.jobrunr.jobs.states.ScheduledState;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.storage.Paging.AmountBasedList;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests what the guide about moving from JobRunr shows, with JobRunr itself.
 */
@Import({ JobRunrMoveTests.Handlers.class, JobRunrMoveTests.Move.class })
class JobRunrMoveTests extends MoveTest {

	@Autowired
	private Handlers handlers;

	@Autowired
	private Move move;

	private StorageProvider storage;

	private JobScheduler scheduler;

	@BeforeEach
	void jobRunr() {
		this.storage = SqlStorageProviderFactory.using(this.dataSource);
		this.scheduler = JobRunr.configure().useStorageProvider(this.storage).initialize().getJobScheduler();
		this.handlers.sent.clear();
	}

	@AfterEach
	void empty() {
		for (StateName state : StateName.values()) {
			this.storage.getJobList(state, AmountBasedList.ascOnUpdatedAt(100))
				.forEach((job) -> this.storage.deletePermanently(job.getId()));
		}
		JobRunr.destroy();
	}

	@Test
	void whatWaitsIsMovedUnderItsId() {
		Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
		UUID later = Before.remind(this.scheduler, "ada@example.com", tomorrow);
		UUID now = Before.welcome(this.scheduler, "bob@example.com");
		assertThat(this.move.jobs(this.storage)).isEqualTo(2);
		assertThat(waiting()).isZero();
		assertThat(this.jobs.get(later)).hasValueSatisfying((job) -> {
			assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(job.type()).isEqualTo("email.deliver");
			assertThat(job.args()).isEqualTo("[\"ada@example.com\",\"reminder\"]");
			assertThat(job.options().scheduledAt()).isEqualTo(tomorrow);
		});
		this.ojs.drain();
		assertThat(this.handlers.sent).containsExactly("bob@example.com welcome");
		assertThat(this.jobs.get(now)).hasValueSatisfying((job) -> assertThat(job.attempt()).isEqualTo(1));
	}

	@Test
	void aMoveThatWasBrokenOffIsBegunAnew() {
		UUID id = Before.welcome(this.scheduler, "bob@example.com");
		this.move.enqueue(this.storage.getJobById(id));
		this.ojs.drain();
		// Here the process that moves had died, before it deleted.
		assertThat(this.move.jobs(this.storage)).isEqualTo(1);
		this.ojs.drain();
		assertThat(this.handlers.sent).containsExactly("bob@example.com welcome");
		assertThat(waiting()).isZero();
	}

	@Test
	void whatNobodyHasMappedStaysWhereItIs() {
		this.scheduler.<Before>enqueue((before) -> before.forgotten("x"));
		assertThatIllegalStateException().isThrownBy(() -> this.move.jobs(this.storage))
			.withMessageContaining("forgotten");
		assertThat(waiting()).isEqualTo(1);
	}

	@Test
	void aPeriodicMethodHasAnAnnotation() {
		assertThat(this.jobs.cronJob("stock.count")).hasValueSatisfying((count) -> {
			assertThat(count.schedule().toString()).isEqualTo("0 3 * * *");
			assertThat(count.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
		});
	}

	private long waiting() {
		return this.storage.countJobs(StateName.ENQUEUED) + this.storage.countJobs(StateName.SCHEDULED);
	}

	/** How it was. */
	static class Before {

		static UUID welcome(JobScheduler scheduler, String to) {
			return scheduler.<Before>enqueue((mail) -> mail.send(to, "welcome")).asUUID();
		}

		static UUID remind(JobScheduler scheduler, String to, Instant time) {
			return scheduler.<Before>schedule(time, (mail) -> mail.send(to, "reminder")).asUUID();
		}

		@org.jobrunr.jobs.annotations.Job(name = "Mail to %0", retries = 3)
		public void send(String to, String template) {
		}

		@Recurring(id = "count-stock", cron = "0 3 * * *", zoneId = "Europe/Berlin")
		public void countStock() {
		}

		public void forgotten(String argument) {
		}

	}

	/** How it is. */
	static class Handlers {

		final List<String> sent = new ArrayList<>();

		@OjsHandler(type = "email.deliver", retry = @OjsRetry(maxAttempts = 4, initialInterval = "3s", coefficient = 3))
		void send(String to, String template) {
			this.sent.add(to + " " + template);
		}

		@OjsHandler("stock.count")
		@OjsCron(expression = "0 3 * * *", timezone = "Europe/Berlin")
		void countStock() {
		}

	}

	/** How it gets there. */
	static class Move {

		private static final int PAGE = 1000;

		private final OjsTemplate jobs;

		Move(OjsTemplate jobs) {
			this.jobs = jobs;
		}

		int jobs(StorageProvider storage) {
			int moved = 0;
			for (StateName state : List.of(StateName.ENQUEUED, StateName.SCHEDULED)) {
				List<org.jobrunr.jobs.Job> page;
				do {
					page = storage.getJobList(state, AmountBasedList.ascOnUpdatedAt(PAGE));
					for (org.jobrunr.jobs.Job job : page) {
						enqueue(job);
						storage.deletePermanently(job.getId());
						moved++;
					}
				}
				while (page.size() == PAGE);
			}
			return moved;
		}

		void enqueue(org.jobrunr.jobs.Job job) {
			OjsRequest request = this.jobs.request(type(job))
				.id(job.getId())
				.args(job.getJobDetails().getJobParameterValues());
			if (job.getJobState() instanceof ScheduledState scheduled) {
				request.at(scheduled.getScheduledAt());
			}
			request.enqueue();
		}

		private static String type(org.jobrunr.jobs.Job job) {
			return switch (job.getJobDetails().getMethodName()) {
				case "send" -> "email.deliver";
				case "countStock" -> "stock.count";
				default -> throw new IllegalStateException("Nobody has said what becomes of " + job.getJobSignature());
			};
		}

	}

}
