package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Steps that end at the same moment on four nodes.
 */
class WorkflowRaceTests {

	private static final int NODES = 4;

	private static final List<EngineFixture> nodes = new ArrayList<>();

	private static ExecutorService threads;

	@BeforeAll
	static void start() {
		TestDatabase.Database database = TestDatabase.fresh();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new EngineFixture(database, EngineFixture.QUICK));
		}
		nodes.forEach((node) -> node.engine().start());
		threads = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		nodes.forEach(EngineFixture::close);
		nodes.clear();
	}

	@BeforeEach
	void reset() {
		nodes.forEach(EngineFixture::reset);
	}

	private static JobRequest request(String type, String queue) {
		return JobRequest.of(type).queue(queue).retry((policy) -> policy.withMaxAttempts(1)).build();
	}

	private static <T> List<T> inParallel(int count, Callable<T> work) throws Exception {
		CountDownLatch ready = new CountDownLatch(count);
		List<Future<T>> futures = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			futures.add(threads.submit(() -> {
				ready.countDown();
				ready.await();
				return work.call();
			}));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(60, TimeUnit.SECONDS));
		}
		return results;
	}

	@RepeatedTest(3)
	void aThousandStepsThatEndAtOnceFireEachCallbackOnce() throws Exception {
		List<Composition> jobs = new ArrayList<>();
		IntStream.range(0, 1000).forEach((i) -> jobs.add(new Composition.Single(request("t.step", "steps"))));
		Workflow workflow = nodes.get(0)
			.engine()
			.createWorkflow(null, new Composition.Batch(jobs, request("t.complete", "callbacks"), null,
					request("t.failure", "callbacks")));
		List<Job> held = new ArrayList<>(nodes.get(0).fetch(1000, "steps"));
		assertThat(held).hasSize(1000);
		Queue<Job> left = new ConcurrentLinkedQueue<>(held);
		AtomicBoolean oneFails = new AtomicBoolean(true);
		AtomicInteger next = new AtomicInteger();
		inParallel(16, () -> {
			JobEngine engine = nodes.get(next.getAndIncrement() % NODES).engine();
			for (Job job = left.poll(); job != null; job = left.poll()) {
				if (oneFails.getAndSet(false)) {
					assertThat(engine.fail(job, FailureReport.of(JobError.of("handler_error", "boom", null)))).isTrue();
				}
				else {
					assertThat(complete(engine, job)).isTrue();
				}
			}
			return true;
		});
		List<Job> callbacks = nodes.get(0).fetch(10, "callbacks");
		assertThat(callbacks).extracting(Job::type).containsExactlyInAnyOrder("t.complete", "t.failure");
		Workflow called = nodes.get(1).engine().findWorkflow(workflow.id()).orElseThrow();
		assertThat(called.jobs(StepState.COMPLETED)).isEqualTo(999);
		assertThat(called.jobs(StepState.FAILED)).isEqualTo(1);
		callbacks.forEach((job) -> assertThat(complete(nodes.get(3).engine(), job)).isTrue());
		assertThat(nodes.get(2).engine().findWorkflow(workflow.id()).orElseThrow().state())
			.isEqualTo(WorkflowState.COMPLETED);
		assertThat(nodes.get(0).fetch(10, "callbacks")).isEmpty();
	}

	private static boolean complete(JobEngine engine, Job job) {
		return engine.complete(List.of(new Completion(job.id(), "w1", job.attempt(), null, null, null))).size() == 1;
	}

	@RepeatedTest(3)
	void chainsThatEndAtOnceEndTheirGroupOnce() throws Exception {
		int chains = 200;
		List<Composition> parts = new ArrayList<>();
		for (int i = 0; i < chains; i++) {
			parts.add(new Composition.Chain(List.of(new Composition.Single(request("t.first", "steps")),
					new Composition.Single(request("t.second", "steps")))));
		}
		Workflow workflow = nodes.get(0)
			.engine()
			.createWorkflow(null, new Composition.Chain(
					List.of(new Composition.Group(parts), new Composition.Single(request("t.last", "steps")))));
		for (String type : List.of("t.first", "t.second")) {
			List<Job> held = nodes.get(0).fetch(1000, "steps");
			assertThat(held).hasSize(chains).extracting(Job::type).containsOnly(type);
			Queue<Job> left = new ConcurrentLinkedQueue<>(held);
			AtomicInteger next = new AtomicInteger();
			inParallel(16, () -> {
				JobEngine engine = nodes.get(next.getAndIncrement() % NODES).engine();
				for (Job job = left.poll(); job != null; job = left.poll()) {
					assertThat(complete(engine, job)).isTrue();
				}
				return true;
			});
		}
		List<Job> last = nodes.get(0).fetch(10, "steps");
		assertThat(last).extracting(Job::type).containsExactly("t.last");
		assertThat(complete(nodes.get(1).engine(), last.get(0))).isTrue();
		Workflow ended = nodes.get(2).engine().findWorkflow(workflow.id()).orElseThrow();
		assertThat(ended.state()).isEqualTo(WorkflowState.COMPLETED);
		assertThat(ended.jobs(StepState.COMPLETED)).isEqualTo(2 * chains + 1);
	}

	@RepeatedTest(10)
	void aCancellationAndACompletionAgreeOnWhatFollows() throws Exception {
		JobEngine engine = nodes.get(0).engine();
		Workflow workflow = engine.createWorkflow(null, new Composition.Chain(List
			.of(new Composition.Single(request("t.a", "race")), new Composition.Single(request("t.b", "race")))));
		Job job = nodes.get(0).fetch(1, "race").get(0);
		AtomicInteger turn = new AtomicInteger();
		// Whichever comes first, neither is refused: the chain has not ended with its
		// first step.
		assertThat(inParallel(2, () -> {
			if (turn.getAndIncrement() == 0) {
				return complete(engine, job);
			}
			return nodes.get(1).engine().cancelWorkflow(workflow.id()).state() == WorkflowState.CANCELLED;
		})).containsOnly(true);
		Workflow after = engine.findWorkflow(workflow.id()).orElseThrow();
		assertThat(after.state()).isEqualTo(WorkflowState.CANCELLED);
		assertThat(after.steps()).extracting(Workflow.Step::state)
			.containsExactly(StepState.COMPLETED, StepState.CANCELLED);
		assertThat(nodes.get(2).fetch(10, "race")).isEmpty();
	}

}
