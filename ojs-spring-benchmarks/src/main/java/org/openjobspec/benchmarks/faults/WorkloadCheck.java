package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.Verdict.Workload;

/**
 * Judges periodic jobs, workflows and unique jobs, of which more than one history at a
 * time has to be looked at.
 */
final class WorkloadCheck {

	private final Cluster cluster;

	private final Ledger ledger;

	private final Load load;

	private final WorkloadReader reader;

	private final Map<UUID, History> steps = new HashMap<>();

	private final Map<UUID, History> unique = new HashMap<>();

	private List<Ticks> ticks = List.of();

	private List<WorkflowHistory> workflows = List.of();

	WorkloadCheck(Cluster cluster, Ledger ledger, Load load) {
		this.cluster = cluster;
		this.ledger = ledger;
		this.load = load;
		this.reader = new WorkloadReader(cluster);
	}

	/** Finds out which jobs were promised by something else than a producer. */
	void prepare() {
		this.ticks = this.reader.ticks(this.load.periodicJobs().stoppedAt());
		this.workflows = this.reader.workflows(this.load.workflows().promises());
		this.ticks.forEach((ticks) -> WorkloadReader.promises(ticks).forEach(this.ledger::follows));
		this.workflows.forEach((workflow) -> WorkloadReader.promises(workflow).forEach(this.ledger::follows));
		this.workflows.stream()
			.flatMap((workflow) -> workflow.rows().stream())
			.flatMap((row) -> row.steps().stream())
			.forEach((step) -> {
				if (step.job() != null) {
					this.steps.put(step.job(), new History(step.job(), null, null, List.of(), List.of(), 0, 0));
				}
			});
	}

	/** Keeps a history if it is one of those. */
	void add(History history) {
		if (this.steps.containsKey(history.id())) {
			this.steps.put(history.id(), history);
		}
		if (this.load.unique().keys().containsKey(history.id())) {
			this.unique.put(history.id(), history);
		}
	}

	List<Violation> check() {
		List<Violation> violations = new ArrayList<>();
		this.ticks.forEach((ticks) -> violations
			.addAll(TickCheck.check(ticks, this.cluster.disturbances(), this.cluster.settings().recoveryLimit())));
		this.workflows.forEach((workflow) -> violations.addAll(WorkflowCheck.check(workflow, this.steps::get)));
		violations.addAll(UniqueCheck.check(this.load.unique().keys(), this.load.unique().contenders(), this.unique,
				this.reader.refusals()));
		return violations;
	}

	Workload counts() {
		return new Workload(this.ticks.stream().mapToLong((ticks) -> ticks.told().size()).sum(),
				this.ticks.stream().mapToLong(TickCheck::madeUp).sum(),
				this.ticks.stream().map(TickCheck::latest).max(Duration::compareTo).orElse(Duration.ZERO),
				this.workflows.stream().mapToLong((workflow) -> workflow.rows().size()).sum(),
				this.steps.values().stream().filter((job) -> job.row() != null).count(),
				this.load.unique().keys().size(),
				this.unique.values().stream().filter((job) -> job.row() != null).count());
	}

}
