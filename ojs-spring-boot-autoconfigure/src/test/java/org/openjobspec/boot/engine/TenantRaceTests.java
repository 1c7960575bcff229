package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.Pool;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tenants and pools on several nodes at once; three engines stand for three nodes.
 */
class TenantRaceTests {

	private static final int NODES = 3;

	private static final List<String> TENANTS = List.of("a", "b", "c");

	private static final List<EngineFixture> nodes = new ArrayList<>();

	private static ExecutorService threads;

	@BeforeAll
	static void start() {
		TestDatabase.Database database = TestDatabase.fresh();
		for (int i = 0; i < NODES; i++) {
			EngineFixture node = new EngineFixture(database, EngineFixture.QUICK);
			nodes.add(node);
			node.engine().start();
		}
		threads = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		nodes.forEach(EngineFixture::close);
		nodes.clear();
	}

	@BeforeEach
	void reset() {
		nodes.forEach(EngineFixture::reset);
	}

	private static String meta(String tenant) {
		return "{\"tenant_id\":\"" + tenant + "\"}";
	}

	private static <T> List<T> inParallel(Collection<? extends Callable<T>> tasks) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(tasks.size());
		List<Future<T>> futures = new ArrayList<>();
		for (Callable<T> task : tasks) {
			futures.add(threads.submit(() -> {
				barrier.await(30, TimeUnit.SECONDS);
				return task.call();
			}));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(60, TimeUnit.SECONDS));
		}
		return results;
	}

	/**
	 * Each job fails once and is handed back once, so that it goes through the statements
	 * that put it back while others fetch.
	 */
	@RepeatedTest(3)
	void tenantsOnThreeNodesFinishEachJobOfTheirsOnceAndNeverSeeAnothers() throws Exception {
		int each = 60;
		List<JobRequest> requests = new ArrayList<>();
		for (int i = 0; i < each; i++) {
			TENANTS.forEach((tenant) -> requests.add(JobRequest.of("t.a")
				.meta(meta(tenant))
				.retry((policy) -> policy.withMaxAttempts(5)
					.withIntervals(Duration.ofMillis(1), Duration.ofMillis(1))
					.withJitter(false))
				.build()));
			requests.add(JobRequest.of("t.nobody").build());
		}
		nodes.get(0).engine().enqueue(requests);
		Queue<UUID> finished = new ConcurrentLinkedQueue<>();
		Map<String, AtomicInteger> left = TENANTS.stream()
			.collect(Collectors.toMap((tenant) -> tenant, (tenant) -> new AtomicInteger(each)));
		List<Callable<Boolean>> workers = new ArrayList<>();
		for (int node = 0; node < NODES; node++) {
			JobEngine engine = nodes.get(node).engine();
			for (String tenant : TENANTS) {
				String worker = "w-" + node + tenant;
				workers.add(() -> work(engine, tenant, worker, left.get(tenant), finished));
			}
		}
		assertThat(inParallel(workers)).containsOnly(true);
		assertThat(finished).hasSize(each * TENANTS.size()).doesNotHaveDuplicates();
		assertThat(nodes.get(1).engine().queueStats("default").available()).isEqualTo(each);
	}

	private static boolean work(JobEngine engine, String tenant, String worker, AtomicInteger left,
			Queue<UUID> finished) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
		while (left.get() > 0 && System.nanoTime() < deadline) {
			FetchRequest request = new FetchRequest(List.of("default"), null, 3, worker, null, false, tenant);
			for (Job job : engine.fetch(request)) {
				assertThat(job.meta()).contains("\"" + tenant + "\"");
				if (job.attempt() == 1) {
					assertThat(engine.fail(job, FailureReport.of(JobError.of("boom", "it failed", null)))).isTrue();
				}
				else {
					assertThat(engine.complete(List.of(Completion.of(job, worker, null)))).hasSize(1);
					finished.add(job.id());
					left.decrementAndGet();
				}
			}
		}
		return left.get() == 0;
	}

	@RepeatedTest(3)
	void ofManyEnqueuesOfOneKeyExactlyOneWinsPerTenant() throws Exception {
		List<Callable<UUID>> producers = new ArrayList<>();
		for (int i = 0; i < 24; i++) {
			JobEngine engine = nodes.get(i % NODES).engine();
			String tenant = TENANTS.get(i / NODES % TENANTS.size());
			JobRequest request = JobRequest.of("t.unique")
				.meta(meta(tenant))
				.unique(UniquePolicy.by().withOnConflict(OnConflict.IGNORE))
				.build();
			producers.add(() -> engine.enqueue(List.of(request)).get(0).job().id());
		}
		assertThat(inParallel(producers)).doesNotContainNull();
		for (String tenant : TENANTS) {
			assertThat(nodes.get(0)
				.engine()
				.fetch(new FetchRequest(List.of("default"), null, 100, "w1", null, false, tenant))).hasSize(1);
		}
		assertThat(nodes.get(0).fetch(100)).isEmpty();
	}

	/**
	 * On each node as many jobs are fetched as make whole rounds of its turns, by several
	 * threads and in portions of different sizes.
	 */
	@RepeatedTest(5)
	void nodesThatFetchFromOnePoolTogetherGiveEachQueueExactlyItsShare() throws Exception {
		Map<String, Integer> weights = new LinkedHashMap<>();
		weights.put("qa", 3);
		weights.put("qb", 2);
		weights.put("qc", 1);
		Pool pool = new Pool("main", Pool.Strategy.WEIGHTED, weights);
		nodes.get(0).engine().pools().put(pool);
		weights.keySet()
			.forEach((queue) -> nodes.get(0)
				.engine()
				.enqueue(IntStream.range(0, 400).mapToObj((i) -> JobRequest.of("t.a").queue(queue).build()).toList()));
		Queue<Job> fetched = new ConcurrentLinkedQueue<>();
		List<Callable<Boolean>> workers = new ArrayList<>();
		for (int i = 0; i < NODES * 3; i++) {
			JobEngine engine = nodes.get(i % NODES).engine();
			String worker = "w" + i;
			workers.add(() -> {
				for (int portion : new int[] { 1, 7, 2, 10, 4, 1, 11, 3, 5, 6, 9, 1 }) {
					List<Job> jobs = engine.pools()
						.fetch(pool, new FetchRequest(List.of("ignored"), null, portion, worker, null, false));
					assertThat(jobs).hasSize(portion);
					fetched.addAll(jobs);
				}
				return true;
			});
		}
		inParallel(workers);
		assertThat(fetched).extracting(Job::id).hasSize(540).doesNotHaveDuplicates();
		assertThat(fetched.stream().collect(Collectors.groupingBy(Job::queue, Collectors.counting())))
			.isEqualTo(Map.of("qa", 270L, "qb", 180L, "qc", 90L));
	}

}
