package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TraceParent;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OjsException;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.observe.DefaultOjsEnqueueObservationConvention;
import org.openjobspec.boot.observe.DefaultOjsProcessObservationConvention;
import org.openjobspec.boot.observe.OjsEnqueueContext;
import org.openjobspec.boot.observe.OjsLinkTracingObservationHandler;
import org.openjobspec.boot.observe.OjsObservations;
import org.openjobspec.boot.observe.OjsProcessContext;
import org.openjobspec.boot.worker.ExecutionObserver;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OjsObservationAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OjsObservationAutoConfigurationTests {

	private static final Database DATABASE = TestDatabase.fresh();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, OjsAutoConfiguration.class,
				OjsSchemaAutoConfiguration.class, OjsWorkerAutoConfiguration.class,
				OjsObservationAutoConfiguration.class))
		.withPropertyValues(DATABASE.properties());

	private final ApplicationContextRunner observed = this.contextRunner.withBean(ObservationRegistry.class,
			ObservationRegistry::create);

	private final ApplicationContextRunner traced = this.observed.withBean(Tracer.class, () -> Tracer.NOOP);

	@Test
	void observationsAreMadeWhereThereIsARegistry() {
		this.observed.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(OjsObservations.class)
			.hasSingleBean(ExecutionObserver.class)
			.doesNotHaveBean(OjsLinkTracingObservationHandler.class));
	}

	@Test
	void observationsAreLeftOutWithoutARegistry() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(JobEngine.class)
			.doesNotHaveBean(OjsObservations.class)
			.doesNotHaveBean(ExecutionObserver.class));
	}

	@Test
	void observationsAreLeftOutWithoutMicrometer() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JobEngine.class)
				.doesNotHaveBean("ojsObservations")
				.doesNotHaveBean(ExecutionObserver.class));
	}

	@Test
	void observationsAreLeftOutWithoutABackend() {
		this.observed.withPropertyValues("ojs.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OjsObservations.class));
	}

	@Test
	void observationsAreLeftOutWhenTheyAreSwitchedOff() {
		this.traced.withPropertyValues("ojs.observation.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class)
				.doesNotHaveBean(OjsObservations.class)
				.doesNotHaveBean(ExecutionObserver.class)
				.doesNotHaveBean(OjsLinkTracingObservationHandler.class)
				.doesNotHaveBean(MeterFilter.class));
	}

	@Test
	void observationsAreMadeWithoutAWorker() {
		this.observed.withPropertyValues("ojs.worker.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(OjsObservations.class));
	}

	@Test
	void observationsAreMadeWithoutMetersAndTracing() {
		this.observed.withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.micrometer.tracing"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(OjsObservations.class)
				.doesNotHaveBean("ojsLinkTracingObservationHandler")
				.doesNotHaveBean("ojsEnqueueTypesMeterFilter"));
	}

	@Test
	void attemptsAreLinkedWhereTheApplicationTraces() {
		this.traced
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(OjsLinkTracingObservationHandler.class));
	}

	@Test
	void attemptsAreLinkedByAHandlerInFrontOfTheOneThatContinuesEveryTrace() {
		this.traced.withBean("continuing", ObservationHandler.class, Continuing::new).run((context) -> {
			List<ObservationHandler<?>> handlers = new ArrayList<>();
			context.getBeanProvider(ObservationHandler.class).orderedStream().forEach(handlers::add);
			assertThat(handlers).hasSize(2);
			assertThat(handlers.get(0)).isInstanceOf(OjsLinkTracingObservationHandler.class);
		});
	}

	@Test
	void attemptsAreNotLinkedWhenTheyAreToBeChildren() {
		this.traced.withPropertyValues("ojs.observation.relationship=child")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(OjsObservations.class)
				.doesNotHaveBean(OjsLinkTracingObservationHandler.class));
	}

	@Test
	void whatTheUserHasWins() {
		this.traced
			.withBean("mine", OjsObservations.class,
					() -> new OjsObservations(ObservationRegistry.NOOP, null, null, Optional::empty))
			.withBean("myObserver", ExecutionObserver.class, () -> (job) -> null)
			.withBean("myHandler", OjsLinkTracingObservationHandler.class,
					() -> new OjsLinkTracingObservationHandler(Tracer.NOOP))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(OjsObservations.class)
				.hasSingleBean(ExecutionObserver.class)
				.hasSingleBean(OjsLinkTracingObservationHandler.class)
				.hasBean("mine")
				.hasBean("myObserver")
				.hasBean("myHandler"));
	}

	@Test
	void anEnqueueAndAnAttemptAreObserved() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).run((context) -> {
			Job job = context.getBean(OjsTemplate.class).enqueue("observed.ok");
			awaitEnd(context.getBean(JobEngine.class), job);
			assertThat(job.meta()).isEqualTo("{}");
			await().until(() -> recorder.stopped.size() == 2);
			assertThat(recorder.stopped.get(0)).isInstanceOf(OjsEnqueueContext.class)
				.satisfies((enqueue) -> assertThat(enqueue.getName()).isEqualTo("ojs.job.enqueue"))
				.satisfies((enqueue) -> assertThat(enqueue.getContextualName()).isEqualTo("observed enqueue"))
				.satisfies((enqueue) -> assertThat(enqueue.getLowCardinalityKeyValues()).containsExactlyInAnyOrder(
						KeyValue.of("messaging.system", "ojs"), KeyValue.of("messaging.operation.type", "publish"),
						KeyValue.of("messaging.operation.name", "enqueue"),
						KeyValue.of("messaging.destination.name", "observed"),
						KeyValue.of("ojs.job.type", "observed.ok"), KeyValue.of("ojs.job.outcome", "stored")))
				.satisfies((enqueue) -> assertThat(enqueue.getHighCardinalityKeyValues()).containsExactlyInAnyOrder(
						KeyValue.of("ojs.job.id", job.id().toString()),
						KeyValue.of("messaging.message.id", job.id().toString()),
						KeyValue.of("ojs.job.queue", "observed"), KeyValue.of("ojs.job.state", "available"),
						KeyValue.of("ojs.job.priority", "0")));
			assertThat(recorder.stopped.get(1)).isInstanceOf(OjsProcessContext.class)
				.satisfies((process) -> assertThat(process.getName()).isEqualTo("ojs.job.process"))
				.satisfies((process) -> assertThat(process.getContextualName()).isEqualTo("observed process"))
				.satisfies((process) -> assertThat(process.getLowCardinalityKeyValues()).containsExactlyInAnyOrder(
						KeyValue.of("messaging.system", "ojs"), KeyValue.of("messaging.operation.type", "process"),
						KeyValue.of("messaging.operation.name", "process"),
						KeyValue.of("messaging.destination.name", "observed"),
						KeyValue.of("ojs.job.type", "observed.ok"), KeyValue.of("ojs.job.outcome", "completed")))
				.satisfies((process) -> assertThat(process.getHighCardinalityKeyValues())
					.contains(KeyValue.of("ojs.job.id", job.id().toString()), KeyValue.of("ojs.job.attempt", "1"))
					.extracting(KeyValue::getKey)
					.contains("ojs.worker.id")
					.doesNotContain("error.type"));
		});
	}

	@Test
	void anObservationThatIsFilteredOutLeavesTheTraceToTheRequest() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Recorder());
		OjsObservations observations = new OjsObservations(registry, null, null,
				OjsObservationAutoConfigurationTests::span);
		assertThat(observations.inTrace()).isTrue();
		registry.observationConfig().observationPredicate((name, context) -> !name.equals("ojs.job.enqueue"));
		assertThat(observations.inTrace()).isFalse();
		assertThat(new OjsObservations(ObservationRegistry.NOOP, null, null, Optional::empty).observes()).isFalse();
	}

	private static Optional<TraceParent> span() {
		return TraceParent.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
	}

	@ParameterizedTest
	@EnumSource
	void whatFailsToObserveKeepsNothingFromBeingStoredAndRun(Moment moment, CapturedOutput output) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Failing(moment));
		this.contextRunner.withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues(TestDatabase.fresh().properties())
			.withBean(Handlers.class)
			.run((context) -> {
				Job job = context.getBean(OjsTemplate.class).enqueue("observed.ok");
				JobEngine engine = context.getBean(JobEngine.class);
				await().until(() -> engine.find(job.id()).orElseThrow().state() == JobState.COMPLETED);
				assertThat(registry.getCurrentObservationScope()).isNull();
				await().untilAsserted(() -> assertThat(output).contains("is not observed as it should be"));
			});
	}

	@Test
	void whatFailsAgainAndAgainIsSaidOnce(CapturedOutput output) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Failing(Moment.STOP));
		OjsObservations observations = new OjsObservations(registry, null, null, Optional::empty);
		for (int i = 0; i < 3; i++) {
			OjsObservations.Attempt attempt = observations.begin(job());
			assertThat(attempt).isNotNull();
			attempt.end("completed", null);
		}
		assertThat(output).containsOnlyOnce("Attempt 1 of job ");
	}

	@Test
	void whatCannotBeBegunIsEndedByThoseWhoHaveBegunIt() {
		MeterRegistry meters = new SimpleMeterRegistry();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new DefaultMeterObservationHandler(meters))
			.observationHandler(new Failing(Moment.START));
		OjsObservations observations = new OjsObservations(registry, null, null, Optional::empty);
		assertThat(observations.begin(job())).isNull();
		assertThat(meters.get("ojs.job.process.active").longTaskTimer().activeTasks()).isZero();
	}

	private static Job job() {
		Instant now = Instant.now();
		return new Job(UUID.randomUUID(), "observed.ok", "observed", "[]", "{}", 0,
				new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null, List.of(), null, Map.of()),
				JobState.ACTIVE, 1, now, now, now, null, null, "test", null, false, false, List.of(), null, null);
	}

	@Test
	void aCheckedExceptionThatNobodyDeclaresEndsTheObservation() {
		Recorder recorder = new Recorder();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(recorder);
		this.contextRunner.withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues(TestDatabase.fresh().properties())
			.withBean(EnqueueInterceptor.class, () -> (request) -> sneaky(new IOException("no disk")))
			.run((context) -> {
				OjsTemplate jobs = context.getBean(OjsTemplate.class);
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> jobs.enqueue("observed.ok"));
				assertThat(registry.getCurrentObservationScope()).isNull();
				assertThat(recorder.stopped).singleElement()
					.extracting((observed) -> ((OjsEnqueueContext) observed).getOutcome())
					.isEqualTo("failed");
			});
	}

	@SuppressWarnings("unchecked")
	private static <T, E extends Exception> T sneaky(Exception ex) throws E {
		throw (E) ex;
	}

	@Test
	void conventionsThatFailKeepNothingFromBeingStored(CapturedOutput output) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Recorder());
		this.contextRunner.withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues(TestDatabase.fresh().properties())
			.withBean(Handlers.class)
			.withBean(FailingConvention.class)
			.run((context) -> {
				Job job = context.getBean(OjsTemplate.class).enqueue("observed.ok");
				awaitEnd(context.getBean(JobEngine.class), job);
				assertThat(registry.getCurrentObservationScope()).isNull();
				assertThat(output).contains("Enqueueing type 'observed.ok'").doesNotContain("pin-4711");
			});
	}

	@Test
	void spansOfEnqueuesThatFailShowNoArguments() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).withBean(EnqueueInterceptor.class, () -> (request) -> {
			throw new IllegalStateException("cannot take " + request.args());
		}).run((context) -> {
			OjsTemplate jobs = context.getBean(OjsTemplate.class);
			assertThatIllegalStateException().isThrownBy(() -> jobs.enqueue("observed.ok", "pin-4711"))
				.withMessageContaining("pin-4711");
			OjsEnqueueContext failed = (OjsEnqueueContext) recorder.stopped.get(0);
			assertThat(failed.getOutcome()).isEqualTo("failed");
			assertThat(failed.getError()).hasMessageNotContaining("4711");
			assertThat(failed.getHighCardinalityKeyValues())
				.contains(KeyValue.of("error.type", IllegalStateException.class.getName()))
				.allSatisfy((value) -> assertThat(value.getValue()).doesNotContain("4711"));
		});
	}

	@Test
	void aFailureIsAnErrorOfItsAttempt_andAHandlerThatIsCancelledNone() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).run((context) -> {
			OjsTemplate jobs = context.getBean(OjsTemplate.class);
			awaitEnd(context.getBean(JobEngine.class), jobs.enqueue("observed.broken"));
			await().until(() -> recorder.ofAttempts().size() == 1);
			OjsProcessContext broken = recorder.ofAttempts().get(0);
			assertThat(broken.getError()).isInstanceOf(IllegalStateException.class);
			assertThat(broken.getOutcome()).isEqualTo("failed");
			assertThat(broken.getHighCardinalityKeyValues()).contains(
					KeyValue.of("error.type", IllegalStateException.class.getName()),
					KeyValue.of("error.message", "broken"), KeyValue.of("ojs.job.error.attempt", "1"));
			Job endless = jobs.enqueue("observed.endless");
			await().until(
					() -> context.getBean(JobEngine.class).find(endless.id()).orElseThrow().state() == JobState.ACTIVE);
			jobs.cancel(endless.id());
			await().until(() -> recorder.ofAttempts().size() == 2);
			assertThat(recorder.ofAttempts().get(1).getOutcome()).isEqualTo("cancelled");
			assertThat(recorder.ofAttempts().get(1).getError()).isNull();
		});
	}

	@Test
	void anAttemptThatTakesTooLongIsAnError() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).withPropertyValues("ojs.handlers.observed.endless.timeout=300ms").run((context) -> {
			awaitEnd(context.getBean(JobEngine.class),
					context.getBean(OjsTemplate.class)
						.request("observed.endless")
						.retry((policy) -> policy.withMaxAttempts(1))
						.enqueue());
			await().until(() -> recorder.ofAttempts().size() == 1);
			assertThat(recorder.ofAttempts().get(0).getOutcome()).isEqualTo("timed_out");
			assertThat(recorder.ofAttempts().get(0).getError()).isNotNull();
		});
	}

	@Test
	void whatIsRefusedIsAnErrorOfItsEnqueue() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).withPropertyValues("ojs.queues.strict.allowed-types=nothing.else").run((context) -> {
			OjsTemplate jobs = context.getBean(OjsTemplate.class);
			await().untilAsserted(() -> assertThat(refused(jobs)).isTrue());
			OjsEnqueueContext refused = (OjsEnqueueContext) recorder.stopped.get(recorder.stopped.size() - 1);
			assertThat(refused.getOutcome()).isEqualTo("refused");
			assertThat(refused.getError()).isNotNull();
		});
	}

	private static boolean refused(OjsTemplate jobs) {
		try {
			jobs.request("observed.ok").queue("strict").enqueue();
			return false;
		}
		catch (OjsException ex) {
			return true;
		}
	}

	@Test
	void conventionsOfTheUserReplaceTheDefault() {
		Recorder recorder = new Recorder();
		this.recorded(recorder).withBean(ShortNames.class).withBean(TypesAndTags.class).run((context) -> {
			awaitEnd(context.getBean(JobEngine.class),
					context.getBean(OjsTemplate.class).request("observed.ok").tags("urgent", "vip").enqueue());
			await().until(() -> recorder.stopped.size() == 2);
			assertThat(recorder.stopped.get(0).getName()).isEqualTo("job");
			assertThat(recorder.stopped.get(1).getName()).isEqualTo("ojs.job.process");
			assertThat(recorder.stopped.get(1).getContextualName()).isEqualTo("observed.ok");
			assertThat(recorder.stopped.get(1).getHighCardinalityKeyValue("job.tags"))
				.isEqualTo(KeyValue.of("job.tags", "urgent,vip"));
		});
	}

	@Test
	void aClientCannotMakeAnyNumberOfMeters() {
		this.observed.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBeanProvider(MeterFilter.class)
				.orderedStream()
				.forEach((filter) -> registry.config().meterFilter(filter));
			for (int i = 0; i < 1100; i++) {
				registry.timer("ojs.job.enqueue", "ojs.job.type", "t" + i, "messaging.destination.name", "q" + i);
			}
			assertThat(registry.find("ojs.job.enqueue").timers()).hasSize(1000);
		});
	}

	@Test
	void lazyInitializationDoesNotSwitchThemOff() {
		this.observed
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getBeansOfType(LazyInitializationExcludeFilter.class)).isNotEmpty();
				assertThat(context.getBeanFactory().containsSingleton("ojsObservations")).isTrue();
			});
	}

	private ApplicationContextRunner recorded(Recorder recorder) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(recorder);
		return this.contextRunner.withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues(TestDatabase.fresh().properties())
			.withBean(Handlers.class);
	}

	private static void awaitEnd(JobEngine engine, Job job) {
		await().until(() -> engine.find(job.id()).orElseThrow().state().isTerminal());
	}

	static class Handlers {

		@OjsHandler(type = "observed.ok", queue = "observed")
		void ok() {
		}

		@OjsHandler(type = "observed.broken", queue = "observed", nonRetryable = IllegalStateException.class)
		void broken() {
			throw new IllegalStateException("broken");
		}

		@OjsHandler(type = "observed.endless", queue = "observed")
		void endless() throws InterruptedException {
			new CountDownLatch(1).await();
		}

	}

	/** What a user may have instead of the default. */
	static class ShortNames extends DefaultOjsEnqueueObservationConvention {

		@Override
		public String getName() {
			return "job";
		}

	}

	static class FailingConvention extends DefaultOjsEnqueueObservationConvention {

		@Override
		public KeyValues getHighCardinalityKeyValues(OjsEnqueueContext context) {
			if (!context.getJobs().isEmpty()) {
				throw new IllegalArgumentException("no key for pin-4711");
			}
			return super.getHighCardinalityKeyValues(context);
		}

	}

	/** When a handler fails. */
	enum Moment {

		START, OPEN, CLOSE, STOP

	}

	private record Failing(Moment moment) implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			fail(Moment.START);
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			fail(Moment.OPEN);
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			fail(Moment.CLOSE);
		}

		@Override
		public void onStop(Observation.Context context) {
			fail(Moment.STOP);
		}

		private void fail(Moment current) {
			if (this.moment == current) {
				throw new IllegalStateException(current.name());
			}
		}

	}

	static class TypesAndTags extends DefaultOjsProcessObservationConvention {

		@Override
		public String getContextualName(OjsProcessContext context) {
			return context.getJob().type();
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(OjsProcessContext context) {
			String tags = String.join(",", context.getJob().options().tags());
			return super.getHighCardinalityKeyValues(context).and("job.tags", tags);
		}

	}

	@Order(1000)
	private static final class Continuing implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static final class Recorder implements ObservationHandler<Observation.Context> {

		private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			this.stopped.add(context);
		}

		private List<OjsProcessContext> ofAttempts() {
			return this.stopped.stream()
				.filter(OjsProcessContext.class::isInstance)
				.map(OjsProcessContext.class::cast)
				.toList();
		}

	}

}
