package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.UniquePolicy;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the nodes publish is what the database has: each event that is committed, once, on
 * one of them, and none that is not.
 */
@Timeout(120)
class PublishedEventsTests {

	private static final FailureReport BOOM = FailureReport.of(JobError.of("handler_error", "boom", null));

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Queue<String> heard = new ConcurrentLinkedQueue<>();

	private EngineFixture listening(Database database) {
		EngineFixture node = new EngineFixture(database, EngineFixture.QUICK);
		node.engine().onEvent((event) -> this.heard.add(event.type() + " " + event.jobId()));
		return node;
	}

	// One row may speak for many jobs.
	private static List<String> written(EngineFixture node) {
		return node.sql().sql("""
				SELECT e.type || ' ' || coalesce(j.id::text, 'null') FROM ojs.event e
				CROSS JOIN LATERAL unnest(coalesce(e.job_ids, ARRAY[e.job_id])) AS j (id)
				""").query(String.class).list();
	}

	@Test
	void whatTwoNodesPublishIsWhatTheDatabaseHas() {
		Database database = TestDatabase.fresh();
		try (EngineFixture one = listening(database); EngineFixture two = listening(database)) {
			one.engine().start();
			two.engine().start();
			enqueueInEveryWay(one, two);
			endInEveryWay(one, two);
			reviveInEveryWay(one, two);
			limitAndExpire(one, two);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(this.heard).containsExactlyInAnyOrderElementsOf(written(one)));
			assertThat(this.heard.stream().map((event) -> event.substring(0, event.indexOf(' '))).distinct()).contains(
					JobEvent.ENQUEUED, JobEvent.SCHEDULED, JobEvent.STARTED, JobEvent.COMPLETED, JobEvent.FAILED,
					JobEvent.RETRYING, JobEvent.DISCARDED, JobEvent.CANCELLED, JobEvent.EXPIRED,
					JobEvent.DEAD_LETTER_RETRIED, JobEvent.WORKFLOW_COMPLETED, JobEvent.WORKFLOW_CANCELLED);
		}
	}

	private static void enqueueInEveryWay(EngineFixture one, EngineFixture two) {
		one.engine().enqueue(IntStream.range(0, 20).mapToObj((i) -> JobRequest.of("t.many").build()).toList());
		one.enqueue("t.later", (job) -> job.delay(Duration.ofMillis(50)));
		two.enqueue("t.later", (job) -> job.delay(Duration.ofMillis(50)));
		two.engine().activate(one.enqueue("t.pending", (job) -> job.pending(true)).id());
		for (EngineFixture node : List.of(one, two)) {
			node.enqueue("t.unique",
					(job) -> job.queue("unique").unique(UniquePolicy.by().withOnConflict(OnConflict.REPLACE)));
		}
		two.engine().createWorkflow("both", new Composition.Chain(List.of(step("t.first"), step("t.second"))));
		UUID workflow = one.engine()
			.createWorkflow("none", new Composition.Chain(List.of(step("t.third"), step("t.fourth"))))
			.id();
		two.engine().cancelWorkflow(workflow);
	}

	private static Composition step(String type) {
		return new Composition.Single(JobRequest.of(type).queue("steps").build());
	}

	private static void endInEveryWay(EngineFixture one, EngineFixture two) {
		await().atMost(PATIENCE).until(() -> one.engine().queueStats("default").available() == 23);
		List<Job> jobs = one.fetch(23);
		assertThat(two.engine()
			.complete(jobs.subList(0, 10).stream().map((job) -> Completion.of(job, "w1", null)).toList())).hasSize(10);
		two.engine().acknowledge(jobs.get(10).id(), "w1", null);
		one.engine().fail(jobs.get(11), new FailureReport(BOOM.error(), FailureReport.Verdict.DISCARD, null));
		two.engine().reject(jobs.get(12).id(), "w1", BOOM);
		one.engine().release(jobs.subList(13, 15));
		two.engine().cancel(jobs.get(15).id());
		one.engine().cancel(one.fetchOne("w2").id());
		one.engine().admin().cancelAll(new JobFilter(JobState.ACTIVE, "default", null, null, null, false));
		two.engine().admin().purge("default", Set.of(JobState.AVAILABLE, JobState.RETRYABLE), null);
		for (int i = 0; i < 2; i++) {
			Job step = two.fetch(1, "steps").get(0);
			one.engine().acknowledge(step.id(), "w1", null);
		}
	}

	private static void reviveInEveryWay(EngineFixture one, EngineFixture two) {
		List<UUID> dead = new ArrayList<>();
		for (OnExhaustion fate : List.of(OnExhaustion.DEAD_LETTER, OnExhaustion.DEAD_LETTER, OnExhaustion.DISCARD)) {
			one.enqueue("t.dead", (job) -> job.retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(fate)));
			Job job = two.fetchOne("w1");
			two.engine().fail(job, BOOM);
			dead.add(job.id());
		}
		one.engine().retryDeadLetter(dead.get(0));
		two.engine().admin().retry(dead.get(1));
		one.engine().admin().retryAll(new JobFilter(null, "default", "t.dead", null, null, false));
		assertThat(one.fetch(5)).extracting(Job::id).containsExactlyInAnyOrderElementsOf(dead);
	}

	private static void limitAndExpire(EngineFixture one, EngineFixture two) {
		RateLimit limit = new RateLimit("one", 1, null, null, RateLimit.OnLimit.DROP);
		one.enqueue("t.limited", (job) -> job.queue("limited").rateLimit(limit));
		await().atMost(PATIENCE).until(() -> !two.fetch(1, "limited").isEmpty());
		Job dropped = two.enqueue("t.limited", (job) -> job.queue("limited").rateLimit(limit));
		one.engine()
			.enqueue(IntStream.range(0, 5)
				.mapToObj((i) -> JobRequest.of("t.late").queue("late").timeToLive(Duration.ofMillis(50)).build())
				.toList());
		await().atMost(PATIENCE)
			.until(() -> one.read(dropped).state() == JobState.DISCARDED
					&& one.engine().queueStats("late").discarded() == 5);
	}

	@Test
	void aRollbackPublishesNothing() {
		try (EngineFixture node = listening(TestDatabase.fresh())) {
			Job job = node.enqueue("t.a");
			Job held = node.fetchOne("w1");
			Job waiting = node.enqueue("t.b");
			List<String> before = List.copyOf(this.heard);
			new TransactionTemplate(new JdbcTransactionManager(node.dataSource())).executeWithoutResult((status) -> {
				node.enqueue("t.c");
				assertThat(node.engine().complete(List.of(Completion.of(held, "w1", null)))).containsExactly(job.id());
				node.engine().cancel(waiting.id());
				status.setRollbackOnly();
			});
			assertThat(this.heard).containsExactlyElementsOf(before).containsExactlyInAnyOrderElementsOf(written(node));
		}
	}

	@Test
	void whatIsCommittedBesideATransactionOfAnotherDatabaseIsPublishedThoughThatIsRolledBack() {
		JdbcTransactionManager other = new JdbcTransactionManager(TestDatabase.fresh().dataSource());
		try (EngineFixture node = listening(TestDatabase.fresh())) {
			new TransactionTemplate(other).executeWithoutResult((status) -> {
				node.enqueue("t.a");
				Job job = node.fetchOne("w1");
				assertThat(node.engine().complete(List.of(Completion.of(job, "w1", null)))).hasSize(1);
				status.setRollbackOnly();
			});
			assertThat(this.heard).hasSize(3).containsExactlyInAnyOrderElementsOf(written(node));
		}
	}

	@Test
	void aListenerThatFailsKeepsNobodyElseFromHearing() {
		try (EngineFixture node = new EngineFixture()) {
			node.engine().onEvent((event) -> {
				throw new AssertionError(event.type());
			});
			node.engine().onEvent((event) -> this.heard.add(event.type()));
			node.engine().enqueue(List.of(JobRequest.of("t.a").build(), JobRequest.of("t.b").build()));
			assertThat(this.heard).containsExactly(JobEvent.ENQUEUED, JobEvent.ENQUEUED);
		}
	}

	@Test
	void anAttemptIsToldOfWithTheTimesOfTheDatabase() {
		List<Job> claimed = new ArrayList<>();
		List<String> reported = new ArrayList<>();
		try (EngineFixture node = new EngineFixture()) {
			node.engine().onAttempt(new AttemptListener() {

				@Override
				public void claimed(Job job) {
					claimed.add(job);
				}

				@Override
				public void reported(Job job, boolean completed, Duration duration) {
					assertThat(duration).isPositive();
					reported.add(job.type() + " " + completed);
				}

			});
			node.enqueue("t.ok");
			node.enqueue("t.bad");
			node.enqueue("t.own");
			List<Job> jobs = node.fetch(3);
			assertThat(claimed).containsExactlyInAnyOrderElementsOf(jobs)
				.allSatisfy((job) -> assertThat(job.startedAt()).isAfter(job.enqueuedAt()));
			node.engine().acknowledge(jobs.get(0).id(), "w1", null);
			node.engine().reject(jobs.get(1).id(), "w1", BOOM);
			// Its worker knows better how long it took.
			node.engine().complete(List.of(Completion.of(jobs.get(2), "w1", null)));
			assertThat(reported).containsExactly("t.ok true", "t.bad false");
		}
	}

	@Test
	void aJobWhoseAttemptWasLostWaitsFromThenOn() {
		try (EngineFixture node = new EngineFixture()) {
			node.enqueue("t.a", (job) -> job.visibilityTimeout(Duration.ofMillis(100)));
			Job first = node.fetchOne("w1");
			node.engine().start();
			await().atMost(PATIENCE).until(() -> node.engine().queueStats("default").available() == 1);
			Job second = node.fetchOne("w2");
			assertThat(second.attempt()).isEqualTo(2);
			assertThat(second.enqueuedAt()).isAfter(first.startedAt());
		}
	}

}
