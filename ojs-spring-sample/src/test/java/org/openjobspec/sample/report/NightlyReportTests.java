package org.openjobspec.sample.report;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.test.OjsJobs;
import org.openjobspec.boot.test.OjsTest;
import org.openjobspec.sample.catalog.Catalog;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of the report and of what it reports, without the rest of the shop.
 */
@OjsTest({ NightlyReport.class, SaleHandler.class })
@Import(Catalog.class)
@ImportAutoConfiguration(DataJdbcRepositoriesAutoConfiguration.class)
class NightlyReportTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private JdbcClient jdbc;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@BeforeEach
	void twoOrders() {
		sold(7, 1400);
		sold(8, 5900);
	}

	private void sold(long number, int cents) {
		this.jdbc
			.sql("INSERT INTO customer_order VALUES (?, 'mug', 1, ?, 'ada@example.com', false, 'SHIPPED', ?, NULL, ?)")
			.params(number, cents, UUID.randomUUID(), OffsetDateTime.now())
			.update();
		this.jobs.enqueue("sale.record", number);
	}

	@Test
	void whatWasSoldIsReportedOnce() {
		this.ojs.drain();
		Job first = this.jobs.triggerCron("report.nightly");
		this.ojs.drain();
		assertThat(this.ojs).job(first).hasResult(new NightlyReport.Report(2, 7300, 0));
		Job second = this.jobs.triggerCron("report.nightly");
		this.ojs.drain();
		assertThat(this.ojs).job(second).hasResult(new NightlyReport.Report(0, 0, 0));
	}

	@Test
	void itComesEveryNight() {
		this.ojs.drain();
		assertThat(this.ojs).hasNotEnqueued("report.nightly");
		for (int night = 1; night <= 2; night++) {
			this.ojs.advance(Duration.ofDays(1));
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("report.nightly").exactly(night);
		}
	}

	@Test
	void itFillsUpTheStock() {
		this.jdbc.sql("UPDATE article SET stock = 0 WHERE sku = 'teapot'").update();
		Job report = this.jobs.triggerCron("report.nightly");
		this.ojs.drain();
		assertThat(this.ojs).job(report)
			.hasResultSatisfying(NightlyReport.Report.class, (result) -> assertThat(result.restocked()).isOne());
		assertThat(this.jdbc.sql("SELECT stock FROM article WHERE sku = 'teapot'").query(Integer.class).single())
			.isEqualTo(3);
	}

}
