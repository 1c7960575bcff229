package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Steps that end at the same moment on four nodes.
 */
@Timeout(240)
class WorkflowRaceTests {

	private static final int THREADS = 16;

	@RegisterExtension
	private static final ClusterFixture cluster = ClusterFixture.started();

	private static JobRequest request(String type, String queue) {
		return JobRequest.of(type).queue(queue).retry((policy) -> policy.withMaxAttempts(1)).build();
	}

	private static Composition step(String type) {
		return new Composition.Single(request(type, "steps"));
	}

	private static Composition.Group group(int jobs) {
		return new Composition.Group(IntStream.range(0, jobs).mapToObj((i) -> step("t.step")).toList());
	}

	private static List<Job> fetch(String queue) {
		return cluster.node(0).fetch(1000, queue);
	}

	private static Workflow read(Workflow workflow) {
		return cluster.engine(1).findWorkflow(workflow.id()).orElseThrow();
	}

	private static boolean complete(JobEngine engine, Job job) {
		return engine.complete(List.of(new Completion(job.id(), "w1", job.attempt(), null, null, null))).size() == 1;
	}

	private static boolean fail(JobEngine engine, Job job) {
		return engine.fail(job, FailureReport.of(JobError.of("handler_error", "boom", null)));
	}

	/** Completes each of them, whichever thread comes first. */
	private static void completeAtOnce(List<Job> held) throws Exception {
		Queue<Job> left = new ConcurrentLinkedQueue<>(held);
		cluster.inParallel(THREADS, (thread) -> {
			for (Job job = left.poll(); job != null; job = left.poll()) {
				assertThat(complete(cluster.engine(thread), job)).isTrue();
			}
			return true;
		});
	}

	@RepeatedTest(3)
	void aThousandStepsThatEndAtOnceFireEachCallbackOnce() throws Exception {
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Batch(group(1000).jobs(), request("t.complete", "callbacks"), null,
					request("t.failure", "callbacks")));
		List<Job> held = new ArrayList<>(fetch("steps"));
		assertThat(held).hasSize(1000);
		Queue<Job> left = new ConcurrentLinkedQueue<>(held);
		AtomicBoolean oneFails = new AtomicBoolean(true);
		cluster.inParallel(THREADS, (thread) -> {
			JobEngine engine = cluster.engine(thread);
			for (Job job = left.poll(); job != null; job = left.poll()) {
				assertThat(oneFails.getAndSet(false) ? fail(engine, job) : complete(engine, job)).isTrue();
			}
			return true;
		});
		List<Job> callbacks = fetch("callbacks");
		assertThat(callbacks).extracting(Job::type).containsExactlyInAnyOrder("t.complete", "t.failure");
		Workflow called = read(workflow);
		assertThat(called.jobs(StepState.COMPLETED)).isEqualTo(999);
		assertThat(called.jobs(StepState.FAILED)).isEqualTo(1);
		callbacks.forEach((job) -> assertThat(complete(cluster.engine(3), job)).isTrue());
		assertThat(read(workflow).state()).isEqualTo(WorkflowState.COMPLETED);
		assertThat(fetch("callbacks")).isEmpty();
	}

	@RepeatedTest(3)
	void chainsThatEndAtOnceEndTheirGroupOnce() throws Exception {
		int chains = 200;
		List<Composition> parts = new ArrayList<>(
				Collections.nCopies(chains, new Composition.Chain(List.of(step("t.first"), step("t.second")))));
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Chain(List.of(new Composition.Group(parts), step("t.last"))));
		for (String type : List.of("t.first", "t.second")) {
			List<Job> held = fetch("steps");
			assertThat(held).hasSize(chains).extracting(Job::type).containsOnly(type);
			completeAtOnce(held);
		}
		List<Job> last = fetch("steps");
		assertThat(last).extracting(Job::type).containsExactly("t.last");
		assertThat(complete(cluster.engine(1), last.get(0))).isTrue();
		Workflow ended = read(workflow);
		assertThat(ended.state()).isEqualTo(WorkflowState.COMPLETED);
		assertThat(ended.jobs(StepState.COMPLETED)).isEqualTo(2 * chains + 1);
	}

	@RepeatedTest(2)
	void fiveLevelsOfChainsAndGroupsRunEachStepOnce() throws Exception {
		Composition part = step("t.step");
		int jobs = 1;
		for (int level = 5; level >= 1; level--) {
			int width = (level % 2 == 1) ? 4 : 2;
			List<Composition> parts = Collections.nCopies(width, part);
			part = (level % 2 == 1) ? new Composition.Group(parts) : new Composition.Chain(parts);
			jobs *= width;
		}
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Batch(List.of(part), request("t.complete", "callbacks"),
					request("t.success", "callbacks"), request("t.failure", "callbacks")));
		int done = 0;
		for (List<Job> held = fetch("steps"); !held.isEmpty(); held = fetch("steps")) {
			completeAtOnce(held);
			done += held.size();
		}
		assertThat(done).isEqualTo(jobs);
		assertThat(fetch("callbacks")).extracting(Job::type).containsExactlyInAnyOrder("t.complete", "t.success");
		assertThat(read(workflow).jobs(StepState.COMPLETED)).isEqualTo(jobs);
		assertThat(cluster.count("ojs.job")).isEqualTo(jobs + 2);
	}

	@Test
	void aGroupOfTenThousandIsWorkedOffByFourNodesAndFollowedOnce() throws Exception {
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Chain(List.of(group(10_000), step("t.last"))));
		AtomicInteger done = new AtomicInteger();
		cluster.inParallel(8, (thread) -> {
			for (List<Job> held = cluster.node(thread).fetch(250, "steps"); !held.isEmpty()
					&& !held.get(0).type().equals("t.last"); held = cluster.node(thread).fetch(250, "steps")) {
				done.addAndGet(cluster.complete(thread, held));
			}
			return true;
		});
		assertThat(done).hasValue(10_000);
		assertThat(cluster.count("ojs.job WHERE type = 't.last'")).isEqualTo(1);
		assertThat(cluster.count("ojs.ready")).isEqualTo(1);
		assertThat(read(workflow).jobs(StepState.COMPLETED)).isEqualTo(10_000);
		assertThat(read(workflow).state()).isEqualTo(WorkflowState.RUNNING);
	}

	@RepeatedTest(10)
	void aCancellationAndACompletionAgreeOnWhatFollows() throws Exception {
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Chain(List.of(step("t.a"), step("t.b"))));
		Job job = fetch("steps").get(0);
		// Whichever comes first, neither is refused: the chain has not ended with its
		// first step.
		assertThat(cluster.inParallel(2,
				(thread) -> (thread == 0) ? complete(cluster.engine(0), job)
						: cluster.engine(1).cancelWorkflow(workflow.id()).state() == WorkflowState.CANCELLED))
			.containsOnly(true);
		Workflow after = read(workflow);
		assertThat(after.state()).isEqualTo(WorkflowState.CANCELLED);
		assertThat(after.steps()).extracting(Workflow.Step::state)
			.containsExactly(StepState.COMPLETED, StepState.CANCELLED);
		assertThat(fetch("steps")).isEmpty();
	}

	@RepeatedTest(3)
	void aCancellationInTheMiddleOfManyCompletionsLosesNoStep() throws Exception {
		Workflow workflow = cluster.engine(0)
			.createWorkflow(null, new Composition.Chain(List.of(new Composition.Batch(group(300).jobs(),
					request("t.complete", "callbacks"), null, request("t.failure", "callbacks")), step("t.last"))));
		Queue<Job> held = new ConcurrentLinkedQueue<>(cluster.node(0).fetch(200, "steps"));
		AtomicInteger completed = new AtomicInteger();
		cluster.inParallel(9, (thread) -> {
			if (thread == 8) {
				return cluster.engine(3).cancelWorkflow(workflow.id()).state() == WorkflowState.CANCELLED;
			}
			for (Job job = held.poll(); job != null; job = held.poll()) {
				assertThat(complete(cluster.engine(thread), job)).isTrue();
				completed.incrementAndGet();
			}
			return true;
		});
		Workflow after = read(workflow);
		assertThat(after.state()).isEqualTo(WorkflowState.CANCELLED);
		assertThat(completed).hasValue(200);
		assertThat(after.jobs(StepState.COMPLETED)).isEqualTo(200);
		assertThat(after.jobs(StepState.CANCELLED)).isEqualTo(101);
		assertThat(cluster.count("ojs.ready")).isZero();
		assertThat(cluster.count("ojs.job")).as("jobs without those that never began").isEqualTo(300);
	}

	@Test
	void fourNodesForgetAWorkflowAsAWhole() throws Exception {
		int workflows = 60;
		for (int i = 0; i < workflows; i++) {
			cluster.engine(i).createWorkflow(null, new Composition.Chain(List.of(group(20), step("t.last"))));
		}
		for (List<Job> held = fetch("steps"); !held.isEmpty(); held = fetch("steps")) {
			cluster.complete(0, held);
		}
		for (String table : List.of("workflow", "outcome")) {
			cluster.sql()
				.sql("UPDATE ojs.%s SET finished_at = finished_at - interval '8 days'".formatted(table))
				.update();
		}
		AtomicBoolean done = new AtomicBoolean();
		Future<Long> torn = cluster.submit(() -> {
			long found = 0;
			while (!done.get()) {
				found += cluster
					.count("""
							ojs.workflow w
							WHERE (SELECT count(*) FROM ojs.job j JOIN ojs.outcome o ON o.job_id = j.id WHERE j.workflow_id = w.id)
							      <> w.total OR (SELECT count(*) FROM ojs.step s WHERE s.workflow_id = w.id) < w.total
							""");
			}
			return found + cluster.count("ojs.job") + cluster.count("ojs.step") + cluster.count("ojs.workflow");
		});
		cluster.inParallel(ClusterFixture.NODES, (node) -> {
			Store store = new Store(cluster.node(node).dataSource(), null);
			Pruner pruner = new Pruner(store, EngineSettings.Retention.DEFAULT,
					EngineSettings.Webhooks.DEFAULT.retention(), new QueueRules(store.queueConfigs()));
			while (pruner.prune()) {
				Thread.onSpinWait();
			}
			return pruner.prune();
		});
		done.set(true);
		assertThat(torn.get(60, TimeUnit.SECONDS)).as("workflows that were there in part, and what is left").isZero();
	}

}
