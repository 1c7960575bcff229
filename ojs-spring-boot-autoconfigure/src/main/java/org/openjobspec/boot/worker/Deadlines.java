package org.openjobspec.boot.worker;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Ends attempts that run longer than they may, and reports threads that do not listen.
 */
final class Deadlines {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private static final long PATIENCE_SECONDS = 5;

	private final ScheduledThreadPoolExecutor timer;

	private final HeldJobs jobs;

	Deadlines(HeldJobs jobs) {
		this.jobs = jobs;
		CustomizableThreadFactory factory = new CustomizableThreadFactory("ojs-timer-");
		factory.setDaemon(true);
		this.timer = new ScheduledThreadPoolExecutor(1, factory, new ThreadPoolExecutor.DiscardPolicy());
		this.timer.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Watches an attempt that starts now.
	 * @param held the job
	 * @return cancel it when the handler has ended
	 */
	Future<?> watch(HeldJob held) {
		return this.timer.schedule(() -> timeOut(held), held.timeout().toNanos(), TimeUnit.NANOSECONDS);
	}

	private void timeOut(HeldJob held) {
		if (this.jobs.settle(held, new Ending.Failed(FailureReports.timeout(held.timeout()), Outcome.TIMED_OUT))) {
			logger.warn("Timeout of {} after {}; its thread is interrupted", held, held.timeout());
			interrupt(held);
		}
	}

	/**
	 * Interrupts a handler whose outcome has ceased to matter.
	 * @param held the job
	 */
	void interrupt(HeldJob held) {
		held.interrupt();
		if (held.thread() != null) {
			Future<?> unused = this.timer.schedule(() -> report(held), PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
	}

	private static void report(HeldJob held) {
		Thread thread = held.thread();
		if (thread == null) {
			return;
		}
		StringBuilder stack = new StringBuilder();
		for (StackTraceElement frame : thread.getStackTrace()) {
			stack.append(System.lineSeparator()).append("\tat ").append(frame);
		}
		// It may have ended between the two looks, and the stack may be another job's.
		if (held.thread() == thread) {
			logger.warn("The handler of {} ignores its interruption since {} s; it keeps its slot until it ends:{}",
					held, PATIENCE_SECONDS, stack);
		}
	}

	void close() {
		this.timer.shutdownNow();
	}

}
