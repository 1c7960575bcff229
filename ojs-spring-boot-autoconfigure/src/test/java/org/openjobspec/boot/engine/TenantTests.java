package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tenants that share a queue.
 */
class TenantTests {

	private static EngineFixture fixture;

	private static JobEngine engine;

	@BeforeAll
	static void start() {
		fixture = new EngineFixture(TestDatabase.fresh(), EngineFixture.QUICK);
		engine = fixture.engine();
		engine.start();
	}

	@AfterAll
	static void stop() {
		fixture.close();
	}

	@BeforeEach
	void reset() {
		fixture.reset();
	}

	private static Job enqueue(String tenant) {
		return enqueue(tenant, UnaryOperator.identity());
	}

	private static Job enqueue(String tenant, UnaryOperator<JobRequest.Builder> change) {
		return fixture.enqueue("t.a", (request) -> change.apply(request.meta(meta(tenant))));
	}

	private static String meta(String tenant) {
		return "{\"tenant_id\":\"" + tenant + "\"}";
	}

	private static List<Job> fetch(String tenant, int count) {
		return fetch(tenant, count, null);
	}

	private static List<Job> fetch(String tenant, int count, @Nullable Duration lease) {
		return engine.fetch(new FetchRequest(List.of("default"), null, count, "w1", lease, false, tenant));
	}

	private static Job fetched(String tenant) {
		List<Job> jobs = new ArrayList<>();
		await().atMost(Duration.ofSeconds(10)).until(() -> jobs.addAll(fetch(tenant, 1)));
		return jobs.get(0);
	}

	/** That the job is its tenant's again, and never another's. */
	private static void assertOnlyItsTenantFetches(Job job, String tenant) {
		assertThat(fetch("other", 10)).isEmpty();
		Job again = fetched(tenant);
		assertThat(again.id()).isEqualTo(job.id());
		assertThat(fetch("other", 10)).isEmpty();
	}

	@Nested
	class Fetching {

		@Test
		void eachGetsItsOwnJobsOfOneQueueInTheirOrder() {
			Job first = enqueue("a");
			enqueue("b");
			fixture.enqueue("t.nobody");
			Job urgent = enqueue("a", (request) -> request.priority(5));
			Job last = enqueue("a");
			assertThat(fetch("a", 10)).extracting(Job::id).containsExactly(urgent.id(), first.id(), last.id());
			assertThat(fetch("a", 10)).isEmpty();
			assertThat(fetch("b", 10)).hasSize(1);
			assertThat(fetch("c", 10)).isEmpty();
		}

		@Test
		void whoeverNamesNoTenantGetsAllOfThem() {
			enqueue("a");
			enqueue("b");
			fixture.enqueue("t.nobody");
			assertThat(fixture.fetch(10)).hasSize(3);
		}

		@Test
		void batchesAndSingleJobsAlikeBelongToTheirTenants() {
			engine.enqueue(List.of(JobRequest.of("t.a").meta(meta("a")).build(), JobRequest.of("t.a").build(),
					JobRequest.of("t.a").meta(meta("b")).build()));
			assertThat(fetch("a", 10)).hasSize(1);
			assertThat(fetch("b", 10)).hasSize(1);
		}

		@Test
		void typesAndPausesHoldForATenantToo() {
			enqueue("a");
			Set<String> other = Set.of("t.other");
			assertThat(engine.fetch(new FetchRequest(List.of("default"), other, 1, "w1", null, false, "a"))).isEmpty();
			engine.pause("default", true);
			assertThat(fetch("a", 1)).isEmpty();
			engine.pause("default", false);
			assertThat(fetch("a", 1)).hasSize(1);
		}

		@Test
		void aTenantThatStartsAsAnotherIsAnotherOne() {
			enqueue("ab");
			enqueue("a.b");
			assertThat(fetch("a", 10)).isEmpty();
			assertThat(fetch("A", 10)).isEmpty();
			assertThat(fetch("ab", 10)).hasSize(1);
		}

		@ParameterizedTest
		@ValueSource(strings = { "{}", "{\"tenant_id\":null}", "{\"tenant_id\":7}", "{\"tenant_id\":\"no good\"}",
				"{\"nested\":{\"tenant_id\":\"a\"}}", "{\"list\":[\"tenant_id\",\"a\"]}" })
		void metadataThatNamesNoTenantMakesAJobOfNobody(String meta) {
			fixture.enqueue("t.a", (request) -> request.meta(meta));
			assertThat(fetch("a", 10)).isEmpty();
			assertThat(fixture.fetch(10)).hasSize(1);
		}

		@Test
		void theNameOfTheMemberMayBeEscaped() {
			fixture.enqueue("t.a", (request) -> request.meta("{\"tenant\\u005fid\":\"a\"}"));
			assertThat(fetch("a", 10)).hasSize(1);
		}

	}

	@Nested
	class AJobStaysItsTenants {

		@Test
		void whenItIsScheduledAndPromoted() {
			Job job = enqueue("a", (request) -> request.delay(Duration.ofMillis(300)));
			assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItIsPendingAndActivated() {
			Job job = enqueue("a", (request) -> request.pending(true));
			engine.activate(job.id());
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItIsRetried() {
			Job job = enqueue("a");
			assertThat(engine.fail(fetched("a"), FailureReport.of(JobError.of("boom", "it failed", null)))).isTrue();
			assertThat(fixture.read(job).state()).isEqualTo(JobState.RETRYABLE);
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItIsHandedBack() {
			Job job = enqueue("a");
			assertThat(engine.release(List.of(fetched("a")))).hasSize(1);
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItsLeaseIsOver() {
			Job job = enqueue("a");
			assertThat(fetch("a", 1, Duration.ofMillis(300))).hasSize(1);
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItIsTakenOutOfTheDeadLetter() {
			Job job = enqueue("a");
			engine.fail(fetched("a"),
					new FailureReport(JobError.of("boom", "it failed", null), FailureReport.Verdict.DEAD_LETTER, null));
			engine.retryDeadLetter(job.id());
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenAnOperatorRevivesIt() {
			Job job = enqueue("a");
			engine.fail(fetched("a"),
					new FailureReport(JobError.of("boom", "it failed", null), FailureReport.Verdict.DISCARD, null));
			engine.admin().retry(job.id());
			assertOnlyItsTenantFetches(job, "a");
		}

		@Test
		void whenItWaitsForALimit() {
			RateLimit one = RateLimit.concurrency("api", 1);
			enqueue("a", (request) -> request.rateLimit(one));
			Job second = enqueue("a", (request) -> request.rateLimit(one));
			enqueue("b", (request) -> request.rateLimit(RateLimit.concurrency("other", 1)));
			Job running = fetched("a");
			assertThat(fetch("a", 10)).isEmpty();
			engine.complete(List.of(Completion.of(running, "w1", null)));
			assertOnlyItsTenantFetches(second, "a");
			fetched("b");
		}

		@Test
		void whenItIsAStepThatFollows() {
			JobRequest step = JobRequest.of("t.a").meta(meta("a")).build();
			engine.createWorkflow(null,
					new Composition.Chain(List.of(new Composition.Single(step), new Composition.Single(step))));
			Job first = fetched("a");
			engine.complete(List.of(Completion.of(first, "w1", null)));
			assertThat(fetched("a").id()).isNotEqualTo(first.id());
		}

	}

	@Test
	void uniqueJobsOfTwoTenantsDoNotMeet() {
		UnaryOperator<JobRequest.Builder> unique = (request) -> request
			.unique(UniquePolicy.by().withOnConflict(OnConflict.IGNORE));
		Job ofA = enqueue("a", unique);
		Job ofB = enqueue("b", unique);
		assertThat(ofB.id()).isNotEqualTo(ofA.id());
		assertThat(enqueue("a", unique).id()).isEqualTo(ofA.id());
	}

	@Test
	void theirJobsAreCountedByState() {
		Job done = enqueue("a");
		engine.complete(List.of(Completion.of(fetched("a"), "w1", null)));
		assertThat(fixture.read(done).state()).isEqualTo(JobState.COMPLETED);
		enqueue("a");
		enqueue("a", (request) -> request.delay(Duration.ofHours(1)));
		enqueue("b");
		fixture.enqueue("t.nobody");
		TenantInfo stats = engine.tenants().stats("a");
		assertThat(stats.total()).isEqualTo(3);
		assertThat(stats.jobs()).containsEntry(JobState.COMPLETED, 1L)
			.containsEntry(JobState.AVAILABLE, 1L)
			.containsEntry(JobState.SCHEDULED, 1L)
			.containsEntry(JobState.ACTIVE, 0L);
		assertThat(engine.tenants().stats("unknown").total()).isZero();
		Page<TenantInfo> page = engine.tenants().list(1, 1);
		assertThat(page.total()).isEqualTo(2);
		assertThat(page.items()).extracting(TenantInfo::id).containsExactly("b");
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.tenants().stats("no good"));
	}

}
