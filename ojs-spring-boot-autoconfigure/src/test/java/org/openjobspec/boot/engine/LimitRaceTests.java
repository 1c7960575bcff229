package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits while four nodes claim. What has run when is read from the outcomes afterwards:
 * a moment that no sample has hit is there as well.
 */
@Timeout(240)
class LimitRaceTests {

	@RegisterExtension
	private static final ClusterFixture cluster = ClusterFixture.started();

	private static void enqueue(String type, int count, RateLimit limit) {
		List<JobRequest> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(JobRequest.of(type).rateLimit(limit).build());
		}
		cluster.engine(0).enqueue(jobs);
	}

	private static void enqueue(String type, int count) {
		List<JobRequest> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(JobRequest.of(type).build());
		}
		cluster.engine(0).enqueue(jobs);
	}

	private static int mostAtOnce(String types) {
		return cluster.sql()
			.sql("""
					WITH run AS (
					    SELECT o.started_at, o.finished_at FROM ojs.outcome o JOIN ojs.job j ON j.id = o.job_id
					    WHERE j.type LIKE :types)
					SELECT max((SELECT count(*) FROM run b WHERE b.started_at <= a.started_at AND b.finished_at > a.started_at))
					FROM run a
					""")
			.param("types", types)
			.query(Integer.class)
			.single();
	}

	/** Between a start and the one that comes so many later. */
	private static Duration shortest(int starts) {
		return Duration.ofNanos(1000 * cluster.sql().sql("""
				WITH run AS (SELECT started_at, row_number() OVER (ORDER BY started_at) AS place FROM ojs.outcome)
				SELECT (extract(epoch FROM min(b.started_at - a.started_at)) * 1000000)::int8
				FROM run a JOIN run b ON b.place = a.place + :starts
				""").param("starts", starts).query(Long.class).single());
	}

	@Test
	void neverDoMoreOfAKeyRunThanItAllows() throws Exception {
		enqueue("t.a", 200, RateLimit.concurrency("api", 3));
		cluster.work(200, 2, 2);
		assertThat(cluster.count("ojs.outcome")).isEqualTo(200);
		assertThat(mostAtOnce("%")).isBetween(2, 3);
	}

	@Test
	void neverDoMoreOfAQueueRunThanItAllowsNorOfAKeyInIt() throws Exception {
		cluster.engine(0).limitQueue("default", 4, null, null);
		enqueue("t.limited", 60, RateLimit.concurrency("api", 2));
		enqueue("t.plain", 120);
		cluster.work(180, 2, 2);
		assertThat(cluster.count("ojs.outcome")).isEqualTo(180);
		assertThat(mostAtOnce("%")).isBetween(2, 4);
		assertThat(mostAtOnce("t.limited")).isBetween(1, 2);
	}

	@Test
	void neverDoMoreOfAKeyStartWithinAnyWindowThanItAllows() throws Exception {
		Duration window = Duration.ofMillis(400);
		enqueue("t.a", 60, RateLimit.rate("api", 10, window));
		cluster.work(60, 4, 0);
		assertThat(cluster.count("ojs.outcome")).isEqualTo(60);
		assertThat(shortest(10)).isGreaterThanOrEqualTo(window);
	}

	@Test
	void neverDoMoreOfAQueueStartWithinAnyWindowThanItAllows() throws Exception {
		Duration window = Duration.ofMillis(400);
		cluster.engine(1).limitQueue("default", null, new RateLimit.Rate(10, window), null);
		enqueue("t.a", 60);
		cluster.work(60, 4, 0);
		assertThat(cluster.count("ojs.outcome")).isEqualTo(60);
		assertThat(shortest(10)).isGreaterThanOrEqualTo(window);
	}

	@Test
	void aThrottleKeepsItsDistanceOverAllNodes() throws Exception {
		RateLimit.Rate throttle = new RateLimit.Rate(20, Duration.ofSeconds(1));
		enqueue("t.a", 30, new RateLimit("api", null, null, throttle, RateLimit.OnLimit.WAIT));
		cluster.work(30, 4, 0);
		assertThat(shortest(1)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
	}

	@Test
	void whatIsStoppedIsInNobodysWay() throws Exception {
		enqueue("t.stopped", 500, RateLimit.concurrency("api", 0));
		enqueue("t.free", 200);
		cluster.work(200, 5, 0);
		assertThat(cluster.count("ojs.jobs WHERE type = 't.free' AND state = 'completed'")).isEqualTo(200);
		assertThat(cluster.count("ojs.jobs WHERE type = 't.stopped' AND state = 'available'")).isEqualTo(500);
		cluster.engine(2).overrideRateLimit("api", 1, null);
		List<Job> admitted = new ArrayList<>();
		org.awaitility.Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> admitted.addAll(cluster.node(3).fetch(10)));
		assertThat(admitted).extracting(Job::type).containsExactly("t.stopped");
	}

}
