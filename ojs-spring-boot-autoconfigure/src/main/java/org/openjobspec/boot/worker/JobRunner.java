package org.openjobspec.boot.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.ExecutionInterceptor.Invocation;
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

	JobRunner(List<ExecutionInterceptor> interceptors, @Nullable TransactionalCompletion transactions,
			@Nullable TaskDecorator decorator, HeldJobs jobs, Deadlines deadlines) {
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
		Map<String, String> context = context(held.job());
		context.forEach(MDC::put);
		long ran;
		try {
			if (this.jobs.mayBegin(held)) {
				this.jobs.started(held);
				DecoratedWork.run(this.decorator, () -> execute(held));
			}
		}
		catch (Throwable ex) {
			failed(held, ex);
		}
		finally {
			deadline.cancel(false);
			ran = held.end();
			context.keySet().forEach(MDC::remove);
		}
		return ran;
	}

	private static Map<String, String> context(Job job) {
		return Map.of("ojs.job_id", job.id().toString(), "ojs.job_type", job.type(), "ojs.queue", job.queue(),
				"ojs.attempt", Integer.toString(job.attempt()));
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
