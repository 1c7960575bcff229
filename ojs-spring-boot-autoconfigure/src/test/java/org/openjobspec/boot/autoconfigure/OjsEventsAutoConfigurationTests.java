package org.openjobspec.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.worker.EventEnqueuer;
import org.openjobspec.boot.worker.InvalidHandlerException;
import org.openjobspec.boot.worker.OjsEnqueue;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsEventsAutoConfiguration}, and of what is found out at the start.
 */
class OjsEventsAutoConfigurationTests {

	private static final Database DATABASE = TestDatabase.fresh();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, OjsAutoConfiguration.class,
				OjsSchemaAutoConfiguration.class, OjsEventsAutoConfiguration.class))
		.withPropertyValues(DATABASE.properties());

	@Test
	void itIsOnWithTheTemplate() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(EventEnqueuer.class)
			.hasBean("ojsEventListeners"));
	}

	@Test
	void itIsOffWithoutTheBackend() {
		this.contextRunner.withPropertyValues("ojs.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OjsTemplate.class)
				.doesNotHaveBean(EventEnqueuer.class)
				.doesNotHaveBean("ojsEventListeners"));
	}

	@Test
	void itDoesWithoutTheWebAndWithoutMeters() {
		this.contextRunner
			.withClassLoader(new FilteredClassLoader("org.springframework.web", "io.micrometer", "kotlin", "kotlinx"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(EventEnqueuer.class));
	}

	@Test
	void anEnqueuerOfTheUserWins() {
		List<String> enqueued = new ArrayList<>();
		this.contextRunner.withUserConfiguration(Listening.class)
			.withBean(EventEnqueuer.class, () -> (type, queue, event) -> enqueued.add(type + " " + event))
			.run((context) -> {
				context.publishEvent(new Happened(1));
				assertThat(enqueued).containsExactly("something.happened Happened[number=1]");
			});
	}

	@Test
	void nobodyIsCalledWhereNothingIsAnnotated() {
		this.contextRunner.withBean("applicationEventMulticaster", Multicaster.class).run((context) -> {
			Multicaster multicaster = context.getBean(Multicaster.class);
			assertThat(multicaster.listeners(new Happened(1))).isEmpty();
			assertThat(multicaster.listeners(new Plainly(1))).isEmpty();
			assertThat(multicaster.listeners(new Annotated(1))).hasSize(1);
		});
		this.contextRunner.withBean("applicationEventMulticaster", Multicaster.class)
			.withUserConfiguration(Listening.class)
			.run((context) -> {
				Multicaster multicaster = context.getBean(Multicaster.class);
				assertThat(multicaster.listeners(new Happened(1))).hasSize(1);
				assertThat(multicaster.listeners(new Plainly(1))).isEmpty();
			});
	}

	@Test
	void aHandlerThatTakesNoEventIsRefused() {
		refuses(NoParameter.class, "NoParameter.handle()", "takes 0 arguments", "Have it take the event");
	}

	@Test
	void aHandlerThatTakesTwoEventsIsRefused() {
		refuses(TwoEvents.class, "TwoEvents.handle(Happened, Happened)", "takes 2 arguments", "Have it take the event");
	}

	@Test
	void aMethodThatIsNoHandlerIsRefused() {
		refuses(NoHandler.class, "NoHandler.handle(Happened)", "it has @OjsEnqueue and no @OjsHandler",
				"Add @OjsHandler");
	}

	@Test
	void aTypeBesideThatOfTheHandlerIsRefused() {
		refuses(TwoTypes.class, "TwoTypes.handle(Happened)", "names a type of job", "Leave that to @OjsHandler");
	}

	@Test
	void aHandlerThatIsAListenerToo_andWouldRunTwice_isRefused() {
		refuses(Twice.class, "Twice.handle(Happened)", "would run twice", "Remove @EventListener");
	}

	@Test
	void aHandlerOfEverythingIsRefused() {
		refuses(Everything.class, "Everything.handle(Object)", "would never end", "application's own event");
		refuses(OfJobs.class, "OfJobs.handle(JobEvent)", "would never end", "application's own event");
		refuses(Wrapped.class, "Wrapped.handle(PayloadApplicationEvent)", "wraps around an event",
				"Take the event itself");
	}

	@Test
	void aConditionThatIsNoExpressionIsRefused() {
		refuses(BadCondition.class, "BadCondition.handle(Happened)", "condition 'number >' is no expression",
				"Correct the annotation @OjsEnqueue");
	}

	@Test
	void aQueueThatCannotBeIsRefused() {
		refuses(BadQueue.class, "BadQueue.handle(Happened)", "queue", "Correct the annotation @OjsEnqueue");
	}

	private void refuses(Class<?> bean, String method, String problem, String cure) {
		this.contextRunner.withUserConfiguration(bean)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidHandlerException.class)
				.hasMessageContainingAll(method, problem, cure));
	}

	@Test
	void annotatedClassesThatTheApplicationLooksForAreInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Annotated.class, Listening.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Annotated.class, "number")).accepts(hints);
	}

	@Test
	void theAnnotationIsInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		new OjsRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(OjsEnqueue.class)).accepts(hints);
	}

	record Happened(int number) {
	}

	record Plainly(int number) {
	}

	@OjsEnqueue("annotated")
	record Annotated(int number) {
	}

	/** Lets see whom it would call. */
	static class Multicaster extends SimpleApplicationEventMulticaster {

		List<?> listeners(Object payload) {
			ApplicationEvent event = new PayloadApplicationEvent<>(this, payload);
			return getApplicationListeners(event, ResolvableType.forInstance(event)).stream()
				.filter((listener) -> listener.getClass().getName().startsWith("org.openjobspec"))
				.toList();
		}

	}

	static class Listening {

		@OjsHandler("something.happened")
		@OjsEnqueue
		void handle(Happened event) {
		}

	}

	static class NoParameter {

		@OjsHandler("x")
		@OjsEnqueue
		void handle() {
		}

	}

	static class TwoEvents {

		@OjsHandler("x")
		@OjsEnqueue
		void handle(Happened first, @Nullable Happened second) {
		}

	}

	static class NoHandler {

		@OjsEnqueue
		void handle(Happened event) {
		}

	}

	static class TwoTypes {

		@OjsHandler("x")
		@OjsEnqueue("y")
		void handle(Happened event) {
		}

	}

	static class Twice {

		@EventListener
		@OjsHandler("x")
		@OjsEnqueue
		void handle(Happened event) {
		}

	}

	static class Everything {

		@OjsHandler("x")
		@OjsEnqueue
		void handle(Object event) {
		}

	}

	static class OfJobs {

		@OjsHandler("x")
		@OjsEnqueue
		void handle(JobEvent event) {
		}

	}

	static class Wrapped {

		@OjsHandler("x")
		@OjsEnqueue
		void handle(PayloadApplicationEvent<Happened> event) {
		}

	}

	static class BadCondition {

		@OjsHandler("x")
		@OjsEnqueue(condition = "number >")
		void handle(Happened event) {
		}

	}

	static class BadQueue {

		@OjsHandler("x")
		@OjsEnqueue(queue = "No Queue")
		void handle(Happened event) {
		}

	}

}
