package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.WebhookReceiver;
import org.openjobspec.boot.WebhookReceiver.Received;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Webhook;
import org.openjobspec.boot.job.WebhookDelivery;
import org.openjobspec.boot.job.WebhookDelivery.State;
import org.openjobspec.boot.store.Deliveries;
import org.openjobspec.boot.store.Deliveries.Claimed;
import org.openjobspec.boot.store.Deliveries.Ending;
import org.openjobspec.boot.store.Deliveries.NewDelivery;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * Events reach those who subscribe, and nothing reaches whom it must not.
 */
@Timeout(120)
class WebhookTests {

	private static final TestDatabase.Database DATABASE = TestDatabase.fresh();

	@RegisterExtension
	private static final EngineFixture one = new EngineFixture(DATABASE, settings(true, Duration.ofSeconds(20)));

	@RegisterExtension
	private static final EngineFixture two = new EngineFixture(DATABASE, settings(true, Duration.ofSeconds(20)));

	private final Set<UUID> markers = new HashSet<>();

	private WebhookReceiver receiver = new WebhookReceiver();

	// A subscriber may have two of the 16 threads of a node.
	private static EngineSettings settings(boolean privateAddresses, Duration timeout) {
		return new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofSeconds(30),
				Duration.ofMillis(100), EngineSettings.Retention.DEFAULT, new EngineSettings.Webhooks(true, true,
						privateAddresses, Duration.ofSeconds(5), timeout, 16, Duration.ofDays(7)));
	}

	@BeforeAll
	static void start() {
		one.engine().start();
		two.engine().start();
	}

	@BeforeEach
	void open() {
		this.receiver.close();
		this.receiver = new WebhookReceiver();
	}

	@AfterEach
	void close() {
		this.receiver.close();
	}

	private static WebhookDesk desk() {
		return one.engine().webhooks();
	}

	private static WebhookDesk.Issued subscribe(WebhookReceiver to, String... events) {
		return desk().create(new WebhookDesk.Change(to.url(), List.of(events), null, null, null, null), null);
	}

	private WebhookDesk.Issued subscribe(String... events) {
		return subscribe(this.receiver, events);
	}

	private static WebhookDesk.Change activity(boolean active) {
		return new WebhookDesk.Change(null, null, null, null, active, null);
	}

	private List<Received> awaitReceived(int count) {
		await().until(() -> this.receiver.received().size() >= count);
		return this.receiver.received();
	}

	private static WebhookDelivery awaitDelivery(State state) {
		return await().until(() -> desk().deliveries(null, state, 10, 0), (found) -> !found.isEmpty()).get(0);
	}

	// That an attempt has ended shows by how long it took, from now on of the next one.
	private static void makeDue() {
		assertThat(one.sql().sql("""
				UPDATE ojs.delivery SET next_at = clock_timestamp(), duration_ms = NULL
				WHERE next_at IS NOT NULL AND duration_ms IS NOT NULL
				""").update()).isEqualTo(1);
	}

	// The event of the marker comes after all others, so when its delivery is there, so
	// are theirs.
	private void assertDeliveries(String... expected) {
		UUID marker = subscribe("job.cancelled").webhook().id();
		this.markers.add(marker);
		one.engine().cancel(one.enqueue("t.marker").id());
		await().until(() -> !desk().deliveries(marker, null, 1, 0).isEmpty());
		assertThat(desk().deliveries(null, null, 100, 0))
			.filteredOn((delivery) -> !this.markers.contains(delivery.webhookId()))
			.extracting(WebhookDelivery::eventType)
			.containsExactlyInAnyOrder(expected);
	}

	private List<String> jobTypes() {
		return this.receiver.received()
			.stream()
			.filter((each) -> "job.enqueued".equals(each.eventType()))
			.map((each) -> each.json().at("/data/job_type").asString())
			.toList();
	}

	@Nested
	class ADelivery {

		@Test
		void isTheEventAsTheFeedHasIt_signedWithTheSecret() {
			WebhookDesk.Issued issued = subscribe("job.enqueued");
			Job job = one.enqueue("t.a");
			Received received = awaitReceived(1).get(0);
			assertThat(received.eventType()).isEqualTo("job.enqueued");
			assertThat(received.subscriptionId()).isEqualTo("sub_" + issued.webhook().id());
			assertThat(received.userAgent()).startsWith("ojs-spring");
			assertThat(received.json().at("/subject").asString()).isEqualTo(job.id().toString());
			assertThat(received.json().at("/data/job_type").asString()).isEqualTo("t.a");
			EventPage feed = one.engine().events(new EventQuery(null, Set.of("job.enqueued"), Set.of(), Set.of(), 10));
			assertThat(received.body()).isEqualTo(EventEnvelope.json(feed.events().get(0).envelope()));
			assertThat(received.signature()).isEqualTo(received.signedWith(issued.secret()));
			assertThat(received.time()).isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
			assertThat(awaitDelivery(State.DELIVERED)).satisfies((delivery) -> {
				assertThat(received.deliveryId()).isEqualTo("del_" + delivery.id());
				assertThat(delivery.status()).isEqualTo(204);
				assertThat(delivery.attempt()).isEqualTo(1);
				assertThat(delivery.error()).isNull();
			});
		}

		@Test
		void isMadeOfWhatWasCommittedAndOfNothingElse_alsoWhenItIsCommittedLate() {
			subscribe("job.enqueued");
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(one.dataSource()));
			transaction.executeWithoutResult((status) -> {
				one.enqueue("t.undone");
				status.setRollbackOnly();
			});
			transaction.executeWithoutResult((status) -> {
				one.enqueue("t.late");
				CompletableFuture.supplyAsync(() -> two.enqueue("t.early")).join();
				// Both nodes look several times meanwhile.
				await().during(Duration.ofMillis(500)).until(() -> hasReceivedNothing());
			});
			assertDeliveries("job.enqueued", "job.enqueued", "job.enqueued");
			awaitReceived(3);
			assertThat(jobTypes()).containsExactlyInAnyOrder("t.late", "t.early", "t.marker");
		}

		private boolean hasReceivedNothing() {
			return WebhookTests.this.receiver.received().isEmpty();
		}

		@Test
		void neverTouchesTheJob_evenIfNobodyAnswers() {
			WebhookTests.this.receiver.hold();
			subscribe("*");
			Job job = one.enqueue("t.a");
			awaitReceived(1);
			one.engine().acknowledge(one.fetchOne("w1").id(), "w1", null);
			assertThat(one.read(job).state()).isEqualTo(JobState.COMPLETED);
			assertThat(desk().deliveries(null, State.DELIVERED, 10, 0)).isEmpty();
		}

		@Test
		void waitsForNobodyElsesAnswer() {
			try (WebhookReceiver dead = new WebhookReceiver()) {
				dead.hold();
				subscribe(dead, "job.enqueued");
				subscribe(dead, "job.enqueued");
				subscribe("job.enqueued");
				for (int i = 0; i < 40; i++) {
					one.enqueue("t.a");
				}
				awaitReceived(40);
				// Two threads of each node for each of both.
				assertThat(dead.received()).hasSizeBetween(1, 8);
			}
		}

		@Test
		void isNotReadFurtherThanItsBeginningIsWorth() {
			WebhookTests.this.receiver.answerWithoutEnd();
			WebhookDesk.Tested tested = desk().test(subscribe("job.failed").webhook().id());
			assertThat(tested.error()).isNull();
			assertThat(tested.status()).isEqualTo(200);
			assertThat(tested.answer()).startsWith("and so on").hasSize(1024);
		}

	}

	@Nested
	class ADeliveryThatFails {

		private static final String ENDED = "duration_ms IS NOT NULL";

		@Test
		void isTriedAgainUnderTheSameIdUntilItSucceeds() {
			subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(500, 429);
			one.enqueue("t.a");
			awaitReceived(1);
			WebhookDelivery failed = await().until(() -> desk().deliveries(null, State.PENDING, 10, 0).get(0),
					(delivery) -> delivery.status() != null);
			assertThat(failed.status()).isEqualTo(500);
			assertThat(failed.error()).contains("500");
			assertThat(failed.nextAt()).isAfter(failed.createdAt().plusSeconds(25));
			makeDue();
			awaitReceived(2);
			await().until(() -> Integer.valueOf(429).equals(desk().delivery(failed.id()).status()));
			makeDue();
			WebhookDelivery delivered = awaitDelivery(State.DELIVERED);
			assertThat(delivered.attempt()).isEqualTo(3);
			assertThat(WebhookTests.this.receiver.received()).extracting(Received::deliveryId)
				.containsOnly("del_" + delivered.id())
				.hasSize(3);
			assertThat(WebhookTests.this.receiver.received()).extracting(Received::body).containsOnly(delivered.body());
		}

		@Test
		void isGivenUpAtOnceWhenTheSubscriberSaysThatItIsWrong() {
			subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(408);
			one.enqueue("t.a");
			WebhookDelivery dead = awaitDelivery(State.DEAD);
			assertThat(dead.status()).isEqualTo(408);
			assertThat(dead.attempt()).isEqualTo(1);
			assertThat(dead.nextAt()).isNull();
			assertThat(dead.endedAt()).isNotNull();
		}

		@Test
		void isGivenUpAfterTheEighthAttempt() {
			assertThat(IntStream.rangeClosed(1, 8).mapToObj((attempt) -> WebhookSender.delay(attempt, null)))
				.containsExactly(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10),
						Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12), Duration.ofHours(24), null);
			subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(500, 500, 500, 500, 500, 500, 500, 500);
			one.enqueue("t.a");
			for (int attempt = 1; attempt < 8; attempt++) {
				int current = attempt;
				await().until(() -> desk().deliveries(null, State.PENDING, 10, 0)
					.stream()
					.anyMatch((delivery) -> delivery.attempt() == current && delivery.took() != null));
				makeDue();
			}
			WebhookDelivery dead = awaitDelivery(State.DEAD);
			assertThat(dead.attempt()).isEqualTo(8);
			assertThat(WebhookTests.this.receiver.received()).hasSize(8);
		}

		@Test
		void waitsForAsLongAsTheSubscriberAsks_butNotForEver() {
			assertThat(WebhookSender.delay(1, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(30));
			assertThat(WebhookSender.delay(1, Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
			assertThat(WebhookSender.delay(1, Duration.ofDays(5))).isEqualTo(Duration.ofHours(24));
			assertThat(WebhookSender.delay(8, Duration.ofMinutes(5))).isNull();
		}

		@Test
		void followsNoRedirect() {
			subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(307);
			one.enqueue("t.a");
			awaitReceived(1);
			WebhookDelivery delivery = await().until(() -> desk().deliveries(null, null, 10, 0).get(0),
					(found) -> found.status() != null);
			assertThat(delivery.state()).isEqualTo(State.PENDING);
			assertThat(delivery.status()).isEqualTo(307);
			assertThat(delivery.error()).contains("redirects are not followed");
			assertThat(WebhookTests.this.receiver.received()).hasSize(1);
		}

		@Test
		void isSentAgainWhenSomebodyAsksForIt_butNotWhileItIsPending() {
			subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(410);
			one.enqueue("t.a");
			WebhookDelivery dead = awaitDelivery(State.DEAD);
			WebhookTests.this.receiver.answer(500);
			desk().retry(dead.id());
			awaitReceived(2);
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk().retry(dead.id()));
			await().until(() -> Integer.valueOf(500).equals(desk().delivery(dead.id()).status()));
			makeDue();
			assertThat(awaitDelivery(State.DELIVERED).id()).isEqualTo(dead.id());
		}

		@Test
		void doesNotHoldMoreThanOneThreadOnceNobodyHasAnswered() {
			try (EngineFixture impatient = new EngineFixture(TestDatabase.fresh(),
					settings(true, Duration.ofMillis(300)))) {
				WebhookTests.this.receiver.hold();
				impatient.engine().start();
				impatient.engine()
					.webhooks()
					.create(new WebhookDesk.Change(WebhookTests.this.receiver.url(), List.of("job.enqueued"), null,
							null, null, null), null);
				for (int i = 0; i < 30; i++) {
					impatient.enqueue("t.a");
				}
				// The first two had begun before anybody could know.
				await().until(() -> count(impatient, ENDED) >= 2);
				List<Long> underWay = new ArrayList<>();
				await().pollInterval(Duration.ofMillis(20)).until(() -> {
					underWay.add(count(impatient, "claimed_at IS NOT NULL AND duration_ms IS NULL"));
					return count(impatient, ENDED) >= 8;
				});
				assertThat(underWay).contains(1L).allMatch((count) -> count <= 1);
			}
		}

		private long count(EngineFixture node, String what) {
			return node.sql().sql("SELECT count(*) FROM ojs.delivery WHERE " + what).query(Long.class).single();
		}

	}

	@Nested
	class ADeliveryWhoseNodeIsGone {

		@Test
		void isSentByAnother_andTheLateReportOfTheFirstChangesNothing() {
			try (EngineFixture node = new EngineFixture(TestDatabase.fresh(), settings(true, Duration.ofSeconds(20)))) {
				Deliveries deliveries = new Store(node.dataSource(), null).deliveries();
				WebhookDesk webhooks = node.engine().webhooks();
				UUID webhook = webhooks
					.create(new WebhookDesk.Change(WebhookTests.this.receiver.url(), List.of("job.enqueued"), null,
							null, null, null), null)
					.webhook()
					.id();
				UUID id = UuidV7.next();
				deliveries.insert(List.of(new NewDelivery(id, webhook, "evt_1", "job.enqueued", "{}")));
				Claimed first = deliveries.claim(10, 10, Map.of(), Duration.ofSeconds(1)).get(0);
				assertThat(first.id()).isEqualTo(id);
				assertThat(deliveries.claim(10, 10, Map.of(), Duration.ofSeconds(1))).isEmpty();
				node.engine().start();
				await().until(() -> webhooks.delivery(id).state() == State.DELIVERED);
				assertThat(deliveries.finish(first, new Ending(false, null, 500, "late", Duration.ofSeconds(1))))
					.isFalse();
				assertThat(webhooks.delivery(id)).satisfies((delivery) -> {
					assertThat(delivery.state()).isEqualTo(State.DELIVERED);
					assertThat(delivery.attempt()).isEqualTo(2);
				});
			}
		}

		@Test
		void isNotReportedByTheFirstWhileTheSecondSendsIt() {
			try (EngineFixture node = new EngineFixture(TestDatabase.fresh(), settings(true, Duration.ofSeconds(20)))) {
				Deliveries deliveries = new Store(node.dataSource(), null).deliveries();
				UUID webhook = node.engine()
					.webhooks()
					.create(new WebhookDesk.Change(WebhookTests.this.receiver.url(), List.of("job.enqueued"), null,
							null, null, null), null)
					.webhook()
					.id();
				deliveries.insert(List.of(new NewDelivery(UuidV7.next(), webhook, "evt_1", "job.enqueued", "{}")));
				Claimed first = deliveries.claim(10, 10, Map.of(), Duration.ofMillis(1)).get(0);
				Claimed second = await()
					.until(() -> deliveries.claim(10, 10, Map.of(), Duration.ofSeconds(30)),
							(found) -> !found.isEmpty())
					.get(0);
				assertThat(deliveries.finish(first, new Ending(false, null, 500, "late", Duration.ofSeconds(1))))
					.isFalse();
				assertThat(deliveries.finish(second, new Ending(true, null, 204, null, Duration.ofSeconds(1))))
					.isTrue();
			}
		}

	}

	@Nested
	class ASubscription {

		@Test
		void namesTypesByPrefix() {
			subscribe("job.c*", "workflow.*");
			one.enqueue("t.a");
			one.engine().acknowledge(one.fetchOne("w1").id(), "w1", null);
			assertDeliveries("job.completed", "job.cancelled");
		}

		@Test
		void mayBeForSomeQueuesAndTypesOnly() {
			desk().create(new WebhookDesk.Change(WebhookTests.this.receiver.url(), List.of("job.enqueued"),
					List.of("mail"), List.of("t.a", "t.b"), null, null), null);
			one.enqueue("t.a", (job) -> job.queue("mail"));
			one.enqueue("t.a");
			one.enqueue("t.c", (job) -> job.queue("mail"));
			assertDeliveries("job.enqueued");
			assertThat(awaitReceived(1)).filteredOn((each) -> "job.enqueued".equals(each.eventType()))
				.extracting((each) -> each.json().at("/data/queue").asString() + " "
						+ each.json().at("/data/job_type").asString())
				.containsExactly("mail t.a");
		}

		@Test
		void isNotToldOfWhatWasBefore_norOfWhatHappensWhileItIsNotActive() {
			one.enqueue("t.before");
			Webhook webhook = subscribe("job.enqueued").webhook();
			one.enqueue("t.a");
			awaitReceived(1);
			desk().update(webhook.id(), activity(false));
			one.enqueue("t.meanwhile");
			assertDeliveries("job.enqueued");
			desk().update(webhook.id(), activity(true));
			one.enqueue("t.b");
			await().until(() -> jobTypes().contains("t.b"));
			assertDeliveries("job.enqueued", "job.enqueued", "job.enqueued");
			assertThat(jobTypes()).doesNotContain("t.before", "t.meanwhile");
		}

		@Test
		void isNotToldOfWhatWasBefore_alsoIfOthersAreToldLater() {
			UUID first = subscribe("job.enqueued").webhook().id();
			UUID second = new TransactionTemplate(new JdbcTransactionManager(one.dataSource())).execute((status) -> {
				// Nobody is told of what comes after it before it is committed.
				one.enqueue("t.open");
				return CompletableFuture.supplyAsync(() -> {
					two.enqueue("t.before");
					return subscribe("job.enqueued").webhook().id();
				}).join();
			});
			one.enqueue("t.after");
			await().until(() -> desk().deliveries(first, null, 10, 0).size() == 3);
			assertThat(desk().deliveries(second, null, 10, 0)).singleElement()
				.satisfies((delivery) -> assertThat(delivery.body()).contains("t.after"));
		}

		@Test
		void isNotSentWhatWasFoundBefore_whileItIsNotActive() {
			WebhookDesk.Issued issued = subscribe("job.enqueued");
			WebhookTests.this.receiver.answer(500);
			one.enqueue("t.a");
			awaitReceived(1);
			await().until(() -> Integer.valueOf(500).equals(desk().deliveries(null, null, 1, 0).get(0).status()));
			desk().update(issued.webhook().id(), activity(false));
			makeDue();
			try (WebhookReceiver other = new WebhookReceiver()) {
				subscribe(other, "job.enqueued");
				for (int i = 1; i <= 3; i++) {
					int sent = i;
					one.enqueue("t.b");
					await().until(() -> other.received().size() == sent);
				}
			}
			assertThat(WebhookTests.this.receiver.received()).hasSize(1);
			desk().update(issued.webhook().id(), activity(true));
			awaitReceived(2);
		}

		@Test
		void takesItsDeliveriesAlongWhenItEnds() {
			Webhook webhook = subscribe("job.enqueued").webhook();
			WebhookTests.this.receiver.answer(500);
			one.enqueue("t.a");
			awaitReceived(1);
			desk().delete(webhook.id());
			assertThat(desk().deliveries(null, null, 10, 0)).isEmpty();
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk().delete(webhook.id()));
		}

		@Test
		void isTested_activeOrNot() {
			Webhook webhook = subscribe("job.enqueued").webhook();
			desk().update(webhook.id(), activity(false));
			WebhookDesk.Tested tested = desk().test(webhook.id());
			assertThat(tested.delivered()).isTrue();
			assertThat(WebhookTests.this.receiver.received()).singleElement().satisfies((received) -> {
				assertThat(received.eventType()).isEqualTo("webhook.test");
				assertThat(received.deliveryId()).isEqualTo("del_" + tested.deliveryId());
			});
			WebhookTests.this.receiver.answer(500);
			assertThat(desk().test(webhook.id())).satisfies((failed) -> {
				assertThat(failed.delivered()).isFalse();
				assertThat(failed.status()).isEqualTo(500);
				assertThat(desk().delivery(failed.deliveryId()).state()).isEqualTo(State.DEAD);
			});
		}

	}

	@Nested
	class ASecret {

		@Test
		void signsBesideItsSuccessorForADay() {
			WebhookDesk.Issued first = subscribe("job.enqueued");
			WebhookDesk.Issued second = desk().rotate(first.webhook().id(), null);
			one.enqueue("t.a");
			Received both = awaitReceived(1).get(0);
			assertThat(both.signature())
				.isEqualTo(both.signedWith(second.secret()) + "," + both.signedWith(first.secret()));
			assertThat(both.isGenuine(first.secret())).isTrue();
			assertThat(both.isGenuine(second.secret())).isTrue();
			assertThat(both.isGenuine("another")).isFalse();
			assertThat(new Store(one.dataSource(), null).webhooks().forgetSecrets()).isZero();
			one.sql()
				.sql("UPDATE ojs.webhook SET former_end = former_end - interval '23 hours 59 minutes 59 seconds'")
				.update();
			await().until(() -> one.sql()
				.sql("SELECT former_end < clock_timestamp() FROM ojs.webhook")
				.query(Boolean.class)
				.single());
			one.enqueue("t.a");
			Received alone = awaitReceived(2).get(1);
			assertThat(alone.signature()).isEqualTo(alone.signedWith(second.secret()));
			assertThat(new Store(one.dataSource(), null).webhooks().forgetSecrets()).isEqualTo(1);
			assertThat(one.sql().sql("SELECT former FROM ojs.webhook").query(String.class).list()).containsOnlyNulls();
		}

		@Test
		void isNotPartOfWhatGetsIntoALog() {
			WebhookDesk.Issued issued = subscribe("job.scheduled");
			Deliveries deliveries = new Store(one.dataSource(), null).deliveries();
			Claimed claimed = deliveries
				.start(new NewDelivery(UuidV7.next(), issued.webhook().id(), "evt_1", "job.scheduled", "{}"),
						Duration.ofMinutes(1))
				.orElseThrow();
			assertThat(claimed.secrets()).containsExactly(issued.secret());
			assertThat(claimed.toString()).contains(claimed.id().toString()).doesNotContain(issued.secret());
			assertThat(issued.toString()).doesNotContain(issued.secret());
		}

	}

	@Test
	void threadsAreThereOnlyWhileSomebodySubscribes() {
		await().until(() -> dispatchers() == 0);
		Webhook webhook = subscribe("job.scheduled").webhook();
		await().until(() -> dispatchers() == 2);
		desk().update(webhook.id(), activity(false));
		await().until(() -> dispatchers() == 0);
	}

	private static long dispatchers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("ojs-webhooks"))
			.count();
	}

	@Test
	void nothingIsSentToAnAddressThatIsNotPublic() {
		try (EngineFixture strict = new EngineFixture(TestDatabase.fresh(), settings(false, Duration.ofSeconds(20)))) {
			strict.engine().start();
			WebhookDesk webhooks = strict.engine().webhooks();
			webhooks.create(new WebhookDesk.Change(this.receiver.url(), List.of("*"), null, null, null, null), null);
			strict.enqueue("t.a");
			WebhookDelivery dead = await().until(() -> first(webhooks),
					(delivery) -> delivery != null && delivery.state() == State.DEAD);
			assertThat(dead.status()).isNull();
			assertThat(dead.error()).contains("not public");
			assertThat(this.receiver.received()).isEmpty();
		}
	}

	private static @Nullable WebhookDelivery first(WebhookDesk webhooks) {
		return webhooks.deliveries(null, null, 1, 0).stream().findFirst().orElse(null);
	}

	@Test
	void deliveriesGoAfterTheirTime() {
		subscribe("job.enqueued");
		one.enqueue("t.a");
		awaitDelivery(State.DELIVERED);
		Pruner pruner = new Pruner(new Store(one.dataSource(), null), EngineSettings.Retention.DEFAULT,
				Duration.ofDays(7), new QueueRules(new Store(one.dataSource(), null).queueConfigs()));
		one.sql().sql("UPDATE ojs.delivery SET created_at = created_at - interval '6 days'").update();
		pruner.pruneWebhooks();
		assertThat(desk().deliveries(null, null, 10, 0)).hasSize(1);
		one.sql().sql("UPDATE ojs.delivery SET created_at = created_at - interval '2 days'").update();
		pruner.pruneWebhooks();
		assertThat(desk().deliveries(null, null, 10, 0)).isEmpty();
	}

}
