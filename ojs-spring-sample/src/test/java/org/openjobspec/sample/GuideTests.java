package org.openjobspec.sample;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests that {@link GuideExamples} do what the guides say.
 */
@SpringBootTest
@Import(GuideExamples.class)
class GuideTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private GuideExamples examples;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@Test
	void anAnnotationOfOnesOwnFixesThePolicy() {
		Job job = this.jobs.enqueue("mail.digest", "ada@example.com");
		assertThat(job.queue()).isEqualTo("mail");
		assertThat(job.maxAttempts()).isEqualTo(10);
		assertThat(this.jobs.await(job.id(), String.class, PATIENCE)).isEqualTo("ada@example.com");
	}

	@Test
	void anInterceptorDropsJobs() {
		assertThatExceptionOfType(EnqueueDroppedException.class).isThrownBy(() -> this.jobs.enqueue("test.nothing"));
	}

	@Test
	void anAnnotatedHandlerIsPeriodic() {
		CronJob report = await().atMost(PATIENCE)
			.until(() -> this.jobs.cronJob("report.generate"), Optional::isPresent)
			.orElseThrow();
		assertThat(report.timezone().getId()).isEqualTo("America/New_York");
		assertThat(report.job().args()).isEqualTo("[\"daily\"]");
	}

	@Test
	void aPeriodicJobIsRegisteredByTheTemplate() {
		CronJob sync = this.jobs.cron("partner-sync", "*/30 * * * *", "partner.sync")
			.args("orders")
			.overlap(CronOverlap.CANCEL_PREVIOUS)
			.job((job) -> job.queue("sync").timeout(Duration.ofMinutes(10)))
			.register();
		assertThat(sync.nextRunAt()).isNotNull();
		assertThat(this.jobs.triggerCron("partner-sync").queue()).isEqualTo("sync");
		this.jobs.deleteCron("partner-sync");
	}

	@Test
	void aListenerHearsOfADiscardedJob() {
		this.jobs.enqueue("newsletter.subscribe", "stranger@example.com", "releases");
		await().atMost(PATIENCE).until(() -> this.examples.discarded == 1);
	}

}
