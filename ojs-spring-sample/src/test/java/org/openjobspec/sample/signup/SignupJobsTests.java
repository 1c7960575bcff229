package org.openjobspec.sample.signup;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.test.AutoConfigureOjsTest;
import org.openjobspec.boot.test.OjsJobs;
import org.openjobspec.sample.mail.EmailHandler;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.ResourceAccessException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of the sample's jobs, which run when a test says so.
 */
@SpringBootTest
@AutoConfigureOjsTest
class SignupJobsTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private SignupService signups;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@Test
	void whoeverSignsUpIsWelcomed() {
		this.signups.signUp("ada@example.com");
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("ada@example.com", "welcome").once();
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("email.send")
			.job()
			.isCompleted()
			.hasResult(new EmailHandler.Sent("ada@example.com", "welcome"));
	}

	@Test
	void whoeverIsRefusedIsNotWelcomed() {
		this.signups.signUp("bob@example.com");
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.signups.signUp("bob@example.com"));
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("bob@example.com", "welcome").once();
	}

	@Test
	void aCrmThatIsAwayIsTriedThreeTimes() {
		Job job = this.jobs.enqueue("crm.register", new CrmHandler.Contact("ada@example.com", "Ada"));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isRetryable().hasFailedWith(ResourceAccessException.class);
		this.ojs.advance(Duration.ofMinutes(1));
		this.ojs.drain();
		this.ojs.advance(Duration.ofMinutes(1));
		this.ojs.drain();
		assertThat(this.ojs).job(job).isDeadLettered().hasAttempts(3);
	}

}
