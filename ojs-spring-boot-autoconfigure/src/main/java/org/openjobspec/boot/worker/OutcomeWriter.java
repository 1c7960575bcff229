package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.openjobspec.boot.engine.Completion;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes how attempts ended, on one thread: while one batch is being written the next one
 * gathers. Tries for as long as the database is away.
 */
final class OutcomeWriter implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private static final String PART = "write the outcomes of jobs";

	private static final int MAX_BATCH = 1000;

	private final JobEngine engine;

	private final Outages outages;

	private final Consumer<HeldJob> written;

	private final Backoff backoff = new Backoff();

	private final Deque<Entry> incoming = new ArrayDeque<>();

	private final List<Entry> completed = new ArrayList<>();

	private final List<Entry> failed = new ArrayList<>();

	private final List<Entry> returned = new ArrayList<>();

	private int unwritten;

	private boolean closed;

	private boolean repeated;

	private boolean oneByOne;

	OutcomeWriter(JobEngine engine, Outages outages, Consumer<HeldJob> written) {
		this.engine = engine;
		this.outages = outages;
		this.written = written;
	}

	synchronized void add(HeldJob held, Ending ending) {
		this.incoming.add(new Entry(held, ending));
		this.unwritten++;
		notifyAll();
	}

	synchronized int unwritten() {
		return this.unwritten;
	}

	/**
	 * Waits until everything is written.
	 * @param timeout how long at most
	 * @return whether it is
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	synchronized boolean awaitWritten(Duration timeout) throws InterruptedException {
		long end = System.nanoTime() + timeout.toNanos();
		while (this.unwritten > 0) {
			long left = (end - System.nanoTime()) / 1_000_000;
			if (left <= 0) {
				return false;
			}
			wait(left);
		}
		return true;
	}

	/**
	 * Writes everything on the current thread, instead of {@link #run()} on one of its
	 * own. What the database refuses is the caller's to know.
	 * @throws InterruptedException if the current thread is interrupted
	 */
	void writeNow() throws InterruptedException {
		while (unwritten() > 0 && gather()) {
			complete();
			fail();
			giveBack();
		}
	}

	/** Ends the thread once everything is written, or at the next failure. */
	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	@Override
	public void run() {
		while (true) {
			try {
				if (!gather()) {
					return;
				}
				complete();
				this.repeated = false;
				fail();
				giveBack();
				this.outages.succeeded(PART);
				this.backoff.reset();
			}
			catch (Throwable ex) {
				this.repeated = true;
				this.outages.failed(PART, ex);
				if (!pause()) {
					return;
				}
			}
		}
	}

	private synchronized boolean gather() throws InterruptedException {
		int size = this.completed.size() + this.failed.size() + this.returned.size();
		while (size == 0 && this.incoming.isEmpty()) {
			if (this.closed) {
				return false;
			}
			wait();
		}
		Set<UUID> gathered = new HashSet<>();
		Stream.of(this.completed, this.failed, this.returned)
			.flatMap(List::stream)
			.map(Entry::id)
			.forEach(gathered::add);
		for (; size < MAX_BATCH && !this.incoming.isEmpty(); size++) {
			// A job whose claim was undone and made again may be here twice. One
			// statement takes each job once.
			if (!gathered.add(this.incoming.element().id())) {
				break;
			}
			Entry entry = this.incoming.remove();
			if (entry.ending() instanceof Ending.Completed) {
				this.completed.add(entry);
			}
			else if (entry.ending() instanceof Ending.Failed) {
				this.failed.add(entry);
			}
			else {
				this.returned.add(entry);
			}
		}
		return true;
	}

	private synchronized boolean pause() {
		long end = System.nanoTime() + this.backoff.next().toNanos();
		while (!this.closed && System.nanoTime() < end) {
			try {
				wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
			}
			catch (InterruptedException ex) {
				// Nobody interrupts this thread for a reason; it ends through close().
			}
		}
		return !this.closed;
	}

	private void complete() {
		while (!this.completed.isEmpty()) {
			List<Entry> part = this.oneByOne ? this.completed.subList(0, 1) : this.completed;
			try {
				Set<UUID> accepted = this.engine.complete(part.stream().map(this::completion).toList());
				for (Entry entry : part) {
					if (!accepted.contains(entry.id()) && !(this.repeated && completedBefore(entry))) {
						lost(entry);
					}
				}
				done(part);
			}
			catch (RuntimeException ex) {
				if (Outages.isOutage(ex)) {
					throw ex;
				}
				if (part.size() == 1) {
					refused(part.remove(0), ex);
				}
				this.oneByOne = true;
			}
		}
		this.oneByOne = false;
	}

	private Completion completion(Entry entry) {
		Job job = entry.held().job();
		String result = (entry.ending() instanceof Ending.Completed completion) ? completion.result() : null;
		return Completion.of(job, entry.held().worker(), result);
	}

	// A commit whose answer was lost with the connection has happened all the same.
	private boolean completedBefore(Entry entry) {
		return this.engine.find(entry.id())
			.filter((job) -> job.state() == JobState.COMPLETED && job.attempt() == entry.held().attempt())
			.isPresent();
	}

	private void refused(Entry entry, RuntimeException ex) {
		logger.error("The completion of {} was refused; the attempt fails", entry.held(), Redaction.trace(ex));
		this.failed
			.add(new Entry(entry.held(),
					new Ending.Failed(FailureReport.of(JobError.of("invalid_result",
							"The handler succeeded, but its completion was refused: " + ex.getMessage(), false)),
							Outcome.FAILED)));
	}

	private void fail() {
		while (!this.failed.isEmpty()) {
			Entry entry = this.failed.get(0);
			FailureReport report = ((Ending.Failed) entry.ending()).report();
			try {
				if (!fail(entry, report)) {
					lost(entry);
				}
			}
			catch (RuntimeException ex) {
				if (Outages.isOutage(ex)) {
					throw ex;
				}
				logger.error("The failure of {} was refused; the server ends the attempt at its timeout", entry.held(),
						Redaction.trace(ex));
			}
			done(this.failed.subList(0, 1));
		}
	}

	private boolean fail(Entry entry, FailureReport report) {
		try {
			return this.engine.fail(entry.held().job(), report);
		}
		catch (RuntimeException ex) {
			if (Outages.isOutage(ex)) {
				throw ex;
			}
			logger.warn("The failure of {} was refused; it is reported without its details", entry.held(),
					Redaction.trace(ex));
			JobError error = JobError.of(report.error().code(), "The details of this failure could not be stored",
					report.error().retryable());
			return this.engine.fail(entry.held().job(),
					new FailureReport(error, report.verdict(), report.retryAfter()));
		}
	}

	private void giveBack() {
		if (this.returned.isEmpty()) {
			return;
		}
		try {
			this.engine.release(this.returned.stream().map((entry) -> entry.held().job()).toList());
		}
		catch (RuntimeException ex) {
			if (Outages.isOutage(ex)) {
				throw ex;
			}
			logger.error("Handing back {} jobs was refused; the server does it at their timeout", this.returned.size(),
					Redaction.trace(ex));
		}
		done(this.returned);
	}

	private void lost(Entry entry) {
		logger.warn("The outcome of {} is void ({}): it was no longer held by this worker, because it was cancelled, "
				+ "timed out or given to another attempt", entry.held(), entry.ending().outcome());
	}

	private void done(List<Entry> entries) {
		entries.forEach((entry) -> this.written.accept(entry.held()));
		int count = entries.size();
		entries.clear();
		synchronized (this) {
			this.unwritten -= count;
			notifyAll();
		}
	}

	private record Entry(HeldJob held, Ending ending) {

		private UUID id() {
			return this.held.job().id();
		}

	}

}
