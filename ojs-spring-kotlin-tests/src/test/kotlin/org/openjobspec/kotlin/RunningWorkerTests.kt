package org.openjobspec.kotlin

import kotlinx.coroutines.CompletableDeferred
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.openjobspec.boot.client.OjsTemplate
import org.openjobspec.boot.job.JobState
import org.openjobspec.boot.test.AutoConfigureOjsTest
import org.openjobspec.boot.test.JobMode
import org.openjobspec.boot.worker.OjsWorker
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest

/**
 * Tests of suspending handlers that are interrupted from outside.
 */
@SpringBootTest
@AutoConfigureOjsTest(mode = JobMode.BACKGROUND)
class RunningWorkerTests(
	@param:Autowired private val jobs: OjsTemplate,
	@param:Autowired private val worker: OjsWorker,
) {

	@BeforeEach
	fun prepare() {
		OrderHandlers.STARTED.set(CompletableDeferred())
		OrderHandlers.CLEANED.set(0)
		worker.start()
	}

	@AfterEach
	fun stop() {
		worker.stop()
	}

	@ParameterizedTest
	@ValueSource(strings = ["order.wait", "order.wait.elsewhere"])
	fun aJobThatIsCancelledCancelsItsCoroutine_whoseSlotIsFreeWhenItHasEnded(type: String) {
		val job = jobs.enqueue(type)
		await().until { OrderHandlers.STARTED.get().isCompleted }
		jobs.cancel(job.id())
		await().until { worker.running() == 0 }
		assertThat(OrderHandlers.CLEANED).hasValue(1)
		assertThat(jobs.get(job.id()).orElseThrow().state()).isEqualTo(JobState.CANCELLED)
	}

	@ParameterizedTest
	@ValueSource(strings = ["order.wait", "order.wait.elsewhere"])
	fun aWorkerThatStopsCancelsTheCoroutine_andTheJobGoesBack(type: String) {
		val job = jobs.enqueue(type)
		await().until { OrderHandlers.STARTED.get().isCompleted }
		worker.stop()
		await().until { OrderHandlers.CLEANED.get() == 1 }
		assertThat(jobs.get(job.id()).orElseThrow().state()).isEqualTo(JobState.AVAILABLE)
		jobs.cancel(job.id())
	}

}
