package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.openjobspec.benchmarks.faults.Verdict.Happened;
import org.openjobspec.benchmarks.faults.Verdict.Workload;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * How verdicts read.
 */
final class FaultsReport {

	private static final List<String> HEADER = List.of("Fault", "Times", "Jobs", "Acknowledged", "Lost", "Double",
			"Order", "Lease", "Other violations", "Runs", "Re-executions", "Refused late completions",
			"Recovery median", "Recovery max");

	private static final List<String> WORKLOAD = List.of("Fault", "Ticks", "Of them for missed ones", "Latest tick",
			"Workflows", "Their jobs", "Unique jobs asked for", "Of them stored", "Tick", "Workflow", "Unique");

	private static final int SHOWN = 50;

	private FaultsReport() {
	}

	static Section series(List<Verdict> verdicts, Settings settings) {
		Section section = new Section("Faults");
		section.text("Each fault happens under load, on a cluster of its own. Jobs are all that were stored; "
				+ "acknowledged are those whose producer was told so. Re-executions follow an execution that did not "
				+ "count, and each is explained by its node's having died or stalled, by a database that was away, or, "
				+ "for remote workers, by any node that did not answer between claim and repetition while their report "
				+ "was not heard; or it would be listed as a violation. Refused late completions are handlers that "
				+ "succeeded after their attempt had been taken from them; those of remote workers that are late by intention are among "
				+ "them. Recovery is the time until jobs of the victim run again and jobs complete at their usual "
				+ "rate; the limit is " + seconds(settings.recoveryLimit()) + ".");
		section.table(HEADER, verdicts.stream().map(FaultsReport::row).toList());
		workload(section, verdicts);
		section.text("The clock is wrong for the library's own classes, which is what an agent in the node can reach; "
				+ "leases, due times and retries are decided by the database's clock. The later schema differs from "
				+ "today's by a nullable column in six tables, one more table and the version in its comment, applied "
				+ "while nodes work; nodes are then restarted one by one with `ojs.schema.management=none`. It shows "
				+ "that today's statements work on a schema that has grown, also when it grows under prepared "
				+ "statements. The nodes are all of today's library: none of an earlier one is at hand.");
		silences(section, verdicts);
		violations(section, verdicts);
		section.raw("verdicts", verdicts.stream().map(FaultsReport::raw).toList());
		return section;
	}

	static Section soak(Verdict verdict, Duration length) {
		Section section = new Section("Soak");
		section.text(
				"All faults at random moments for %d minutes, in a random order in which each has its turn before any comes again, on a primary with a synchronous standby. node-1 is never killed or restarted, so that its memory can be followed."
					.formatted(length.toMinutes()));
		section.table(HEADER, List.of(row(verdict)));
		workload(section, List.of(verdict));
		section.table(List.of("Fault", "Times", "Recovery median", "Recovery max"), kinds(verdict));
		section.text("Heap in use after a full collection, sampled every minute, in MiB:");
		section.table(List.of("Node", "Samples", "First", "Median", "Last", "Max"), memory(verdict));
		silences(section, List.of(verdict));
		violations(section, List.of(verdict));
		section.raw("verdict", raw(verdict));
		section.raw("memory",
				verdict.memory()
					.stream()
					.map((sample) -> Map.of("node", sample.node(), "since", sample.since().toString(), "at",
							sample.at().toString(), "mebibytes", sample.mebibytes()))
					.toList());
		return section;
	}

	private static List<List<String>> kinds(Verdict verdict) {
		Map<String, List<Happened>> kinds = new TreeMap<>();
		verdict.happened()
			.forEach((time) -> kinds.computeIfAbsent(time.fault(), (fault) -> new ArrayList<>()).add(time));
		List<List<String>> rows = new ArrayList<>();
		kinds.forEach((fault, times) -> {
			List<String> row = new ArrayList<>(List.of(fault, Integer.toString(times.size())));
			row.addAll(recoveries(times.stream().map(Happened::recovery).filter(Objects::nonNull).toList()));
			rows.add(row);
		});
		return rows;
	}

	private static List<String> recoveries(List<Duration> recoveries) {
		List<Double> seconds = recoveries.stream().map((time) -> time.toMillis() / 1000.0).toList();
		return seconds.isEmpty() ? List.of("-", "-")
				: List.of(Stats.decimal(Stats.median(seconds)) + " s", Stats.decimal(Collections.max(seconds)) + " s");
	}

	private static List<List<String>> memory(Verdict verdict) {
		Map<String, List<Double>> nodes = new LinkedHashMap<>();
		verdict.memory()
			.forEach((sample) -> nodes.computeIfAbsent(sample.node(), (node) -> new ArrayList<>())
				.add(sample.mebibytes()));
		List<List<String>> rows = new ArrayList<>();
		nodes.forEach((node,
				used) -> rows.add(List.of(node, Integer.toString(used.size()), Stats.decimal(used.get(0)),
						Stats.decimal(Stats.median(used)), Stats.decimal(used.get(used.size() - 1)),
						Stats.decimal(used.stream().mapToDouble(Double::doubleValue).max().orElse(0)))));
		return rows;
	}

	static Section sabotage(Map<Sabotage, List<Verdict>> verdicts) {
		Section section = new Section("Sabotage");
		section.text("The nodes' SQL is broken on its way to the database; the checker must notice.");
		List<List<String>> rows = new ArrayList<>();
		verdicts.forEach((sabotage, runs) -> {
			Map<String, Long> rules = new LinkedHashMap<>();
			runs.forEach((verdict) -> verdict.violations()
				.forEach((violation) -> rules.merge(violation.rule().label(), 1L, Long::sum)));
			rows.add(List.of(sabotage.label(), rules.isEmpty() ? "NOT NOTICED" : "caught", rules.toString()));
		});
		section.table(List.of("Broken", "Verdict", "Violations by rule"), rows);
		verdicts
			.forEach((sabotage, runs) -> section.raw(sabotage.label(), runs.stream().map(FaultsReport::raw).toList()));
		return section;
	}

	private static List<String> row(Verdict verdict) {
		long lost = verdict.count(Rule.LOST);
		long twice = verdict.count(Rule.DOUBLE_COMPLETION, Rule.EFFECT);
		long order = verdict.count(Rule.ORDER);
		long lease = verdict.count(Rule.LEASE);
		List<String> row = new ArrayList<>(List.of(verdict.title(), Integer.toString(verdict.times()),
				Stats.count((double) verdict.jobs()), Stats.count((double) verdict.acknowledged()), Long.toString(lost),
				Long.toString(twice), Long.toString(order), Long.toString(lease),
				Long.toString(verdict.violations().size() - lost - twice - order - lease),
				Stats.count((double) verdict.runs()), Stats.count((double) verdict.repeated()),
				Stats.count((double) verdict.refused())));
		row.addAll(recoveries(verdict.recoveries()));
		return row;
	}

	private static void workload(Section section, List<Verdict> verdicts) {
		section.text("Among the jobs are those of three periodic jobs, of workflows (chains, batches, graphs, some of "
				+ "which fail by intention), and unique jobs of which several at once want one of a few keys. One tick "
				+ "makes up for all that were missed while nobody could look. The last columns count violations of: one "
				+ "job per tick, and ticks on time unless something was wrong; each step once, in its order, and nothing "
				+ "else; one job at a time per key.");
		section.table(WORKLOAD, verdicts.stream().map(FaultsReport::workloadRow).toList());
	}

	private static List<String> workloadRow(Verdict verdict) {
		Workload workload = verdict.workload();
		return List.of(verdict.title(), Stats.count((double) workload.ticks()), Long.toString(workload.madeUp()),
				seconds(workload.latest()), Stats.count((double) workload.workflows()),
				Stats.count((double) workload.steps()), Stats.count((double) workload.unique()),
				Stats.count((double) workload.stored()), Long.toString(verdict.count(Rule.TICK)),
				Long.toString(verdict.count(Rule.WORKFLOW)), Long.toString(verdict.count(Rule.UNIQUE)));
	}

	// They excuse repeated executions, so the reader must know of them.
	private static void silences(Section section, List<Verdict> verdicts) {
		long count = verdicts.stream().mapToLong(Verdict::silences).sum();
		if (count > 0) {
			section.text(
					"Without anybody having planned it, the machine or a remote worker was silent for as long as a lease %d times; executions that were repeated because of that are not violations."
						.formatted(count));
		}
	}

	private static void violations(Section section, List<Verdict> verdicts) {
		long count = verdicts.stream().mapToLong((verdict) -> verdict.violations().size()).sum();
		if (count == 0) {
			section.text("Violations: none.");
			return;
		}
		section.text("Violations: %d; with the histories of their jobs in `violations.txt` beside the logs."
			.formatted(count));
		List<List<String>> rows = new ArrayList<>();
		verdicts.forEach((verdict) -> verdict.violations()
			.stream()
			.limit(SHOWN)
			.forEach((violation) -> rows.add(List.of(verdict.title(), violation.rule().label(),
					(violation.job() != null) ? violation.job().toString() : "", violation.what()))));
		section.table(List.of("Fault", "Rule", "Job", "What"), rows);
	}

	private static Map<String, Object> raw(Verdict verdict) {
		Map<String, Object> raw = new LinkedHashMap<>();
		raw.put("title", verdict.title());
		raw.put("times", verdict.times());
		raw.put("jobs", verdict.jobs());
		raw.put("acknowledged", verdict.acknowledged());
		raw.put("unanswered", verdict.unanswered());
		raw.put("rolledBack", verdict.rolledBack());
		raw.put("runs", verdict.runs());
		raw.put("reExecutions", verdict.repeated());
		raw.put("refusedLateCompletions", verdict.refused());
		raw.put("unplannedSilences", verdict.silences());
		Workload workload = verdict.workload();
		raw.put("ticks", workload.ticks());
		raw.put("ticksForMissedOnes", workload.madeUp());
		raw.put("latestTickMillis", workload.latest().toMillis());
		raw.put("workflows", workload.workflows());
		raw.put("jobsOfWorkflows", workload.steps());
		raw.put("uniqueAskedFor", workload.unique());
		raw.put("uniqueStored", workload.stored());
		raw.put("happened", verdict.happened().stream().map(FaultsReport::raw).toList());
		raw.put("violations", verdict.violations().stream().limit(SHOWN).map(FaultsReport::raw).toList());
		raw.put("violationCount", verdict.violations().size());
		return raw;
	}

	private static Map<String, Object> raw(Happened happened) {
		Duration recovery = happened.recovery();
		return Map.of("fault", happened.fault(), "recoveryMillis", (recovery != null) ? recovery.toMillis() : "never");
	}

	private static Map<String, Object> raw(Violation violation) {
		return Map.of("rule", violation.rule().label(), "job",
				(violation.job() != null) ? violation.job().toString() : "", "what", violation.what(), "history",
				violation.history());
	}

	private static String seconds(Duration duration) {
		return Stats.decimal(duration.toMillis() / 1000.0) + " s";
	}

}
