package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;

/**
 * Compares what handlers did with what the backend says. A server's crash may undo a
 * claim of its last moments: its event is gone, and its attempt is given out again.
 */
final class Executions {

	/** Clocks of one machine, read in milliseconds here and microseconds there. */
	private static final Duration TOLERANCE = Duration.ofMillis(20);

	private static final Duration LATE_START = Duration.ofSeconds(10);

	/** How long a node takes to start what it had claimed before an outage. */
	private static final Duration AFTER_OUTAGE = Duration.ofSeconds(3);

	private static final Duration BROKEN = Duration.ofSeconds(1);

	private static final Duration LATE_RECORD = Duration.ofSeconds(30);

	private final History history;

	private final Disturbances disturbances;

	/** How long a remote worker keeps a job that it says nothing of. */
	private final Duration remoteLease;

	private final BiConsumer<Rule, String> violations;

	private int repeated;

	private int refused;

	Executions(History history, Disturbances disturbances, Duration remoteLease, BiConsumer<Rule, String> violations) {
		this.history = history;
		this.remoteLease = remoteLease;
		this.disturbances = disturbances;
		this.violations = violations;
	}

	/** Executions that followed one that was not allowed to count. */
	int repeated() {
		return this.repeated;
	}

	/** Handlers that succeeded and were not believed, since they were too late. */
	int refused() {
		return this.refused;
	}

	void check() {
		List<Run> runs = this.history.runs();
		for (int i = 0; i < runs.size(); i++) {
			Run run = runs.get(i);
			requireClaim(run);
			requireAcknowledged(run);
			for (Run later : runs.subList(i + 1, runs.size())) {
				requireApart(run, later);
			}
			if (i + 1 < runs.size()) {
				requireReason(run, runs.get(i + 1));
			}
		}
		this.history.events().forEach(this::requireEnded);
		this.history.events().forEach(this::requireDue);
	}

	private void requireClaim(Run run) {
		Event claim = claim(run);
		if (claim == null && !claimUndone(run)) {
			this.violations.accept(Rule.LEASE, "Attempt %d ran in %s as %s, which had not claimed it"
				.formatted(run.attempt(), run.node(), run.worker()));
		}
	}

	// A worker may have got the answer before the crash and start much later, after the
	// other jobs of that answer. A node's own handlers wait in between for the database,
	// in which they note their starts.
	private boolean claimUndone(Run run) {
		Instant start = run.startedAt();
		return claim(run) == null && this.disturbances.undone(start.minus(LATE_START), start)
				&& (run.isRemote() || this.disturbances.databaseAwayWithin(start.minus(AFTER_OUTAGE), start)
						|| this.disturbances.undone(start.minus(AFTER_OUTAGE), start));
	}

	private @Nullable Event claim(Run run) {
		return this.history.events()
			.stream()
			.filter((event) -> event.is(JobEvent.STARTED) && event.attempt() == run.attempt()
					&& run.worker().equals(event.worker()) && !event.at().isAfter(run.startedAt().plus(TOLERANCE)))
			.reduce((first, second) -> second)
			.orElse(null);
	}

	private void requireAcknowledged(Run run) {
		boolean counted = completedBy(run);
		if (run.result() == Result.ACKNOWLEDGED && !counted) {
			this.violations.accept(Rule.LOST, "The end of attempt %d was acknowledged to %s and is not there"
				.formatted(run.attempt(), run.worker()));
		}
		if (!counted && (run.result() == Result.REFUSED || (run.result() == Result.RETURNED && late(run)))) {
			this.refused++;
		}
	}

	private boolean late(Run run) {
		Event failure = failure(run);
		return failure != null && failure.takenAway() && run.endedAt() != null && run.endedAt().isAfter(failure.at());
	}

	private boolean completedBy(Run run) {
		JobRow row = this.history.row();
		return row != null && row.attempt() == run.attempt() && Objects.equals(row.worker(), run.worker())
				&& this.history.events()
					.stream()
					.anyMatch((event) -> event.is(JobEvent.COMPLETED) && event.attempt() == run.attempt());
	}

	// Two at once are in order when the first had been taken from its holder by then.
	private void requireApart(Run first, Run second) {
		if (first.endedAt() == null || !second.startedAt().plus(TOLERANCE).isBefore(first.endedAt())
				|| claimUndone(first) || this.disturbances.undone(first.startedAt(), first.startedAt().plusMillis(1))) {
			return;
		}
		boolean takenAway = this.history.events()
			.stream()
			.anyMatch((event) -> event.is(JobEvent.FAILED) && event.attempt() == first.attempt()
					&& !event.at().isAfter(second.startedAt().plus(TOLERANCE)));
		if (!takenAway) {
			this.violations.accept(Rule.LEASE,
					"Attempt %d started in %s while attempt %d ran in %s and had not been taken from it"
						.formatted(second.attempt(), second.node(), first.attempt(), first.node()));
		}
	}

	private void requireReason(Run run, Run next) {
		Event failure = failure(run);
		if (failure != null && !failure.takenAway()) {
			return;
		}
		this.repeated++;
		if (sleepy(run, failure)
				|| this.disturbances.explains(run.node(), run.startedAt().minus(TOLERANCE),
						next.startedAt().plus(TOLERANCE))
				|| stale(next) || unanswered(run, next, failure) || claimUndone(run)) {
			return;
		}
		this.violations.accept(Rule.REEXECUTION,
				"Attempt %d in %s was followed by attempt %d in %s, while no node was dead or stalled and the database was there"
					.formatted(run.attempt(), run.node(), next.attempt(), next.node()));
	}

	// A remote worker asks any node. One that does not answer for a while keeps this
	// report from being heard in time, or this job from being started, when its turn
	// comes after a job of the same answer. That it was heard, or that its lease was cut
	// short, is nothing that a node's silence explains.
	private boolean unanswered(Run run, Run next, @Nullable Event failure) {
		Event claim = claim(run);
		Instant from = (claim != null) ? claim.at() : run.startedAt();
		boolean cutShort = claim != null && failure != null && "visibility_timeout".equals(failure.code())
				&& failure.at().plus(TOLERANCE).isBefore(claim.at().plus(this.remoteLease));
		return run.isRemote() && run.result() != Result.ACKNOWLEDGED && !cutShort
				&& this.disturbances.hindered(from, next.startedAt());
	}

	// A node that stood still starts what it had claimed before, although it has lost it.
	private boolean stale(Run run) {
		Event claim = claim(run);
		Event failure = failure(run);
		return claim != null && failure != null && failure.takenAway() && failure.at().isBefore(run.startedAt())
				&& this.disturbances.explains(run.node(), claim.at(), run.startedAt());
	}

	// This worker is late by intention: it lets its lease run out.
	private boolean sleepy(Run run, @Nullable Event failure) {
		Promise promise = this.history.promise();
		Event claim = claim(run);
		return promise != null && promise.kind() == Kind.SLEEPY && claim != null && failure != null
				&& "visibility_timeout".equals(failure.code())
				&& !failure.at().isBefore(claim.at().plus(SleepyWorker.LEASE));
	}

	private @Nullable Event failure(Run run) {
		Event claim = claim(run);
		if (claim == null) {
			return null;
		}
		return this.history.events()
			.stream()
			.filter((event) -> event.is(JobEvent.FAILED) && event.attempt() == run.attempt() && event.id() > claim.id())
			.findFirst()
			.orElse(null);
	}

	// The report of a run is believed only after that run has ended, so an end that comes
	// before it was somebody else's.
	private void requireEnded(Event event) {
		boolean completed = event.is(JobEvent.COMPLETED);
		boolean failed = event.is(JobEvent.FAILED) && !event.takenAway();
		if (!completed && !failed) {
			return;
		}
		Event claim = holder(event);
		String holder = (claim != null) ? claim.worker() : null;
		// An earlier run of the same worker and number had a claim that a crash has
		// undone, and its report does not count for this one. A client over HTTP cannot
		// name its attempt, so that its report does: known, and told in decision 11.
		List<Run> own = this.history.runs()
			.stream()
			.filter((run) -> run.attempt() == event.attempt() && run.worker().equals(holder)
					&& (claim == null || !run.startedAt().plus(TOLERANCE).isBefore(claim.at()) || run.isRemote()))
			.toList();
		if (own.stream().anyMatch((run) -> endedBefore(run, event.at()))) {
			return;
		}
		if (own.isEmpty()) {
			if (completed || !unrecorded(claim, event)) {
				this.violations.accept(Rule.LEASE, "%s of attempt %d was accepted, and its holder %s has not run it"
					.formatted(event.type(), event.attempt(), holder));
			}
			return;
		}
		this.violations.accept(Rule.LEASE, "%s of attempt %d was accepted while its holder %s was running it"
			.formatted(event.type(), event.attempt(), holder));
	}

	// A handler that cannot write down its start fails, and so does one whose
	// transaction does not begin. A connection that broke with the database may be tried
	// a moment later.
	private boolean unrecorded(@Nullable Event claim, Event failure) {
		return claim != null && this.disturbances.disconnected(claim.at().minus(BROKEN), failure.at().plus(TOLERANCE));
	}

	private @Nullable Event holder(Event end) {
		return this.history.events()
			.stream()
			.filter((event) -> event.is(JobEvent.STARTED) && event.attempt() == end.attempt() && event.id() < end.id())
			.reduce((first, second) -> second)
			.orElse(null);
	}

	private boolean endedBefore(Run run, Instant at) {
		if (run.endedAt() != null) {
			return !run.endedAt().isAfter(at.plus(TOLERANCE));
		}
		// The end could not be recorded while the database was away, and the node died
		// before it could be made up for.
		return this.disturbances.databaseAwayWithin(run.startedAt(), at.plus(LATE_RECORD));
	}

	private void requireDue(Event event) {
		if (!event.is(JobEvent.SCHEDULED) && !event.is(JobEvent.RETRYING)) {
			return;
		}
		Instant due = event.dueAt();
		this.history.events()
			.stream()
			.filter((later) -> later.id() > event.id() && later.is(JobEvent.STARTED))
			.findFirst()
			.filter((start) -> due != null && start.at().plus(TOLERANCE).isBefore(due))
			.ifPresent((start) -> this.violations.accept(Rule.EARLY,
					"Attempt %d started at %s and was due at %s".formatted(start.attempt(), start.at(), due)));
	}

}
