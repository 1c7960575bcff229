package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.List;

import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * What a run has shown.
 *
 * @param title what happened
 * @param times how often
 * @param jobs how many jobs there were
 * @param acknowledged how many of them were acknowledged
 * @param unanswered how many enqueues were never answered
 * @param rolledBack how many enqueues were rolled back
 * @param runs how often a handler ran
 * @param repeated how many of these followed one that did not count
 * @param refused how many handlers succeeded too late
 * @param recoveries how long it took each time until work went on
 * @param violations what was wrong
 * @param memory heaps over time
 * @param silences how often the machine, or a remote worker, was silent for as long as a
 * lease without anybody having planned it
 */
record Verdict(String title, int times, long jobs, long acknowledged, long unanswered, long rolledBack, long runs,
		long repeated, long refused, List<Duration> recoveries, List<Violation> violations, List<Memory.Sample> memory,
		long silences) {

	long count(Rule... rules) {
		List<Rule> wanted = List.of(rules);
		return this.violations.stream().filter((violation) -> wanted.contains(violation.rule())).count();
	}

}
