package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.store.Store;

/**
 * What only tests ask for: to do on their own threads, and in their own transactions,
 * what the engine does in the background otherwise; to let time pass; and to begin anew.
 */
public final class RehearsalDesk {

	private static final int MAX_CRONS = 1000;

	private final Store store;

	private final Maintenance maintenance;

	private final Runnable forget;

	private volatile boolean takenOver;

	// What has been added to the database's clock, so to speak.
	private Duration passed = Duration.ZERO;

	private long lapses;

	RehearsalDesk(Store store, Maintenance maintenance, Runnable forget) {
		this.store = store;
		this.maintenance = maintenance;
		this.forget = forget;
	}

	/**
	 * Keeps the engine from working in the background, from its next start on. What the
	 * application declares is then registered by that start itself.
	 */
	public void takeOver() {
		this.takenOver = true;
	}

	boolean takenOver() {
		return this.takenOver;
	}

	void register() {
		this.maintenance.register();
	}

	/**
	 * Does once what is due: makes jobs available, ends those that have expired and
	 * attempts whose time is over, admits what is limited, fires periodic jobs.
	 * @return whether there may be more to do at once
	 */
	public synchronized boolean runDue() {
		// A transaction that was undone may have left marks above what is there again.
		this.store.claims().forgetMarks();
		List<String> due = this.passed.isZero() ? List.of() : this.store.cronTicks().due(List.of(), MAX_CRONS);
		boolean more = this.maintenance.once();
		due.forEach(this::goOnFromHere);
		return more;
	}

	// The engine computes the next time from the database's clock, which knows nothing of
	// the time that has passed here.
	private void goOnFromHere(String name) {
		CronJob cron = this.store.crons().find(name).orElse(null);
		if (cron == null || cron.nextRunAt() == null || cron.schedule().isInterval()) {
			return;
		}
		Instant now = this.store.crons().now();
		if (cron.nextRunAt().isAfter(now)) {
			Instant next = cron.schedule().next(now.plus(this.passed), cron.timezone()).orElse(null);
			this.store.rehearsals().next(name, (next != null) ? next.minus(this.passed) : null);
		}
	}

	/**
	 * Lets time pass, for everything that is due some time: scheduled and retryable jobs,
	 * expiry, leases, periods of uniqueness, limits of rate, and periodic jobs.
	 * @param duration how long
	 */
	public synchronized void advance(Duration duration) {
		if (duration.isNegative() || duration.isZero()) {
			throw new IllegalArgumentException("Time passes in one direction only, and not by " + duration);
		}
		// A tick of a periodic job is known by its time, and no two may meet where a day
		// has passed before each.
		Duration distinct = duration.plusNanos(1000 * (this.lapses + 1));
		this.store.transactions().write("advance", "time", () -> {
			this.store.rehearsals().shift(distinct);
			return true;
		});
		this.lapses++;
		this.passed = this.passed.plus(distinct);
	}

	/**
	 * Runs work whose changes may turn out to be unwanted: a transaction of the caller's
	 * goes back to where it was unless the work succeeds.
	 * @param work the work; answers whether its changes are wanted
	 */
	public void tentatively(BooleanSupplier work) {
		this.store.transactions().tentatively(work);
	}

	/**
	 * Whether the caller has a transaction in which jobs are.
	 * @return whether work would join it
	 */
	public boolean inTransaction() {
		return this.store.transactions().joined();
	}

	/**
	 * Runs work outside of the caller's transaction, also where that has just been
	 * committed and its connection is still bound.
	 * @param work the work
	 */
	public void apart(Runnable work) {
		this.store.transactions().apart(work);
	}

	/**
	 * The name of the database, for messages.
	 * @return its name
	 */
	public String database() {
		return this.store.rehearsals().database();
	}

	/**
	 * Says of a database that nobody has used yet that it is for tests.
	 * @return whether it is for tests, since now or before
	 */
	public boolean claimDatabase() {
		return this.store.rehearsals().marked()
				|| this.store.transactions().write("mark", "the database", () -> this.store.rehearsals().markUnused());
	}

	/**
	 * Deletes all jobs, workflows, events and workers, lifts what was paused or
	 * overridden, and lets periodic jobs begin anew. What is registered and configured
	 * stays. Whether the database is for tests is the caller's to know.
	 */
	public synchronized void clear() {
		this.store.transactions().writeAtomically("clear", "jobs", () -> {
			this.store.rehearsals().clear();
			this.store.rehearsals().forgetRuns();
			Instant now = this.store.crons().now();
			for (CronJob cron : this.store.crons().list(true)) {
				this.store.rehearsals().next(cron.name(), cron.schedule().next(now, cron.timezone()).orElse(null));
			}
			return true;
		});
		this.passed = Duration.ZERO;
		this.forget.run();
	}

}
