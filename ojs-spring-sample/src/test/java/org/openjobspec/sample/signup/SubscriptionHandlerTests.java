package org.openjobspec.sample.signup;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.test.OjsJobs;
import org.openjobspec.boot.test.OjsTest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of a handler by itself, in a transaction that is rolled back.
 */
@OjsTest(SubscriptionHandler.class)
class SubscriptionHandlerTests {

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

	@Test
	void aSubscriptionIsStored() {
		this.jdbc.sql("INSERT INTO signup (email) VALUES ('ada@example.com')").update();
		this.jobs.enqueue("newsletter.subscribe", "ada@example.com", "releases");
		this.ojs.drain();
		assertThat(this.jdbc.sql("SELECT topic FROM subscription").query(String.class).list())
			.containsExactly("releases");
	}

	@Test
	void aStrangerCannotSubscribe() {
		Job job = this.jobs.enqueue("newsletter.subscribe", "stranger@example.com", "releases");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isDiscarded().hasFailedWith(DataIntegrityViolationException.class);
		assertThat(this.jdbc.sql("SELECT count(*) FROM subscription").query(Long.class).single()).isZero();
	}

}
