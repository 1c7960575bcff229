package org.openjobspec.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.BulkResult;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.WebhookDesk;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;

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
	private JobEngine engine;

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
	void aChainHoldsAGroup() {
		Workflow workflow = order("o-1");
		assertThat(workflow.steps()).hasSize(3);
		await().atMost(PATIENCE)
			.until(() -> this.jobs.getWorkflow(workflow.id()).orElseThrow().state() == WorkflowState.COMPLETED);
		assertThat(this.examples.confirmed).isEqualTo(new GuideExamples.Receipt("o-1", 4200));
	}

	private Workflow order(String orderId) {
		Workflow workflow = this.jobs.chain(this.jobs.request("order.charge").args(orderId),
				this.jobs.group(this.jobs.request("invoice.print").args(orderId),
						this.jobs.request("stock.reserve").args(orderId)),
				this.jobs.request("order.confirm").args(orderId))
			.name("order " + orderId)
			.start();
		return workflow;
	}

	@Test
	void aGraphNamesWhatItsStepsDependOn() {
		Workflow workflow = this.jobs.graph()
			.step("extract", this.jobs.request("etl.extract"))
			.step("left", this.jobs.request("etl.left"), "extract")
			.step("right", this.jobs.request("etl.right"), "extract")
			.step("load", this.jobs.request("etl.load"), "left", "right")
			.start();
		assertThat(workflow.steps()).hasSize(4);
		assertThat(this.jobs.cancelWorkflow(workflow.id()).state()).isEqualTo(WorkflowState.CANCELLED);
	}

	@Test
	void aSubscriptionIsMadeInProcessToo() {
		WebhookDesk.Issued issued = this.engine.webhooks()
			.create(new WebhookDesk.Change("https://example.com/hooks/ojs", List.of("job.completed", "job.discarded"),
					List.of("mail"), null, null, null), null);
		String secret = issued.secret();
		assertThat(secret).startsWith("whsec_");
		assertThat(this.engine.webhooks().read(issued.webhook().id()).queues()).containsExactly("mail");
		this.engine.webhooks().delete(issued.webhook().id());
	}

	@Test
	void aJobIsStoredByTheStatementThatEnqueuesIt() {
		Job welcome = this.jobs.enqueue("email.send", "ada@example.com", "welcome");
		assertThat(this.jobs.get(welcome.id())).isPresent();
	}

	@Test
	void manyJobsAreStoredAtOnce() {
		List<String> addresses = List.of("ada@example.com", "bob@example.com");
		List<Job> stored = this.jobs.enqueueAll(addresses.stream()
			.map((address) -> this.jobs.request("email.send").args(address, "newsletter").toRequest())
			.toList());
		assertThat(stored).hasSize(2);
	}

	@Test
	void aJobComesLaterAndNotTooLate() {
		Job reminder = this.jobs.request("email.send")
			.args("ada@example.com", "reminder")
			.delay(Duration.ofDays(1))
			.expiresIn(Duration.ofDays(2))
			.enqueue();
		assertThat(reminder.state()).isEqualTo(JobState.SCHEDULED);
		this.jobs.cancel(reminder.id());
	}

	@Test
	void aJobComesAtATimeOfTheCustomers() {
		ZoneId zone = ZoneId.of("Asia/Kathmandu");
		Instant nine = LocalDate.now(zone).plusDays(1).atTime(9, 0).atZone(zone).toInstant();
		Job call = this.jobs.request("email.send").args("ada@example.com", "call").at(nine).enqueue();
		assertThat(call.options().scheduledAt()).isEqualTo(nine);
		this.jobs.cancel(call.id());
	}

	@Test
	void aJobOfTheSameKindAnswersForANewOne() {
		assertThat(report().id()).isEqualTo(report().id());
	}

	private Job report() {
		Job report = this.jobs.request("report.yearly")
			.args(Map.of("customer", 42, "requested_by", "ada"))
			.unique(UniquePolicy.by()
				.withArgsKeys("customer")
				.withPeriod(Duration.ofHours(1))
				.withOnConflict(OnConflict.IGNORE))
			.enqueue();
		return report;
	}

	@Test
	void aKeyLimitsJobs() {
		Job job = limited(new Invoice("acme", 7));
		assertThat(this.engine.findRateLimit("tenant:acme")).isPresent();
		this.jobs.cancel(job.id());
	}

	private Job limited(Invoice invoice) {
		return this.jobs.request("invoice.send")
			.args(invoice)
			.rateLimit(RateLimit.concurrency("tenant:" + invoice.tenant(), 5))
			.enqueue();
	}

	@Test
	void whatWasDiscardedIsRetriedAllAtOnce() {
		BulkResult result = this.engine.admin()
			.retryAll(new JobFilter(JobState.DISCARDED, "billing", "invoice.*", null, null, false));
		assertThat(result.matched()).isZero();
	}

	@Test
	void argumentsAreCheckedBeforeTheyAreStored() {
		this.engine.schemas().register("email.send", "1", null, """
				{"type":"array","minItems":2,"prefixItems":[{"type":"string"},{"enum":["welcome","reminder"]}]}""");
		this.jobs.request("email.send")
			.args("ada@example.com", "welcome")
			.schema("urn:ojs:schema:email.send:v1")
			.enqueue();
		OjsRequest wrong = this.jobs.request("email.send")
			.args("ada@example.com", 7)
			.schema("urn:ojs:schema:email.send:v1");
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(wrong::enqueue);
	}

	@Test
	void aJobNamesItsTenant() {
		this.jobs.request("report.render").args(7).meta("tenant_id", "acme").enqueue();
		assertThat(this.engine.admin()
			.jobs(new JobQuery(JobFilter.ALL.ofTenant("acme"), JobQuery.Sort.CREATED, false, 10, 0))
			.items()).hasSize(1);
	}

	@Test
	void aQueueIsSet() {
		this.engine.queueConfigs()
			.change("mail", (settings) -> settings.concurrency(30).timeout(Duration.ofMinutes(1)));
		assertThat(this.engine.findRateLimit("queue:mail")).isPresent();
	}

	record Invoice(String tenant, int number) {
	}

	@Test
	void aListenerHearsOfADiscardedJob() {
		this.jobs.enqueue("newsletter.subscribe", "stranger@example.com", "releases");
		await().atMost(PATIENCE).until(() -> this.examples.discarded == 1);
	}

}
