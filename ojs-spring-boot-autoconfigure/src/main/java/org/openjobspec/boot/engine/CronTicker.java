package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Optional;

import org.openjobspec.boot.store.CronTicks;
import org.openjobspec.boot.store.Refusals;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Fires the periodic jobs that are due (ojs-cron 7.3), each in a transaction of its own.
 * Every node does: the lock of the row decides which of them makes a tick's job, and the
 * row itself, in the same transaction, that nobody makes it again.
 */
final class CronTicker {

	private static final Logger logger = LoggerFactory.getLogger(CronTicker.class);

	private static final int BATCH = 100;

	private final Store store;

	private final CronRuns runs;

	private final CronSetbacks setbacks = new CronSetbacks();

	CronTicker(Store store, CronRuns runs) {
		this.store = store;
		this.runs = runs;
	}

	/**
	 * Fires what is due.
	 * @return whether anything was fired, and more may be due
	 */
	boolean tick() {
		boolean fired = false;
		for (String name : this.store.cronTicks().due(this.setbacks.waiting(), BATCH)) {
			try {
				fired |= fireAtomically(name);
				this.setbacks.succeeded(name);
			}
			catch (RuntimeException | Error ex) {
				setBack(name, ex);
				if (isOutage(ex)) {
					// Each of the others would cost the same wait.
					break;
				}
			}
		}
		return fired;
	}

	// Within a test's transaction one that fails must not take the others with it.
	private boolean fireAtomically(String name) {
		Transactions transactions = this.store.transactions();
		return transactions.joined() ? transactions.writeAtomically("fire", name, () -> fire(name))
				: transactions.separately(() -> fire(name));
	}

	private boolean fire(String name) {
		Optional<CronTicks.Locked> due = this.store.cronTicks().lockDue(name);
		due.ifPresent(this.runs::tick);
		return due.isPresent();
	}

	private void setBack(String name, Throwable problem) {
		Duration pause = this.setbacks.failed(name);
		logger.warn("The periodic job '{}' could not be fired; it is tried again in {} s, and the others go on", name,
				pause.toSeconds(), loggable(problem));
		logger.debug("The failure", problem);
	}

	// What an interceptor says is the application's affair, as with handlers.
	private static Throwable loggable(Throwable problem) {
		boolean database = problem instanceof DataAccessException || problem instanceof TransactionException;
		return database ? Redaction.trace(problem) : Redaction.ofHandler(problem);
	}

	// What an interceptor meets in a database of its own looks the same; then the others
	// have their turn in the next round, in which this one is let be.
	private static boolean isOutage(Throwable problem) {
		return (problem instanceof DataAccessException || problem instanceof TransactionException)
				&& !Refusals.isRefused(problem);
	}

}
