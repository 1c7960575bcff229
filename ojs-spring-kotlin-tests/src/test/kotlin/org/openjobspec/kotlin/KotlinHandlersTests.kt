package org.openjobspec.kotlin

import kotlinx.coroutines.CompletableDeferred
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Nested
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.openjobspec.boot.client.OjsTemplate
import org.openjobspec.boot.job.Job
import org.openjobspec.boot.job.JobError
import org.openjobspec.boot.job.JobState
import org.openjobspec.boot.test.AutoConfigureOjsTest
import org.openjobspec.boot.test.OjsJobs
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.jdbc.core.simple.JdbcClient
import java.io.IOException
import java.time.Duration

/**
 * Tests of handlers in Kotlin, on a database.
 */
@SpringBootTest
@AutoConfigureOjsTest
class KotlinHandlersTests(
	@param:Autowired private val ojs: OjsJobs,
	@param:Autowired private val jobs: OjsTemplate,
	@param:Autowired private val jdbc: JdbcClient,
) {

	private fun ran(type: String, vararg args: Any?): Job {
		val job = jobs.enqueue(type, *args)
		ojs.drain()
		return ojs.get(job)
	}

	private inline fun <reified T : Any> result(job: Job): T {
		assertThat(job.state()).`as`(job.lastFailure().toString()).isEqualTo(JobState.COMPLETED)
		return jobs.result(job, T::class.java).orElseThrow()
	}

	private fun error(job: Job): JobError = checkNotNull(job.lastFailure()).error()

	@Nested
	inner class DataClasses {

		@Test
		fun areArgumentsAndResults() {
			val order = Order("Ada", listOf(Line("tea", 2), Line("cup")), note = "soon")
			assertThat(result<Receipt>(ran("order.plain", order))).isEqualTo(Receipt("Ada", 3, "soon"))
			assertThat(result<Receipt>(ran("order.place", order))).isEqualTo(Receipt("Ada", 3, "soon"))
		}

		@Test
		fun haveTheirDefaultsWhereTheArgumentSaysNothing() {
			val order = mapOf("customer" to "Ada", "lines" to listOf(mapOf("product" to "tea")))
			assertThat(result<Receipt>(ran("order.place", order))).isEqualTo(Receipt("Ada", 1, null))
		}

		@Test
		fun areElementsOfCollections() {
			val receipts = result<Array<Receipt>>(ran("order.many", listOf(Order("Ada"), Order("Bob"))))
			assertThat(receipts).extracting<String> { it.customer }.containsExactly("Ada", "Bob")
		}

		@Test
		fun withoutWhatMustNotBeNullAreInvalidArguments() {
			val job = ran("order.place", mapOf("lines" to emptyList<Line>()))
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(job.attempt()).isEqualTo(1)
			assertThat(error(job).code()).isEqualTo("invalid_args")
			assertThat(error(job).message()).contains("parameter 'order'", "args[0].customer")
		}

		@Test
		fun thatRefuseTheirValuesAreInvalidArguments() {
			val job = ran("order.place", mapOf("customer" to " "))
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(error(job).code()).isEqualTo("invalid_args")
			assertThat(error(job).message()).contains("parameter 'order'", "An order needs a customer")
		}

	}

	@Nested
	inner class Parameters {

		@Test
		fun haveTheirDefaultsWhereArgumentsAreMissing() {
			assertThat(result<String>(ran("order.greet", "Ada"))).isEqualTo("Hello AdaHello Adanone")
			assertThat(result<String>(ran("order.greet", "Ada", "Bye "))).isEqualTo("Bye  AdaBye  Adanone")
			assertThat(result<String>(ran("order.greet", "Ada", "Bye", 1, "x"))).isEqualTo("Bye Adax")
			assertThat(ran("order.note").result()).isNull()
			assertThat(OrderHandlers.NOTE.get()).isEqualTo("nothing")
		}

		@Test
		fun ofAValueClassTakeWhatIsInIt() {
			assertThat(result<String>(ran("order.find", "7", "n", "?"))).isEqualTo("7n?")
			assertThat(result<String>(ran("order.find", "7"))).isEqualTo("7null!")
		}

		@Test
		fun thatAreNullableMayLackTheirArgument() {
			assertThat(result<Receipt>(ran("order.place", Order("Ada"), null)).note).isNull()
			assertThat(result<Receipt>(ran("order.place", Order("Ada"), true)).note).isEqualTo("a gift")
		}

		@Test
		fun thatAreNotNullableRefuseNull_withADefaultToo() {
			val required = ran("order.greet", null)
			assertThat(required.state()).isEqualTo(JobState.DISCARDED)
			assertThat(error(required).code()).isEqualTo("invalid_args")
			assertThat(error(required).message()).contains("parameter 'name'", "null is not allowed")
			assertThat(error(ran("order.greet", "Ada", null)).message()).contains("parameter 'greeting'")
			assertThat(error(ran("order.greet", "Ada", "Hi", null)).message()).contains("parameter 'times'")
			assertThat(error(ran("order.note", null)).code()).isEqualTo("invalid_args")
		}

		@Test
		fun withoutDefaultMissTheirArgument() {
			val job = ran("order.greet")
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(error(job).code()).isEqualTo("invalid_args")
			assertThat(error(job).message()).contains("parameter 'name'", "takes 4").doesNotContain("Continuation")
		}

	}

	@Nested
	inner class SuspendingHandlers {

		@BeforeEach
		fun prepare() {
			OrderHandlers.STARTED.set(CompletableDeferred())
			OrderHandlers.CLEANED.set(0)
		}

		@Test
		fun runOnTheThreadOfTheHandler_withItsLoggingContext() {
			val current = Thread.currentThread().name
			assertThat(result<Array<String>>(ran("order.thread"))).containsExactly(current, current, "order.thread")
		}

		@Test
		fun thatReturnNothingHaveNoResult() {
			assertThat(ran("order.unit").state()).isEqualTo(JobState.COMPLETED)
			assertThat(ran("order.unit").result()).isNull()
			assertThat(ran("order.nothing").result()).isNull()
		}

		@ParameterizedTest
		@ValueSource(strings = ["at once", "later", "elsewhere", "in a child"])
		fun failWithTheExceptionThatTheyThrew(how: String) {
			val job = ran("order.fail", how)
			assertThat(job.state()).isEqualTo(JobState.RETRYABLE)
			assertThat(error(job).type()).isEqualTo(IOException::class.java.name)
			assertThat(error(job).message()).isEqualTo(how)
		}

		@ParameterizedTest
		@ValueSource(strings = ["for good", "discarded"])
		fun areNotRetriedAfterAnExceptionThatForbidsIt(how: String) {
			val job = ran("order.fail", how)
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(job.attempt()).isEqualTo(1)
			assertThat(error(job).message()).isEqualTo(how)
		}

		@Test
		fun failAnAttemptWithATimeoutOfTheirOwn() {
			assertThat(ran("order.fail", "too slow").state()).isEqualTo(JobState.RETRYABLE)
		}

		@ParameterizedTest
		@ValueSource(strings = ["order.wait", "order.wait.elsewhere"])
		fun areCancelledAtTheirTimeout_andWaitedFor(type: String) {
			val job = jobs.request(type).timeout(Duration.ofSeconds(2)).enqueue()
			ojs.drain()
			assertThat(OrderHandlers.CLEANED).hasValue(1)
			assertThat(error(ojs.get(job)).code()).isEqualTo("timeout")
			assertThat(Thread.currentThread().isInterrupted).isFalse()
		}

		@Test
		fun behindAClassProxyAreCalledThroughIt() {
			val before = KotlinApplication.INTERCEPTIONS.get()
			assertThat(result<String>(ran("proxied.class", "Ada", "?"))).isEqualTo("Hello Ada?")
			assertThat(result<String>(ran("proxied.class", "Ada"))).isEqualTo("Hello Ada!")
			assertThat(KotlinApplication.INTERCEPTIONS).hasValue(before + 2)
		}

		@Test
		fun behindAnInterfaceProxyAreCalledThroughIt() {
			val before = KotlinApplication.INTERCEPTIONS.get()
			assertThat(result<String>(ran("proxied.interface", "Ada", "?"))).isEqualTo("Hello Ada?")
			assertThat(result<String>(ran("proxied.interface", "Ada"))).isEqualTo("Hello Ada!")
			assertThat(KotlinApplication.INTERCEPTIONS).hasValue(before + 2)
		}

	}

	@Nested
	inner class TransactionalHandlers {

		@BeforeEach
		fun createTable() {
			jdbc.sql("CREATE TABLE IF NOT EXISTS effect (job text PRIMARY KEY)").update()
		}

		private fun effects(job: Job) = jdbc.sql("SELECT job FROM effect WHERE job LIKE ?")
			.param(job.id().toString() + "%")
			.query(String::class.java)
			.list()

		@Test
		fun writeInOneTransactionWithTheCompletion() {
			val job = ran("order.write", "well")
			assertThat(job.state()).isEqualTo(JobState.COMPLETED)
			assertThat(effects(job)).hasSize(1)
			val transactions = jdbc
				.sql(
					"SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM effect WHERE job = :job UNION ALL " +
						"SELECT xmin FROM ojs.outcome WHERE job_id = :job::uuid) x",
				).param("job", job.id().toString())
				.query(Int::class.java)
				.single()
			assertThat(transactions).isEqualTo(1)
		}

		@Test
		fun thatFailLeaveNothing() {
			val job = ran("order.write", "fail")
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(effects(job)).isEmpty()
		}

		@Test
		fun leaveWhatTheyWroteOnAnotherDispatcher() {
			val job = ran("order.write", "elsewhere")
			assertThat(job.state()).isEqualTo(JobState.DISCARDED)
			assertThat(effects(job)).containsExactly("${job.id()} elsewhere")
		}

	}

}
