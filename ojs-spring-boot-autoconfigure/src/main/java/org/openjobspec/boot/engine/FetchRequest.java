package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A worker asks for jobs (ojs-core 7.2).
 *
 * @param queues where to look, in this order
 * @param types only jobs of these types; {@code null} for any
 * @param count how many jobs at most
 * @param worker the worker's id; empty when it gave none
 * @param visibilityTimeout how long the jobs stay with the worker unless it heartbeats;
 * {@code null} for each job's own or the server's default
 * @param embedded whether the worker runs in this application: then its jobs stay with it
 * for as long as it heartbeats
 * @param tenant only jobs of this tenant; {@code null} for all
 */
public record FetchRequest(List<String> queues, @Nullable Set<String> types, int count, String worker,
		@Nullable Duration visibilityTimeout, boolean embedded, @Nullable String tenant) {

	/**
	 * Asks for jobs, whosever they are.
	 * @param queues where to look, in this order
	 * @param types only jobs of these types; {@code null} for any
	 * @param count how many jobs at most
	 * @param worker the worker's id; empty when it gave none
	 * @param visibilityTimeout how long the jobs stay with the worker; {@code null} for
	 * each job's own or the server's default
	 * @param embedded whether the worker runs in this application
	 */
	public FetchRequest(List<String> queues, @Nullable Set<String> types, int count, String worker,
			@Nullable Duration visibilityTimeout, boolean embedded) {
		this(queues, types, count, worker, visibilityTimeout, embedded, null);
	}

	/** The same of other queues. */
	FetchRequest from(List<String> others, int number) {
		return new FetchRequest(others, this.types, number, this.worker, this.visibilityTimeout, this.embedded,
				this.tenant);
	}

}
