package org.openjobspec.boot.worker;

import java.time.Instant;
import java.util.Optional;

import org.openjobspec.boot.job.Job;
import org.slf4j.Logger;

/**
 * What a handler may know of the attempt that it runs in. Safe for concurrent use.
 */
public interface JobContext {

	/**
	 * The job as it was when this attempt started.
	 * @return the job; its error history holds the latest failure only
	 */
	Job job();

	/**
	 * Which attempt this is.
	 * @return the number, from 1
	 */
	int attempt();

	/**
	 * When this attempt's time is over, by this machine's clock.
	 * @return the start of the handler plus the job's timeout
	 */
	Instant deadline();

	/**
	 * Whether the outcome of this attempt has ceased to matter: the job was cancelled,
	 * its time is over, the worker shuts down, or the lease was lost. The thread is
	 * interrupted as well; a handler that works on another thread should look here now
	 * and then.
	 * @return whether to stop
	 */
	boolean isCancelled();

	/**
	 * What an earlier step of the workflow has resulted in (ojs-workflows 7): for a step
	 * of a chain the steps before it, for a callback the jobs of its batch, in order. All
	 * of it is in {@link Job#parentResults()}.
	 * @param index which one, from 0
	 * @param type the type of the result
	 * @param <T> the type of the result
	 * @return the result; nothing if there is no such step, or it has no result
	 */
	<T> Optional<T> parentResult(int index, Class<T> type);

	/**
	 * Extends the lease now, outside of the current transaction. Never needed to keep it:
	 * the worker sends heartbeats every few seconds for every job that it holds. Useful
	 * before a step that must not run twice.
	 * @return whether the lease is still held, as far as is known; {@code true} when the
	 * database gives no answer within five seconds
	 */
	boolean heartbeat();

	/**
	 * Tells how far this attempt has come, for whoever looks at the job. Costs nothing to
	 * call in a loop: written in the background, at most once per second and in the end
	 * once more, outside of the current transaction. Never fails and never waits; what
	 * cannot be written is lost. The next attempt starts without progress.
	 * @param value from 0 to 1; less than this attempt has told before does not count
	 */
	void progress(double value);

	/**
	 * Tells how far this attempt has come, as {@link #progress(double)}, and what it is
	 * doing.
	 * @param value from 0 to 1
	 * @param message for people; cut after 1000 characters
	 */
	void progress(double value, String message);

	/**
	 * Saves what a later attempt needs to go on from here, in place of what was saved
	 * before. Part of the current transaction, if there is one: what was written in it
	 * and how far it came are committed together, or not at all. A transactional
	 * handler's checkpoint therefore is of no use; let it commit in steps.
	 * @param state a value that the application's Jackson writes, at most 1 MiB of JSON
	 * @throws IllegalArgumentException if it cannot be written
	 * @throws org.openjobspec.boot.job.InvalidRequestException if it is too large
	 * @throws org.openjobspec.boot.job.ConflictException if this attempt is over, since
	 * the job was cancelled, timed out or given to another attempt
	 */
	void checkpoint(Object state);

	/**
	 * Reads what this attempt or an earlier one has saved.
	 * @param type the type of the value
	 * @param <T> the type of the value
	 * @return the value; nothing if nothing was saved
	 * @throws IllegalStateException if what was saved does not fit the type
	 */
	<T> Optional<T> checkpoint(Class<T> type);

	/**
	 * The logger of this job's type, {@code org.openjobspec.boot.job.<type>}. While a
	 * handler runs, every logger's MDC has {@code ojs.job_id}, {@code ojs.job_type},
	 * {@code ojs.queue} and {@code ojs.attempt}.
	 * @return the logger
	 */
	Logger log();

}
