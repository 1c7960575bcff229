package org.openjobspec.boot.test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that contexts which are cached and share a database do not take each other's
 * jobs, also where workers run in the background.
 */
class CachedContextsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Test
	void theWorkerOfAnIdleContextTakesNothing() throws Exception {
		One one = new One();
		TestContextManager first = begin(one);
		assertThat(one.worker.isRunning()).isTrue();
		first.afterTestClass();
		Two two = new Two();
		TestContextManager second = begin(two);
		assertThat(two.worker).isNotSameAs(one.worker);
		String id = two.worker.id();
		List<Job> jobs = IntStream.range(0, 200)
			.mapToObj((number) -> two.jobs.enqueue("email.send", "a" + number, "t"))
			.toList();
		await().atMost(PATIENCE)
			.until(() -> jobs.stream()
				.allMatch((job) -> two.jobs.get(job.id()).orElseThrow().state() == JobState.COMPLETED));
		assertThat(jobs).extracting((job) -> two.jobs.get(job.id()).orElseThrow().workerId()).containsOnly(id);
		assertThat(one.worker.isRunning()).isFalse();
		second.afterTestClass();
		One again = new One();
		first = begin(again);
		assertThat(again.worker).isSameAs(one.worker);
		assertThat(again.worker.isRunning()).isTrue();
		assertThat(two.worker.isRunning()).isFalse();
		first.getTestContext().markApplicationContextDirty(DirtiesContext.HierarchyMode.EXHAUSTIVE);
		second.getTestContext().markApplicationContextDirty(DirtiesContext.HierarchyMode.EXHAUSTIVE);
	}

	private static TestContextManager begin(Waiting test) throws Exception {
		TestContextManager manager = new TestContextManager(test.getClass());
		manager.beforeTestClass();
		manager.prepareTestInstance(test);
		test.ojs.clear();
		return manager;
	}

	abstract static class Waiting {

		@Autowired
		OjsJobs ojs;

		@Autowired
		OjsTemplate jobs;

		@Autowired
		OjsWorker worker;

	}

	@SpringBootTest(classes = ShopApplication.class, properties = "context=one")
	@AutoConfigureOjsTest(mode = JobMode.BACKGROUND)
	static class One extends Waiting {

	}

	@SpringBootTest(classes = ShopApplication.class, properties = "context=two")
	@AutoConfigureOjsTest(mode = JobMode.BACKGROUND)
	static class Two extends Waiting {

	}

}
