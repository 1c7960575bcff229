package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges histories, one by one.
 */
final class Checker {

	private final Disturbances disturbances;

	private final Duration remoteLease;

	private final List<Violation> violations = new ArrayList<>();

	private long jobs;

	private long runs;

	private long repeated;

	private long refused;

	/**
	 * A checker of histories.
	 * @param disturbances what has happened to the cluster
	 * @param remoteLease how long remote workers keep a job that they say nothing of
	 */
	Checker(Disturbances disturbances, Duration remoteLease) {
		this.remoteLease = remoteLease;
		this.disturbances = disturbances;
	}

	void check(History history) {
		List<Violation> found = new ArrayList<>();
		new Promises(history, (rule, what) -> found.add(Violation.of(rule, history, what))).check();
		new Lifecycle(history, (rule, what) -> found.add(Violation.of(rule, history, what))).check();
		Executions executions = new Executions(history, this.disturbances, this.remoteLease,
				(rule, what) -> found.add(Violation.of(rule, history, what)));
		executions.check();
		this.repeated += executions.repeated();
		this.refused += executions.refused();
		this.runs += history.runs().size();
		if (history.row() != null) {
			this.jobs++;
		}
		this.violations.addAll(found);
	}

	void add(List<Violation> others) {
		this.violations.addAll(others);
	}

	List<Violation> violations() {
		return this.violations;
	}

	long jobs() {
		return this.jobs;
	}

	long runs() {
		return this.runs;
	}

	long repeated() {
		return this.repeated;
	}

	long refused() {
		return this.refused;
	}

}
