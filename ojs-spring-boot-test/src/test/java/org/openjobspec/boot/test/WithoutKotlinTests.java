package org.openjobspec.boot.test;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests that an application needs nothing of Kotlin: this module has none of it.
 */
@SpringBootTest
@AutoConfigureOjsTest
class WithoutKotlinTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Test
	void handlersRunWhereThereIsNoKotlin() {
		assertThat(KotlinDetector.isKotlinPresent()).isFalse();
		assertThat(ClassUtils.isPresent("kotlin.Unit", null)).isFalse();
		assertThat(ClassUtils.isPresent("kotlinx.coroutines.BuildersKt", null)).isFalse();
		Job job = this.jobs.enqueue("email.send", "ada@example.com", "welcome");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted();
	}

}
