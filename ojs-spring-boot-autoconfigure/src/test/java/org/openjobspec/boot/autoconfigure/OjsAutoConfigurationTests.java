package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.observe.OjsGauges;
import org.openjobspec.boot.observe.OjsHealthIndicator;
import org.openjobspec.boot.observe.OjsMetrics;
import org.openjobspec.boot.observe.OjsPulse;
import org.openjobspec.boot.store.StoreFactory;
import org.openjobspec.boot.web.OjsHttpApi;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.task.TaskDecorator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the auto-configurations.
 */
@ExtendWith(OutputCaptureExtension.class)
class OjsAutoConfigurationTests {

	// Shared: these tests ask which beans there are, and store nothing.
	private static final Database DATABASE = TestDatabase.fresh();

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			DataSourceAutoConfiguration.class, OjsAutoConfiguration.class, OjsSchemaAutoConfiguration.class,
			OjsEventsAutoConfiguration.class, OjsWorkerAutoConfiguration.class, OjsWebMvcAutoConfiguration.class,
			OjsHealthAutoConfiguration.class, OjsMetricsAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withPropertyValues(DATABASE.properties());

	private final WebApplicationContextRunner webContextRunner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withPropertyValues(DATABASE.properties());

	@Test
	void everythingIsOnByDefault() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobEngine.class)
				.hasSingleBean(StoreFactory.class)
				.hasSingleBean(OjsSchemaInitializer.class)
				.hasSingleBean(OjsTemplate.class)
				.hasSingleBean(HandlerRegistry.class)
				.hasSingleBean(OjsWorker.class)
				.hasSingleBean(OjsHealthIndicator.class)
				.hasSingleBean(OjsGauges.class)
				.hasSingleBean(OjsPulse.class)
				.hasSingleBean(OjsMetrics.class));
	}

	@Test
	void nothingIsLeftWhenItIsSwitchedOff() {
		this.contextRunner.withPropertyValues("ojs.enabled=false")
			.run((context) -> assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.startsWith("ojs")));
	}

	@Test
	void theHostsFlywayIsNotReplaced() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(Flyway.class));
	}

	@Test
	void withoutAWebServerThereIsNoApi() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(OjsHttpApi.class));
	}

	@Test
	void withAServletServerThereIsAnApi() {
		this.webContextRunner.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(OjsHttpApi.class)
			.hasBean("ojsHandlerMapping")
			.hasBean("ojsMultipartFilter"));
	}

	@Test
	void theApiIsLeftOutWhenItIsSwitchedOff() {
		this.webContextRunner.withPropertyValues("ojs.http.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class).doesNotHaveBean(OjsHttpApi.class));
	}

	@Test
	void theApiIsLeftOutWithoutSpringMvc() {
		this.webContextRunner.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class).doesNotHaveBean(OjsHttpApi.class));
	}

	@Test
	void theWorkerIsLeftOutWhenItIsSwitchedOff() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("ojs.worker.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(OjsTemplate.class)
				.hasSingleBean(OjsMetrics.class)
				.doesNotHaveBean(OjsWorker.class)
				.doesNotHaveBean("ojsWorkerMeters"));
	}

	@Test
	void decoratorsSurroundHandlers_unlessTheyAreLeftOut() {
		ApplicationContextRunner decorated = this.contextRunner.withPropertyValues(TestDatabase.fresh().properties())
			.withBean(StockHandler.class)
			.withBean(TaskDecorator.class, () -> (task) -> {
				throw new IllegalStateException("no current request");
			});
		decorated.run((context) -> {
			Job job = context.getBean(OjsTemplate.class)
				.request("stock_count")
				.retry((policy) -> policy.withMaxAttempts(1))
				.enqueue();
			await().until(() -> state(context, job) == JobState.DISCARDED);
		});
		decorated.withPropertyValues("ojs.worker.task-decorators=false").run((context) -> {
			Job job = context.getBean(OjsTemplate.class).enqueue("stock_count");
			await().until(() -> state(context, job) == JobState.COMPLETED);
		});
	}

	private static JobState state(AssertableApplicationContext context, Job job) {
		return context.getBean(JobEngine.class).find(job.id()).orElseThrow().state();
	}

	@Test
	void transactionalHandlersUseTheMarkedTransactionManager() {
		this.contextRunner.withUserConfiguration(TwoTransactionManagers.class, TransactionalHandler.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aGraceThatTheShutdownPhaseCutsOffIsWarnedOf(CapturedOutput output) {
		this.contextRunner.withPropertyValues("ojs.worker.shutdown-grace=30s").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("'ojs.worker.shutdown-grace' (30s)")
				.contains("'spring.lifecycle.timeout-per-shutdown-phase' (30s)");
		});
	}

	@Test
	void healthIsLeftOutWithoutItsModule() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class)
				.doesNotHaveBean("ojsHealthContributor"));
	}

	@Test
	void healthIsLeftOutWhenItIsSwitchedOff() {
		this.contextRunner.withPropertyValues("management.health.ojs.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(OjsHealthIndicator.class));
	}

	@Test
	void healthIndicatorOfTheUserWins() {
		this.contextRunner.withBean("ojsHealthIndicator", HealthIndicator.class, () -> () -> Health.unknown().build())
			.run((context) -> assertThat(context).doesNotHaveBean(OjsHealthIndicator.class));
	}

	@Test
	void metersAreLeftOutWithoutMicrometer() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class)
				.doesNotHaveBean("ojsMetrics")
				.doesNotHaveBean("ojsGauges"));
	}

	@Test
	void metersOfTheUserWin() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("mine", OjsMetrics.class, OjsMetrics::new)
			.withBean("myGauges", OjsGauges.class, () -> new OjsGauges(new OjsPulse(null)))
			.run((context) -> assertThat(context).hasSingleBean(OjsMetrics.class)
				.hasSingleBean(OjsGauges.class)
				.doesNotHaveBean("ojsMetrics")
				.doesNotHaveBean("ojsGauges"));
	}

	@Test
	void metersAreLeftOutWithoutARegistry() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(OjsMetrics.class));
	}

	@Test
	void theSchemaIsLeftToOthersOnRequest() {
		Database fresh = TestDatabase.fresh();
		this.contextRunner.withPropertyValues(fresh.properties())
			.withPropertyValues("ojs.schema.management=none")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(OjsSchemaInitializer.class);
				assertThat(schemas(context.getBean(DataSource.class))).doesNotContain("ojs");
			});
	}

	@Test
	void theMarkedDataSourceIsTaken() {
		this.contextRunner.withUserConfiguration(TwoDataSources.class).run((context) -> {
			assertThat(schemas(context.getBean("jobs", DataSource.class))).contains("ojs");
			assertThat(schemas(context.getBean("main", DataSource.class))).doesNotContain("ojs");
		});
	}

	@Test
	void thePrimaryDataSourceIsTakenWhenNoneIsMarked() {
		this.contextRunner.withBean("other", DataSource.class, () -> TestDatabase.fresh().dataSource())
			.withBean("main", DataSource.class, DATABASE::dataSource, (bean) -> bean.setPrimary(true))
			.run((context) -> {
				assertThat(context.getBean(OjsDatabase.class).dataSource())
					.isSameAs(context.getBean("main", DataSource.class));
				assertThat(schemas(context.getBean("other", DataSource.class))).doesNotContain("ojs");
			});
	}

	@Test
	void theEngineStopsAfterTheWebServerAndMayStartAgain() {
		this.contextRunner.run((context) -> {
			EngineLifecycle lifecycle = context.getBean(EngineLifecycle.class);
			assertThat(lifecycle.isRunning()).isTrue();
			assertThat(lifecycle.getPhase()).isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
			lifecycle.stop();
			lifecycle.start();
			assertThat(lifecycle.isRunning()).isTrue();
		});
	}

	@Test
	void periodicJobsOfHandlersAreRegisteredInTheNameOfTheApplication() {
		Database fresh = TestDatabase.fresh();
		this.contextRunner.withPropertyValues(fresh.properties())
			.withPropertyValues("spring.application.name=shop", "ojs.worker.enabled=false")
			.withUserConfiguration(PeriodicHandler.class)
			.run((context) -> {
				JobEngine engine = context.getBean(JobEngine.class);
				await().until(() -> engine.findCron("stock-count").isPresent());
				assertThat(JdbcClient.create(fresh.dataSource())
					.sql("SELECT owner FROM ojs.cron")
					.query(String.class)
					.single()).isEqualTo("shop");
			});
	}

	@Test
	void settingsOfQueuesAreThoseOfTheProperties() {
		Database fresh = TestDatabase.fresh();
		this.contextRunner.withPropertyValues(fresh.properties())
			.withPropertyValues("spring.application.name=shop", "ojs.worker.enabled=false",
					"ojs.queues.mail.max-depth=100", "ojs.queues.mail.warning-threshold=0.9",
					"ojs.queues.mail.concurrency=3", "ojs.queues.mail.rate-limit.limit=60",
					"ojs.queues.mail.rate-limit.period=1m", "ojs.queues.mail.timeout=2m",
					"ojs.queues.mail.visibility-timeout=3m", "ojs.queues.mail.retry.max-attempts=8",
					"ojs.queues.mail.retry.on-exhaustion=dead_letter", "ojs.queues.mail.retention.dead-letter=9d",
					"ojs.queues.mail.allowed-types=email.*", "ojs.queues[mail.bulk].throttle.limit=1",
					"ojs.queues[mail.bulk].throttle.period=1s")
			.run((context) -> {
				JobEngine engine = context.getBean(JobEngine.class);
				QueueSettings expected = QueueSettings.NONE.toBuilder()
					.maxDepth(100)
					.warningThreshold(0.9)
					.concurrency(3)
					.rate(new RateLimit.Rate(60, Duration.ofMinutes(1)))
					.timeout(Duration.ofMinutes(2))
					.visibilityTimeout(Duration.ofMinutes(3))
					.retry(RetryPolicy.DEFAULT.withMaxAttempts(8).withOnExhaustion(OnExhaustion.DEAD_LETTER))
					.retention(new QueueSettings.Retention(null, null, null, Duration.ofDays(9)))
					.allowedTypes(List.of("email.*"))
					.build();
				await().until(() -> engine.queueConfigs().read("mail").declared().equals(expected));
				assertThat(engine.queueConfigs().read("mail.bulk").effective().throttle())
					.isEqualTo(new RateLimit.Rate(1, Duration.ofSeconds(1)));
				assertThat(JdbcClient.create(fresh.dataSource())
					.sql("SELECT DISTINCT owner FROM ojs.queue_config")
					.query(String.class)
					.single()).isEqualTo("shop");
			});
	}

	@Test
	void settingsOfQueuesThatMakeNoSenseStopTheStart() {
		this.contextRunner.withPropertyValues("ojs.queues.mail.max-depth=-1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("ojs.queues.mail")
				.satisfies((ex) -> assertThat(((InvalidConfigurationPropertyValueException) ex).getReason())
					.contains("max_depth must not be negative")));
	}

	@Test
	void oneLineSaysWhatIsOn(CapturedOutput output) {
		TestApplication.of().on(DATABASE).run().close();
		assertThat(output.getOut().lines().filter((line) -> line.contains("Open Job Spec: "))).singleElement()
			.asString()
			.contains("INFO")
			.endsWith("Open Job Spec: no handlers, schema ojs version 9, maintenance on");
	}

	@Test
	void lazyInitializationDoesNotSwitchTheEngineOff(CapturedOutput output) {
		TestApplication.of().on(DATABASE).property("spring.main.lazy-initialization", true).run().close();
		assertThat(output).contains("Open Job Spec: ").contains("maintenance on");
	}

	@Test
	void theSqlFilesAreInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new OjsRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.resource().forResource("org/openjobspec/boot/db/V1__jobs.sql"))
			.accepts(hints);
	}

	private static List<String> schemas(DataSource dataSource) {
		return JdbcClient.create(dataSource).sql("SELECT nspname FROM pg_namespace").query(String.class).list();
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		@Primary
		DataSource main() {
			return TestDatabase.fresh().dataSource();
		}

		@Bean
		@OjsDataSource
		DataSource jobs() {
			return TestDatabase.fresh().dataSource();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoTransactionManagers {

		@Bean
		@OjsTransactionManager
		PlatformTransactionManager jobs(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		PlatformTransactionManager other(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	static class PeriodicHandler {

		@OjsHandler("stock_count")
		@OjsCron("@daily")
		void count() {
		}

	}

	static class StockHandler {

		@OjsHandler("stock_count")
		void count() {
		}

	}

	static class TransactionalHandler {

		@OjsHandler(type = "book", transactional = true)
		void book() {
		}

	}

}
