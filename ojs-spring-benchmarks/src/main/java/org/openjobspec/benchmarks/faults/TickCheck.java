package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.Ticks.Tick;
import org.openjobspec.benchmarks.faults.Ticks.TickJob;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * Looks at the ticks of a periodic job: none is there twice, none is left out unless the
 * one before it came late, one makes up for all that were missed, and a late one needs a
 * reason.
 */
final class TickCheck {

	/**
	 * What a recovery is granted beyond the heartbeat timeout. Each node looks once a
	 * second, but may have to wait for a processor of a machine with too much to do.
	 */
	static final Duration LATE = Duration.ofSeconds(5);

	/** What an interval is counted with. */
	private static final Duration TOLERANCE = Duration.ofMillis(20);

	private final Ticks ticks;

	private final Disturbances disturbances;

	private final Duration recoveryLimit;

	private final List<Violation> violations = new ArrayList<>();

	private TickCheck(Ticks ticks, Disturbances disturbances, Duration recoveryLimit) {
		this.ticks = ticks;
		this.disturbances = disturbances;
		this.recoveryLimit = recoveryLimit;
	}

	/**
	 * Checks.
	 * @param ticks a periodic job
	 * @param disturbances what has happened to the cluster
	 * @param recoveryLimit how long after a disturbance a tick may be late
	 * @return what was wrong
	 */
	static List<Violation> check(Ticks ticks, Disturbances disturbances, Duration recoveryLimit) {
		TickCheck check = new TickCheck(ticks, disturbances, recoveryLimit);
		check.requireOneJobEach();
		check.requireNumbers();
		check.requireSchedule();
		check.requireInTime();
		return check.violations;
	}

	private void violated(String what) {
		List<String> history = new ArrayList<>();
		history.add("registered %s, stopped %s".formatted(this.ticks.createdAt(), this.ticks.stoppedAt()));
		this.violations.add(new Violation(Rule.TICK, null,
				"Periodic job %s: %s".formatted(this.ticks.periodic().name(), what), history));
	}

	private void requireOneJobEach() {
		Map<Instant, UUID> jobs = new HashMap<>();
		Set<Instant> due = new HashSet<>();
		for (Tick tick : this.ticks.told()) {
			if (!due.add(tick.scheduled())) {
				violated("the tick of %s was told twice".formatted(tick.scheduled()));
			}
			jobs.put(tick.scheduled(), tick.job());
		}
		Set<Instant> stored = new HashSet<>();
		for (TickJob job : this.ticks.jobs()) {
			if (!stored.add(job.triggeredAt())) {
				violated("the tick of %s has a second job, %s".formatted(job.triggeredAt(), job.id()));
			}
			else if (!job.id().equals(jobs.get(job.triggeredAt()))) {
				violated("the tick of %s has the job %s, and %s was told".formatted(job.triggeredAt(), job.id(),
						jobs.get(job.triggeredAt())));
			}
		}
		due.removeAll(stored);
		due.forEach((time) -> violated("the tick of %s was told and has no job".formatted(time)));
	}

	private void requireNumbers() {
		List<Tick> told = this.ticks.told();
		for (int i = 0; i < told.size(); i++) {
			if (told.get(i).number() != i + 1) {
				violated("the run of %s has the number %d and is number %d".formatted(told.get(i).scheduled(),
						told.get(i).number(), i + 1));
			}
		}
		if (this.ticks.runs() != told.size()) {
			violated("its row counts %d runs, and %d were told".formatted(this.ticks.runs(), told.size()));
		}
	}

	// After a tick that was looked at in time comes the next one of the schedule. One
	// that came so late that others were due by then makes up for these: the next one
	// is the first of the schedule after that moment.
	private void requireSchedule() {
		Duration interval = this.ticks.periodic().interval();
		Instant after = this.ticks.createdAt();
		Instant exact = null;
		for (Tick tick : this.ticks.told()) {
			Instant due = tick.scheduled();
			if (!this.ticks.periodic().allows(due)) {
				violated("there is no tick at " + due);
			}
			if (exact != null) {
				if (!due.equals(exact)) {
					violated("the tick of %s was %s; the next one that was told is that of %s".formatted(exact,
							due.isAfter(exact) ? "left out" : "not due yet", due));
				}
			}
			else if (!due.isAfter(after)) {
				violated("the tick of %s was made up for already, at %s".formatted(due, after));
			}
			else if (due.isAfter(after.plus(interval).plus(TOLERANCE))) {
				violated("ticks between %s and %s were left out".formatted(after, due));
			}
			if (tick.actual().isBefore(due)) {
				violated("the tick of %s came too early, at %s".formatted(due, tick.actual()));
			}
			after = tick.actual();
			exact = due.plus(interval);
			if (!exact.isAfter(tick.actual())) {
				exact = null;
			}
		}
	}

	private void requireInTime() {
		Instant due = this.ticks.createdAt().plus(this.ticks.periodic().interval());
		for (Tick tick : this.ticks.told()) {
			requireInTime(tick.scheduled(), tick.actual());
			due = tick.actual().plus(this.ticks.periodic().interval());
		}
		if (due.isBefore(this.ticks.stoppedAt())) {
			requireInTime(due, this.ticks.stoppedAt());
		}
	}

	private void requireInTime(Instant due, Instant at) {
		if (Duration.between(due, at).compareTo(LATE) <= 0) {
			return;
		}
		Optional<Instant> disturbed = this.disturbances.disturbedUntil(due.minus(this.recoveryLimit), at);
		if (disturbed.isEmpty() || Duration.between(disturbed.get(), at).compareTo(this.recoveryLimit) > 0) {
			violated("what was due at %s had not come by %s, %s".formatted(due, at,
					disturbed.isEmpty() ? "and nothing was wrong" : "and nothing was wrong since " + disturbed.get()));
		}
	}

	/** How late the latest was. */
	static Duration latest(Ticks ticks) {
		return ticks.told()
			.stream()
			.map((tick) -> Duration.between(tick.scheduled(), tick.actual()))
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
	}

	/** How many ticks have made up for others. */
	static long madeUp(Ticks ticks) {
		return ticks.told()
			.stream()
			.filter((tick) -> !tick.scheduled().plus(ticks.periodic().interval()).isAfter(tick.actual()))
			.count();
	}

}
