package org.openjobspec.boot.engine;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Workflows, step by step, on a real database.
 */
class WorkflowTests {

	private static final JobError BOOM = JobError.of("handler_error", "boom", null);

	@RegisterExtension
	private static final EngineFixture fixture = EngineFixture.started();

	private static final JobEngine engine = fixture.engine();

	private static Composition job(String type) {
		return new Composition.Single(once(type));
	}

	private static JobRequest once(String type) {
		return JobRequest.of(type).retry((policy) -> policy.withMaxAttempts(1)).build();
	}

	private static Composition chain(Composition... steps) {
		return new Composition.Chain(List.of(steps));
	}

	private static Composition group(Composition... jobs) {
		return new Composition.Group(List.of(jobs));
	}

	private static Workflow create(Composition composition) {
		return engine.createWorkflow("test", composition);
	}

	private static Workflow read(Workflow workflow) {
		return engine.findWorkflow(workflow.id()).orElseThrow();
	}

	private static Map<String, Job> fetch() {
		return fixture.fetch(100).stream().collect(Collectors.toMap(Job::type, Function.identity()));
	}

	private static Job only() {
		List<Job> jobs = fixture.fetch(100);
		assertThat(jobs).hasSize(1);
		return jobs.get(0);
	}

	private static void succeed(Job job, @Nullable String result) {
		assertThat(engine.complete(List.of(new Completion(job.id(), "w1", job.attempt(), null, result, null))))
			.hasSize(1);
	}

	private static void succeed(Collection<Job> jobs) {
		jobs.forEach((job) -> succeed(job, "\"" + job.type() + "\""));
	}

	private static void fail(Job job) {
		assertThat(engine.fail(job, FailureReport.of(BOOM))).isTrue();
	}

	private static Map<String, StepState> states(Workflow workflow) {
		return workflow.steps().stream().collect(Collectors.toMap(Workflow.Step::id, Workflow.Step::state));
	}

	@Nested
	class AChain {

		@Test
		void runsOneStepAfterTheOther() {
			Workflow workflow = create(chain(job("a"), job("b"), job("c")));
			assertThat(workflow.state()).isEqualTo(WorkflowState.RUNNING);
			assertThat(workflow.steps()).extracting(Workflow.Step::state)
				.containsExactly(StepState.PENDING, StepState.WAITING, StepState.WAITING);
			for (String type : List.of("a", "b", "c")) {
				Job job = only();
				assertThat(job.type()).isEqualTo(type);
				assertThat(job.workflowId()).isEqualTo(workflow.id());
				succeed(job, null);
			}
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
			assertThat(read(workflow).finishedAt()).isNotNull();
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void givesEachStepTheResultsOfThoseBeforeIt() {
			create(chain(job("a"), job("b"), job("c")));
			Job a = only();
			assertThat(a.parentResults()).isNull();
			succeed(a, "{\"n\":1.10}");
			Job b = only();
			assertThat(b.parentResults()).isEqualTo("[{\"n\":1.10}]");
			succeed(b, null);
			assertThat(only().parentResults()).isEqualTo("[{\"n\":1.10},null]");
		}

		@Test
		void endsWithTheFirstFailure() {
			Workflow workflow = create(chain(job("a"), job("b"), job("c")));
			succeed(only(), null);
			fail(only());
			Workflow failed = read(workflow);
			assertThat(failed.state()).isEqualTo(WorkflowState.FAILED);
			assertThat(failed.steps()).extracting(Workflow.Step::state)
				.containsExactly(StepState.COMPLETED, StepState.FAILED, StepState.CANCELLED);
			assertThat(Objects.requireNonNull(failed.steps().get(1).error()).error().message()).isEqualTo("boom");
			assertThat(failed.stepsCompleted()).isEqualTo(1);
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void goesOnWhenAStepIsRetried() {
			Workflow workflow = create(chain(new Composition.Single(JobRequest.of("a")
				.retry((policy) -> policy.withMaxAttempts(2).withIntervals(Duration.ofMillis(1), Duration.ofMillis(1)))
				.build()), job("b")));
			fail(only());
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.RUNNING);
			await().atMost(Duration.ofSeconds(5)).until(() -> {
				List<Job> jobs = fixture.fetch(1);
				jobs.forEach((job) -> succeed(job, null));
				return !jobs.isEmpty();
			});
			assertThat(only().type()).isEqualTo("b");
		}

		@Test
		void countsTheDelayOfAStepFromItsTurn() {
			create(chain(job("a"), new Composition.Single(JobRequest.of("b").delay(Duration.ofHours(1)).build())));
			succeed(only(), null);
			assertThat(fixture.fetch(1)).isEmpty();
			assertThat(engine.queueStats("default").scheduled()).isEqualTo(1);
		}

		@Test
		void ofAThousandStepsEndsAtOnceWhenTheFirstFails() {
			Workflow workflow = create(
					new Composition.Chain(IntStream.range(0, 1000).mapToObj((i) -> job("s" + i)).toList()));
			fail(only());
			Workflow failed = read(workflow);
			assertThat(failed.state()).isEqualTo(WorkflowState.FAILED);
			assertThat(failed.jobs(StepState.CANCELLED)).isEqualTo(999);
		}

	}

	@Nested
	class AGroup {

		@Test
		void runsAllAtOnceAndCompletesWithTheLast() {
			Workflow workflow = create(group(job("a"), job("b"), job("c")));
			Map<String, Job> jobs = fetch();
			assertThat(jobs).containsOnlyKeys("a", "b", "c");
			succeed(jobs.get("b"), null);
			succeed(jobs.get("a"), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.RUNNING);
			succeed(jobs.get("c"), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
		}

		@Test
		void failsOnlyWhenAllHaveEnded() {
			Workflow workflow = create(group(job("a"), job("b")));
			Map<String, Job> jobs = fetch();
			fail(jobs.get("a"));
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.RUNNING);
			succeed(jobs.get("b"), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
		}

		@Test
		void ofTenThousandEndsOnce() {
			Workflow workflow = create(
					new Composition.Group(IntStream.range(0, 10_000).mapToObj((i) -> job("t.a")).toList()));
			List<Job> jobs;
			do {
				jobs = fixture.fetch(1000);
				engine.complete(jobs.stream().map((job) -> Completion.of(job, "w1", null)).toList());
			}
			while (!jobs.isEmpty());
			Workflow completed = read(workflow);
			assertThat(completed.state()).isEqualTo(WorkflowState.COMPLETED);
			assertThat(completed.jobs(StepState.COMPLETED)).isEqualTo(10_000);
		}

	}

	@Nested
	class ABatch {

		private static Workflow batch() {
			return create(new Composition.Batch(List.of(job("a"), job("b")), once("complete"), once("success"),
					once("failure")));
		}

		@Test
		void tellsOfSuccessWithAllResults() {
			Workflow workflow = batch();
			succeed(fetch().values());
			Map<String, Job> callbacks = fetch();
			assertThat(callbacks).containsOnlyKeys("complete", "success");
			assertThat(callbacks.values()).extracting(Job::parentResults).containsOnly("[\"a\",\"b\"]");
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.RUNNING);
			succeed(callbacks.values());
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
			assertThat(states(read(workflow))).containsEntry("on_failure", StepState.SKIPPED);
			assertThat(read(workflow).jobs()).isEqualTo(2);
		}

		@Test
		void tellsOfFailureWithTheResultsThatThereAre() {
			Workflow workflow = batch();
			Map<String, Job> jobs = fetch();
			fail(jobs.get("a"));
			succeed(jobs.get("b"), "2");
			Map<String, Job> callbacks = fetch();
			assertThat(callbacks).containsOnlyKeys("complete", "failure");
			assertThat(callbacks.values()).extracting(Job::parentResults).containsOnly("[null,2]");
			succeed(callbacks.values());
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
		}

		@Test
		void failsWithACallback() {
			Workflow workflow = batch();
			succeed(fetch().values());
			Map<String, Job> callbacks = fetch();
			fail(callbacks.get("complete"));
			succeed(callbacks.get("success"), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
		}

	}

	@Nested
	class WithinEachOther {

		@Test
		void theResultsOfAGroupAreAListAndItsJobsGetWhatWasBefore() {
			Workflow workflow = create(chain(job("a"), group(job("b"), job("c")), job("d")));
			succeed(only(), "1");
			assertThat(states(read(workflow))).containsEntry("1", StepState.PENDING)
				.containsEntry("2", StepState.WAITING);
			Map<String, Job> parallel = fetch();
			assertThat(parallel.values()).extracting(Job::parentResults).containsOnly("[1]");
			succeed(parallel.get("c"), "3");
			assertThat(states(read(workflow))).containsEntry("1", StepState.ACTIVE);
			succeed(parallel.get("b"), "2");
			assertThat(states(read(workflow))).containsEntry("1", StepState.COMPLETED);
			Job last = only();
			assertThat(last.parentResults()).isEqualTo("[1,[2,3]]");
			succeed(last, null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
			assertThat(read(workflow).jobs()).isEqualTo(4);
		}

		@Test
		void aChainInAGroupPassesItsOwnResultsOnly() {
			create(chain(job("a"), group(chain(job("b"), job("c")), job("d"))));
			succeed(only(), "1");
			Map<String, Job> parallel = fetch();
			assertThat(parallel).containsOnlyKeys("b", "d");
			succeed(parallel.get("b"), "2");
			assertThat(only().parentResults()).isEqualTo("[2]");
		}

		@Test
		void aFailureFarInsideCancelsWhatFollowsAndRunsNoCallbackOfAPartThatIsNotReached() {
			Composition late = new Composition.Batch(List.of(job("x")), once("complete"), null, once("failure"));
			Workflow workflow = create(chain(group(chain(job("a"), job("b")), job("c")), late));
			Map<String, Job> jobs = fetch();
			fail(jobs.get("a"));
			succeed(jobs.get("c"), null);
			assertThat(fixture.fetch(10)).isEmpty();
			Workflow failed = read(workflow);
			assertThat(failed.state()).isEqualTo(WorkflowState.FAILED);
			assertThat(states(failed)).containsEntry("0", StepState.FAILED).containsEntry("1", StepState.CANCELLED);
		}

		@Test
		void aBatchOfChainsThatFailTellsOfFailure() {
			create(new Composition.Batch(List.of(chain(job("a"), job("b")), chain(job("c"), job("d"))), null,
					once("success"), once("failure")));
			fetch().values().forEach(WorkflowTests::fail);
			assertThat(fetch()).containsOnlyKeys("failure");
		}

		@Test
		void fiveLevelsRunToTheirEnd() {
			Composition inner = chain(job("l5.a"), job("l5.b"));
			for (int level = 4; level >= 1; level--) {
				inner = (level % 2 == 0) ? group(inner, job("l" + level + ".x"))
						: chain(job("l" + level + ".x"), inner);
			}
			Workflow workflow = create(inner);
			for (int i = 0; i < 20 && read(workflow).state() == WorkflowState.RUNNING; i++) {
				succeed(fixture.fetch(100));
			}
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
			assertThat(read(workflow).jobs(StepState.COMPLETED)).isEqualTo(6);
		}

		@Test
		void tooDeepIsRefused() {
			Composition deep = job("a");
			for (int i = 0; i < Composition.MAX_DEPTH + 2; i++) {
				deep = group(deep);
			}
			Composition tooDeep = deep;
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> create(tooDeep))
				.withMessageContaining("deeper than");
		}

	}

	@Nested
	class AGraph {

		private static Composition.Node node(String id, String... dependsOn) {
			return new Composition.Node(id, once("t." + id.replace('-', '_')), List.of(dependsOn));
		}

		@Test
		void aDiamondRunsItsEndOnceWithResultsByName() {
			Workflow workflow = create(new Composition.Graph(List.of(node("end", "left", "right"),
					node("left", "start"), node("right", "start"), node("start"))));
			succeed(only(), "0");
			Map<String, Job> middle = fetch();
			succeed(middle.get("t.right"), "2");
			assertThat(fixture.fetch(1)).isEmpty();
			succeed(middle.get("t.left"), "1");
			Job end = only();
			assertThat(end.parentResults()).isEqualTo("{\"left\":1,\"right\":2}");
			succeed(end, null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
		}

		@Test
		void whatDependsOnAFailureIsCancelledAndTheRestRuns() {
			Workflow workflow = create(new Composition.Graph(
					List.of(node("a"), node("b", "a"), node("c", "b"), node("d"), node("e", "d"))));
			Map<String, Job> first = fetch();
			fail(first.get("t.a"));
			succeed(first.get("t.d"), null);
			succeed(only(), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
			assertThat(states(read(workflow))).containsEntry("b", StepState.CANCELLED)
				.containsEntry("c", StepState.CANCELLED)
				.containsEntry("e", StepState.COMPLETED);
		}

		@Test
		void theBatchesOfSdksHaveCallbacks() {
			Workflow workflow = create(
					new Composition.Graph(List.of(node("job-0"), node("job-1"), node("on-complete", "job-0", "job-1"),
							node("on_success", "job-0", "job-1"), node("on_failure", "job-0", "job-1"))));
			Map<String, Job> jobs = fetch();
			fail(jobs.get("t.job_0"));
			succeed(jobs.get("t.job_1"), null);
			Map<String, Job> callbacks = fetch();
			assertThat(callbacks).containsOnlyKeys("t.on_complete", "t.on_failure");
			succeed(callbacks.values());
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
		}

		@Test
		void aCircleIsRefusedByName() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> new Composition.Graph(List.of(node("a"), node("b", "c", "a"), node("c", "b"))))
				.withMessageContaining("circle")
				.withMessageContaining("[b, c]");
		}

		@Test
		void aDependencyThatIsNotThereIsRefused() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> new Composition.Graph(List.of(node("a", "nobody"))))
				.withMessageContaining("'nobody'");
		}

	}

	@Nested
	class Cancelling {

		@Test
		void cancelsWhatWaitsAndLetsFinishWhatRuns() {
			Workflow workflow = create(chain(group(job("a"), job("b")), job("c")));
			Job running = fixture.fetchOne("w1");
			Workflow cancelled = engine.cancelWorkflow(workflow.id());
			assertThat(cancelled.state()).isEqualTo(WorkflowState.CANCELLED);
			assertThat(fixture.fetch(10)).isEmpty();
			succeed(running, null);
			assertThat(fixture.fetch(10)).isEmpty();
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.CANCELLED);
			assertThat(read(workflow).jobs(StepState.COMPLETED)).isEqualTo(1);
			assertThat(read(workflow).jobs(StepState.CANCELLED)).isEqualTo(2);
			assertThat(read(workflow).steps().get(1).jobId()).as("a job that never was").isNull();
		}

		@Test
		void whatRunsIsNotRetried() {
			Workflow workflow = create(chain(new Composition.Single(JobRequest.of("a").build()), job("b")));
			Job running = only();
			engine.cancelWorkflow(workflow.id());
			fail(running);
			assertThat(fixture.read(running).state()).isEqualTo(JobState.CANCELLED);
		}

		@Test
		void whatIsHandedBackDoesNotBeginAgain() {
			Workflow workflow = create(chain(job("a"), job("b")));
			Job running = only();
			engine.cancelWorkflow(workflow.id());
			assertThat(engine.release(List.of(running))).containsExactly(running.id());
			assertThat(fixture.fetch(1)).isEmpty();
			assertThat(fixture.read(running).state()).isEqualTo(JobState.CANCELLED);
			assertThat(read(workflow).jobs(StepState.CANCELLED)).isEqualTo(2);
		}

		@Test
		void whatIsHandedBackGoesOnWhereNothingWasCancelled() {
			create(chain(job("a"), job("b")));
			engine.release(List.of(only()));
			assertThat(only().type()).isEqualTo("a");
		}

		@Test
		void whatHasEndedIsNotCancelled() {
			Workflow workflow = create(chain(job("a")));
			succeed(only(), null);
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.cancelWorkflow(workflow.id()))
				.withMessageContaining("completed");
		}

		@Test
		void aCancelledJobFailsItsChain() {
			Workflow workflow = create(chain(job("a"), job("b")));
			engine.cancel(Objects.requireNonNull(workflow.steps().get(0).jobId()));
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
			assertThat(read(workflow).steps()).extracting(Workflow.Step::state).containsOnly(StepState.CANCELLED);
		}

	}

	@Nested
	class InTransactions {

		private final TransactionTemplate transaction = new TransactionTemplate(
				new JdbcTransactionManager(fixture.dataSource()));

		@Test
		void aWorkflowThatIsRolledBackNeverWas() {
			Workflow workflow = Objects.requireNonNull(this.transaction.execute((status) -> {
				status.setRollbackOnly();
				return create(chain(job("a")));
			}));
			assertThat(engine.findWorkflow(workflow.id())).isEmpty();
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void aCompletionThatIsRolledBackMovesNothing() {
			Workflow workflow = create(chain(job("a"), job("b")));
			Job job = only();
			this.transaction.executeWithoutResult((status) -> {
				status.setRollbackOnly();
				succeed(job, null);
				assertThat(read(workflow).steps().get(1).state()).isEqualTo(StepState.PENDING);
			});
			assertThat(read(workflow).steps()).extracting(Workflow.Step::state)
				.containsExactly(StepState.ACTIVE, StepState.WAITING);
			succeed(job, null);
			assertThat(only().type()).isEqualTo("b");
		}

		@Test
		void aRefusedWorkflowLeavesTheTransactionIntact() {
			this.transaction.executeWithoutResult((status) -> {
				assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> create(
						chain(new Composition.Single(JobRequest.of("a").unique(UniquePolicy.by()).build()))));
				fixture.enqueue("t.a");
			});
			assertThat(fixture.fetch(1)).hasSize(1);
		}

	}

	@Nested
	class WhateverEndsAStep {

		@Test
		void anAcknowledgementThatNamesNoAttemptCarriesItOn() {
			create(chain(job("a"), job("b")));
			engine.acknowledge(only().id(), "w1", "7");
			assertThat(only().parentResults()).isEqualTo("[7]");
		}

		@Test
		void aRejectionThatNamesNoAttemptFailsIt() {
			Workflow workflow = create(chain(job("a"), job("b")));
			engine.reject(only().id(), "w1", FailureReport.of(BOOM));
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
		}

		@Test
		void anExpiryFailsIt() {
			Workflow workflow = create(chain(
					new Composition.Single(JobRequest.of("a").timeToLive(Duration.ofMillis(300)).build()), job("b")));
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED));
		}

		@Test
		void aTimeoutFailsIt() {
			Workflow workflow = create(chain(new Composition.Single(JobRequest.of("a")
				.timeout(Duration.ofMillis(300))
				.retry((policy) -> policy.withMaxAttempts(1))
				.build()), job("b")));
			only();
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED));
		}

		@Test
		void aJobThatComesBackFromTheDeadLetterMovesNothing() {
			Workflow workflow = create(chain(new Composition.Single(JobRequest.of("a")
				.retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(OnExhaustion.DEAD_LETTER))
				.build()), job("b")));
			Job job = only();
			fail(job);
			engine.retryDeadLetter(job.id());
			succeed(only(), null);
			assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED);
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void aLimitThatDropsItFailsIt() {
			Workflow workflow = create(chain(new Composition.Single(
					JobRequest.of("a").rateLimit(new RateLimit("k", 0, null, null, RateLimit.OnLimit.DROP)).build()),
					job("b")));
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(read(workflow).state()).isEqualTo(WorkflowState.FAILED));
		}

		@Test
		void jobsInAndOutOfWorkflowsAreCompletedTogether() {
			create(chain(job("a"), job("b")));
			fixture.enqueue("t.free");
			List<Completion> completions = new ArrayList<>();
			fixture.fetch(10)
				.forEach((job) -> completions.add(new Completion(job.id(), "w1", job.attempt(), null, null, null)));
			assertThat(engine.complete(completions)).hasSize(2);
			assertThat(only().type()).isEqualTo("b");
		}

	}

	@Nested
	class Keeping {

		private static final List<String> TABLES = List.of("workflow", "step", "job", "ready", "waiting", "outcome",
				"failure", "lease", "expiry", "progress", "checkpoint");

		private final Pruner pruner = new Pruner(new Store(fixture.dataSource(), null),
				EngineSettings.Retention.DEFAULT, EngineSettings.Webhooks.DEFAULT.retention(),
				new QueueRules(new Store(fixture.dataSource(), null).queueConfigs()));

		private static void age(String interval) {
			for (String table : List.of("workflow", "outcome")) {
				fixture.sql()
					.sql("UPDATE ojs.%s SET finished_at = finished_at - CAST(:age AS interval)".formatted(table))
					.param("age", interval)
					.update();
			}
		}

		@Test
		void aWorkflowIsKeptAndForgottenAsAWhole() {
			Workflow workflow = create(chain(job("a"), group(job("b"), job("c"))));
			Job first = only();
			engine.checkpoints().save(first, "[1]");
			engine.progress().report(first, new ProgressReport(0.5, null, null));
			succeed(first, "1");
			age("30 days");
			this.pruner.prune();
			assertThat(read(workflow).steps().get(0).result()).as("while it runs").isEqualTo("1");
			succeed(fetch().values());
			this.pruner.prune();
			assertThat(read(workflow).state()).as("counted from its end").isEqualTo(WorkflowState.COMPLETED);
			age("8 days");
			this.pruner.prune();
			assertThat(TABLES).allSatisfy((table) -> assertThat(
					fixture.sql().sql("SELECT count(*) FROM ojs." + table).query(Long.class).single())
				.as(table)
				.isZero());
		}

		@Test
		void aWorkflowStaysWhileAJobOfItIsInTheDeadLetter() {
			Workflow workflow = create(group(job("a"),
					new Composition.Single(JobRequest.of("b")
						.retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(OnExhaustion.DEAD_LETTER))
						.build())));
			Map<String, Job> jobs = fetch();
			succeed(jobs.get("a"), "1");
			fail(jobs.get("b"));
			age("100 days");
			this.pruner.prune();
			assertThat(read(workflow).steps()).extracting(Workflow.Step::jobId).doesNotContainNull();
			engine.deleteDeadLetter(jobs.get("b").id());
			this.pruner.prune();
			assertThat(engine.findWorkflow(workflow.id())).isEmpty();
			assertThat(engine.find(jobs.get("a").id())).isEmpty();
		}

	}

	@Test
	void whatWaitsForAStepKeepsEveryWish() {
		create(chain(job("a"),
				new Composition.Single(JobRequest.of("b")
					.args("[1.10]")
					.meta("{\"m\":1}")
					.queue("others")
					.priority(7)
					.timeout(Duration.ofMinutes(3))
					.visibilityTimeout(Duration.ofMinutes(4))
					.tags(List.of("x"))
					.attribute("custom", "{\"y\":2}")
					.retry((policy) -> policy.withMaxAttempts(9))
					.rateLimit(RateLimit.concurrency("k", 5))
					.build())));
		succeed(only(), null);
		List<Job> jobs = new ArrayList<>();
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			jobs.addAll(fixture.fetch(1, "others"));
			return !jobs.isEmpty();
		});
		Job second = jobs.get(0);
		assertThat(second.args()).isEqualTo("[1.10]");
		assertThat(second.meta()).startsWith("{\"m\":1,");
		assertThat(second.priority()).isEqualTo(7);
		assertThat(second.options().timeout()).isEqualTo(Duration.ofMinutes(3));
		assertThat(second.options().visibilityTimeout()).isEqualTo(Duration.ofMinutes(4));
		assertThat(second.options().tags()).containsExactly("x");
		assertThat(second.options().attributes()).containsEntry("custom", "{\"y\":2}");
		assertThat(second.maxAttempts()).isEqualTo(9);
	}

	@Test
	void everyStepKnowsItsWorkflowFromItsMetadata() {
		Workflow workflow = create(chain(new Composition.Single(JobRequest.of("a").meta("{\"k\": 1 }").build())));
		assertThat(only().meta()).isEqualTo("{\"k\": 1,\"workflow_id\":\"%s\"}".formatted(workflow.id()));
	}

	@Test
	void whatItsMetadataSaidOfAnotherWorkflowIsReplaced() {
		Workflow workflow = create(chain(new Composition.Single(
				JobRequest.of("a").meta("{\"workflow_id\":\"mine\",\"k\":1.10,\"workflow\\u005fid\":[2]}").build())));
		assertThat(only().meta()).isEqualTo("{\"k\":1.10,\"workflow_id\":\"%s\"}".formatted(workflow.id()));
	}

	@Test
	void aRevivedJobOfACancelledWorkflowRunsOnItsOwn() {
		JobRequest twice = JobRequest.of("a")
			.retry((policy) -> policy.withMaxAttempts(2)
				.withIntervals(Duration.ofMillis(1), Duration.ofMillis(1))
				.withJitter(false)
				.withOnExhaustion(OnExhaustion.DEAD_LETTER))
			.build();
		Workflow workflow = create(group(new Composition.Single(twice), job("b")));
		Job first = fetch().get("a");
		fail(first);
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			fetch().values().forEach((job) -> engine.fail(job, FailureReport.of(BOOM)));
			return fixture.read(first).state() == JobState.DISCARDED;
		});
		assertThat(engine.cancelWorkflow(workflow.id()).state()).isEqualTo(WorkflowState.CANCELLED);
		engine.retryDeadLetter(first.id());
		fail(only());
		assertThat(fixture.read(first).state()).isEqualTo(JobState.RETRYABLE);
		List<Job> again = new ArrayList<>();
		await().atMost(Duration.ofSeconds(5)).until(() -> again.addAll(fixture.fetch(1)));
		succeed(again.get(0), null);
		assertThat(fixture.read(first).state()).isEqualTo(JobState.COMPLETED);
	}

	@Test
	void aStepWhoseParentResultsCannotBeReadIsGivenBack() {
		create(chain(job("a"), job("b")));
		succeed(only(), "7");
		fixture.sql().sql("ALTER TABLE ojs.step RENAME COLUMN position TO hidden").update();
		try {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> fixture.fetch(1));
		}
		finally {
			fixture.sql().sql("ALTER TABLE ojs.step RENAME COLUMN hidden TO position").update();
		}
		Job step = only();
		assertThat(step.attempt()).isEqualTo(1);
		assertThat(step.parentResults()).isEqualTo("[7]");
	}

	@Test
	void aStepThatCannotBeGivenBackEitherIsGivenBackWithTheNextFetch() {
		create(chain(job("a"), job("b")));
		succeed(only(), "7");
		fixture.sql().sql("ALTER TABLE ojs.step RENAME COLUMN position TO hidden").update();
		fixture.sql()
			.sql("CREATE FUNCTION ojs.refuse() RETURNS trigger LANGUAGE plpgsql AS "
					+ "$$ BEGIN RAISE EXCEPTION 'refused'; END $$")
			.update();
		fixture.sql()
			.sql("CREATE TRIGGER refuse BEFORE UPDATE ON ojs.ready FOR EACH ROW WHEN (NEW.worker IS NULL) "
					+ "EXECUTE FUNCTION ojs.refuse()")
			.update();
		try {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> fixture.fetch(1));
		}
		finally {
			fixture.sql().sql("DROP TRIGGER refuse ON ojs.ready").update();
			fixture.sql().sql("DROP FUNCTION ojs.refuse()").update();
			fixture.sql().sql("ALTER TABLE ojs.step RENAME COLUMN hidden TO position").update();
		}
		Job step = only();
		assertThat(step.attempt()).isEqualTo(1);
		assertThat(step.parentResults()).isEqualTo("[7]");
	}

	@ParameterizedTest
	@CsvSource({ "0,0", "1001,0", "10,-1" })
	void aPartOfTheListThatIsNoneIsRefused(int limit, int offset) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> engine.workflows(null, limit, offset));
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.schemas().list(limit, offset));
	}

	@Test
	void eventsTellOfStartStepsAndEnd() {
		Workflow workflow = create(chain(job("a"), job("b")));
		succeed(only(), null);
		succeed(only(), null);
		List<JobEvent> told = told(JobEvent.WORKFLOW_COMPLETED);
		assertThat(told).extracting(JobEvent::type)
			.containsExactly(JobEvent.WORKFLOW_STARTED, JobEvent.WORKFLOW_STEP_COMPLETED,
					JobEvent.WORKFLOW_STEP_COMPLETED, JobEvent.WORKFLOW_COMPLETED);
		assertThat(told).extracting(JobEvent::queue).containsOnly("default");
		assertThat(told.get(1).data()).containsEntry("workflow_id", workflow.id().toString())
			.containsEntry("workflow_name", "test")
			.containsEntry("step_id", "0")
			.containsEntry("step_type", "a")
			.containsEntry("steps_remaining", 1)
			.containsKey("duration_ms");
		assertThat(told.get(2).data()).containsEntry("steps_remaining", 0);
		assertThat(told.get(3).data()).containsEntry("total_steps", 2).containsKey("duration_ms");
		assertThat(read(workflow).startedAt()).isNotNull();
	}

	@Test
	void theEventOfAFailureNamesItsStep() {
		create(chain(job("a"), group(job("b"), job("c")), job("d")));
		succeed(only(), null);
		Map<String, Job> parallel = fetch();
		fail(parallel.get("b"));
		succeed(parallel.get("c"), null);
		List<JobEvent> told = told(JobEvent.WORKFLOW_FAILED);
		assertThat(told.get(told.size() - 1).data()).containsEntry("failed_step_id", "1.0")
			.containsEntry("failed_step_type", "b")
			.containsEntry("error", Map.of("code", "handler_error", "message", "boom"));
	}

	@Test
	void theEventOfACancellationHasAJob() {
		Workflow workflow = create(chain(job("a"), job("b")));
		engine.cancelWorkflow(workflow.id());
		List<JobEvent> told = told(JobEvent.WORKFLOW_CANCELLED);
		assertThat(told.get(told.size() - 1).jobId()).isEqualTo(workflow.steps().get(0).jobId());
		assertThat(told.get(told.size() - 1).jobType()).isEqualTo("a");
	}

	// The feed shows an event when no older transaction runs any more.
	private static List<JobEvent> told(String last) {
		List<JobEvent> told = new ArrayList<>();
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			told.clear();
			engine.events(new EventQuery(null, Set.of("workflow.*"), Set.of(), Set.of(), 100))
				.events()
				.forEach((entry) -> told.add(entry.event()));
			return told.stream().anyMatch((event) -> event.type().equals(last));
		});
		return told;
	}

	@Test
	void workflowsAreListedNewestFirst() throws InterruptedException {
		UUID first = create(chain(job("a"))).id();
		// Ids of one millisecond have no order.
		Thread.sleep(2);
		UUID second = create(group(job("a"))).id();
		assertThat(engine.workflows(WorkflowState.RUNNING, 10, 0)).extracting(Workflow::id)
			.containsExactly(second, first);
		assertThat(engine.workflows(WorkflowState.FAILED, 10, 0)).isEmpty();
	}

}
