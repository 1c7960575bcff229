package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs for the lanes that have room, on one thread.
 */
final class Claimer implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private static final String PART = "claim jobs";

	private static final int MAX_CLAIM = 1000;

	/**
	 * How much more seldom an idle worker looks that would be told of jobs anyway: the
	 * look is only the guarantee against a message that was lost.
	 */
	private static final int WHEN_TOLD = 5;

	private final JobEngine engine;

	private final WorkerIdentity identity;

	private final Duration pollInterval;

	private final Outages outages;

	private final List<Lane> lanes;

	private final Intake intake;

	private final List<String> queues;

	private final Backoff backoff = new Backoff();

	private final Thread thread;

	private final Object monitor = new Object();

	private long promisedAt = System.nanoTime();

	private volatile @Nullable String declaredDead;

	private boolean signalled;

	private boolean interruptible;

	private boolean stopped;

	private boolean quiet;

	Claimer(JobEngine engine, WorkerIdentity identity, Duration pollInterval, Outages outages, List<Lane> lanes,
			Intake intake) {
		this.engine = engine;
		this.identity = identity;
		this.pollInterval = pollInterval;
		this.outages = outages;
		this.lanes = lanes;
		this.intake = intake;
		this.queues = lanes.stream().flatMap((lane) -> lane.queues().stream()).distinct().toList();
		// Not a daemon: it keeps an application alive that does nothing but handle jobs.
		this.thread = new Thread(this, "ojs-claim");
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Stops claiming. A claim that is under way ends first, and what it brings is handed
	 * back.
	 * @param timeout how long to wait for that at most
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	void stop(Duration timeout) throws InterruptedException {
		synchronized (this.monitor) {
			this.stopped = true;
		}
		signal();
		this.thread.join(Math.max(1, timeout.toMillis()));
	}

	/**
	 * Stops claiming for a while, or goes on.
	 * @param value whether to be quiet
	 */
	void quiet(boolean value) {
		synchronized (this.monitor) {
			if (this.quiet == value) {
				return;
			}
			this.quiet = value;
		}
		signal();
	}

	/**
	 * Takes a new id before the next claim, and looks again at once, since claims under
	 * the old id were in vain. A claim that is under way ends first.
	 * @param dead the id that was declared dead
	 */
	void rename(String dead) {
		this.declaredDead = dead;
		signal();
	}

	/**
	 * A slot of a lane has come free, or a place in its buffer.
	 * @param lane the lane
	 */
	void roomIn(Lane lane) {
		if (lane.promising() && lane.wanted() > 0) {
			signal();
		}
	}

	private void signal() {
		synchronized (this.monitor) {
			this.signalled = true;
			this.monitor.notifyAll();
			if (this.interruptible) {
				this.thread.interrupt();
			}
		}
	}

	@Override
	public void run() {
		while (!stopped()) {
			try {
				step();
			}
			catch (Throwable ex) {
				this.outages.failed(PART, ex);
				rest(this.backoff.next(), false);
				promise();
			}
		}
	}

	private boolean stopped() {
		synchronized (this.monitor) {
			return this.stopped;
		}
	}

	private boolean quiet() {
		synchronized (this.monitor) {
			return this.quiet;
		}
	}

	private void step() {
		if (this.identity.id().equals(this.declaredDead)) {
			logger
				.warn("Worker {} was declared dead after a silence, and its jobs returned to their queues; it goes on "
						+ "under a new id", this.identity.id());
			this.identity.renew();
			promise();
		}
		this.lanes.forEach(this.intake::sort);
		if (quiet() || this.intake.full()) {
			rest(this.pollInterval, true);
			promise();
			return;
		}
		boolean claimed = false;
		boolean room = false;
		for (Lane lane : this.lanes) {
			int wanted = Math.min(MAX_CLAIM, lane.wanted());
			room = room || wanted > 0;
			if (wanted > 0 && lane.promising() && !stopped()) {
				claim(lane, wanted);
				claimed = true;
			}
		}
		if (claimed) {
			return;
		}
		if (room) {
			awaitJobs();
		}
		else {
			rest(this.pollInterval, true);
			promise();
		}
	}

	private void claim(Lane lane, int count) {
		long availability = this.engine.availability();
		List<Job> jobs = fetch(lane, count);
		this.outages.succeeded(PART);
		this.backoff.reset();
		lane.claimed(availability, jobs.size() >= count);
		if (!jobs.isEmpty()) {
			this.intake.take(lane, jobs, stopped());
		}
	}

	private List<Job> fetch(Lane lane, int count) {
		try {
			return this.engine
				.fetch(new FetchRequest(lane.queues(), lane.types(), count, this.identity.id(), null, true));
		}
		catch (RuntimeException ex) {
			// The claim may have been committed, and only its answer be lost.
			this.identity.renew();
			throw ex;
		}
	}

	// While a lane has room and the queues were empty, the queues decide when to look
	// again, unless another lane that
	// was full gets room before.
	private void awaitJobs() {
		long availability = this.lanes.stream().mapToLong(Lane::availability).min().orElse(0);
		synchronized (this.monitor) {
			if (this.signalled || this.stopped) {
				this.signalled = false;
				return;
			}
			this.interruptible = true;
		}
		try {
			// What is left of the interval, so that interruptions do not put the next
			// look off for ever.
			long interval = this.pollInterval.toNanos() * (this.engine.hearsOthers() ? WHEN_TOLD : 1);
			long left = interval - (System.nanoTime() - this.promisedAt);
			this.engine.awaitAvailable(this.queues, availability, Duration.ofNanos(Math.max(0, left)));
			promise();
		}
		catch (InterruptedException ex) {
			// By signal(), which wants another look at the lanes.
		}
		finally {
			synchronized (this.monitor) {
				this.interruptible = false;
				this.signalled = false;
				Thread.interrupted();
			}
		}
	}

	private void rest(Duration time, boolean wakeable) {
		long end = System.nanoTime() + time.toNanos();
		synchronized (this.monitor) {
			while (!this.stopped && !(wakeable && this.signalled) && System.nanoTime() < end) {
				try {
					this.monitor.wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
				}
				catch (InterruptedException ex) {
					// Not from here: signal() interrupts only a wait for jobs.
				}
			}
			this.signalled = false;
		}
	}

	private void promise() {
		this.promisedAt = System.nanoTime();
		this.lanes.forEach(Lane::promise);
	}

	/** Where claimed jobs go. */
	interface Intake {

		/**
		 * Whether too many outcomes wait to be written.
		 * @return whether to claim nothing
		 */
		boolean full();

		/**
		 * Sees to the jobs of a lane that wait in vain.
		 * @param lane the lane
		 */
		void sort(Lane lane);

		/**
		 * Takes claimed jobs.
		 * @param lane the lane that has room for them
		 * @param jobs the jobs
		 * @param tooLate whether they are to be handed back at once
		 */
		void take(Lane lane, List<Job> jobs, boolean tooLate);

	}

}
