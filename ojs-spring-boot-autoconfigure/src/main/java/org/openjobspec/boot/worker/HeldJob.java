package org.openjobspec.boot.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.WorkerListener.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A claimed job: buffered, then running, and at some moment settled. Settling happens
 * once and decides what is written, whoever comes first: the handler's thread, the timer,
 * a cancellation or the shutdown. The thread may go on running after that.
 */
final class HeldJob implements JobContext {

	private final Job job;

	private final HandlerMethod handler;

	private final Duration timeout;

	private final Predicate<HeldJob> heartbeat;

	private final Journal journal;

	private final ProgressNote progress;

	private final long claimedAt = System.nanoTime();

	private @Nullable Thread thread;

	private @Nullable Outcome outcome;

	private boolean begun;

	private long startedAt;

	private volatile boolean cancelled;

	private volatile boolean completing;

	private volatile Instant deadline = Instant.MAX;

	HeldJob(Job job, HandlerMethod handler, Duration defaultTimeout, Predicate<HeldJob> heartbeat, Journal journal) {
		this.job = job;
		this.handler = handler;
		this.timeout = (job.options().timeout() != null) ? job.options().timeout() : defaultTimeout;
		this.heartbeat = heartbeat;
		this.journal = journal;
		this.progress = new ProgressNote(job, journal);
	}

	HandlerMethod handler() {
		return this.handler;
	}

	@Override
	public <T> Optional<T> parentResult(int index, Class<T> type) {
		return this.handler.element(this.job.parentResults(), index, type);
	}

	/**
	 * Who holds it.
	 * @return the worker's id at the time of the claim
	 */
	String worker() {
		String worker = this.job.workerId();
		return (worker != null) ? worker : "";
	}

	Duration timeout() {
		return this.timeout;
	}

	long claimedAt() {
		return this.claimedAt;
	}

	/**
	 * Starts running on the current thread.
	 * @return {@code false} if the job was settled while it was buffered
	 */
	synchronized boolean begin() {
		if (this.outcome != null) {
			return false;
		}
		this.thread = Thread.currentThread();
		this.begun = true;
		this.startedAt = System.nanoTime();
		this.deadline = Instant.now().plus(this.timeout);
		return true;
	}

	/** What was begun has not come to the handler, and its time is that of no attempt. */
	synchronized void neverRan() {
		this.begun = false;
	}

	/**
	 * Leaves the current thread. After this no interrupt meant for this job reaches it.
	 * @return how long the handler ran, in nanoseconds
	 */
	synchronized long end() {
		this.thread = null;
		// One that came at the last moment must not meet the next job on this thread.
		Thread.interrupted();
		return System.nanoTime() - this.startedAt;
	}

	synchronized boolean settle(Outcome as) {
		if (this.outcome != null) {
			return false;
		}
		this.outcome = as;
		return true;
	}

	synchronized boolean settled() {
		return this.outcome != null;
	}

	/**
	 * How the attempt has ended.
	 * @return the outcome; {@code null} while it has not
	 */
	synchronized @Nullable Outcome outcome() {
		return this.outcome;
	}

	synchronized Duration ran() {
		return this.begun ? Duration.ofNanos(System.nanoTime() - this.startedAt) : Duration.ZERO;
	}

	/** Tells the handler that its outcome has ceased to matter. */
	synchronized void interrupt() {
		this.cancelled = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	synchronized @Nullable Thread thread() {
		return this.thread;
	}

	/**
	 * Notes that the handler's transaction is completing the job, so that its absence
	 * from the server's list means success.
	 * @param value whether it is
	 */
	void completing(boolean value) {
		this.completing = value;
	}

	boolean completing() {
		return this.completing;
	}

	/** Has what the handler said last of its progress written. */
	void finishProgress() {
		this.progress.finish();
	}

	@Override
	public Job job() {
		return this.job;
	}

	@Override
	public int attempt() {
		return this.job.attempt();
	}

	@Override
	public Instant deadline() {
		return this.deadline;
	}

	@Override
	public boolean isCancelled() {
		return this.cancelled;
	}

	@Override
	public boolean heartbeat() {
		return !this.cancelled && this.heartbeat.test(this);
	}

	@Override
	public void progress(double value) {
		this.progress.say(value, null);
	}

	@Override
	public void progress(double value, String message) {
		this.progress.say(value, message);
	}

	@Override
	public void checkpoint(Object state) {
		this.journal.save(this, this.handler.checkpoint(state));
	}

	@Override
	public <T> Optional<T> checkpoint(Class<T> type) {
		return this.journal.saved(this).flatMap((json) -> this.handler.checkpoint(json, type));
	}

	@Override
	public Logger log() {
		return LoggerFactory.getLogger("org.openjobspec.boot.job." + this.job.type());
	}

	@Override
	public String toString() {
		return "job %s of type '%s' (attempt %d)".formatted(this.job.id(), this.job.type(), this.job.attempt());
	}

}
