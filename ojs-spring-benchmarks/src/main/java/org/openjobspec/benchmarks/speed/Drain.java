package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import org.openjobspec.benchmarks.support.Database;

/**
 * Lets a contender work off what is in its database, and measures that. The clock runs
 * from the start of the first job, so that nobody is charged for waiting before it looks
 * for the first time, until the database shows that no job is left. As long as the
 * contender itself has not seen the last job end, the database is not asked.
 */
final class Drain {

	/** Longer than any contender waits between two looks. */
	private static final Duration STANDSTILL = Duration.ofSeconds(60);

	private Drain() {
	}

	/**
	 * Drains.
	 * @param contender with all jobs enqueued
	 * @param database the contender's
	 * @param jobs how many there are
	 * @return how long it took
	 * @throws Exception if it fails, or the database does not show exactly that many
	 * completed jobs at the end
	 */
	static Drained run(Contender contender, Database database, int jobs) throws Exception {
		try (Connection connection = database.connect();
				PreparedStatement unfinished = connection.prepareStatement(contender.unfinishedQuery())) {
			check("waiting jobs before", jobs, count(connection, contender.waitingQuery()));
			long start = System.nanoTime();
			contender.start();
			awaitFinished(contender, jobs);
			awaitNone(unfinished);
			long end = System.nanoTime();
			contender.stop();
			check("finished jobs", jobs, contender.finished());
			check("waiting jobs after", 0, count(connection, contender.waitingQuery()));
			String completed = contender.completedQuery();
			if (completed != null) {
				check("completed jobs", jobs, count(connection, completed));
			}
			return new Drained(jobs, contender.firstAt() - start, end - contender.firstAt());
		}
	}

	private static void awaitFinished(Contender contender, int jobs) throws InterruptedException {
		long seen = 0;
		long seenAt = System.nanoTime();
		for (long finished = contender.finished(); finished < jobs; finished = contender.finished()) {
			if (finished != seen) {
				seen = finished;
				seenAt = System.nanoTime();
			}
			else if (System.nanoTime() - seenAt > STANDSTILL.toNanos()) {
				throw new IllegalStateException("Nothing happens any more after %d of %d jobs".formatted(seen, jobs));
			}
			Thread.sleep(1);
		}
	}

	private static void awaitNone(PreparedStatement unfinished) throws SQLException, InterruptedException {
		long start = System.nanoTime();
		while (isTrue(unfinished)) {
			if (System.nanoTime() - start > STANDSTILL.toNanos()) {
				throw new IllegalStateException("All jobs have run, but not all are completed in the database");
			}
			Thread.sleep(1);
		}
	}

	private static boolean isTrue(PreparedStatement query) throws SQLException {
		try (ResultSet row = query.executeQuery()) {
			return row.next() && row.getBoolean(1);
		}
	}

	static long count(Connection connection, String query) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(query);
				ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	static void check(String what, long expected, long actual) {
		if (actual != expected) {
			throw new IllegalStateException("Expected %d %s, but there are %d".formatted(expected, what, actual));
		}
	}

	/**
	 * How long it took.
	 *
	 * @param jobs how many jobs
	 * @param waitNanos from the contender's start to the start of the first job
	 * @param nanos from the start of the first job to the completion of the last
	 */
	record Drained(int jobs, long waitNanos, long nanos) {

		double rate() {
			return this.jobs * 1e9 / this.nanos;
		}

	}

}
