package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Queues that hold no more than they may, on a real database.
 */
class BoundsTests {

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final JobEngine engine = fixture.engine();

	private static void enqueue(int jobs) {
		engine.enqueue(IntStream.range(0, jobs).mapToObj((i) -> JobRequest.of("t.a").build()).toList());
	}

	private static void isFull(Runnable enqueueing) {
		assertThatExceptionOfType(QueueFullException.class).isThrownBy(enqueueing::run).satisfies((ex) -> {
			assertThat(ex.code()).isEqualTo("QUEUE_FULL");
			assertThat(ex.status()).isEqualTo(429);
			assertThat(ex.details()).containsEntry("queue", "default").containsEntry("bound", 2);
		});
	}

	@Test
	void aFullQueueTakesNothingMoreUntilThereIsRoom() {
		engine.boundQueue("default", 2);
		assertThat(engine.queueBound("default")).isEqualTo(2);
		enqueue(1);
		fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
		isFull(() -> enqueue(1));
		assertThat(fixture.fetch(1)).hasSize(1);
		enqueue(1);
		isFull(() -> enqueue(1));
	}

	@Test
	void aBatchIsRefusedAsAWhole() {
		engine.boundQueue("default", 2);
		isFull(() -> enqueue(3));
		assertThat(engine.queueStats("default").available()).isZero();
		enqueue(2);
	}

	@Test
	void otherQueuesAreNotConcerned() {
		engine.boundQueue("default", 2);
		enqueue(2);
		fixture.enqueue("t.a", (request) -> request.queue("other"));
	}

	@Test
	void withoutItsBoundAQueueIsAsBefore() {
		engine.boundQueue("default", 2);
		enqueue(2);
		engine.boundQueue("default", null);
		assertThat(engine.queueBound("default")).isNull();
		enqueue(10);
	}

	@Test
	void aQueueThatIsFarFromItsBoundIsFilledUpToIt() {
		engine.boundQueue("default", 200);
		for (int i = 0; i < 200; i++) {
			enqueue(1);
		}
		assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> enqueue(1));
		assertThat(engine.queueStats("default").available()).isEqualTo(200);
	}

	@Test
	void theCallersTransactionIsIntactWhenAQueueIsFull() {
		engine.boundQueue("default", 2);
		enqueue(2);
		new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
			isFull(() -> enqueue(1));
			fixture.enqueue("t.b", (request) -> request.queue("other"));
		});
		assertThat(fixture.fetch(10, "other")).hasSize(1);
	}

	@Test
	void aBoundThatIsNoNumberOfJobsIsRefused() {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.boundQueue("default", -1));
	}

	@Test
	void aBoundOfZeroIsNone() {
		engine.boundQueue("default", 2);
		engine.boundQueue("default", 0);
		assertThat(engine.queueBound("default")).isNull();
		enqueue(3);
	}

	@Test
	void producersAreWarnedWhenAQueueIsNearItsBound() {
		engine.queueConfigs().change("default", (settings) -> settings.maxDepth(10).warningThreshold(0.5));
		enqueue(4);
		assertThat(engine.queuePressure("default")).isEmpty();
		enqueue(1);
		assertThat(engine.queuePressure("default")).contains(new QueuePressure("default", 5, 10));
		engine.queueConfigs().change("default", (settings) -> settings.maxDepth(1000));
		enqueue(1);
		assertThat(engine.queuePressure("default")).isEmpty();
	}

	@Test
	void aQueueThatIsNotCountedEachTimeIsStillKnownToBeNearItsBound() {
		engine.queueConfigs().change("default", (settings) -> settings.maxDepth(200).warningThreshold(0.9));
		for (int i = 0; i < 185; i++) {
			enqueue(1);
		}
		assertThat(engine.queuePressure("default")).contains(new QueuePressure("default", 185, 200));
	}

}
