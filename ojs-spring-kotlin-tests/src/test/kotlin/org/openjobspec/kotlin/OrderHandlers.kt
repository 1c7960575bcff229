package org.openjobspec.kotlin

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.openjobspec.boot.job.Job
import org.openjobspec.boot.worker.DiscardException
import org.openjobspec.boot.worker.JobContext
import org.openjobspec.boot.worker.OjsHandler
import org.openjobspec.boot.worker.OjsRetry
import org.slf4j.MDC
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.stereotype.Component
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference

/**
 * The handlers of the application under test.
 */
@Component
class OrderHandlers(private val jdbc: JdbcClient) {

	@OjsHandler("order.plain")
	fun plain(order: Order): Receipt = receipt(order)

	@OjsHandler("order.place")
	suspend fun place(order: Order, context: JobContext, gift: Boolean?): Receipt {
		delay(1)
		val receipt = withContext(Dispatchers.Default) { receipt(order) }
		context.progress(1.0)
		return if (gift == true) receipt.copy(note = "a gift") else receipt
	}

	@OjsHandler("order.many")
	suspend fun many(orders: List<Order>): List<Receipt> =
		coroutineScope { orders.map { async { receipt(it) } }.awaitAll() }

	private fun receipt(order: Order) =
		Receipt(order.customer, order.lines.sumOf { it.count }, order.note, order.express)

	@OjsHandler("order.thread")
	suspend fun thread(): List<String?> {
		val before = threadName()
		delay(1)
		return listOf(before, threadName(), MDC.get("ojs.job_type"))
	}

	// In tests, the name of the coroutine stands behind it.
	private fun threadName() = Thread.currentThread().name.substringBefore(" @")

	@OjsHandler("order.unit")
	suspend fun unit() {
		yield()
	}

	@OjsHandler("order.nothing")
	suspend fun nothing(): Receipt? {
		yield()
		return null
	}

	@OjsHandler("order.greet")
	suspend fun greet(name: String, greeting: String = "Hello", times: Int = 2, id: OrderId = OrderId("none")): String {
		yield()
		return "$greeting $name".repeat(times) + id.value
	}

	@OjsHandler("order.note")
	fun note(text: String = "nothing") {
		NOTE.set(text)
	}

	@OjsHandler("order.find")
	suspend fun find(id: OrderId, note: String?, then: String = "!"): String {
		yield()
		return id.value + note + then
	}

	@OjsHandler(
		type = "order.fail",
		retry = OjsRetry(maxAttempts = 5),
		nonRetryable = [IllegalArgumentException::class],
	)
	suspend fun fail(how: String) {
		when (how) {
			"at once" -> throw IOException("at once")
			"later" -> {
				delay(1)
				throw IOException("later")
			}
			"elsewhere" -> withContext(Dispatchers.IO) { throw IOException("elsewhere") }
			"in a child" -> coroutineScope { async<Unit> { throw IOException("in a child") } }
			"for good" -> {
				delay(1)
				throw IllegalArgumentException("for good")
			}
			"discarded" -> withContext(Dispatchers.IO) { throw DiscardException("discarded") }
			"too slow" -> withTimeout(1) { awaitCancellation() }
		}
	}

	@OjsHandler("order.wait")
	suspend fun wait() {
		waiting { awaitCancellation() }
	}

	@OjsHandler("order.wait.elsewhere")
	suspend fun waitElsewhere() {
		withContext(Dispatchers.IO) { waiting { awaitCancellation() } }
	}

	private suspend fun waiting(wait: suspend () -> Unit) {
		STARTED.get().complete(Unit)
		try {
			wait()
		} finally {
			withContext(NonCancellable) {
				delay(100)
				CLEANED.incrementAndGet()
			}
		}
	}

	@OjsHandler(type = "order.write", transactional = true, retry = OjsRetry(maxAttempts = 1))
	suspend fun write(job: Job, how: String) {
		jdbc.sql("INSERT INTO effect VALUES (?)").param(job.id().toString()).update()
		yield()
		delay(1)
		if (how == "fail") {
			error("after writing")
		}
		if (how == "elsewhere") {
			withContext(Dispatchers.IO) {
				jdbc.sql("INSERT INTO effect VALUES (?)").param(job.id().toString() + " elsewhere").update()
			}
			error("after writing elsewhere")
		}
	}

	companion object {

		val NOTE = AtomicReference<String>()

		val STARTED = AtomicReference(CompletableDeferred<Unit>())

		val CLEANED = AtomicInteger()

	}

}

@Component
class ClassProxiedHandlers {

	private val greeting = "Hello"

	@OjsHandler("proxied.class")
	suspend fun greet(name: String, mark: String = "!"): String {
		delay(1)
		return "$greeting $name$mark"
	}

}

interface Greeter {

	suspend fun greet(name: String, mark: String = "!"): String

}

@Component
class InterfaceProxiedHandlers : Greeter {

	@OjsHandler("proxied.interface")
	override suspend fun greet(name: String, mark: String): String {
		delay(1)
		return "Hello $name$mark"
	}

}
