package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.store.Store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for when a {@link JobEngine} makes its parts, and what they are told.
 */
class JobEngineTests {

	private static final HikariDataSource DATA_SOURCE = TestDatabase.fresh().migrated().pool();

	private final AtomicInteger stores = new AtomicInteger();

	private final JobEngine engine = engine(() -> {
		this.stores.incrementAndGet();
		return new Store(DATA_SOURCE, null);
	});

	@BeforeEach
	void empty() {
		engine(() -> new Store(DATA_SOURCE, null)).reset();
	}

	@AfterAll
	static void close() {
		DATA_SOURCE.close();
	}

	@Test
	void itAsksForTheStoreWhenSomethingIsAskedOfItAndOnce() {
		this.engine.onEvent((event) -> {
		});
		this.engine.declareQueues("app", Map.of("default", QueueSettings.NONE.toBuilder().maxDepth(1).build()));
		this.engine.declareCrons("app", List.of());
		this.engine.stop();
		assertThat(this.stores).hasValue(0);
		this.engine.queues();
		this.engine.queues();
		assertThat(this.stores).hasValue(1);
	}

	@Test
	void manyThreadsThatAskFirstGetTheSameParts() throws Exception {
		int threads = 16;
		ConcurrentLinkedQueue<JobEvent> events = new ConcurrentLinkedQueue<>();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			CountDownLatch go = new CountDownLatch(1);
			List<Future<?>> asking = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				asking.add(executor.submit(() -> {
					go.await();
					this.engine.onEvent(events::add);
					return enqueue();
				}));
			}
			go.countDown();
			for (Future<?> each : asking) {
				each.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.stores).hasValue(1);
		events.clear();
		enqueue();
		assertThat(events).as("each listener hears of the job").hasSize(threads);
	}

	@Test
	void listenersHearAlsoOfWhatTheFirstCallDoes() {
		List<String> heard = new ArrayList<>();
		this.engine.onEvent((event) -> heard.add(event.type()));
		enqueue();
		assertThat(heard).contains(JobEvent.ENQUEUED);
	}

	@Test
	void whatIsDeclaredForQueuesHoldsForTheFirstCall() {
		this.engine.declareQueues("app", Map.of("default", QueueSettings.NONE.toBuilder().maxDepth(1).build()));
		enqueue();
		assertThatExceptionOfType(QueueFullException.class).isThrownBy(this::enqueue);
	}

	@Test
	void aQueueThatCannotBeIsRefusedWhenItIsDeclared() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.engine.declareQueues("app", Map.of("Not A Queue", QueueSettings.NONE)));
		assertThat(this.stores).hasValue(0);
	}

	@Test
	@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
	void whoOnlyLeavesWordDoesNotWaitForAThreadThatMakesTheParts() throws Exception {
		CountDownLatch making = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		JobEngine slow = engine(() -> {
			making.countDown();
			await(goOn);
			return new Store(DATA_SOURCE, null);
		});
		ConcurrentLinkedQueue<JobEvent> events = new ConcurrentLinkedQueue<>();
		Thread maker = new Thread(slow::queues);
		maker.setDaemon(true);
		maker.start();
		making.await();
		slow.onEvent(events::add);
		goOn.countDown();
		maker.join();
		slow.enqueue(List.of(JobRequest.of("t.a").build()));
		assertThat(events).isNotEmpty();
	}

	@Test
	void itAsksAgainWhenTheStoreCouldNotBeMade() {
		JobEngine failing = engine(() -> {
			if (this.stores.incrementAndGet() == 1) {
				throw new IllegalStateException("not yet");
			}
			return new Store(DATA_SOURCE, null);
		});
		List<String> heard = new ArrayList<>();
		failing.onEvent((event) -> heard.add(event.type()));
		assertThatIllegalStateException().isThrownBy(failing::queues);
		failing.enqueue(List.of(JobRequest.of("t.a").build()));
		assertThat(heard).containsOnlyOnce(JobEvent.ENQUEUED);
	}

	@Test
	void otherNodesAreToldOfWhatWasEnqueuedBeforeItsStart() throws Exception {
		Database database = TestDatabase.fresh();
		try (EngineFixture other = new EngineFixture(database, EngineFixture.QUICK);
				EngineFixture node = new EngineFixture(database, EngineFixture.QUICK)) {
			other.engine().start();
			Awaitility.await().until(other.engine()::hearsOthers);
			long before = other.engine().availability();
			node.enqueue("t.a");
			assertThat(other.engine().awaitAvailable(List.of("default"), before, Duration.ofMillis(200))).isFalse();
			node.engine().start();
			assertThat(other.engine().awaitAvailable(List.of("default"), before, Duration.ofSeconds(20))).isTrue();
		}
	}

	private Enqueued enqueue() {
		return this.engine.enqueue(List.of(JobRequest.of("t.a").build())).get(0);
	}

	private static JobEngine engine(Supplier<Store> store) {
		return new JobEngine(store, EngineFixture.QUICK, List.of(), (type) -> null);
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
