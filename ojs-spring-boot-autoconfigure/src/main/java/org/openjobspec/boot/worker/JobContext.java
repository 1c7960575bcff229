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
	 * The logger of this job's type, {@code org.openjobspec.boot.job.<type>}. While a
	 * handler runs, every logger's MDC has {@code ojs.job_id}, {@code ojs.job_type},
	 * {@code ojs.queue} and {@code ojs.attempt}.
	 * @return the logger
	 */
	Logger log();

}
