package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.observe.OjsMetrics;
import org.openjobspec.boot.store.StoreFactory;
import org.openjobspec.boot.web.ApiKey;
import org.openjobspec.boot.web.ApiRole;
import org.openjobspec.boot.web.OjsHttpApi;
import org.openjobspec.boot.web.WebGuard;
import org.openjobspec.boot.web.WebSettings;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.HandlerSettings;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.openjobspec.boot.worker.OjsWorker;
import org.openjobspec.boot.worker.WorkerExtensions;
import org.openjobspec.boot.worker.WorkerSettings;
import org.openjobspec.boot.worker.WorkerSettingsCustomizer;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user may replace, adjust by a bean of theirs, or override by properties.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReplacementTests {

	private static final Database DATABASE = TestDatabase.fresh();

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(JacksonAutoConfiguration.class,
			DataSourceAutoConfiguration.class, OjsAutoConfiguration.class, OjsSchemaAutoConfiguration.class,
			OjsWorkerAutoConfiguration.class, OjsWebMvcAutoConfiguration.class, OjsHealthAutoConfiguration.class,
			OjsMetricsAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withPropertyValues(DATABASE.properties());

	@Test
	void theEngineOfTheUserIsUsedEverywhere() {
		this.contextRunner.withUserConfiguration(OwnEngine.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobEngine.class)
				.hasBean("own")
				.hasSingleBean(OjsTemplate.class)
				.hasSingleBean(OjsWorker.class)
				.hasBean("ojsHealthContributor"));
	}

	@Test
	void theTemplateOfTheUserIsTheOnlyOne() {
		this.contextRunner.withUserConfiguration(OwnTemplate.class)
			.run((context) -> assertThat(context).getBeanNames(OjsTemplate.class).containsExactly("own"));
	}

	@Test
	void theRegistryOfTheUserIsTheOnlyOne() {
		this.contextRunner.withUserConfiguration(OwnRegistry.class)
			.run((context) -> assertThat(context).getBeanNames(HandlerRegistry.class).containsExactly("own"));
	}

	@Test
	void theWorkerOfTheUserIsTheOnlyOne() {
		this.contextRunner.withUserConfiguration(OwnWorker.class)
			.run((context) -> assertThat(context).hasNotFailed().getBeanNames(OjsWorker.class).containsExactly("own"));
	}

	@Test
	void theSettingsOfTheWorkerAreCustomizedInOrder() {
		this.contextRunner.withBean(Mailer.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withUserConfiguration(Customizers.class)
			.withPropertyValues("ojs.worker.concurrency=2")
			.run((context) -> {
				assertThat(context.getBean(OjsWorker.class).settings().concurrency()).isEqualTo(21);
				assertThat(context.getBean(OjsWorker.class).settings().queues()).containsExactly("eu");
				assertThat(context.getBean("ojsWorkerNote", StartupNote.class).text()).contains("[eu, ",
						"concurrency 21");
			});
	}

	@Test
	void theMetersOfTheUserAreTheOnlyOnes() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("own", OjsMetrics.class, OjsMetrics::new)
			.run((context) -> assertThat(context).hasNotFailed().getBeanNames(OjsMetrics.class).containsExactly("own"));
	}

	@Test
	void theApiOfTheUserIsTheOnlyOne_andIsMapped() {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withPropertyValues(DATABASE.properties())
			.withUserConfiguration(OwnApi.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().getBeanNames(OjsHttpApi.class).containsExactly("own");
				assertThat(context).hasBean("ojsHandlerMapping");
			});
	}

	@Test
	void theKeysOfTheUserAreTheOnlyOnes() {
		ApiKey key = new ApiKey("vault", "0".repeat(64), Set.of(ApiRole.ADMIN), List.of(), List.of());
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withPropertyValues(DATABASE.properties())
			.withBean("own", WebGuard.class, () -> new WebGuard(List.of(key), null))
			.run((context) -> {
				assertThat(context).hasNotFailed().getBeanNames(WebGuard.class).containsExactly("own");
				assertThat(context.getBean(ApiExposure.class).text()).contains("1 API key");
			});
	}

	@Test
	void healthIsLeftOutWithoutTheModuleThatEnablesIt() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(ConditionalOnEnabledHealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobEngine.class)
				.doesNotHaveBean("ojsHealthContributor"));
	}

	@Test
	void withoutAnEngineNothingThatNeedsOneIsLeft() {
		this.contextRunner.withPropertyValues("ojs.enabled=false")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OjsWorker.class)
				.doesNotHaveBean(OjsMetrics.class)
				.doesNotHaveBean(OjsSchemaInitializer.class)
				.doesNotHaveBean("ojsHealthContributor"));
	}

	@Test
	void argumentsAreWrittenByTheMarkedMapper_andNothingElseIs() {
		this.contextRunner.withUserConfiguration(OwnMapper.class)
			.withPropertyValues("ojs.worker.enabled=false")
			.run((context) -> {
				Job job = context.getBean(OjsTemplate.class).enqueue("order.place", new Purchase("A1"));
				assertThat(job.args()).isEqualTo("[{\"order_number\":\"A1\"}]");
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(new Purchase("A1")))
					.isEqualTo("{\"orderNumber\":\"A1\"}");
			});
	}

	@Test
	void propertiesOverrideTheAnnotationOfAHandler() {
		this.contextRunner.withBean(Mailer.class)
			.withPropertyValues("ojs.handlers.email.send.queue=bulk", "ojs.handlers[email.send].timeout=2m",
					"ojs.handlers.email.send.retry.max-attempts=9",
					"ojs.handlers.email.send.retry.on-exhaustion=dead-letter")
			.run((context) -> {
				TypeDefaults defaults = context.getBean(HandlerRegistry.class).defaults("email.send");
				assertThat(defaults).isEqualTo(new TypeDefaults("bulk", Duration.ofMinutes(2),
						RetryPolicy.DEFAULT.withJitter(false)
							.withMaxAttempts(9)
							.withOnExhaustion(OnExhaustion.DEAD_LETTER)));
				OjsTemplate jobs = context.getBean(OjsTemplate.class);
				Job job = jobs.enqueue("email.send");
				assertThat(job.queue()).isEqualTo("bulk");
				assertThat(jobs.await(job.id(), String.class, Duration.ofSeconds(30))).isEqualTo("sent");
			});
	}

	@Test
	void aHandlerThatIsSwitchedOffLeavesItsJobsToOtherNodes(CapturedOutput output) {
		this.contextRunner.withBean(Mailer.class)
			.withPropertyValues("ojs.handlers.email.send.enabled=false", "ojs.handlers.sms.send.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(HandlerRegistry.class).types()).containsExactly("email.check");
				assertThat(output).contains("have no handler here: [sms.send]");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEngine {

		@Bean
		JobEngine own(StoreFactory store) {
			return new JobEngine(store::create, EngineSettings.DEFAULT, List.of(), (type) -> null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTemplate {

		@Bean
		OjsTemplate own(JobEngine engine) {
			return new OjsTemplate(engine, JsonMapper.shared());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		HandlerRegistry own(ConfigurableListableBeanFactory beans) {
			return new HandlerRegistry(beans, JsonMapper.shared(), Map.<String, HandlerSettings>of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWorker {

		@Bean
		OjsWorker own(JobEngine engine, HandlerRegistry handlers) {
			return new OjsWorker(engine, handlers, WorkerSettings.DEFAULT,
					new WorkerExtensions(List.of(), List.of(), null));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		WorkerSettingsCustomizer second() {
			return (settings) -> settings.withConcurrency(settings.concurrency() + 1);
		}

		@Bean
		@Order(1)
		WorkerSettingsCustomizer first() {
			return (settings) -> settings.withConcurrency(settings.concurrency() * 10).withQueues(List.of("eu"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnApi {

		@Bean
		OjsHttpApi own(JobEngine engine) {
			return new OjsHttpApi(engine, new WebSettings(List.of("/jobs"), true, false, 1000, false), WebGuard.NONE,
					() -> null, Stream::of);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMapper {

		@Bean(defaultCandidate = false)
		@OjsJsonMapper
		JsonMapper jobs() {
			return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		}

	}

	record Purchase(String orderNumber) {

	}

	static class Mailer {

		@OjsHandler(type = "email.send", queue = "mail", timeout = "5s", retry = @OjsRetry(jitter = false))
		String send() {
			return "sent";
		}

		@OjsHandler("email.check")
		void check() {
		}

	}

}
