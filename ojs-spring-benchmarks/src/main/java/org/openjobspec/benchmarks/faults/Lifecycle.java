package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;

/**
 * Follows a job's events through the state machine. Two transitions leave no event: a
 * retry that has become due, and an attempt that was handed back; the start that follows
 * implies them.
 */
final class Lifecycle {

	private final History history;

	private final BiConsumer<Rule, String> violations;

	private @Nullable JobState state;

	private int attempt;

	private @Nullable String holder;

	Lifecycle(History history, BiConsumer<Rule, String> violations) {
		this.history = history;
		this.violations = violations;
	}

	void check() {
		List<Event> events = this.history.events();
		for (int i = 0; i < events.size(); i++) {
			Event event = events.get(i);
			Event next = (i + 1 < events.size()) ? events.get(i + 1) : null;
			switch (event.type()) {
				case JobEvent.SCHEDULED -> first(event, JobState.SCHEDULED);
				case JobEvent.ENQUEUED -> enqueued(event);
				case JobEvent.STARTED -> started(event);
				case JobEvent.FAILED -> failed(event, next);
				case JobEvent.RETRYING, JobEvent.DISCARDED -> follows(event, (i > 0) ? events.get(i - 1) : null);
				case JobEvent.COMPLETED -> completed(event);
				default -> this.violations.accept(Rule.TRANSITION,
						"An event %s, which the load does not lead to".formatted(event.type()));
			}
		}
		compareWithRow();
	}

	private void first(Event event, JobState target) {
		if (this.state != null) {
			this.violations.accept(Rule.TRANSITION,
					"%s although the job existed and was %s".formatted(event.type(), this.state));
		}
		this.state = target;
	}

	private void enqueued(Event event) {
		if (this.state == null) {
			first(event, JobState.AVAILABLE);
		}
		else if (this.state == JobState.SCHEDULED) {
			move(event, JobState.AVAILABLE);
		}
		else {
			this.violations.accept(Rule.TRANSITION,
					"%s a second time, while the job was %s".formatted(event.type(), this.state));
		}
	}

	private void started(Event event) {
		int expected = this.attempt + 1;
		if (this.state == JobState.ACTIVE && event.attempt() == this.attempt) {
			// Handed back, which gives the attempt's number back.
			expected = this.attempt;
			move(event, JobState.AVAILABLE);
		}
		else if (this.state == JobState.ACTIVE) {
			this.violations.accept(Rule.LEASE,
					"Attempt %d was claimed by %s while attempt %d was held by %s and nothing had ended it"
						.formatted(event.attempt(), event.worker(), this.attempt, this.holder));
			this.state = JobState.AVAILABLE;
		}
		else if (this.state == JobState.RETRYABLE) {
			move(event, JobState.AVAILABLE);
		}
		if (event.attempt() != expected) {
			this.violations.accept(Rule.ATTEMPT, "Attempt %d follows attempt %d, it should have been number %d"
				.formatted(event.attempt(), this.attempt, expected));
		}
		move(event, JobState.ACTIVE);
		this.attempt = event.attempt();
		this.holder = event.worker();
	}

	private void failed(Event event, @Nullable Event next) {
		requireHeld(event);
		if (next != null && next.is(JobEvent.RETRYING)) {
			move(event, JobState.RETRYABLE);
		}
		else if (next != null && next.is(JobEvent.DISCARDED)) {
			move(event, JobState.DISCARDED);
		}
		else {
			move(event, JobState.AVAILABLE);
		}
	}

	private void follows(Event event, @Nullable Event previous) {
		if (previous == null || !previous.is(JobEvent.FAILED) || previous.attempt() != event.attempt()) {
			this.violations.accept(Rule.TRANSITION,
					"%s of attempt %d without its failure".formatted(event.type(), event.attempt()));
		}
	}

	private void completed(Event event) {
		if (this.state == JobState.COMPLETED) {
			this.violations.accept(Rule.DOUBLE_COMPLETION,
					"Completed a second time, as attempt %d".formatted(event.attempt()));
			return;
		}
		requireHeld(event);
		move(event, JobState.COMPLETED);
	}

	private void requireHeld(Event event) {
		if (this.state == JobState.ACTIVE && event.attempt() != this.attempt) {
			this.violations.accept(Rule.LEASE, "%s of attempt %d was accepted while attempt %d was held by %s"
				.formatted(event.type(), event.attempt(), this.attempt, this.holder));
		}
	}

	private void move(Event event, JobState target) {
		if (this.state == null || !this.state.canBecome(target)) {
			this.violations.accept(Rule.TRANSITION, "%s of attempt %d: from %s to %s".formatted(event.type(),
					event.attempt(), (this.state != null) ? this.state : "nothing", target));
		}
		this.state = target;
	}

	private void compareWithRow() {
		JobRow row = this.history.row();
		if (row == null) {
			return;
		}
		if (this.state == null) {
			this.violations.accept(Rule.TRANSITION, "The job is %s without any event".formatted(row.state()));
			return;
		}
		if (row.state().isTerminal() || this.state.isTerminal()) {
			if (row.state() != this.state) {
				this.violations.accept(Rule.TRANSITION,
						"The row says %s, the events say %s".formatted(row.state(), this.state));
			}
			if (row.attempt() != this.attempt) {
				this.violations.accept(Rule.ATTEMPT,
						"The row counts %d attempts, the events %d".formatted(row.attempt(), this.attempt));
			}
			if (row.state() == JobState.COMPLETED && row.worker() != null && !row.worker().equals(this.holder)) {
				this.violations.accept(Rule.LEASE,
						"Completed by %s while %s held it".formatted(row.worker(), this.holder));
			}
		}
	}

}
