package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueFullException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Queues that are paused and bounded while four nodes use them.
 */
@Timeout(240)
class QueueRaceTests {

	private static final int THREADS = 2 * ClusterFixture.NODES;

	@RegisterExtension
	private static final ClusterFixture cluster = ClusterFixture.started();

	private static void enqueue(int node, int jobs) {
		cluster.engine(node).enqueue(IntStream.range(0, jobs).mapToObj((i) -> JobRequest.of("t.a").build()).toList());
	}

	@Test
	void whoeverAsksAfterAPauseHasReturnedGetsNothingAndAfterTheResumptionItGoesOn() throws Exception {
		enqueue(0, 1000);
		AtomicBoolean done = new AtomicBoolean();
		AtomicInteger claimed = new AtomicInteger();
		// What is asked in one epoch and answered in the same one is known to have been
		// paused all the time where the epoch is odd.
		AtomicLong epoch = new AtomicLong();
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger wrongly = new AtomicInteger();
		Future<List<Integer>> workers = cluster.submit(() -> cluster.inParallel(THREADS, (thread) -> {
			while (!done.get()) {
				long before = epoch.get();
				List<Job> jobs = cluster.node(thread).fetch(2);
				if (before % 2 == 1 && before == epoch.get()) {
					asked.incrementAndGet();
					wrongly.addAndGet(jobs.size());
				}
				claimed.addAndGet(cluster.complete(thread, jobs));
			}
			return thread;
		}));
		for (int round = 0; round < 12; round++) {
			int before = claimed.get();
			enqueue(round, 200);
			await().atMost(Duration.ofSeconds(30)).until(() -> claimed.get() > before + 50);
			assertThat(cluster.engine(round).pause("default", true).paused()).isTrue();
			epoch.incrementAndGet();
			int seen = asked.get();
			enqueue(round + 1, 10);
			cluster.node(round + 2).enqueue("t.other", (request) -> request.queue("other"));
			assertThat(cluster.node(round + 3).fetch(1, "other")).hasSize(1);
			await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > seen + 10 * THREADS);
			epoch.incrementAndGet();
			cluster.engine(round + 1).pause("default", false);
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> cluster.count("ojs.ready WHERE queue = 'default'") == 0);
		done.set(true);
		workers.get(30, TimeUnit.SECONDS);
		assertThat(wrongly).as("jobs of a paused queue").hasValue(0);
		assertThat(claimed).hasValue(1000 + 12 * 210);
	}

	@Test
	void producersOnAllNodesExceedABoundByNoMoreThanIsSaid() throws Exception {
		int bound = 400;
		cluster.engine(0).boundQueue("default", bound);
		awaitFresh();
		AtomicInteger refused = new AtomicInteger();
		cluster.inParallel(2 * THREADS, (thread) -> {
			for (int i = 0; i < 100; i++) {
				try {
					cluster.node(thread).enqueue("t.a");
				}
				catch (QueueFullException ex) {
					refused.incrementAndGet();
				}
			}
			return thread;
		});
		long depth = cluster.count("ojs.ready");
		assertThat(refused).hasValue(2 * THREADS * 100 - (int) depth);
		assertThat(depth).isBetween((long) bound, bound + 2L * THREADS + (ClusterFixture.NODES - 1) * bound / 10L);
		awaitFresh();
		for (int node = 0; node < ClusterFixture.NODES; node++) {
			int one = node;
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> enqueue(one, 1));
		}
	}

	/** Until no node relies on what it has counted before. */
	private static void awaitFresh() {
		await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
	}

}
