package org.openjobspec.boot.test;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests that {@link JobMode#FAKE} can be chosen for all tests of an application that has
 * a database, by the property alone.
 */
@SpringBootTest(properties = { "ojs.test.mode=fake", "ojs.handlers.email.send.queue=mail" })
@AutoConfigureOjsTest
class FakePropertyTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private ApplicationContext context;

	@Test
	void whatIsEnqueuedIsRecordedAndNoBackendIsThere() {
		this.jobs.enqueue("email.send", "a", "t");
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("a", "t").once();
		assertThat(this.context.getBeansOfType(JobEngine.class)).isEmpty();
	}

	@Test
	void thePropertiesOfHandlersHold() {
		this.jobs.enqueue("email.send", "a", "t");
		assertThat(this.ojs).hasEnqueued("email.send").onQueue("mail").once();
	}

}
