package org.openjobspec.boot.worker;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.ProgressReport;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * What running attempts put on record before they end. Progress is written on a thread of
 * its own: no handler waits for it, none fails with it, and no handler's transaction
 * hides it until its commit. Checkpoints are part of the handler's work.
 */
final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	/** What the database gets for a last report before the outcome is written. */
	private static final long PATIENCE_SECONDS = 2;

	private final JobEngine engine;

	private final @Nullable ScheduledThreadPoolExecutor writer;

	Journal(JobEngine engine) {
		this(engine, executor());
	}

	private Journal(JobEngine engine, @Nullable ScheduledThreadPoolExecutor writer) {
		this.engine = engine;
		this.writer = writer;
	}

	/**
	 * A journal that is written at once and on the threads of the handlers, in their
	 * transactions.
	 * @param engine where it is kept
	 * @return the journal
	 */
	static Journal ofOneThread(JobEngine engine) {
		return new Journal(engine, null);
	}

	private static ScheduledThreadPoolExecutor executor() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("ojs-progress-");
		factory.setDaemon(true);
		return new ScheduledThreadPoolExecutor(1, factory, new ThreadPoolExecutor.DiscardPolicy());
	}

	void later(Runnable writing, long nanos) {
		if (this.writer == null) {
			writing.run();
			return;
		}
		Future<?> unused = this.writer.schedule(writing, nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Runs something on the thread that writes, and waits for it a little.
	 * @param writing what to run
	 */
	void now(Runnable writing) {
		if (this.writer == null) {
			writing.run();
			return;
		}
		try {
			this.writer.submit(writing).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The last report of a job's progress was not written in time", ex);
		}
	}

	void write(Job job, ProgressReport report) {
		try {
			if (!this.engine.progress().report(job, report)) {
				logger.debug("The progress of job {} is void: it is no longer held by this worker", job.id());
			}
		}
		catch (RuntimeException ex) {
			logger.debug("The progress of job {} was not written; a later report may be", job.id(), ex);
		}
	}

	/**
	 * Saves a checkpoint on the current thread, in its transaction if there is one.
	 * @param held the job
	 * @param state JSON text
	 */
	void save(HeldJob held, String state) {
		this.engine.checkpoints().save(held.job(), state);
	}

	Optional<String> saved(HeldJob held) {
		return this.engine.checkpoints().find(held.job().id()).map(Checkpoint::state);
	}

	void close() {
		if (this.writer != null) {
			this.writer.shutdownNow();
		}
	}

}
