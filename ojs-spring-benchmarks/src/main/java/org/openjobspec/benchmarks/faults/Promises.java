package org.openjobspec.benchmarks.faults;

import java.util.function.BiConsumer;

import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobState;

/**
 * Compares what producers were told with what is there.
 */
final class Promises {

	private final History history;

	private final BiConsumer<Rule, String> violations;

	Promises(History history, BiConsumer<Rule, String> violations) {
		this.history = history;
		this.violations = violations;
	}

	void check() {
		Promise promise = this.history.promise();
		JobRow row = this.history.row();
		if (promise == null) {
			this.violations.accept(Rule.PHANTOM, "Nobody has asked for this job");
			return;
		}
		if (promise.way() == Way.ROLLED_BACK || promise.way() == Way.REFUSED) {
			requireNothing(
					(promise.way() == Way.REFUSED) ? "Another job answered for it" : "Its transaction was rolled back");
			return;
		}
		if (row == null) {
			absent(promise);
			return;
		}
		if (promise.way() == Way.TRANSACTION && this.history.requests() != 1) {
			this.violations.accept(Rule.TORN,
					"The job is there, and %d rows of its transaction are".formatted(this.history.requests()));
		}
		if (!row.state().isTerminal()) {
			this.violations.accept(Rule.LOST,
					"The job is still %s although all work should be done".formatted(row.state()));
		}
		else if (row.state() != promise.kind().end()) {
			this.violations.accept(Rule.WRONG_END,
					"The job is %s and should be %s".formatted(row.state(), promise.kind().end()));
		}
		requireEffects(promise, row);
	}

	private void requireNothing(String reason) {
		if (this.history.row() != null || !this.history.events().isEmpty() || !this.history.runs().isEmpty()) {
			this.violations.accept(Rule.PHANTOM, reason + ", and the job is there");
		}
		if (this.history.requests() != 0) {
			this.violations.accept(Rule.TORN, reason + ", and the row beside it is there");
		}
	}

	private void absent(Promise promise) {
		if (promise.acknowledgedAt() != null) {
			this.violations.accept(Rule.LOST, "The job was acknowledged and is not there");
		}
		if (this.history.requests() != 0) {
			this.violations.accept(Rule.TORN, "The row of its transaction is there, and the job is not");
		}
		if (!this.history.events().isEmpty() || !this.history.runs().isEmpty()) {
			this.violations.accept(Rule.PHANTOM, "The job is not there, and it has left traces");
		}
	}

	private void requireEffects(Promise promise, JobRow row) {
		boolean transactional = promise.kind() == Kind.EFFECT || promise.kind() == Kind.EFFECT_REFUSED;
		int expected = (transactional && row.state() == JobState.COMPLETED) ? 1 : 0;
		if (this.history.effects() != expected) {
			this.violations.accept(Rule.EFFECT,
					"The job is %s, and its transactional handler has left %d rows instead of %d".formatted(row.state(),
							this.history.effects(), expected));
		}
	}

}
