package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.openjobspec.boot.SharedFixture;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Four engines on one database, which stand for four nodes, and threads that use them at
 * once.
 */
final class ClusterFixture implements SharedFixture {

	static final int NODES = 4;

	private static final long PATIENCE = 120;

	private final List<EngineFixture> nodes = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	ClusterFixture(TestDatabase.Database database, EngineSettings settings) {
		for (int i = 0; i < NODES; i++) {
			this.nodes.add(new EngineFixture(database, settings));
		}
	}

	static ClusterFixture started() {
		ClusterFixture cluster = new ClusterFixture(TestDatabase.fresh(), EngineFixture.QUICK);
		cluster.start();
		return cluster;
	}

	void start() {
		this.nodes.forEach((node) -> node.engine().start());
	}

	void stop() {
		this.nodes.forEach((node) -> node.engine().stop());
	}

	List<EngineFixture> nodes() {
		return this.nodes;
	}

	/** Any number is one of the nodes, so that threads can be dealt out to them. */
	EngineFixture node(int number) {
		return this.nodes.get(number % NODES);
	}

	JobEngine engine(int number) {
		return node(number).engine();
	}

	TransactionTemplate transaction(int number) {
		return new TransactionTemplate(new JdbcTransactionManager(node(number).dataSource()));
	}

	JdbcClient sql() {
		return this.nodes.get(0).sql();
	}

	long count(String from) {
		return sql().sql("SELECT count(*) FROM " + from).query(Long.class).single();
	}

	<T> Future<T> submit(Callable<T> work) {
		return this.threads.submit(work);
	}

	/**
	 * Lets threads begin at the same moment.
	 * @param count how many; each is told its number
	 * @return what each has returned
	 */
	<T> List<T> inParallel(int count, ThreadWork<T> work) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(count);
		List<Future<T>> futures = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int thread = i;
			futures.add(submit(() -> {
				barrier.await(PATIENCE, TimeUnit.SECONDS);
				return work.run(thread);
			}));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(PATIENCE, TimeUnit.SECONDS));
		}
		return results;
	}

	/**
	 * Runs jobs on all nodes, two threads each, until so many are completed.
	 * @param total how many
	 * @param batch how many a thread takes at once
	 * @param millis how long it holds them
	 */
	void work(int total, int batch, long millis, String... queues) throws Exception {
		AtomicInteger done = new AtomicInteger();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE / 2);
		inParallel(2 * NODES, (thread) -> {
			while (done.get() < total && System.nanoTime() - end < 0) {
				List<Job> jobs = node(thread).fetch(batch, queues);
				if (!jobs.isEmpty()) {
					Thread.sleep(millis);
					done.addAndGet(complete(thread, jobs));
				}
			}
			return done.get();
		});
	}

	int complete(int number, List<Job> jobs) {
		return engine(number).complete(jobs.stream().map((job) -> Completion.of(job, "w1", null)).toList()).size();
	}

	@Override
	public void reset() {
		this.nodes.forEach(EngineFixture::reset);
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.nodes.forEach(EngineFixture::close);
	}

	@FunctionalInterface
	interface ThreadWork<T> {

		T run(int thread) throws Exception;

	}

}
