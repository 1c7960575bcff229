package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * Looks at the lives of jobs that wanted the same keys: one at a time has a key, and who
 * was told of another had to make way for one that lived.
 */
final class UniqueCheck {

	/** Clocks of one machine, read in milliseconds here and microseconds there. */
	private static final Duration TOLERANCE = Duration.ofMillis(20);

	/**
	 * An event has the time of its statement. Until the commit behind it, a job lives for
	 * everybody else; the processors of a node that starts are busy meanwhile.
	 */
	private static final Duration COMMIT = Duration.ofSeconds(1);

	private final Map<UUID, UniqueKey> keys;

	private final Map<UUID, History> jobs;

	private final Set<UUID> refusals;

	private final List<Violation> violations = new ArrayList<>();

	private UniqueCheck(Map<UUID, UniqueKey> keys, Map<UUID, History> jobs, Set<UUID> refusals) {
		this.keys = keys;
		this.jobs = jobs;
		this.refusals = refusals;
	}

	/**
	 * Checks.
	 * @param keys the key of each unique job that was asked for
	 * @param contenders those that were told of another
	 * @param jobs the histories of unique jobs
	 * @param refusals those in whose place a transaction has written that there is
	 * another
	 * @return what was wrong
	 */
	static List<Violation> check(Map<UUID, UniqueKey> keys, Collection<Contender> contenders, Map<UUID, History> jobs,
			Set<UUID> refusals) {
		UniqueCheck check = new UniqueCheck(keys, jobs, refusals);
		check.requireOneAtATime();
		contenders.forEach(check::requireWinner);
		contenders.forEach(check::requireTransaction);
		return check.violations;
	}

	private void requireOneAtATime() {
		Map<UniqueKey, List<History>> stored = new HashMap<>();
		this.jobs.values().stream().filter((job) -> job.begin() != null).forEach((job) -> {
			UniqueKey key = this.keys.get(job.id());
			if (key != null) {
				stored.computeIfAbsent(key, (unused) -> new ArrayList<>()).add(job);
			}
		});
		stored.forEach((key, jobs) -> {
			jobs.sort(Comparator.comparingLong(UniqueCheck::beginning));
			for (int i = 1; i < jobs.size(); i++) {
				requireApart(key, jobs.get(i - 1), jobs.get(i));
			}
		});
	}

	private static long beginning(History job) {
		Event begin = job.begin();
		return (begin != null) ? begin.id() : Long.MAX_VALUE;
	}

	// The end of the first one is committed before its key is looked at, so it has the
	// lower number.
	private void requireApart(UniqueKey key, History first, History second) {
		Event end = first.end();
		if ((end != null && end.id() < beginning(second)) || periodIsOver(key, first, second)) {
			return;
		}
		List<String> history = new ArrayList<>(first.lines());
		history.add("and");
		history.addAll(second.lines());
		this.violations.add(new Violation(Rule.UNIQUE, second.id(),
				"It was stored while job %s had its key %s".formatted(first.id(), key), history));
	}

	// The period counts from the moment at which the key was taken, which is after that
	// at which the job was asked for.
	private static boolean periodIsOver(UniqueKey key, History first, History second) {
		Promise promise = first.promise();
		Event begin = second.begin();
		return key.period() != null && promise != null && begin != null
				&& !begin.at().plus(TOLERANCE).isBefore(promise.sentAt().plus(key.period()));
	}

	private void requireWinner(Contender contender) {
		History winner = this.jobs.get(contender.winner());
		if (winner == null || winner.row() == null) {
			violated(contender, winner, "and that one is not there");
			return;
		}
		if (!contender.key().equals(this.keys.get(winner.id()))) {
			violated(contender, winner, "which has the key " + this.keys.get(winner.id()));
			return;
		}
		Event begin = winner.begin();
		Event end = winner.end();
		Instant from = contender.sentAt().minus(TOLERANCE);
		Instant to = contender.answeredAt().plus(TOLERANCE);
		if ((begin != null && begin.at().isAfter(to)) || (end != null && end.at().plus(COMMIT).isBefore(from))) {
			violated(contender, winner, "which did not live between %s and %s".formatted(from, to));
		}
	}

	// That another job has the key must not spoil the transaction that was told so.
	private void requireTransaction(Contender contender) {
		boolean expected = contender.way() == Way.TRANSACTION;
		if (contender.way() != Way.HTTP && this.refusals.contains(contender.id()) != expected) {
			this.violations.add(new Violation(
					Rule.TORN, contender.id(), "Its transaction was %s, and what it wrote in place of the job is %s"
						.formatted(expected ? "committed" : "rolled back", expected ? "not there" : "there"),
					List.of()));
		}
	}

	private void violated(Contender contender, @Nullable History winner, String what) {
		this.violations.add(new Violation(Rule.UNIQUE, contender.id(),
				"It was told that job %s has its key %s, %s".formatted(contender.winner(), contender.key(), what),
				(winner != null) ? winner.lines() : List.of()));
	}

}
