package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.WebhookReceiver;
import org.openjobspec.boot.WebhookReceiver.Received;
import org.openjobspec.boot.job.WebhookDelivery;
import org.openjobspec.boot.job.WebhookDelivery.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several nodes deliver the events of one database; four engines stand for four nodes.
 */
@Timeout(180)
class WebhookRaceTests {

	private static final int NODES = 4;

	private static final int JOBS = 100;

	private static final int SUBSCRIPTIONS = 3;

	private static final List<EngineFixture> nodes = new ArrayList<>();

	@BeforeAll
	static void start() {
		TestDatabase.Database database = TestDatabase.fresh();
		EngineSettings settings = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
				Duration.ofSeconds(30), Duration.ofMillis(50), EngineSettings.Retention.DEFAULT,
				new EngineSettings.Webhooks(true, true, true, Duration.ofSeconds(5), Duration.ofSeconds(30), 32,
						Duration.ofDays(7)));
		for (int i = 0; i < NODES; i++) {
			EngineFixture node = new EngineFixture(database, settings);
			nodes.add(node);
			node.engine().start();
		}
	}

	@AfterAll
	static void stop() {
		nodes.forEach(EngineFixture::close);
	}

	@RepeatedTest(3)
	void eachEventIsOneDeliveryToEachSubscription_andEachDeliveryIsSentByOneNode() throws Exception {
		nodes.get(0).reset();
		ExecutorService threads = Executors.newFixedThreadPool(NODES);
		try (WebhookReceiver receiver = new WebhookReceiver()) {
			WebhookDesk desk = nodes.get(0).engine().webhooks();
			for (int i = 0; i < SUBSCRIPTIONS; i++) {
				desk.create(new WebhookDesk.Change(receiver.url(), List.of("job.enqueued"), null, null, null, null),
						null);
			}
			List<Future<?>> enqueuers = new ArrayList<>();
			for (EngineFixture node : nodes) {
				enqueuers.add(threads.submit(() -> {
					for (int i = 0; i < JOBS; i++) {
						node.enqueue("t.a");
					}
				}));
			}
			for (Future<?> enqueuer : enqueuers) {
				enqueuer.get(60, TimeUnit.SECONDS);
			}
			int expected = NODES * JOBS * SUBSCRIPTIONS;
			await().atMost(Duration.ofSeconds(60))
				.until(() -> desk.deliveries(null, State.DELIVERED, expected, 0).size() >= expected
						&& desk.deliveries(null, State.PENDING, 1, 0).isEmpty());
			List<WebhookDelivery> deliveries = desk.deliveries(null, null, 2 * expected, 0);
			assertThat(deliveries).extracting((delivery) -> delivery.webhookId() + " " + delivery.eventId())
				.hasSize(expected)
				.doesNotHaveDuplicates();
			assertThat(deliveries).extracting(WebhookDelivery::attempt).containsOnly(1);
			assertThat(receiver.received()).extracting(Received::deliveryId).hasSize(expected).doesNotHaveDuplicates();
		}
		finally {
			threads.shutdownNow();
		}
	}

}
