package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.StoreFactory;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link StartThread}, and for what an application does not wait for.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartThreadTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				OjsAutoConfiguration.class, OjsSchemaAutoConfiguration.class, OjsWorkerAutoConfiguration.class))
		.withPropertyValues(TestDatabase.fresh().properties());

	@Test
	void anApplicationIsReadyBeforeTheEngineIsMadeAndItsJobsRunThen() {
		this.contextRunner.withUserConfiguration(SlowEngine.class).withBean(Handlers.class).run((context) -> {
			SlowEngine slow = context.getBean(SlowEngine.class);
			assertThat(slow.made.getCount()).as("not made when the context is there").isOne();
			assertThat(context.getBean(OjsWorker.class).isRunning()).isTrue();
			slow.mayBeMade.countDown();
			OjsTemplate jobs = context.getBean(OjsTemplate.class);
			var job = jobs.enqueue("note.add");
			await().until(() -> jobs.get(job.id()).orElseThrow().state() == JobState.COMPLETED);
		});
	}

	@Test
	void anApplicationThatEndsAtOnceLeavesNothingBehind() {
		for (int i = 0; i < 5; i++) {
			this.contextRunner.withBean(Handlers.class).run((context) -> assertThat(context).hasNotFailed());
		}
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.doesNotContain("ojs-start", "ojs-maintenance"));
	}

	@Test
	void whatFailsThereIsLogged(CapturedOutput output) {
		StartThread.run(() -> {
			throw new IllegalStateException("no memory");
		});
		await().untilAsserted(() -> assertThat(output).contains("jobs are not all worked on").contains("no memory"));
	}

	@Test
	void itKeepsTheApplicationAlive() throws Exception {
		CountDownLatch ran = new CountDownLatch(1);
		StartThread.run(() -> {
			if (!Thread.currentThread().isDaemon()) {
				ran.countDown();
			}
		});
		assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
	}

	static class Handlers {

		@OjsHandler("note.add")
		void add() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SlowEngine {

		private final CountDownLatch mayBeMade = new CountDownLatch(1);

		private final CountDownLatch made = new CountDownLatch(1);

		@Bean
		JobEngine slowEngine(StoreFactory stores) {
			return new JobEngine(() -> make(stores), EngineSettings.DEFAULT, List.of(), (type) -> null);
		}

		private Store make(StoreFactory stores) {
			try {
				if (!this.mayBeMade.await(20, TimeUnit.SECONDS)) {
					throw new IllegalStateException("Somebody waits for the engine");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			this.made.countDown();
			return stores.create();
		}

	}

}
