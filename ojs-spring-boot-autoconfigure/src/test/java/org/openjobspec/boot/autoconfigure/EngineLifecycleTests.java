package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.NewThreads;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.StoreFactory;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EngineLifecycle}, for which an application does not wait.
 */
@ExtendWith(OutputCaptureExtension.class)
class EngineLifecycleTests {

	private final NewThreads threads = new NewThreads();

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
	void theEngineComesWhenEverythingElseHasStarted() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			List<Boolean> early = new ArrayList<>();
			context.registerBean(EngineLifecycle.class,
					() -> lifecycle(failing(asked::countDown), Duration.ofHours(1)));
			context.registerBean(Last.class, () -> new Last(() -> {
				try (GenericApplicationContext child = new GenericApplicationContext()) {
					child.setParent(context);
					child.refresh();
				}
				return early.add(asked.await(300, TimeUnit.MILLISECONDS));
			}));
			context.refresh();
			assertThat(early).as("asked for when the last bean starts").containsExactly(false);
			assertThat(asked.await(20, TimeUnit.SECONDS)).as("asked for afterwards").isTrue();
		}
	}

	@Test
	void aBeanWhoseStartWaitsForTheEngineGetsIt() {
		CountDownLatch asked = new CountDownLatch(1);
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			List<Boolean> served = new ArrayList<>();
			context.registerBean(EngineLifecycle.class,
					() -> lifecycle(failing(asked::countDown), Duration.ofMillis(50)));
			context.registerBean(Last.class, () -> new Last(() -> served.add(asked.await(20, TimeUnit.SECONDS))));
			context.refresh();
			assertThat(served).containsExactly(true);
		}
	}

	@Test
	void anEngineThatWasStoppedStartsAgainWithoutARefresh() {
		this.contextRunner.run((context) -> {
			await().untilAsserted(() -> assertThat(this.threads.names()).contains("ojs-maintenance"));
			context.stop();
			await().untilAsserted(() -> assertThat(this.threads.names()).doesNotContain("ojs-maintenance"));
			context.start();
			await().untilAsserted(() -> assertThat(this.threads.names()).contains("ojs-maintenance"));
		});
	}

	@Test
	void onlyOneThreadTriesToStartItHoweverOftenItIsStoppedAndStarted() {
		AtomicInteger asked = new AtomicInteger();
		EngineLifecycle lifecycle = lifecycle(failing(asked::incrementAndGet));
		for (int i = 1; i <= 3; i++) {
			int least = i;
			lifecycle.start();
			await().untilAsserted(() -> assertThat(asked).hasValueGreaterThanOrEqualTo(least));
			if (i < 3) {
				synchronized (lifecycle) {
					lifecycle.stop();
					lifecycle.start();
				}
			}
		}
		try {
			await().untilAsserted(() -> assertThat(this.threads.names()).containsOnlyOnce("ojs-start"));
		}
		finally {
			lifecycle.stop();
		}
		await().untilAsserted(() -> assertThat(this.threads.names()).doesNotContain("ojs-start"));
	}

	@Test
	void aStartThatFailsLeavesNeitherThreadNorEngine() {
		AtomicInteger asked = new AtomicInteger();
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.registerBean(EngineLifecycle.class, () -> lifecycle(failing(asked::incrementAndGet)));
			context.registerBean(Last.class, () -> new Last(() -> {
				throw new IllegalStateException("The port is in use");
			}));
			assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(context::refresh);
			await().untilAsserted(() -> assertThat(this.threads.names()).doesNotContain("ojs-start"));
		}
		assertThat(asked).hasValue(0);
	}

	@Test
	void anApplicationThatEndsAtOnceLeavesNothingBehind() {
		for (int i = 0; i < 5; i++) {
			this.contextRunner.withBean(Handlers.class).run((context) -> assertThat(context).hasNotFailed());
		}
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(
					() -> assertThat(this.threads.names()).doesNotContain("ojs-start", "ojs-maintenance", "ojs-claim"));
	}

	@Test
	void aStopThatComesFirstLeavesTheEngineUnmade() {
		AtomicInteger stores = new AtomicInteger();
		EngineLifecycle lifecycle = lifecycle(failing(stores::incrementAndGet));
		synchronized (lifecycle) {
			lifecycle.start();
			lifecycle.stop();
		}
		await().until(() -> !this.threads.names().contains("ojs-start"));
		assertThat(stores).hasValue(0);
	}

	@Test
	void anEngineThatCouldNotStartIsStartedAgain(CapturedOutput output) {
		AtomicInteger stores = new AtomicInteger();
		this.contextRunner.run((context) -> {
			StoreFactory factory = context.getBean(StoreFactory.class);
			EngineLifecycle lifecycle = lifecycle(new JobEngine(() -> {
				if (stores.incrementAndGet() == 1) {
					throw new OutOfMemoryError("no thread");
				}
				return factory.create();
			}, EngineSettings.DEFAULT, List.of(), (type) -> null));
			try {
				lifecycle.start();
				await()
					.untilAsserted(() -> assertThat(output).contains("The engine did not start").contains("no thread"));
				assertThat(lifecycle.isRunning()).isTrue();
				await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(stores).hasValue(2));
			}
			finally {
				lifecycle.stop();
			}
			assertThat(lifecycle.isRunning()).isFalse();
		});
	}

	private static JobEngine failing(Runnable asked) {
		return new JobEngine(() -> {
			asked.run();
			throw new IllegalStateException("There is no store");
		}, EngineSettings.DEFAULT, List.of(), (type) -> null);
	}

	private static EngineLifecycle lifecycle(JobEngine engine) {
		return lifecycle(engine, Duration.ofHours(1));
	}

	private static EngineLifecycle lifecycle(JobEngine engine, Duration patience) {
		HandlerRegistry none = new HandlerRegistry(new DefaultListableBeanFactory(), JsonMapper.shared(), Map.of());
		return new EngineLifecycle(engine, none, Map.of(), "app", new SchemaGate(), patience);
	}

	static class Handlers {

		@OjsHandler("note.add")
		void add() {
		}

	}

	static final class Last implements SmartLifecycle {

		private final Callable<Boolean> work;

		private volatile boolean running;

		Last(Callable<Boolean> work) {
			this.work = work;
		}

		@Override
		public void start() {
			this.running = true;
			try {
				this.work.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
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
