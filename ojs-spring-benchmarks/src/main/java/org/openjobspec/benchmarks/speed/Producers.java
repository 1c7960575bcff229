package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Enqueues from many threads at once.
 */
final class Producers {

	private Producers() {
	}

	/**
	 * Enqueues jobs and waits for all of them.
	 * @param jobs how many
	 * @param threads from how many threads
	 * @param enqueue enqueues the job of that number
	 * @throws Exception if a call fails
	 */
	static void run(int jobs, int threads, Enqueue enqueue) throws Exception {
		AtomicInteger next = new AtomicInteger();
		Callable<Void> producer = () -> {
			for (int job = next.getAndIncrement(); job < jobs; job = next.getAndIncrement()) {
				enqueue.one(job);
			}
			return null;
		};
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Void>> producers = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				producers.add(executor.submit(producer));
			}
			for (Future<Void> running : producers) {
				running.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Enqueues a job.
	 */
	interface Enqueue {

		void one(int job) throws Exception;

	}

}
