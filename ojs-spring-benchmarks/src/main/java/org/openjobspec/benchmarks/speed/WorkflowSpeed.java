package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsStep;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * What it costs that jobs are steps: a batch beside as many jobs that have nothing to do
 * with each other, and a chain beside jobs of which each is enqueued when the one before
 * it has completed.
 */
final class WorkflowSpeed implements Scenario {

	private static final List<Integer> SIZES = List.of(1_000, 10_000);

	private static final int STEPS = 200;

	private static final Duration STANDSTILL = Duration.ofMinutes(2);

	private static final String LEFT = "SELECT (SELECT count(*) FROM ojs.ready) + (SELECT count(*) FROM ojs.waiting)";

	@Override
	public String name() {
		return "workflows";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Comparison comparison = Comparison.inRounds(bench, "jobs/s", WorkflowSpeed::measure);
		Section section = new Section("Workflows")
			.text("Jobs that do nothing, worked off by one node with default settings in this process. A group has a callback "
					+ "that runs when all have ended, and which is waited for. Enqueueing is one call; a drain runs from the "
					+ "start of the worker until the database shows that nothing is left. A chain runs one job at a time, and "
					+ "beside it jobs are enqueued one at a time, each when the database shows that the one before it has "
					+ "completed, looked for without pause.");
		comparison.report(section);
		return section;
	}

	private static void measure(Bench bench, Comparison comparison) throws Exception {
		for (int size : SIZES) {
			plain(bench, comparison, bench.scaled(size));
			group(bench, comparison, bench.scaled(size));
		}
		oneByOne(bench, comparison, bench.scaled(STEPS));
		chain(bench, comparison, bench.scaled(STEPS));
	}

	private static String of(String what, int jobs) {
		return "%s, %s jobs".formatted(what, Stats.count(jobs));
	}

	private static void plain(Bench bench, Comparison comparison, int jobs) throws Exception {
		withNode(bench, (template, worker, connection, database) -> {
			List<JobRequest> requests = new ArrayList<>(jobs);
			for (int i = 0; i < jobs; i++) {
				requests.add(template.request(NodeApplication.TYPE).toRequest());
			}
			long start = System.nanoTime();
			template.enqueueAll(requests);
			comparison.add(of("Enqueue", jobs), of("Enqueue", jobs), jobs, System.nanoTime() - start);
			comparison.add(of("Drain", jobs), of("Drain", jobs), jobs, drain(worker, connection, database));
		});
	}

	private static void group(Bench bench, Comparison comparison, int jobs) throws Exception {
		withNode(bench, (template, worker, connection, database) -> {
			OjsStep[] steps = steps(template, jobs);
			long start = System.nanoTime();
			template.group(steps).onComplete(template.request(NodeApplication.TYPE)).start();
			comparison.add(of("Start a group", jobs), of("Enqueue", jobs), jobs, System.nanoTime() - start);
			comparison.add(of("Drain a group", jobs), of("Drain", jobs), jobs, drain(worker, connection, database));
			requireCompleted(connection, jobs + 1);
		});
	}

	private static void oneByOne(Bench bench, Comparison comparison, int jobs) throws Exception {
		withNode(bench, (template, worker, connection, database) -> {
			worker.start();
			long start = System.nanoTime();
			for (int i = 0; i < jobs; i++) {
				template.enqueue(NodeApplication.TYPE);
				await(connection, start);
			}
			comparison.add(of("One by one", jobs), of("One by one", jobs), jobs, System.nanoTime() - start);
		});
	}

	private static void chain(Bench bench, Comparison comparison, int jobs) throws Exception {
		withNode(bench, (template, worker, connection, database) -> {
			OjsStep[] steps = steps(template, jobs);
			worker.start();
			long start = System.nanoTime();
			template.chain(steps).start();
			await(connection, start);
			comparison.add(of("A chain", jobs), of("One by one", jobs), jobs, System.nanoTime() - start);
			requireCompleted(connection, jobs);
		});
	}

	private static OjsStep[] steps(OjsTemplate template, int jobs) {
		OjsStep[] steps = new OjsStep[jobs];
		for (int i = 0; i < jobs; i++) {
			steps[i] = template.request(NodeApplication.TYPE);
		}
		return steps;
	}

	private static long drain(OjsWorker worker, Connection connection, Database database) throws Exception {
		Settle.all(database);
		long start = System.nanoTime();
		worker.start();
		await(connection, start);
		return System.nanoTime() - start;
	}

	private static void await(Connection connection, long start) throws SQLException {
		while (Drain.count(connection, LEFT) > 0) {
			if (System.nanoTime() - start > STANDSTILL.toNanos()) {
				throw new IllegalStateException("Not everything is done within " + STANDSTILL);
			}
		}
	}

	private static void requireCompleted(Connection connection, int jobs) throws SQLException {
		Drain.check("completed jobs", jobs,
				Drain.count(connection, "SELECT count(*) FROM ojs.outcome WHERE state = 4"));
		Drain.check("completed workflows", 1,
				Drain.count(connection, "SELECT count(*) FROM ojs.workflow WHERE state = 2"));
	}

	private static void withNode(Bench bench, Part part) throws Exception {
		Database database = bench.server().fresh("ojs_workflows");
		try (ConfigurableApplicationContext node = NodeApplication.start(database,
				"spring.main.web-application-type=none", "bench.handler=noop");
				Connection connection = database.connect()) {
			OjsWorker worker = node.getBean(OjsWorker.class);
			// It has started with the application, on an empty database.
			worker.stop();
			Settle.all(database);
			part.run(node.getBean(OjsTemplate.class), worker, connection, database);
		}
	}

	/** One measurement on a node whose worker has been stopped. */
	private interface Part {

		void run(OjsTemplate template, OjsWorker worker, Connection connection, Database database) throws Exception;

	}

}
