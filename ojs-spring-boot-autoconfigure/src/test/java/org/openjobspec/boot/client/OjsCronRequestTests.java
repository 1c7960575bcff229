package org.openjobspec.boot.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Store;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Periodic jobs through the template. Nothing works in the background, so nothing fires
 * by itself.
 */
class OjsCronRequestTests {

	private static final HikariDataSource dataSource = TestDatabase.fresh().migrated().pool();

	private static final JobEngine engine = new JobEngine(new Store(dataSource, null), EngineSettings.DEFAULT,
			List.of(), (type) -> null);

	private final OjsTemplate template = new OjsTemplate(engine, JsonMapper.shared());

	@AfterAll
	static void close() {
		dataSource.close();
	}

	@AfterEach
	void reset() {
		engine.reset();
	}

	@Test
	void aPeriodicJobIsRegisteredWithAllThatIsSaid() {
		CronJob cron = this.template.cron("daily-report", "0 9 * * MON-FRI", "report.generate")
			.args("daily", 1)
			.timezone("Europe/Berlin")
			.overlap(CronOverlap.ENQUEUE)
			.description("Every morning")
			.job((job) -> job.queue("reports").priority(5).expiresIn(Duration.ofHours(1)).meta("owner", "sales"))
			.register();
		assertThat(this.template.cronJob("daily-report")).hasValueSatisfying((found) -> {
			assertThat(found.schedule()).isEqualTo(cron.schedule()).hasToString("0 9 * * MON-FRI");
			assertThat(found.timezone().getId()).isEqualTo("Europe/Berlin");
			assertThat(found.overlap()).isEqualTo(CronOverlap.ENQUEUE);
			assertThat(found.description()).isEqualTo("Every morning");
			assertThat(found.enabled()).isTrue();
			assertThat(found.nextRunAt()).isEqualTo(cron.nextRunAt()).isAfter(Instant.now());
			assertThat(found.job().args()).isEqualTo("[\"daily\",1]");
			assertThat(found.job().queue()).isEqualTo("reports");
			assertThat(found.job().priority()).isEqualTo(5);
			assertThat(found.job().timeToLive()).isEqualTo(Duration.ofHours(1));
			assertThat(found.job().meta()).isEqualTo("{\"owner\":\"sales\"}");
		});
	}

	@Test
	void periodicJobsAreListedDisabledEnabledAndDeleted() {
		this.template.cron("b", "@daily", "t").register();
		this.template.cron("a", "@daily", "t").enabled(false).register();
		assertThat(this.template.cronJobs()).extracting(CronJob::name, CronJob::enabled)
			.containsExactly(tuple("a", false), tuple("b", true));
		assertThat(this.template.enableCron("a").nextRunAt()).isNotNull();
		assertThat(this.template.disableCron("b").nextRunAt()).isNull();
		assertThat(this.template.deleteCron("a").name()).isEqualTo("a");
		assertThat(this.template.cronJobs()).extracting(CronJob::name).containsExactly("b");
		assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> this.template.deleteCron("a"));
	}

	@Test
	void aRunByHandIsAJobOfTheCallersTransaction() {
		this.template.cron("a", "@daily", "t").args(1).register();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> {
			Job job = this.template.triggerCron("a");
			assertThatIllegalStateException()
				.isThrownBy(() -> this.template.await(job.id(), String.class, Duration.ofSeconds(1)));
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> this.template.triggerCron("a"));
			status.setRollbackOnly();
		});
		assertThat(this.template.cronJob("a").orElseThrow().runCount()).isZero();
		Job job = this.template.triggerCron("a");
		assertThat(job.args()).isEqualTo("[1]");
		assertThat(this.template.get(job.id())).isPresent();
	}

	@Test
	void whatIsWrongIsRefused() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.template.cron("a", "sometimes", "t"));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.template.cron("a", "@daily", "t").timezone("UTC+1"));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.template.cron("A", "@daily", "t").register());
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.template.cron("a", "@daily", "t").job((job) -> job.at(Instant.now())).register());
		assertThatIllegalStateException()
			.isThrownBy(() -> this.template.cron("a", "@daily", "t").job((job) -> job.enqueue()).register());
		assertThat(this.template.cronJobs()).isEmpty();
	}

}
