package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.util.function.IntFunction;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What it costs that a job is unique, where nobody else wants its key and where all do.
 */
final class UniqueSpeed implements Scenario {

	private static final int JOBS = 10_000;

	private static final int PRODUCERS = 16;

	private static final String PLAIN = "Enqueue";

	@Override
	public String name() {
		return "unique";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Comparison comparison = Comparison.inRounds(bench, "enqueues/s", UniqueSpeed::measure);
		Section section = new Section("Unique jobs").text(
				"%s jobs that are enqueued from %d threads, each in a transaction of its own, on one node; none is worked off. Those of one key are answered with the first of them, which waits, and come one after the other: each holds the lock of the key until its commit."
					.formatted(Stats.count(bench.scaled(JOBS)), PRODUCERS));
		comparison.report(section);
		return section;
	}

	private static void measure(Bench bench, Comparison comparison) throws Exception {
		int jobs = bench.scaled(JOBS);
		UniquePolicy policy = UniquePolicy.by(UniquePolicy.Dimension.ARGS).withOnConflict(OnConflict.IGNORE);
		enqueue(bench, comparison, PLAIN, jobs, (template) -> (job) -> request(template).args(job));
		enqueue(bench, comparison, "Enqueue unique jobs, a key each", jobs,
				(template) -> (job) -> request(template).args(job).unique(policy));
		enqueue(bench, comparison, "Enqueue unique jobs, 100 keys", Math.min(100, jobs),
				(template) -> (job) -> request(template).args(job % 100).unique(policy));
		enqueue(bench, comparison, "Enqueue unique jobs, one key", 1,
				(template) -> (job) -> request(template).args(0).unique(policy));
	}

	private static OjsRequest request(OjsTemplate template) {
		return template.request(NodeApplication.TYPE);
	}

	private static void enqueue(Bench bench, Comparison comparison, String way, int stored, Requests requests)
			throws Exception {
		int jobs = bench.scaled(JOBS);
		Database database = bench.server().fresh("ojs_unique");
		try (ConfigurableApplicationContext node = NodeApplication.start(database,
				"spring.main.web-application-type=none", "ojs.worker.enabled=false");
				Connection connection = database.connect()) {
			IntFunction<OjsRequest> request = requests.from(node.getBean(OjsTemplate.class));
			TransactionTemplate transaction = new TransactionTemplate(node.getBean(PlatformTransactionManager.class));
			Settle.all(database);
			long start = System.nanoTime();
			Producers.run(jobs, PRODUCERS,
					(job) -> transaction.executeWithoutResult((status) -> request.apply(job).enqueue()));
			comparison.add(way, PLAIN, jobs, System.nanoTime() - start);
			Drain.check("jobs", stored, Drain.count(connection, "SELECT count(*) FROM ojs.job"));
		}
	}

	/** Makes requests by their numbers. */
	private interface Requests {

		IntFunction<OjsRequest> from(OjsTemplate template);

	}

}
