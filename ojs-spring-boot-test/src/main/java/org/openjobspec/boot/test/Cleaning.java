package org.openjobspec.boot.test;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.RehearsalDesk;
import org.openjobspec.boot.test.AutoConfigureOjsTest.Clear;

/**
 * Deletes jobs, where that is allowed. Whether it is, is found out before the application
 * has enqueued anything.
 */
final class Cleaning {

	private final RehearsalDesk rehearsal;

	private final Clear clear;

	private final boolean allowed;

	Cleaning(JobEngine engine, Clear clear) {
		this.rehearsal = engine.rehearsal();
		this.clear = clear;
		this.allowed = clear == Clear.ANY_DATABASE || (clear == Clear.TEST_DATABASE && this.rehearsal.claimDatabase());
	}

	/** Whether each test is to find no jobs. */
	boolean wanted() {
		return this.clear != Clear.NEVER;
	}

	/**
	 * Deletes.
	 * @throws IllegalStateException if the database is not known to be for tests
	 */
	void clear() {
		if (this.clear == Clear.NEVER) {
			throw new IllegalStateException("Jobs are not deleted, since ojs.test.clear is never");
		}
		if (!this.allowed) {
			throw new IllegalStateException(("The database '%s' had jobs or a running worker before any test with "
					+ "@AutoConfigureOjsTest has used it, so it may not be for tests, and its jobs are not deleted. Give "
					+ "the tests a database of their own. If this is one, say so with "
					+ "@AutoConfigureOjsTest(clear = ANY_DATABASE) or ojs.test.clear=any-database; to keep what is in it, "
					+ "with NEVER")
				.formatted(this.rehearsal.database()));
		}
		this.rehearsal.clear();
	}

}
