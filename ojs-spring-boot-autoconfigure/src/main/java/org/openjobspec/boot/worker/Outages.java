package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the log short while the database is away: one warning when the first part of the
 * worker meets it, one word when all of them are back.
 */
final class Outages {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private final Set<String> failing = new HashSet<>();

	private long since;

	/**
	 * Whether waiting may help.
	 * @param thrown what a call to the engine threw
	 * @return whether the database, and not what was sent to it, is to blame
	 */
	static boolean isOutage(Throwable thrown) {
		return (thrown instanceof DataAccessException && !(thrown instanceof DataIntegrityViolationException))
				|| thrown instanceof TransactionException || thrown instanceof BackendUnavailableException;
	}

	synchronized void failed(String part, Throwable thrown) {
		boolean first = this.failing.isEmpty();
		if (!this.failing.add(part)) {
			logger.debug("Still cannot {}", part, thrown);
			return;
		}
		if (!first) {
			logger.debug("Cannot {} either", part, thrown);
		}
		else if (isOutage(thrown)) {
			this.since = System.nanoTime();
			logger.warn("Cannot {}: {}. The worker goes on trying and loses nothing", part, Redaction.text(thrown));
		}
		else {
			this.since = System.nanoTime();
			logger.warn("Cannot {}. The worker goes on trying and loses nothing", part, Redaction.trace(thrown));
		}
	}

	void succeeded(String part) {
		if (hasFailed(part)) {
			recovered(part);
		}
	}

	private synchronized boolean hasFailed(String part) {
		return this.failing.contains(part);
	}

	private synchronized void recovered(String part) {
		if (this.failing.remove(part) && this.failing.isEmpty()) {
			logger.info("The database answers again after {}; the worker resumes",
					Duration.ofMillis((System.nanoTime() - this.since) / 1_000_000));
		}
	}

}
