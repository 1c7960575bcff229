package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What is set for queues, by calls and by properties, on a real database.
 */
class QueueConfigTests {

	private static final RetryPolicy PATIENT = RetryPolicy.DEFAULT.withMaxAttempts(9);

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final JobEngine engine = fixture.engine();

	private static final QueueConfigDesk desk = engine.queueConfigs();

	private static JobEngine anotherNode() {
		return anotherNode(null);
	}

	private static JobEngine anotherNode(@Nullable TypeDefaults defaults) {
		return new JobEngine(new Store(fixture.dataSource(), null), EngineFixture.QUICK, List.of(), (type) -> defaults);
	}

	private static Job enqueue(JobEngine node) {
		return node.enqueue(List.of(JobRequest.of("t.a").build())).get(0).job();
	}

	private static QueueSettings.Builder settings() {
		return QueueSettings.NONE.toBuilder();
	}

	@Nested
	class Defaults {

		@Test
		void holdForJobsThatSayNothing() {
			desk.change("default",
					(settings) -> settings.timeout(Duration.ofMinutes(1))
						.visibilityTimeout(Duration.ofMinutes(2))
						.retry(PATIENT));
			Job silent = fixture.enqueue("t.a");
			assertThat(silent.options().timeout()).isEqualTo(Duration.ofMinutes(1));
			assertThat(silent.options().visibilityTimeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(silent.options().retry()).isEqualTo(PATIENT);
			assertThat(fixture.read(silent).options()).isEqualTo(silent.options());
			Job other = fixture.enqueue("t.a", (request) -> request.queue("other"));
			assertThat(other.options().timeout()).isNull();
			assertThat(other.options().retry()).isEqualTo(RetryPolicy.DEFAULT);
		}

		@Test
		void giveWayToWhatAJobSays() {
			desk.change("default", (settings) -> settings.timeout(Duration.ofMinutes(1)).retry(PATIENT));
			Job job = fixture.enqueue("t.a",
					(request) -> request.timeout(Duration.ofSeconds(5)).retry((policy) -> policy.withJitter(false)));
			assertThat(job.options().timeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(job.options().retry()).isEqualTo(PATIENT.withJitter(false));
		}

		@Test
		void giveWayToWhatAHandlerSays() {
			desk.change("default", (settings) -> settings.timeout(Duration.ofMinutes(1)).retry(PATIENT));
			RetryPolicy own = RetryPolicy.DEFAULT.withMaxAttempts(2);
			Job job = enqueue(anotherNode(new TypeDefaults("default", Duration.ofSeconds(7), own)));
			assertThat(job.options().timeout()).isEqualTo(Duration.ofSeconds(7));
			assertThat(job.options().retry()).isEqualTo(own);
			Job silent = enqueue(anotherNode(new TypeDefaults("default", null, RetryPolicy.DEFAULT)));
			assertThat(silent.options().timeout()).isEqualTo(Duration.ofMinutes(1));
			assertThat(silent.options().retry()).isEqualTo(PATIENT);
		}

		@Test
		void doNotConcernJobsThatAreStoredAlready() {
			Job job = fixture.enqueue("t.a");
			desk.change("default", (settings) -> settings.timeout(Duration.ofMinutes(1)).retry(PATIENT));
			assertThat(fixture.read(job).options()).isEqualTo(job.options());
		}

		@Test
		void ofAllQueuesHoldForThoseThatSayNothing() {
			desk.change("_default", (settings) -> settings.maxDepth(1).timeout(Duration.ofMinutes(1)).retry(PATIENT));
			desk.change("own", (settings) -> settings.maxDepth(0).timeout(Duration.ofMinutes(2)));
			assertThat(fixture.enqueue("t.a").options().timeout()).isEqualTo(Duration.ofMinutes(1));
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> fixture.enqueue("t.a"));
			for (int i = 0; i < 3; i++) {
				Job own = fixture.enqueue("t.a", (request) -> request.queue("own"));
				assertThat(own.options().timeout()).isEqualTo(Duration.ofMinutes(2));
				assertThat(own.options().retry()).isEqualTo(PATIENT);
			}
			assertThat(engine.queues()).extracting(QueueInfo::name).doesNotContain("_default");
		}

		@Test
		void ofAllQueuesCannotBeALimit() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.change("_default", (settings) -> settings.concurrency(1)))
				.withMessageContaining("one queue's");
		}

	}

	@Nested
	class Changes {

		@Test
		void leaveWhatTheyDoNotMention() {
			desk.change("default", (settings) -> settings.maxDepth(5));
			desk.change("default", (settings) -> settings.timeout(Duration.ofMinutes(1)));
			assertThat(desk.read("default").effective())
				.isEqualTo(settings().maxDepth(5).timeout(Duration.ofMinutes(1)).build());
			desk.change("default", (settings) -> settings.maxDepth(null));
			assertThat(desk.read("default").effective()).isEqualTo(settings().timeout(Duration.ofMinutes(1)).build());
		}

		@Test
		void ofDifferentThingsAtOnceAreNotLost() throws Exception {
			JobEngine other = anotherNode();
			int rounds = 60;
			CyclicBarrier together = new CyclicBarrier(2);
			ExecutorService executor = Executors.newFixedThreadPool(2);
			try {
				Future<?> depth = executor.submit(() -> {
					for (int i = 1; i <= rounds; i++) {
						int round = i;
						together.await(20, TimeUnit.SECONDS);
						desk.change("default", (settings) -> settings.maxDepth(round));
						together.await(20, TimeUnit.SECONDS);
						assertThat(desk.read("default").stored())
							.isEqualTo(settings().maxDepth(round).timeout(Duration.ofSeconds(round)).build());
					}
					return true;
				});
				Future<?> timeout = executor.submit(() -> {
					for (int i = 1; i <= rounds; i++) {
						int round = i;
						together.await(20, TimeUnit.SECONDS);
						other.queueConfigs()
							.change("default", (settings) -> settings.timeout(Duration.ofSeconds(round)));
						together.await(20, TimeUnit.SECONDS);
					}
					return true;
				});
				depth.get(60, TimeUnit.SECONDS);
				timeout.get(60, TimeUnit.SECONDS);
			}
			finally {
				executor.shutdownNow();
			}
		}

		@Test
		void reachOtherNodesWithoutARestart() {
			JobEngine other = anotherNode();
			enqueue(other);
			desk.change("default", (settings) -> settings.timeout(Duration.ofMinutes(1)));
			await().atMost(Duration.ofSeconds(5))
				.until(() -> Duration.ofMinutes(1).equals(enqueue(other).options().timeout()));
		}

		@Test
		void areUndoneWithTheirTransaction() {
			new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
				desk.change("default", (settings) -> settings.maxDepth(1).concurrency(1));
				status.setRollbackOnly();
			});
			assertThat(desk.read("default").effective()).isEqualTo(QueueSettings.NONE);
			assertThat(engine.findRateLimit("queue:default")).isEmpty();
		}

		@Test
		void thatMakeNoSenseAreRefusedAndNothingIsStored() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.change("default", (settings) -> settings.maxDepth(5).concurrency(-1)))
				.withMessageContaining("concurrency");
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.change("default", (settings) -> settings.allowedTypes(List.of("Not A Type"))));
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> desk.change("default",
					(settings) -> settings.retention(new QueueSettings.Retention(Duration.ZERO, null, null, null))));
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.change("No Queue", (settings) -> settings.maxDepth(5)));
			assertThat(desk.read("default").effective()).isEqualTo(QueueSettings.NONE);
		}

		@Test
		void ofLimitsAreOneWithThoseOfTheLimitItself() {
			engine.limitQueue("default", 3, null, null);
			assertThat(desk.read("default").effective().concurrency()).isEqualTo(3);
			desk.change("default", (settings) -> settings.concurrency(2));
			assertThat(engine.findRateLimit("queue:default").orElseThrow().concurrency()).isEqualTo(2);
		}

		@Test
		void ofABoundByANodeOfAnEarlierVersionAreObeyed() {
			fixture.sql().sql("INSERT INTO ojs.queue (name, max_depth) VALUES ('default', 1)").update();
			await().until(() -> Integer.valueOf(1).equals(engine.queueBound("default")));
			fixture.enqueue("t.a");
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> fixture.enqueue("t.a"));
			assertThat(desk.read("default").effective().maxDepth()).isEqualTo(1);
		}

	}

	@Nested
	class AllowedTypes {

		@Test
		void keepOthersOut() {
			desk.change("payments", (settings) -> settings.allowedTypes(List.of("payment.*", "refund")));
			fixture.enqueue("payment.capture", (request) -> request.queue("payments"));
			fixture.enqueue("refund", (request) -> request.queue("payments"));
			fixture.enqueue("email.send");
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> fixture.enqueue("email.send", (request) -> request.queue("payments")))
				.satisfies((ex) -> {
					assertThat(ex.code()).isEqualTo("JOB_TYPE_NOT_ALLOWED");
					assertThat(ex.status()).isEqualTo(422);
					assertThat(ex).hasMessageContaining("payments").hasMessageContaining("email.send");
				});
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> fixture.enqueue("refund.late", (request) -> request.queue("payments")));
		}

		@Test
		void keepABatchOutAsAWhole() {
			desk.change("default", (settings) -> settings.allowedTypes(List.of("t.a")));
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> engine.enqueue(List.of(JobRequest.of("t.a").build(), JobRequest.of("t.b").build())));
			assertThat(engine.queueStats("default").available()).isZero();
		}

	}

	@Nested
	class Properties {

		@Test
		void holdOnTheirNodeAtOnceAndOnOthersWhenTheyAreStored() {
			JobEngine declaring = anotherNode();
			declaring.declareQueues("app", Map.of("default", settings().maxDepth(1).build()));
			assertThat(declaring.queueBound("default")).isEqualTo(1);
			assertThat(engine.queueBound("default")).isNull();
			declaring.queueConfigs().register();
			await().until(() -> Integer.valueOf(1).equals(engine.queueBound("default")));
			assertThat(desk.read("default").declared()).isEqualTo(settings().maxDepth(1).build());
		}

		@Test
		void giveWayToCallsWhichSurviveARestart() {
			QueueSettings declared = settings().maxDepth(10).concurrency(1).timeout(Duration.ofMinutes(1)).build();
			declare("app", Map.of("default", declared));
			desk.change("default", (settings) -> settings.maxDepth(20).concurrency(2));
			declare("app", Map.of("default", declared));
			assertThat(desk.read("default").effective())
				.isEqualTo(settings().maxDepth(20).concurrency(2).timeout(Duration.ofMinutes(1)).build());
			assertThat(engine.queueBound("default")).isEqualTo(20);
			assertThat(engine.findRateLimit("queue:default").orElseThrow().concurrency()).isEqualTo(2);
			desk.change("default", (settings) -> settings.maxDepth(null).concurrency(null));
			assertThat(desk.read("default").effective()).isEqualTo(declared);
			assertThat(engine.queueBound("default")).isEqualTo(10);
			assertThat(engine.findRateLimit("queue:default").orElseThrow().concurrency()).isEqualTo(1);
		}

		@Test
		void areForgottenWhenTheirApplicationDeclaresThemNoLonger() {
			declare("app", Map.of("default", settings().maxDepth(1).concurrency(1).build(), "kept",
					settings().maxDepth(5).build()));
			declare("other", Map.of("theirs", settings().maxDepth(7).build()));
			declare("app", Map.of("kept", settings().maxDepth(5).build()));
			assertThat(desk.read("default").effective()).isEqualTo(QueueSettings.NONE);
			assertThat(desk.read("kept").effective().maxDepth()).isEqualTo(5);
			assertThat(desk.read("theirs").effective().maxDepth()).isEqualTo(7);
			assertThat(engine.queueBound("default")).isNull();
		}

		@Test
		void limitAQueueOnAllNodes() {
			try (EngineFixture started = EngineFixture.started()) {
				started.engine().declareQueues("app", Map.of("default", settings().concurrency(1).build()));
				await().until(() -> started.engine().findRateLimit("queue:default").isPresent());
				started.enqueue("t.a");
				started.enqueue("t.a");
				await().until(() -> started.fetch(10).size() == 1);
				assertThat(started.fetch(10)).isEmpty();
			}
		}

		// The change of something else makes this node look again at once.
		private void declare(String application, Map<String, QueueSettings> queues) {
			JobEngine node = anotherNode();
			node.declareQueues(application, queues);
			node.queueConfigs().register();
			engine.queueConfigs().change("unrelated", (settings) -> settings);
		}

	}

}
