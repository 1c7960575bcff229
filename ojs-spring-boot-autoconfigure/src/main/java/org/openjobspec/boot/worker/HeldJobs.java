package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs whose leases the worker keeps: from their claim until their outcome is
 * written.
 */
final class HeldJobs {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private final Map<UUID, HeldJob> jobs = new ConcurrentHashMap<>();

	private final JobEngine engine;

	private final OutcomeWriter writer;

	private final List<WorkerListener> listeners;

	HeldJobs(JobEngine engine, Outages outages, List<WorkerListener> listeners) {
		this.engine = engine;
		Map<UUID, HeldJob> map = this.jobs;
		this.writer = new OutcomeWriter(engine, outages, (held) -> map.remove(held.job().id(), held));
		this.listeners = listeners;
	}

	OutcomeWriter writer() {
		return this.writer;
	}

	/**
	 * Holds a job that was claimed. If an earlier execution of it is still here, it has
	 * lost its claim, and its report would not be taken: the attempt was ended by
	 * somebody else, or a crash of the server has undone the claim, whose commit was not
	 * waited for.
	 * @param held the job
	 */
	void add(HeldJob held) {
		HeldJob before = this.jobs.put(held.job().id(), held);
		if (before != null && settle(before, new Ending.Gone())) {
			before.interrupt();
			logger.warn(
					"{} was claimed again by this worker; its earlier execution no longer counts and is interrupted",
					before);
		}
	}

	void forget(HeldJob held) {
		this.jobs.remove(held.job().id(), held);
	}

	@Nullable HeldJob find(UUID id) {
		return this.jobs.get(id);
	}

	List<HeldJob> snapshot() {
		return List.copyOf(this.jobs.values());
	}

	/**
	 * Ends an attempt and has it written.
	 * @param held the job
	 * @param ending how it ends
	 * @return {@code false} if it has ended before, and then nothing happens
	 */
	boolean settle(HeldJob held, Ending ending) {
		// One step for a worker that stops: it waits until all are settled and then for
		// what the writer has, and would close a writer that has it not yet.
		synchronized (this) {
			if (!held.settle(ending.outcome())) {
				return false;
			}
			if (ending instanceof Ending.Gone) {
				forget(held);
			}
			else {
				this.writer.add(held, ending);
			}
			notifyAll();
		}
		finished(held, ending.outcome());
		return true;
	}

	/**
	 * Ends an attempt; the caller sees to the rest.
	 * @param held the job
	 * @param outcome how it ends
	 * @return {@code false} if it has ended before, and then nothing happens
	 */
	boolean settle(HeldJob held, Outcome outcome) {
		if (!held.settle(outcome)) {
			return false;
		}
		finished(held, outcome);
		synchronized (this) {
			notifyAll();
		}
		return true;
	}

	private void finished(HeldJob held, Outcome outcome) {
		Duration ran = held.ran();
		tell((listener) -> listener.finished(held.job(), outcome, ran));
	}

	/**
	 * Whether the handler may begin. The last attempt of a job is noted in the database
	 * first: should this node die, a last attempt that is not noted has not taken place,
	 * and the job is not discarded for it. Other attempts need no note, another follows
	 * them.
	 * @param held the job
	 * @return {@code false} if the attempt has been settled instead: it is no longer
	 * ours, or the database is away and the job goes back
	 */
	boolean mayBegin(HeldJob held) {
		if (held.job().attempt() < held.job().maxAttempts()) {
			return true;
		}
		try {
			if (this.engine.markStarted(held.job())) {
				return true;
			}
			logger.warn("{} is no longer held by this worker and is not started", held);
			settle(held, new Ending.Gone());
		}
		catch (RuntimeException ex) {
			logger.debug("Could not note the start of {}; it goes back to its queue", held, ex);
			held.neverRan();
			settle(held, new Ending.Returned());
		}
		return false;
	}

	void started(HeldJob held) {
		tell((listener) -> listener.started(held.job()));
	}

	private void tell(Consumer<WorkerListener> call) {
		for (WorkerListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("Worker listener {} failed", listener, ex);
			}
		}
	}

	/**
	 * Waits until every job has ended, written or not.
	 * @param timeout how long at most
	 * @return the jobs that have not
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	synchronized List<HeldJob> awaitSettled(Duration timeout) throws InterruptedException {
		long end = System.nanoTime() + timeout.toNanos();
		while (true) {
			List<HeldJob> unsettled = this.jobs.values().stream().filter((held) -> !held.settled()).toList();
			long left = (end - System.nanoTime()) / 1_000_000;
			if (unsettled.isEmpty() || left <= 0) {
				return unsettled;
			}
			wait(left);
		}
	}

}
