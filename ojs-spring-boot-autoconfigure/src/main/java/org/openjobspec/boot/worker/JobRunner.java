package org.openjobspec.boot.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.DecoratedWork.DecoratorException;
import org.openjobspec.boot.worker.ExecutionInterceptor.Invocation;
import org.openjobspec.boot.worker.ExecutionObserver.Execution;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.core.task.TaskDecorator;

/**
 * Runs one job on the current thread, from its first line to its outcome.
 */
final class JobRunner {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private final List<ExecutionInterceptor> interceptors;

	private final @Nullable TransactionalCompletion transactions;

	private final @Nullable TaskDecorator decorator;

	private final HeldJobs jobs;

	private final Deadlines deadlines;

	private final @Nullable ExecutionObserver observer;

	JobRunner(List<ExecutionInterceptor> interceptors, @Nullable TransactionalCompletion transactions,
			@Nullable TaskDecorator decorator, @Nullable ExecutionObserver observer, HeldJobs jobs,
			Deadlines deadlines) {
		this.observer = observer;
		this.interceptors = List.copyOf(interceptors);
		this.transactions = transactions;
		this.decorator = decorator;
		this.jobs = jobs;
		this.deadlines = deadlines;
	}

	/**
	 * Runs a job.
	 * @param held the job
	 * @return how long it ran, in nanoseconds; negative if it was settled before
	 */
	long run(HeldJob held) {
		if (!held.begin()) {
			return -1;
		}
		Future<?> deadline = this.deadlines.watch(held);
		Map<String, String> before = MDC.getCopyOfContextMap();
		context(held.job()).forEach(MDC::put);
		long ran;
		try {
			if (this.jobs.mayBegin(held)) {
				this.jobs.started(held);
				attempt(held);
			}
		}
		catch (Throwable ex) {
			failed(held, ex);
		}
		finally {
			deadline.cancel(false);
			ran = held.end();
			restore(before);
		}
		return ran;
	}

	// What a handler has left there is not the next job's.
	private static void restore(@Nullable Map<String, String> context) {
		if (context == null || context.isEmpty()) {
			MDC.clear();
		}
		else {
			MDC.setContextMap(context);
		}
	}

	private static Map<String, String> context(Job job) {
		return Map.of("ojs.job_id", job.id().toString(), "ojs.job_type", job.type(), "ojs.queue", job.queue(),
				"ojs.attempt", Integer.toString(job.attempt()));
	}

	private void attempt(HeldJob held) {
		Execution observed = (this.observer != null) ? begin(this.observer, held) : null;
		Throwable thrown = null;
		try {
			DecoratedWork.run(this.decorator, () -> execute(held));
		}
		catch (Throwable ex) {
			thrown = HandlerMethod.unwrapped(ex);
			failed(held, thrown);
		}
		finally {
			if (observed != null) {
				end(observed, held, thrown);
			}
		}
	}

	private static @Nullable Execution begin(ExecutionObserver observer, HeldJob held) {
		try {
			return observer.begin(held.job());
		}
		catch (RuntimeException | Error ex) {
			logger.warn("{} is not observed, because {} failed", held, observer, Redaction.trace(ex));
			return null;
		}
	}

	private static void end(Execution observed, HeldJob held, @Nullable Throwable thrown) {
		Outcome outcome = held.outcome();
		try {
			observed.end((outcome != null) ? outcome : Outcome.FAILED, (thrown != null) ? told(thrown) : null);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("The end of {} is not observed, because {} failed", held, observed, Redaction.trace(ex));
		}
	}

	// Traces are kept where logs are, and are read by as many.
	private static Throwable told(Throwable thrown) {
		return (thrown instanceof InvalidArgumentsException invalid) ? invalid.withoutValues()
				: Redaction.ofHandler(thrown);
	}

	private void execute(HeldJob held) throws Exception {
		if (held.handler().spec().transactional() && this.transactions != null) {
			this.transactions.run(held, () -> handle(held));
			return;
		}
		String result = handle(held);
		if (!this.jobs.settle(held, new Ending.Completed(result))) {
			logger.info("The handler of {} ended after its attempt was over; its result is discarded", held);
		}
	}

	private @Nullable String handle(HeldJob held) throws Exception {
		try {
			return held.handler().result(chain(held).proceed());
		}
		finally {
			held.finishProgress();
		}
	}

	private Invocation chain(HeldJob held) {
		Invocation chain = () -> held.handler().call(held);
		for (int i = this.interceptors.size() - 1; i >= 0; i--) {
			ExecutionInterceptor interceptor = this.interceptors.get(i);
			Invocation next = chain;
			chain = () -> interceptor.intercept(held, next);
		}
		return chain;
	}

	private void failed(HeldJob held, Throwable thrown) {
		Throwable cause = HandlerMethod.unwrapped(thrown);
		Ending failed = new Ending.Failed(FailureReports.of(cause, held.handler().spec()), Outcome.FAILED);
		if (!this.jobs.settle(held, failed)) {
			if (cause instanceof DecoratorException) {
				logger.warn("What ran around {} failed, and that changes nothing for it", held,
						Redaction.ofHandler(cause));
				return;
			}
			logger.debug("The handler of {} failed after its attempt was over", held, cause);
		}
		else if (cause instanceof InvalidArgumentsException invalid) {
			logger.warn("The arguments of {} do not fit {}: {}", held, held.handler(), invalid.summary());
			logger.debug("The failure", cause);
		}
		else if (cause instanceof DiscardException || cause instanceof DeadLetterException
				|| cause instanceof RetryAfterException) {
			logger.info("{} ended {}: {}", held.handler(), held, cause.toString());
		}
		else {
			logger.warn("Failed: {} of at most {}", held, held.job().maxAttempts(), Redaction.ofHandler(cause));
		}
	}

}
