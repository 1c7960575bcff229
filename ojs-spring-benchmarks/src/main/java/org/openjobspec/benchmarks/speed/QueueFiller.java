package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobRequest;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Fills queues with jobs for {@link NodeApplication} and waits until they are empty.
 */
final class QueueFiller {

	private static final int BATCH = 1000;

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private QueueFiller() {
	}

	/**
	 * Enqueues jobs without arguments, a thousand in a transaction.
	 * @param template where to
	 * @param queue the queue
	 * @param jobs how many
	 */
	static void fill(OjsTemplate template, String queue, int jobs) {
		JobRequest request = JobRequest.of(NodeApplication.TYPE).queue(queue).build();
		List<JobRequest> batch = new ArrayList<>(Collections.nCopies(BATCH, request));
		for (int left = jobs; left > 0; left -= BATCH) {
			template.enqueueAll(batch.subList(0, Math.min(left, BATCH)));
		}
	}

	/**
	 * Waits until no job of a queue is available or active.
	 * @param jdbc its database, past whatever counts statements
	 * @param queue the queue
	 * @throws InterruptedException if the calling thread is interrupted
	 */
	static void awaitEmpty(JdbcClient jdbc, String queue) throws InterruptedException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (jdbc.sql("SELECT EXISTS (SELECT FROM ojs.ready WHERE queue = ?)")
			.param(queue)
			.query(Boolean.class)
			.single()) {
			if (System.nanoTime() - end > 0) {
				throw new IllegalStateException("The queue %s is not empty after %s".formatted(queue, PATIENCE));
			}
			Thread.sleep(50);
		}
	}

}
