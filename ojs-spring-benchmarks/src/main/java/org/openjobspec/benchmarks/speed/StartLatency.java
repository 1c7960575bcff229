package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

import org.HdrHistogram.Histogram;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How long after its commit a job starts, on the node that has enqueued it and on
 * another.
 */
final class StartLatency implements Scenario {

	private static final int PER_SECOND = 100;

	private static final Duration ROUND = Duration.ofSeconds(20);

	private static final Duration WARM_UP = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String SAME = "same";

	private static final String OTHER = "other";

	/**
	 * Where jobs are enqueued and run.
	 *
	 * @param name for the report
	 * @param goal the p99 that is allowed, in milliseconds; 0 for none
	 * @param producer the node that enqueues
	 * @param queue the queue of the node that runs them
	 */
	private record Way(String name, double goal, ConfigurableApplicationContext producer, String queue) {
	}

	/**
	 * A round, in milliseconds.
	 *
	 * @param jobs how many jobs
	 * @param perSecond how many were enqueued per second
	 * @param beforeCommit how many had started before the producer knew of its commit
	 * @param p50 the median
	 * @param p95 95 of 100 took no longer
	 * @param p99 99 of 100 took no longer
	 * @param max the longest
	 */
	record Round(int jobs, double perSecond, int beforeCommit, double p50, double p95, double p99, double max) {
	}

	@Override
	public String name() {
		return "latency";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Database listening = bench.server().fresh("bench_latency_listen");
		Database polling = bench.server().fresh("bench_latency_poll");
		Map<String, List<Round>> rounds = new LinkedHashMap<>();
		Map<String, Double> goals = new LinkedHashMap<>();
		try (ConfigurableApplicationContext listens = producer(listening, "listen");
				ConfigurableApplicationContext polls = producer(polling, "poll");
				LinkedProcess otherListens = other(bench, listening, "listen");
				LinkedProcess otherPolls = other(bench, polling, "poll")) {
			otherListens.receive(NodeApplication.Started.class);
			otherPolls.receive(NodeApplication.Started.class);
			List<Way> ways = List.of(new Way("same node, listener", 20, listens, SAME),
					new Way("same node, poll only", 20, polls, SAME),
					new Way("other node, listener", 50, listens, OTHER),
					new Way("other node, poll only", 0, polls, OTHER));
			for (Way way : ways) {
				measure(way, jobs(bench, WARM_UP));
				goals.put(way.name(), way.goal());
			}
			for (int round = 1; round <= bench.rounds(); round++) {
				for (Way way : ways) {
					Round measured = measure(way, jobs(bench, ROUND));
					bench.log("Round %d, %s: p50 %.2f, p99 %.2f ms".formatted(round, way.name(), measured.p50(),
							measured.p99()));
					rounds.computeIfAbsent(way.name(), (name) -> new ArrayList<>()).add(measured);
				}
			}
		}
		return section(bench, rounds, goals);
	}

	private static int jobs(Bench bench, Duration full) {
		return Math.max(PER_SECOND, bench.scaled((int) (full.toSeconds() * PER_SECOND)));
	}

	private static ConfigurableApplicationContext producer(Database database, String mode) {
		return NodeApplication.start(database, "spring.main.web-application-type=none", "bench.handler=stamp",
				"bench.queue=" + SAME, "ojs.wakeup.mode=" + mode);
	}

	private static LinkedProcess other(Bench bench, Database database, String mode) {
		return LinkedProcess.start(NodeApplication.class, bench.directory().resolve("latency-" + mode + ".log"),
				List.of("-Xmx512m"), NodeApplication.arguments(database, "spring.main.web-application-type=none",
						"bench.handler=stamp", "bench.queue=" + OTHER, "ojs.wakeup.mode=" + mode));
	}

	private static Round measure(Way way, int jobs) throws InterruptedException {
		OjsTemplate template = way.producer().getBean(OjsTemplate.class);
		TransactionTemplate transaction = way.producer().getBean(TransactionTemplate.class);
		JdbcClient jdbc = way.producer().getBean(JdbcClient.class);
		Map<UUID, Long> commits = new LinkedHashMap<>();
		long finishedBefore = finished(jdbc, way.queue()).size();
		long start = System.nanoTime();
		for (int i = 0; i < jobs; i++) {
			awaitTurn(start + i * (1_000_000_000L / PER_SECOND));
			Job job = Objects.requireNonNull(transaction
				.execute((status) -> template.request(NodeApplication.TYPE).queue(way.queue()).enqueue()));
			commits.put(job.id(), NodeApplication.micros());
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		awaitFinished(jdbc, way.queue(), finishedBefore + jobs);
		return round(commits, finished(jdbc, way.queue()), jobs / seconds);
	}

	private static void awaitTurn(long at) {
		for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private static void awaitFinished(JdbcClient jdbc, String queue, long expected) throws InterruptedException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (finished(jdbc, queue).size() < expected) {
			if (System.nanoTime() - end > 0) {
				throw new IllegalStateException(
						"Jobs of the queue %s have not completed within %s".formatted(queue, PATIENCE));
			}
			Thread.sleep(200);
		}
	}

	private static Map<UUID, Long> finished(JdbcClient jdbc, String queue) {
		Map<UUID, Long> starts = new LinkedHashMap<>();
		jdbc.sql("SELECT job_id, result FROM ojs.outcome WHERE state = 4 AND attempt = 1 AND queue = ?")
			.param(queue)
			.query((row) -> {
				starts.put(row.getObject(1, UUID.class), row.getLong(2));
			});
		return starts;
	}

	private static Round round(Map<UUID, Long> commits, Map<UUID, Long> starts, double perSecond) {
		Histogram micros = new Histogram(Duration.ofMinutes(5).toNanos() / 1000, 3);
		int beforeCommit = 0;
		for (Map.Entry<UUID, Long> commit : commits.entrySet()) {
			long latency = Objects.requireNonNull(starts.get(commit.getKey())) - commit.getValue();
			if (latency < 0) {
				beforeCommit++;
			}
			micros.recordValue(Math.max(0, latency));
		}
		LoadResult.Latency latency = LoadResult.Latency.of(micros);
		return new Round(commits.size(), perSecond, beforeCommit, latency.p50(), latency.p95(), latency.p99(),
				latency.max());
	}

	private static Section section(Bench bench, Map<String, List<Round>> rounds, Map<String, Double> goals) {
		Section section = new Section("Start latency").text(("From the commit of an enqueue, taken right after the "
				+ "TransactionTemplate has returned, to the first line of the handler, in milliseconds. %d jobs per "
				+ "second at an even pace, one transaction each, %d jobs per way and round after a warm-up; the ways "
				+ "take turns. The nodes are Spring Boot applications with default settings, the other node in a "
				+ "process of its own; both read the machine's clock in microseconds. A handler may start before its "
				+ "producer hears of the commit, which counts as 0 and is told in the column before it. Medians of the "
				+ "rounds, with the smallest and the largest.")
			.formatted(PER_SECOND, jobs(bench, ROUND)));
		List<List<String>> rows = new ArrayList<>();
		rounds.forEach((way, measured) -> {
			Range p99 = range(measured, Round::p99);
			double goal = Objects.requireNonNull(goals.get(way));
			rows.add(List.of(way, range(measured, Round::p50).text(Stats::decimal),
					range(measured, Round::p95).text(Stats::decimal), p99.text(Stats::decimal),
					range(measured, Round::max).text(Stats::decimal),
					Stats.percent(measured.stream().mapToInt(Round::beforeCommit).sum()
							/ (double) measured.stream().mapToInt(Round::jobs).sum()),
					Stats.count(range(measured, Round::perSecond).median()),
					(goal > 0) ? "p99 < %.0f: %s".formatted(goal, Goal.verdict(p99.median() < goal)) : "none"));
			section.raw(way, measured);
		});
		return section.table(List.of("Way", "p50", "p95", "p99", "Longest", "Before the commit", "Jobs/s", "Goal"),
				rows);
	}

	private static Range range(List<Round> rounds, ToDoubleFunction<Round> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
