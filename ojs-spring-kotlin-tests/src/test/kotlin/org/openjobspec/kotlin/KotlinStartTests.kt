package org.openjobspec.kotlin

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Nested
import org.junit.jupiter.api.Test
import org.openjobspec.boot.TestDatabase
import org.openjobspec.boot.autoconfigure.OjsAutoConfiguration
import org.openjobspec.boot.autoconfigure.OjsSchemaAutoConfiguration
import org.openjobspec.boot.autoconfigure.OjsWorkerAutoConfiguration
import org.openjobspec.boot.worker.HandlerRegistry
import org.openjobspec.boot.worker.InvalidHandlerException
import org.openjobspec.boot.worker.JobContext
import org.openjobspec.boot.worker.OjsHandler
import org.springframework.aot.generate.ClassNameGenerator
import org.springframework.aot.generate.DefaultGenerationContext
import org.springframework.aot.generate.InMemoryGeneratedFiles
import org.springframework.aot.hint.MemberCategory
import org.springframework.aot.hint.RuntimeHints
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection
import org.springframework.beans.factory.support.RootBeanDefinition
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.aot.ApplicationContextAotGenerator
import org.springframework.context.support.GenericApplicationContext
import org.springframework.javapoet.ClassName
import org.springframework.scheduling.annotation.Async
import kotlin.coroutines.Continuation
import kotlin.reflect.KClass

/**
 * Tests of what is found out about handlers in Kotlin before they run.
 */
class KotlinStartTests {

	private val runner = ApplicationContextRunner()
		.withConfiguration(
			AutoConfigurations.of(
				DataSourceAutoConfiguration::class.java,
				OjsAutoConfiguration::class.java,
				OjsSchemaAutoConfiguration::class.java,
				OjsWorkerAutoConfiguration::class.java,
			),
		).withPropertyValues(*DATABASE.properties())

	@Nested
	inner class TheStart {

		@Test
		fun findsSuspendingHandlers() {
			runner.withBean(Suspending::class.java).run { context ->
				assertThat(context).hasNotFailed()
				assertThat(context.getBean(HandlerRegistry::class.java).types()).containsExactly("suspending")
			}
		}

		@Test
		fun failsWithoutCoroutinesForASuspendingHandler() {
			fails(
				Suspending::class,
				"Suspending.handle(Order, JobContext)",
				"coroutines are not on the class path",
				"Add org.jetbrains.kotlinx:kotlinx-coroutines-core",
				"kotlinx.coroutines",
			)
		}

		@Test
		fun succeedsWithoutCoroutinesForOtherHandlers() {
			runner.withClassLoader(FilteredClassLoader("kotlinx.coroutines")).withBean(Plain::class.java).run {
				assertThat(it).hasNotFailed()
			}
		}

		@Test
		fun failsWithoutReflection() {
			fails(
				Plain::class,
				"Plain.handle(Order)",
				"reflection library is not on the class path",
				"Add org.jetbrains.kotlin:kotlin-reflect",
				"kotlin.reflect",
			)
		}

		@Test
		fun failsForAFlow() {
			fails(Flowing::class, "Flowing.handle()", "nobody would subscribe", "suspending function that returns")
		}

		@Test
		fun failsForADeferred() {
			fails(Deferring::class, "Deferring.handle()", "nobody would subscribe", "suspending function that returns")
		}

		@Test
		fun failsForASuspendingFunctionThatIsAsync() {
			fails(Asynchronous::class, "Asynchronous.handle()", "@Async", "Remove @Async")
		}

		private fun fails(
			bean: KClass<*>,
			method: String,
			problem: String,
			cure: String,
			vararg hidden: String,
		) {
			runner.withClassLoader(FilteredClassLoader(*hidden)).withBean(bean.java).run { context ->
				assertThat(context).hasFailed()
				assertThat(context.startupFailure)
					.isInstanceOf(InvalidHandlerException::class.java)
					.hasMessageContainingAll(method, problem, cure)
			}
		}

	}

	@Nested
	inner class ANativeImage {

		@Test
		fun keepsArgumentsAndResults() {
			val hints = hints(Suspending::class.java)
			for (type in listOf(Order::class, Line::class, Receipt::class)) {
				assertThat(reflection().onType(type.java)).`as`(type.toString()).accepts(hints)
			}
			assertThat(reflection().onType(Continuation::class.java)).rejects(hints)
			assertThat(reflection().onType(JobContext::class.java)).rejects(hints)
		}

		@Test
		fun keepsTheFunctionsAndTheirDefaults() {
			val hints = hints(Suspending::class.java)
			val method = Suspending::class.java.declaredMethods.single { it.name == "handle" }
			assertThat(reflection().onMethodInvocation(method)).accepts(hints)
			assertThat(
				reflection()
					.onType(Suspending::class.java)
					.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS),
			).accepts(hints)
		}

		private fun hints(bean: Class<*>): RuntimeHints {
			val context = GenericApplicationContext()
			context.registerBeanDefinition("bean", RootBeanDefinition(bean))
			val generation = DefaultGenerationContext(
				ClassNameGenerator(ClassName.get("org.openjobspec.kotlin", "Generated")),
				InMemoryGeneratedFiles(),
			)
			ApplicationContextAotGenerator().processAheadOfTime(context, generation)
			return generation.runtimeHints
		}

	}

	class Suspending {

		@OjsHandler("suspending")
		suspend fun handle(order: Order = Order("nobody"), context: JobContext): List<Receipt>? =
			listOf(Receipt(order.customer, 1, context.job().type()))

	}

	class Plain {

		@OjsHandler("plain")
		fun handle(order: Order) = order.customer

	}

	class Flowing {

		@OjsHandler("flowing")
		fun handle(): Flow<Int> = flowOf(1)

	}

	class Deferring {

		@OjsHandler("deferring")
		suspend fun handle(): Deferred<Int> = CompletableDeferred(1)

	}

	class Asynchronous {

		@Async
		@OjsHandler("asynchronous")
		suspend fun handle(): Int = 1

	}

	companion object {

		private val DATABASE = TestDatabase.fresh()

	}

}
