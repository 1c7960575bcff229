package org.openjobspec.boot.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a native image keeps of handlers.
 */
class HandlerAotProcessorTests {

	private static RuntimeHints hints(Class<?> bean) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.registerBeanDefinition("bean", new RootBeanDefinition(bean));
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get("org.openjobspec.boot.worker", "Generated")),
				new InMemoryGeneratedFiles());
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		return generation.getRuntimeHints();
	}

	@Test
	void theMethodsOfAHandlerCanBeCalled() {
		RuntimeHints hints = hints(Handlers.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Handlers.class, "handle")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Handlers.class, "later")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Handlers.class, "other")).rejects(hints);
	}

	@Test
	void argumentsAndResultsCanBeBound() {
		RuntimeHints hints = hints(Handlers.class);
		for (Class<?> bound : List.of(Order.class, Line.class, Receipt.class, Parcel.class)) {
			assertThat(RuntimeHintsPredicates.reflection().onType(bound)).as(bound.getName()).accepts(hints);
		}
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Line.class, "count")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(JobContext.class)).rejects(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Job.class)).rejects(hints);
	}

	@Test
	void theAnnotationsCanBeRead() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(OjsHandler.class)).accepts(hints(Handlers.class));
	}

	@Test
	void beansWithoutHandlersAreLeftAlone() {
		RuntimeHints hints = hints(Nothing.class);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(OjsHandler.class)).rejects(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Nothing.class, "other")).rejects(hints);
	}

	record Line(String product, int count) {

	}

	record Order(List<Line> lines) {

	}

	record Receipt(String number) {

	}

	record Parcel(String track) {

	}

	static class Handlers {

		@OjsHandler("order.place")
		Receipt handle(Order order, Job job, JobContext context) {
			return new Receipt(job.id() + context.job().type() + order.lines());
		}

		@OjsHandler("order.ship")
		private CompletableFuture<Parcel> later(List<Order> orders) {
			return CompletableFuture.completedFuture(new Parcel(orders.toString()));
		}

		void other() {
		}

	}

	static class Nothing {

		void other() {
		}

	}

}
