package org.openjobspec.boot.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.FailureReport.Verdict;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.MDC;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of one execution; nothing is written, so no database is needed.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobRunnerTests {

	private final List<String> log = new ArrayList<>();

	private final Recorder recorder = new Recorder();

	private final HeldJobs jobs = new HeldJobs(WorkerFixture.engineOfNoDatabase(), new Outages(),
			List.of(this.recorder));

	private @Nullable ExecutionObserver observer;

	private final Deadlines deadlines = new Deadlines(this.jobs);

	@AfterEach
	void close() {
		this.deadlines.close();
	}

	private HeldJob run(String type, String args, ExecutionInterceptor... interceptors) {
		return run(type, args, null, interceptors);
	}

	private HeldJob run(String type, String args, @Nullable TaskDecorator decorator,
			ExecutionInterceptor... interceptors) {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("handlers", new Handlers());
		HandlerRegistry registry = new HandlerRegistry(beans, JsonMapper.shared());
		registry.afterSingletonsInstantiated();
		HeldJob held = WorkerFixture.held(Jobs.active(type, args), Objects.requireNonNull(registry.find(type)));
		new JobRunner(List.of(interceptors), null, decorator, this.observer, this.jobs, this.deadlines).run(held);
		return held;
	}

	@Nested
	class Interceptors {

		@Test
		void runAroundTheHandlerInTheirOrder() {
			run("echo", "[\"x\"]", named("outer"), named("inner"));
			assertThat(JobRunnerTests.this.log).containsExactly("> outer", "> inner", "< inner", "< outer");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
		}

		@Test
		void seeArgumentsThatDoNotBindAsAnException() {
			run("echo", "[]", named("only"));
			assertThat(JobRunnerTests.this.log).containsExactly("> only", "! InvalidArgumentsException");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void seeWhatTheHandlerThrewItself() {
			run("fail", "[]", named("only"));
			assertThat(JobRunnerTests.this.log).containsExactly("> only", "! IllegalStateException");
		}

		@Test
		void mayAnswerInPlaceOfTheHandler() {
			run("fail", "[]", (context, next) -> "instead");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
		}

		@Test
		void mayFailTheAttempt() {
			run("echo", "[\"x\"]", (context, next) -> {
				throw new DiscardException("not today");
			});
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		private ExecutionInterceptor named(String name) {
			return (context, next) -> {
				JobRunnerTests.this.log.add("> " + name);
				Object result;
				try {
					result = next.proceed();
				}
				catch (Exception ex) {
					JobRunnerTests.this.log.add("! " + ex.getClass().getSimpleName());
					throw ex;
				}
				JobRunnerTests.this.log.add("< " + name);
				return result;
			};
		}

	}

	@Nested
	class ADecorator {

		private final List<Throwable> heard = new ArrayList<>();

		@Test
		void surroundsTheInterceptorsAndTheHandler() {
			run("echo", "[\"x\"]", (task) -> () -> {
				JobRunnerTests.this.log.add("> decorator of " + MDC.get("ojs.job_type"));
				task.run();
				JobRunnerTests.this.log.add("< decorator");
			}, (context, next) -> {
				JobRunnerTests.this.log.add("interceptor");
				return next.proceed();
			});
			assertThat(JobRunnerTests.this.log).containsExactly("> decorator of echo", "interceptor", "< decorator");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
		}

		@Test
		void hearsOfAFailure_andCannotKeepItFromTheJob() {
			for (String type : List.of("fail", "error")) {
				run(type, "[]", swallowing());
				assertThat(JobRunnerTests.this.recorder.outcome).as(type).isEqualTo(Outcome.FAILED);
				JobRunnerTests.this.recorder.outcome = null;
			}
			assertThat(this.heard).extracting((thrown) -> (Object) thrown.getClass())
				.containsExactly(IllegalStateException.class, StackOverflowError.class);
		}

		private TaskDecorator swallowing() {
			return (task) -> () -> {
				try {
					task.run();
				}
				catch (RuntimeException | Error ex) {
					this.heard.add(ex);
				}
			};
		}

		@Test
		void thatDoesNotRunTheHandlerFailsTheAttempt() {
			run("echo", "[\"x\"]", (task) -> () -> {
			});
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void thatFailsFailsTheAttempt() {
			run("echo", "[\"x\"]", (task) -> {
				throw new IllegalStateException("no context");
			});
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void thatRunsTheHandlerOnAnotherThreadFailsTheAttempt_andTheHandlerDoesNotRun() {
			List<Throwable> elsewhere = new ArrayList<>();
			run("echo", "[\"x\"]", (task) -> () -> {
				Thread other = new Thread(() -> {
					try {
						task.run();
					}
					catch (IllegalStateException ex) {
						elsewhere.add(ex);
					}
				});
				other.start();
				join(other);
			}, logging());
			assertThat(JobRunnerTests.this.log).isEmpty();
			assertThat(elsewhere).singleElement().asString().contains("thread");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void thatRunsTheHandlerOnceMoreIsRefused() {
			run("echo", "[\"x\"]", (task) -> () -> {
				task.run();
				task.run();
			}, logging());
			assertThat(JobRunnerTests.this.log).containsExactly("handler");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
		}

		@Test
		void mayDecideWhatBecomesOfTheJob_andFailsLikeAHandler() {
			HandlerSpec spec = Objects.requireNonNull(WorkerFixture.registry(new Handlers()).find("picky")).spec();
			Throwable discarded = decorated((task) -> {
				throw new DiscardException("no tenant");
			});
			assertThat(FailureReports.of(discarded, spec).verdict()).isEqualTo(Verdict.DISCARD);
			FailureReport hopeless = FailureReports.of(decorated((task) -> {
				throw new UnsupportedOperationException("never");
			}), spec);
			assertThat(hopeless.error().retryable()).isFalse();
			assertThat(hopeless.error().type()).isEqualTo(UnsupportedOperationException.class.getName());
			assertThat(hopeless.error().message()).contains("TaskDecorator").contains("never");
		}

		@Test
		void cannotHideWhatTheHandlerThrew_evenByAnError() {
			assertThat(decorated((task) -> () -> {
				try {
					task.run();
				}
				finally {
					fail();
				}
			})).isInstanceOf(DiscardException.class).hasMessage("of the handler");
		}

		private static void fail() {
			throw new NoClassDefFoundError("context");
		}

		private static Throwable decorated(TaskDecorator decorator) {
			return catchThrowable(() -> DecoratedWork.run(decorator, () -> {
				throw new DiscardException("of the handler");
			}));
		}

		@Test
		void thatFailsIsNamed(CapturedOutput output) {
			run("echo", "[\"x\"]", new Broken());
			assertThat(output).contains("Broken").contains("no request").contains("ojs.worker.task-decorators");
		}

		@Test
		void thatFailsAfterTheHandlerIsNamed_andTheJobIsCompleted(CapturedOutput output) {
			run("echo", "[\"x\"]", (task) -> () -> {
				task.run();
				throw new IllegalStateException("cannot clean up");
			});
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
			assertThat(output).contains("WARN").contains("cannot clean up");
			run("echo", "[\"x\"]", (task) -> () -> {
				task.run();
				throw new DiscardException("too late");
			});
			assertThat(output).contains("WARN").contains("too late");
		}

		private ExecutionInterceptor logging() {
			return (context, next) -> {
				JobRunnerTests.this.log.add("handler");
				return next.proceed();
			};
		}

		private static void join(Thread thread) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	@Nested
	class HandlersOfJobs {

		@Test
		void haveTheJobInTheLoggingContext_andLeaveNothingThere() {
			MDC.put("mine", "kept");
			Map<String, String> seen = new HashMap<>();
			HeldJob held = run("echo", "[\"x\"]", (context, next) -> {
				seen.putAll(MDC.getCopyOfContextMap());
				return next.proceed();
			});
			assertThat(seen).containsEntry("ojs.job_id", held.job().id().toString())
				.containsEntry("ojs.job_type", "echo")
				.containsEntry("ojs.queue", "default")
				.containsEntry("ojs.attempt", "1");
			assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("mine");
			MDC.clear();
		}

		@Test
		void leaveNothingOfTheirOwnInTheLoggingContext_andRestoreWhatWasThere() {
			MDC.put("ojs.job_id", "of another job, whose handler waits for this one");
			run("echo", "[\"x\"]", (context, next) -> {
				MDC.put("theirs", "and never removed");
				return next.proceed();
			});
			assertThat(MDC.getCopyOfContextMap())
				.isEqualTo(Map.of("ojs.job_id", "of another job, whose handler waits for this one"));
			MDC.clear();
		}

		@Test
		void areWaitedForWhenTheyAnswerLater() {
			run("later", "[]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
			assertThat(JobRunnerTests.this.recorder.ran).isGreaterThan(Duration.ofMillis(20));
		}

		@Test
		void failWithTheCauseOfAFailedFuture() {
			List<Throwable> thrown = new ArrayList<>();
			run("later.failing", "[]", (context, next) -> {
				try {
					return next.proceed();
				}
				catch (Exception ex) {
					thrown.add(ex);
					throw ex;
				}
			});
			assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
		}

		@Test
		void failForGoodWhenTheirResultCannotBeWritten() {
			run("unwritable", "[]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void doNotTakeTheThreadWithThemByAnError() {
			run("error", "[]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.FAILED);
		}

		@Test
		void leaveNoInterruptBehind() {
			run("interrupting", "[]");
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}

	}

	@Nested
	class Observers {

		private final List<String> seen = new ArrayList<>();

		@Test
		void surroundInterceptorsAndHear_howItEnded() {
			observe();
			run("echo", "[\"x\"]", (context, next) -> {
				this.seen.add("interceptor");
				return next.proceed();
			});
			assertThat(this.seen).containsExactly("begin echo", "interceptor", "COMPLETED null");
		}

		@Test
		void hearWhatTheHandlerThrewItself() {
			observe();
			run("later.failing", "[]");
			assertThat(this.seen).containsExactly("begin later.failing", "FAILED IllegalStateException");
		}

		@Test
		void hearOfArgumentsThatDoNotBind() {
			observe();
			run("echo", "[]");
			assertThat(this.seen).containsExactly("begin echo", "FAILED InvalidArgumentsException");
		}

		@Test
		void hearNothingOfArguments() {
			List<Throwable> heard = new ArrayList<>();
			JobRunnerTests.this.observer = (job) -> (outcome, thrown) -> heard.add(Objects.requireNonNull(thrown));
			run("count", "[\"pin-4711\"]");
			run("reads", "[\"{\\\"pin\\\": \\\"pin-4711\\\"}\"]");
			assertThat(heard).hasSize(2)
				.extracting(JobRunnerTests::print)
				.allSatisfy((text) -> assertThat(text).doesNotContain("4711"));
			assertThat(heard.get(0)).isInstanceOf(InvalidArgumentsException.class);
			assertThat(Redaction.type(heard.get(1))).isEqualTo(IllegalStateException.class.getName());
		}

		@Test
		void hearThatTheAttemptWasOverBeforeTheHandler() {
			observe();
			run("echo", "[\"x\"]", (context, next) -> {
				JobRunnerTests.this.jobs.settle((HeldJob) context, new Ending.Gone());
				return next.proceed();
			});
			assertThat(this.seen).containsExactly("begin echo", "CANCELLED null");
		}

		@Test
		void doNoHarmWhenTheyFail() {
			JobRunnerTests.this.observer = (job) -> {
				throw new IllegalStateException("begin");
			};
			run("echo", "[\"x\"]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
			JobRunnerTests.this.recorder.outcome = null;
			JobRunnerTests.this.observer = (job) -> (outcome, thrown) -> {
				throw new IllegalStateException("end");
			};
			run("echo", "[\"x\"]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
			JobRunnerTests.this.recorder.outcome = null;
			JobRunnerTests.this.observer = (job) -> {
				throw new NoClassDefFoundError("tracer");
			};
			run("echo", "[\"x\"]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
			JobRunnerTests.this.recorder.outcome = null;
			JobRunnerTests.this.observer = (job) -> (outcome, thrown) -> {
				throw new NoClassDefFoundError("tracer");
			};
			run("echo", "[\"x\"]");
			assertThat(JobRunnerTests.this.recorder.outcome).isEqualTo(Outcome.COMPLETED);
		}

		private void observe() {
			JobRunnerTests.this.observer = (job) -> {
				this.seen.add("begin " + job.type());
				return (outcome, thrown) -> this.seen
					.add(outcome + " " + ((thrown != null) ? thrown.getClass().getSimpleName() : null));
			};
		}

	}

	private static String print(Throwable thrown) {
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static final class Broken implements TaskDecorator {

		@Override
		public Runnable decorate(Runnable task) {
			throw new IllegalStateException("no request");
		}

	}

	private static final class Recorder implements WorkerListener {

		private @Nullable Outcome outcome;

		private Duration ran = Duration.ZERO;

		@Override
		public void finished(Job job, Outcome outcome, Duration duration) {
			this.outcome = outcome;
			this.ran = duration;
		}

	}

	static class Handlers {

		@OjsHandler("echo")
		String echo(String text) {
			return text;
		}

		@OjsHandler("count")
		void count(int number) {
		}

		@OjsHandler(type = "picky", nonRetryable = UnsupportedOperationException.class)
		void picky() {
		}

		@OjsHandler("reads")
		void read(String json) {
			try {
				JsonMapper.shared().readValue(json, Pin.class);
			}
			catch (JacksonException ex) {
				throw new IllegalStateException(ex.getMessage(), ex);
			}
		}

		private record Pin(int pin) {
		}

		@OjsHandler("fail")
		void fail() {
			throw new IllegalStateException("broken");
		}

		@OjsHandler("later")
		CompletableFuture<String> later() {
			return new CompletableFuture<String>().completeOnTimeout("done", 30, TimeUnit.MILLISECONDS);
		}

		@OjsHandler("later.failing")
		CompletableFuture<String> failing() {
			return CompletableFuture.failedFuture(new CompletionException(new IllegalStateException("late")));
		}

		@OjsHandler("unwritable")
		Object unwritable() {
			return new Object() {

				@SuppressWarnings("unused")
				public String getValue() {
					throw new IllegalStateException("unwritable");
				}

			};
		}

		@OjsHandler("error")
		void error() {
			throw new StackOverflowError();
		}

		@OjsHandler("interrupting")
		void interrupting() {
			Thread.currentThread().interrupt();
		}

	}

}
