package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * What a run has shown.
 *
 * @param title what happened
 * @param happened each time that it did
 * @param jobs how many jobs there were
 * @param acknowledged how many of them were acknowledged
 * @param unanswered how many enqueues were never answered
 * @param rolledBack how many enqueues were rolled back
 * @param runs how often a handler ran
 * @param repeated how many of these followed one that did not count
 * @param refused how many handlers succeeded too late
 * @param violations what was wrong
 * @param memory heaps over time
 * @param silences how often the machine, or a remote worker, was silent for as long as a
 * lease without anybody having planned it
 * @param workload what there was besides single jobs
 */
record Verdict(String title, List<Happened> happened, long jobs, long acknowledged, long unanswered, long rolledBack,
		long runs, long repeated, long refused, List<Violation> violations, List<Memory.Sample> memory, long silences,
		Workload workload) {

	int times() {
		return this.happened.size();
	}

	List<Duration> recoveries() {
		return this.happened.stream().map(Happened::recovery).filter(Objects::nonNull).toList();
	}

	long count(Rule... rules) {
		List<Rule> wanted = List.of(rules);
		return this.violations.stream().filter((violation) -> wanted.contains(violation.rule())).count();
	}

	/**
	 * What there was besides single jobs.
	 *
	 * @param ticks how many ticks of periodic jobs there were
	 * @param madeUp how many of them made up for others that were missed
	 * @param latest how late the latest tick was
	 * @param workflows how many workflows there were
	 * @param steps how many jobs they had
	 * @param unique how many unique jobs were asked for
	 * @param stored how many of them were stored
	 */
	record Workload(long ticks, long madeUp, Duration latest, long workflows, long steps, long unique, long stored) {
	}

	/**
	 * One fault that happened.
	 *
	 * @param fault its name
	 * @param recovery how long it took until work went on, {@code null} where it never
	 * did
	 */
	record Happened(String fault, @Nullable Duration recovery) {
	}

}
