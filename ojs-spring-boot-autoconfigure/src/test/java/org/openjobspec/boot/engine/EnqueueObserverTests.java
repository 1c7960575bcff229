package org.openjobspec.boot.engine;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.Workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What stores jobs is observed, whoever asks for it, and the jobs carry what the observer
 * gives them.
 */
class EnqueueObserverTests {

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private final List<EnqueueCall> calls = new ArrayList<>();

	private int spans;

	private boolean wanted = true;

	@BeforeEach
	void observe() {
		fixture.engine().observeEnqueues(new EnqueueObserver() {

			@Override
			public boolean observes() {
				return EnqueueObserverTests.this.wanted;
			}

			@Override
			public <T> T observe(EnqueueCall call, Supplier<T> action) {
				EnqueueObserverTests.this.calls.add(call);
				call.propagate("traceparent", traceparent(++EnqueueObserverTests.this.spans));
				call.propagate("X-Other", "is left out");
				return action.get();
			}

			@Override
			public boolean inTrace() {
				return false;
			}

		});
	}

	private static String traceparent(int span) {
		return "00-4bf92f3577b34da6a3ce929d0e0e4736-%016x-01".formatted(span);
	}

	private static @Nullable String trace(Job job) {
		return TraceMeta.read(fixture.read(job).meta(), "traceparent");
	}

	@Test
	void aJobCarriesItsTraceToItsWorker() {
		fixture.enqueue("t.a", (request) -> request.meta("{\"mine\":1}"));
		Job fetched = fixture.fetchOne("w1");
		assertThat(fetched.meta()).isEqualTo("{\"mine\":1,\"traceparent\":\"" + traceparent(1) + "\"}");
		assertThat(this.calls).singleElement()
			.satisfies((call) -> assertThat(call.jobs()).extracting(Job::id).containsExactly(fetched.id()))
			.returns("default", EnqueueCall::queue)
			.returns("t.a", EnqueueCall::type)
			.returns(1, EnqueueCall::created);
	}

	@Test
	void nothingIsObservedOrCopiedWhereNobodyWantsToKnow() {
		this.wanted = false;
		JobRequest request = JobRequest.of("t.a").meta("{\"mine\":1}").build();
		Job job = fixture.engine().enqueue(List.of(request)).get(0).job();
		assertThat(job.meta()).isSameAs(request.meta());
		assertThat(this.calls).isEmpty();
		assertThat(fixture.engine().inTrace()).isFalse();
	}

	@Test
	void allJobsOfABatchCarryTheTraceOfOneCall() {
		List<Enqueued> enqueued = fixture.engine()
			.enqueue(List.of(JobRequest.of("t.a").queue("one").build(), JobRequest.of("t.a").queue("two").build()));
		assertThat(enqueued).extracting((each) -> trace(each.job())).containsExactly(traceparent(1), traceparent(1));
		assertThat(this.calls).singleElement()
			.returns(EnqueueCall.SEVERAL, EnqueueCall::queue)
			.returns("t.a", EnqueueCall::type)
			.returns(2, EnqueueCall::created);
	}

	@Test
	void theSameJobOnceMore_inAnotherSpan_isTheSame() {
		UUID id = UuidV7.next();
		JobRequest request = JobRequest.of("t.a").id(id).meta("{\"mine\":1}").build();
		fixture.engine().enqueue(List.of(request));
		Enqueued again = fixture.engine().enqueue(List.of(request)).get(0);
		assertThat(again.created()).isFalse();
		assertThat(trace(again.job())).isEqualTo(traceparent(1));
		assertThat(this.calls.get(1).created()).isZero();
		JobRequest other = JobRequest.of("t.a").id(id).meta("{\"mine\":2}").build();
		assertThatExceptionOfType(DuplicateJobException.class)
			.isThrownBy(() -> fixture.engine().enqueue(List.of(other)));
	}

	@Test
	void manyJobsThatAreAnsweredForEachAreOneCall() {
		UUID id = UuidV7.next();
		JobRequest request = JobRequest.of("t.a").id(id).build();
		List<EnqueueOutcome> outcomes = fixture.engine()
			.enqueueEach(List.of(request, JobRequest.of("t.a").id(id).build()), false);
		assertThat(outcomes).filteredOn((outcome) -> outcome.refusal() != null).hasSize(1);
		assertThat(this.calls).singleElement().returns(2, EnqueueCall::size).returns(1, EnqueueCall::created);
	}

	@Test
	void allStepsOfAWorkflowCarryTheTraceThatHasStartedIt() {
		Workflow workflow = fixture.engine()
			.createWorkflow("two", new Composition.Chain(List.of(new Composition.Single(JobRequest.of("t.a").build()),
					new Composition.Single(JobRequest.of("t.b").build()))));
		Job first = fixture.fetchOne("w1");
		fixture.engine().acknowledge(first.id(), "w1", null);
		Job second = fixture.fetchOne("w1");
		assertThat(second.type()).isEqualTo("t.b");
		assertThat(List.of(first, second)).allSatisfy((job) -> {
			assertThat(trace(job)).isEqualTo(traceparent(1));
			assertThat(TraceMeta.read(job.meta(), "ojs.workflow.trace_origin")).isEqualTo(traceparent(1));
		});
		assertThat(this.calls).singleElement()
			.returns(workflow.id(), EnqueueCall::workflowId)
			.returns(2, EnqueueCall::size)
			.returns(EnqueueCall.SEVERAL, EnqueueCall::type);
	}

	@Test
	void eachRunOfAPeriodicJobIsACallOfItsOwn_andNotOfWhoHasRegisteredIt() {
		fixture.engine()
			.registerCron(new CronRequest("nightly", CronExpression.parse("0 3 * * *"), ZoneId.of("UTC"),
					CronOverlap.ALLOW, null, null, JobRequest.of("t.a").build()));
		assertThat(this.calls).isEmpty();
		Job first = fixture.engine().triggerCron("nightly");
		Job second = fixture.engine().triggerCron("nightly");
		assertThat(trace(first)).isEqualTo(traceparent(1));
		assertThat(trace(second)).isEqualTo(traceparent(2));
	}

	@Test
	void anotherAttemptCarriesTheSameTrace() {
		Job first = fixture.fetchWithQuickRetries();
		fixture.engine().fail(first, FailureReport.of(JobError.of("x", "failed", true)));
		List<Job> again = await().until(() -> fixture.fetch(1), (jobs) -> !jobs.isEmpty());
		assertThat(again).singleElement().satisfies((job) -> {
			assertThat(job.attempt()).isEqualTo(2);
			assertThat(trace(job)).isEqualTo(traceparent(1));
		});
	}

}
