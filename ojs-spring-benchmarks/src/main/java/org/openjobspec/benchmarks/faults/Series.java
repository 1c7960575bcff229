package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.openjobspec.benchmarks.faults.Verdict.Happened;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * Faults under load on a cluster of their own, and the judgement afterwards.
 */
final class Series {

	private static final Duration WARM_UP = Duration.ofSeconds(90);

	private static final double WARM = 0.7;

	private static final Duration DRAIN = Duration.ofSeconds(60);

	private static final int SHOWN = 20;

	private final String title;

	private final Settings settings;

	private final List<Violation> violations = new ArrayList<>();

	private final List<Happened> happened = new ArrayList<>();

	Series(String title, Settings settings) {
		this.title = title;
		this.settings = settings;
	}

	/** Lets one fault happen as often as the settings say. */
	Verdict repeat(Fault fault) throws Exception {
		return run(fault.needsStandby(), false, (cluster, memory) -> {
			Random random = random();
			for (int i = 1; i <= this.settings.times(); i++) {
				happen(fault, cluster, random);
				Pause.of(Duration.ofMillis(500 + random.nextInt(1500)));
			}
		});
	}

	/**
	 * Lets faults happen at random moments for some time, in a random order in which each
	 * has its turn before any comes again.
	 */
	Verdict soak(List<Fault> faults, Duration length) throws Exception {
		return run(true, true, (cluster, memory) -> {
			memory.follow(cluster, Duration.ofMinutes(1));
			Random random = random();
			Instant end = Instant.now().plus(length);
			List<Fault> turns = new ArrayList<>();
			while (Instant.now().isBefore(end)) {
				if (turns.isEmpty()) {
					turns.addAll(faults);
				}
				Fault fault = turns.remove(random.nextInt(turns.size()));
				try {
					happen(fault, cluster, random);
				}
				catch (Exception ex) {
					// What the hour has shown until now is to be judged all the same.
					this.violations.add(Violation.of(Rule.RECOVERY,
							"%s could not happen, and the soak ended there: %s".formatted(fault.name(), ex)));
					break;
				}
				Pause.of(Duration.ofMillis(1000 + random.nextInt(5000)));
			}
		});
	}

	private Random random() {
		return new Random(this.settings.seed() * 31 + this.title.hashCode());
	}

	private void happen(Fault fault, Cluster cluster, Random random) throws Exception {
		int time = this.happened.size() + 1;
		restartFallen(cluster);
		RecoveryWatch watch = new RecoveryWatch(cluster);
		fault.happen(cluster, random, watch);
		Optional<Duration> recovery = watch.await();
		String took = recovery.map((duration) -> "%.1f s".formatted(duration.toMillis() / 1000.0)).orElse("never");
		this.settings.log("%s, time %d of %s: %.0f jobs/s before, recovered after %s".formatted(fault.name(), time,
				this.title, watch.usual(), took));
		this.happened.add(new Happened(fault.name(), recovery.orElse(null)));
		if (recovery.isEmpty() || recovery.get().compareTo(this.settings.recoveryLimit()) > 0) {
			this.violations.add(Violation.of(Rule.RECOVERY, "%s, time %d: work went on after %s, the limit is %s"
				.formatted(fault.name(), time, took, this.settings.recoveryLimit())));
		}
		if (!Pause.until(Duration.ofSeconds(30), () -> cluster.nodes().stream().allMatch(NodeProcess::answers))) {
			this.violations
				.add(Violation.of(Rule.RECOVERY, "%s, time %d: a node does not answer".formatted(fault.name(), time)));
		}
	}

	private void warmUp(Cluster cluster) {
		boolean warm = Pause.until(WARM_UP, () -> RecoveryWatch.rate(cluster) >= this.settings.rate() * WARM);
		if (!warm) {
			this.settings.log("The nodes do not keep up with the load: %.0f of %.0f jobs/s"
				.formatted(RecoveryWatch.rate(cluster), this.settings.rate()));
		}
	}

	private void restartFallen(Cluster cluster) {
		for (NodeProcess node : cluster.nodes()) {
			if (!node.isAlive()) {
				if (this.settings.sabotage() != null) {
					throw new IllegalStateException(
							"%s has ended; its log says which statement could not be broken".formatted(node.name()));
				}
				this.violations.add(Violation.of(Rule.RECOVERY, node.name() + " has ended by itself"));
				node.launch();
				node.awaitReady();
			}
		}
	}

	private Verdict run(boolean standby, boolean oneStays, Scene scene) throws Exception {
		Files.createDirectories(this.settings.directory());
		this.settings.log("%s: starting %d nodes".formatted(this.title, this.settings.nodes()));
		try (Cluster cluster = new Cluster(this.settings, standby, oneStays);
				Ledger ledger = new Ledger(this.settings.directory().resolve("ledger.csv"));
				Memory memory = new Memory();
				Feed feed = new Feed(cluster, (alarm) -> this.settings.log("VIOLATION: " + alarm));
				Load load = new Load(cluster, ledger)) {
			cluster.start();
			feed.start();
			load.start();
			warmUp(cluster);
			scene.play(cluster, memory);
			requireSabotaged(cluster);
			load.stopProducing();
			drain(cluster);
			load.close();
			Verdict verdict = judge(cluster, ledger, load, feed, memory);
			show(verdict);
			return verdict;
		}
	}

	private void requireSabotaged(Cluster cluster) throws IOException {
		Sabotage sabotage = this.settings.sabotage();
		if (sabotage == null) {
			return;
		}
		int nodes = 0;
		for (NodeProcess node : cluster.nodes()) {
			boolean broken = Http.get(node.port(), "/harness/info").body().path("broken").asInt() > 0;
			nodes += broken ? 1 : 0;
			if (!broken && sabotage.onEveryNode()) {
				throw new IllegalStateException("No statement of %s was broken by '%s'; it runs none that looks "
					.formatted(node.name(), sabotage.label()) + "as expected");
			}
		}
		if (nodes == 0) {
			throw new IllegalStateException(
					"No statement was broken by '%s'; none looks as expected".formatted(sabotage.label()));
		}
	}

	private void drain(Cluster cluster) {
		boolean drained = Pause.until(this.settings.recoveryLimit().plus(DRAIN),
				() -> cluster.jdbc()
					.sql("SELECT (SELECT count(*) FROM ojs.ready) + (SELECT count(*) FROM ojs.waiting)")
					.query(Integer.class)
					.single() == 0);
		if (!drained) {
			this.settings.log("Not everything is done in time");
		}
		// The last runs are written down a moment after their jobs have ended.
		Pause.of(Duration.ofSeconds(1));
	}

	private Verdict judge(Cluster cluster, Ledger ledger, Load load, Feed feed, Memory memory) {
		cluster.collectStalls();
		Checker checker = new Checker(cluster.disturbances(), cluster.settings().heartbeatTimeout());
		checker.add(feed.finish());
		WorkloadCheck workload = new WorkloadCheck(cluster, ledger, load);
		workload.prepare();
		HistoryReader reader = new HistoryReader(cluster, ledger);
		reader.read((history) -> {
			checker.check(history);
			workload.add(history);
		});
		checker.add(workload.check());
		checker.add(OrderCheck.check(ledger.all(), load.deliveries(), reader.firstClaims()));
		checker.add(ledger.violations());
		checker.add(memory.violations());
		checker.add(this.violations);
		return new Verdict(this.title, List.copyOf(this.happened), checker.jobs(), ledger.acknowledged(),
				ledger.unanswered(), ledger.rolledBack(), checker.runs(), checker.repeated(), checker.refused(),
				List.copyOf(checker.violations()), memory.samples(), cluster.disturbances().unplanned(),
				workload.counts());
	}

	private void show(Verdict verdict) {
		Map<Rule, Integer> counts = new LinkedHashMap<>();
		StringBuilder text = new StringBuilder();
		for (Violation violation : verdict.violations()) {
			text.append(violation.rule())
				.append(' ')
				.append((violation.job() != null) ? violation.job() : "")
				.append('\n');
			text.append("  ").append(violation.what()).append('\n');
			violation.history().forEach((line) -> text.append("    ").append(line).append('\n'));
			if (counts.merge(violation.rule(), 1, Integer::sum) == SHOWN) {
				this.settings.log("More violations of the rule %s are in the file".formatted(violation.rule()));
			}
			if (counts.getOrDefault(violation.rule(), 0) < SHOWN) {
				this.settings.log("VIOLATION %s %s: %s".formatted(violation.rule(), violation.job(), violation.what()));
			}
		}
		Path file = this.settings.directory().resolve("violations.txt");
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.settings.log("%s: %d jobs, %d runs, %d violations".formatted(this.title, verdict.jobs(), verdict.runs(),
				verdict.violations().size()));
	}

	/** What happens between the start of the load and its end. */
	private interface Scene {

		void play(Cluster cluster, Memory memory) throws Exception;

	}

}
