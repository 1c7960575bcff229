package org.openjobspec.benchmarks.faults;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Requests that wait for their answers. No more than a few do: what comes while too many
 * wait is left out, so that a producer keeps its pace whatever the nodes do.
 */
final class InFlight {

	private final Executor threads;

	private final int max;

	private final Semaphore free;

	/**
	 * Nothing at first.
	 * @param threads run the requests
	 * @param max how many may wait at once
	 */
	InFlight(Executor threads, int max) {
		this.threads = threads;
		this.max = max;
		this.free = new Semaphore(max);
	}

	/** Runs a request on a thread of its own, unless too many wait. */
	void start(Runnable request) {
		if (this.free.tryAcquire()) {
			this.threads.execute(() -> {
				try {
					request.run();
				}
				finally {
					this.free.release();
				}
			});
		}
	}

	/** Whether somebody waits for an answer. */
	boolean any() {
		return this.free.availablePermits() < this.max;
	}

}
