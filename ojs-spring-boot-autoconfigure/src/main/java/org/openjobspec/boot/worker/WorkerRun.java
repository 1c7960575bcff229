package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker from one start to the stop that follows.
 */
final class WorkerRun implements Claimer.Intake, Heart.Listener {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private static final int MAX_UNWRITTEN = 10_000;

	/** How long a claimed job may wait for a slot before other nodes get their chance. */
	private static final Duration MAX_WAIT = Duration.ofSeconds(2);

	/** What a handler gets to react to its interruption at the end of the grace. */
	private static final Duration LAST_WORDS = Duration.ofMillis(500);

	/** What the database gets at the end, however short the grace is. */
	private static final Duration LAST_CALL = Duration.ofSeconds(2);

	private final HandlerRegistry handlers;

	private final WorkerSettings settings;

	private final WorkerIdentity identity;

	private final List<Lane> lanes;

	private final HeldJobs jobs;

	private final Deadlines deadlines;

	private final JobRunner runner;

	private final Heart heart;

	private final Journal journal;

	private final Claimer claimer;

	private final HandlerThreads threads = new HandlerThreads();

	private final Runnable terminate;

	private final Object quietMonitor = new Object();

	private volatile boolean quiet;

	WorkerRun(JobEngine engine, HandlerRegistry handlers, WorkerSettings settings, WorkerExtensions extensions,
			Runnable terminate) {
		this.handlers = handlers;
		this.settings = settings;
		this.terminate = terminate;
		this.lanes = Lane.plan(handlers.all(), settings);
		this.identity = new WorkerIdentity(this.lanes);
		Outages outages = new Outages();
		this.jobs = new HeldJobs(engine, outages, extensions.listeners());
		this.deadlines = new Deadlines(this.jobs);
		this.runner = extensions.runner(engine, this.jobs, this.deadlines);
		this.heart = new Heart(engine, this.identity, this.jobs, outages, this);
		this.journal = new Journal(engine);
		this.claimer = new Claimer(engine, this.identity, settings.pollInterval(), outages, this.lanes, this);
	}

	String id() {
		return this.identity.id();
	}

	void start() {
		Thread writer = new Thread(this.jobs.writer(), "ojs-write");
		writer.setDaemon(true);
		writer.start();
		this.heart.start(this.settings.heartbeatInterval());
		this.claimer.start();
	}

	int buffered() {
		return this.lanes.stream().mapToInt(Lane::buffered).sum();
	}

	int running() {
		return this.lanes.stream().mapToInt(Lane::running).sum();
	}

	int unwritten() {
		return this.jobs.writer().unwritten();
	}

	@Override
	public boolean full() {
		return unwritten() >= MAX_UNWRITTEN;
	}

	@Override
	public void sort(Lane lane) {
		handBack(lane.overdue(MAX_WAIT));
	}

	@Override
	public void take(Lane lane, List<Job> claimed, boolean tooLate) {
		List<HeldJob> taken = new ArrayList<>();
		for (Job job : claimed) {
			HandlerMethod handler = this.handlers.find(job.type());
			if (handler != null) {
				HeldJob held = new HeldJob(job, handler, this.settings.defaultTimeout(), this.heart::beat,
						this.journal);
				this.jobs.add(held);
				taken.add(held);
			}
		}
		if (tooLate) {
			handBack(taken);
			return;
		}
		for (int threads = lane.add(taken); threads > 0; threads--) {
			try {
				this.threads.execute(() -> work(lane));
			}
			catch (RuntimeException | Error ex) {
				// The jobs stay buffered: a thread that runs takes them, or they are
				// handed back.
				lane.giveSlotBack();
				logger.warn("Could not start a thread for jobs", ex);
			}
		}
	}

	private void work(Lane lane) {
		long ran = -1;
		for (HeldJob held = lane.next(ran); held != null; held = lane.next(ran)) {
			// The buffer has become shorter, so that the next claim can run while this
			// job does.
			this.claimer.roomIn(lane);
			try {
				ran = this.runner.run(held);
			}
			catch (Throwable ex) {
				ran = -1;
				logger.error("The worker failed to run {}", held, Redaction.trace(ex));
			}
		}
		this.claimer.roomIn(lane);
	}

	private void handBack(List<HeldJob> unwanted) {
		unwanted.forEach((held) -> this.jobs.settle(held, new Ending.Returned()));
	}

	/**
	 * Hears that a job was cancelled. Asks before it believes: the news may be late and
	 * mean an attempt before the one that runs here.
	 * @param id the job
	 */
	void cancelled(UUID id) {
		HeldJob held = this.jobs.find(id);
		if (held != null && !held.settled()) {
			this.heart.check(held);
		}
	}

	@Override
	public void lost(HeldJob held) {
		// What has ended is being written, and the answer to that says more.
		if (!held.completing() && this.jobs.settle(held, new Ending.Gone())) {
			logger.info("No longer held: {}. It was cancelled, timed out or was given to another attempt; its handler "
					+ "is interrupted and its outcome will be discarded", held);
			this.deadlines.interrupt(held);
		}
	}

	@Override
	public void declaredDead(String worker) {
		this.claimer.rename(worker);
	}

	@Override
	public void told(String directive) {
		if ("terminate".equals(directive)) {
			this.terminate.run();
			return;
		}
		// Together with the look at our own wish, which must not be overtaken.
		synchronized (this.quietMonitor) {
			this.claimer.quiet(this.quiet || "quiet".equals(directive));
		}
	}

	/**
	 * Takes no more jobs, whatever the server says, and tells it with the next heartbeat.
	 */
	void fallQuiet() {
		synchronized (this.quietMonitor) {
			this.quiet = true;
			this.claimer.quiet(true);
		}
	}

	@Override
	public boolean quiet() {
		return this.quiet;
	}

	/**
	 * Stops: claims nothing more, hands back what waits, lets handlers finish within the
	 * grace, hands back what does not, and has every outcome written.
	 */
	void stop() {
		long end = System.nanoTime() + this.settings.shutdownGrace().toNanos();
		try {
			this.claimer.stop(left(end));
			this.lanes.forEach((lane) -> handBack(lane.drain()));
			giveUp(this.jobs.awaitSettled(left(end)));
			Duration forWriting = left(end);
			if (!this.jobs.writer().awaitWritten((forWriting.compareTo(LAST_CALL) > 0) ? forWriting : LAST_CALL)) {
				logger.warn(
						"The database did not take the outcomes of these jobs before the worker had to stop; they "
								+ "may run again: {}",
						this.jobs.snapshot().stream().map((held) -> held.job().id()).toList());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			logger.warn("The worker was interrupted while it stopped; its jobs run again when its heartbeat is missed");
		}
		finally {
			close();
		}
	}

	private void giveUp(List<HeldJob> unfinished) throws InterruptedException {
		List<HeldJob> interrupted = unfinished.stream()
			.filter((held) -> this.jobs.settle(held, Outcome.RETURNED))
			.toList();
		if (interrupted.isEmpty()) {
			return;
		}
		logger.warn("Not finished within the grace of {}, interrupted and handed back without costing an attempt: {}",
				this.settings.shutdownGrace(), interrupted);
		interrupted.forEach(HeldJob::interrupt);
		long end = System.nanoTime() + LAST_WORDS.toNanos();
		while (running() > 0 && System.nanoTime() < end) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
		interrupted.forEach((held) -> this.jobs.writer().add(held, new Ending.Returned()));
	}

	private static Duration left(long end) {
		return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
	}

	private void close() {
		this.jobs.writer().close();
		this.heart.stop();
		this.journal.close();
		this.deadlines.close();
		this.threads.close();
		try {
			CompletableFuture.runAsync(this.heart::signOff, (work) -> {
				Thread thread = new Thread(work, "ojs-sign-off");
				thread.setDaemon(true);
				thread.start();
			}).get(LAST_CALL.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("Could not sign the worker off; the server misses its heartbeat instead", ex);
		}
	}

}
