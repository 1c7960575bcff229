package org.openjobspec.boot.test;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests that no test finds what the one before it has left behind.
 */
@SpringBootTest
@AutoConfigureOjsTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IsolationTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private JobEngine engine;

	@Test
	@Order(1)
	void aTestLeavesEverythingBehind() {
		this.jobs.enqueue("email.send", "a", "t");
		this.jobs.enqueue("email.send", "b", "t");
		this.ojs.drain(1 + 1);
		this.jobs.request("email.send").args("c", "t").delay(Duration.ofDays(1)).enqueue();
		this.jobs.chain(this.jobs.request("email.send").args("d", "t")).start();
		this.engine.pause("default", true);
		this.ojs.advance(Duration.ofDays(1).minusHours(1));
		assertThat(this.ojs).hasEnqueued("email.send").exactly(4);
	}

	@Test
	@Order(2)
	void theNextOneFindsNoneOfIt() {
		assertThat(this.ojs).hasNoJobs();
		assertThat(this.engine.workflows(null, 10, 0)).isEmpty();
		CronJob report = this.jobs.cronJob("report.daily").orElseThrow();
		Instant next = report.schedule().next(Instant.now(), report.timezone()).orElseThrow();
		assertThat(report.nextRunAt()).isEqualTo(next);
		assertThat(report.runCount()).isZero();
		Job job = this.jobs.enqueue("email.send", "a", "t");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
	}

	@Test
	@Order(3)
	void clearIsPartOfTheTestToo() {
		this.jobs.enqueue("email.send", "a", "t");
		this.ojs.clear();
		assertThat(this.ojs).hasNoJobs();
		assertThat(this.ojs.drain()).isEmpty();
	}

}
