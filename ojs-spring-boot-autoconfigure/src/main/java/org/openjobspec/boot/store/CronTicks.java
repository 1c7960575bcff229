package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.Job;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Periodic jobs: which are due, and that they have run. Whoever holds the lock of a row
 * decides about its next tick.
 */
public final class CronTicks {

	// Takes no lock: which of them this node gets is decided one by one.
	private static final String DUE = """
			SELECT name FROM ojs.cron
			WHERE next_run_at <= statement_timestamp() AND NOT name = ANY (:except::text[])
			ORDER BY next_run_at LIMIT :limit
			""";

	private static final String LOCK = """
			SELECT c.*, clock_timestamp() AS now FROM ojs.cron c WHERE c.name = :name FOR UPDATE
			""";

	// A row that is locked is another node's to fire, and one that was fired is no longer
	// due.
	private static final String LOCK_DUE = """
			SELECT c.*, clock_timestamp() AS now FROM ojs.cron c
			WHERE c.name = :name AND c.next_run_at <= statement_timestamp() FOR UPDATE SKIP LOCKED
			""";

	private static final String RAN = """
			UPDATE ojs.cron SET next_run_at = :next::timestamptz, last_run_at = :at::timestamptz, last_job_id = :job,
			       run_count = run_count + 1
			WHERE name = :name AND next_run_at = :tick::timestamptz
			RETURNING run_count
			""";

	// From the end, where the latest runs are: before them, a queue may hold any number
	// of other jobs. One that waits for its turn is in a lane, and one whose turn has
	// come in the queue itself.
	private static final String COUNT_WAITING = """
			SELECT count(*)
			FROM unnest(ARRAY[:queue::text, (SELECT s.lane FROM ojs.job s WHERE s.id = :sample)]) AS q (name)
			CROSS JOIN LATERAL (
			    SELECT r.job_id FROM ojs.ready r WHERE r.queue = q.name AND r.rank = :rank AND r.worker IS NULL
			    ORDER BY r.seq DESC LIMIT :depth) n
			JOIN ojs.job j ON j.id = n.job_id
			WHERE j.type = :type AND strpos(j.meta, :mark) > 0
			""";

	private final JdbcClient jdbc;

	CronTicks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lists what is due, the longest first.
	 * @param except the names of those to pass over
	 * @param limit how many at most
	 * @return the names
	 */
	public List<String> due(Collection<String> except, int limit) {
		return this.jdbc.sql(DUE)
			.param("except", SqlArrays.texts(except, (name) -> name))
			.param("limit", limit)
			.query(String.class)
			.list();
	}

	/**
	 * Locks a periodic job until the end of the transaction, so that nobody else fires or
	 * changes it.
	 * @param name its name
	 * @return the periodic job, or nothing
	 */
	public Optional<Locked> lock(String name) {
		return this.jdbc.sql(LOCK).param("name", name).query((row, number) -> locked(row)).optional();
	}

	/**
	 * As {@link #lock}, if it is due.
	 * @param name its name
	 * @return the periodic job; nothing if it is not due, or somebody else holds it
	 */
	public Optional<Locked> lockDue(String name) {
		return this.jdbc.sql(LOCK_DUE).param("name", name).query((row, number) -> locked(row)).optional();
	}

	private static Locked locked(ResultSet row) throws SQLException {
		return new Locked(Crons.cron(row), row.getObject("last_job_id", UUID.class), Columns.required(row, "now"));
	}

	/**
	 * Notes that a run that was due has enqueued a job.
	 * @param name the periodic job
	 * @param tick when it was due
	 * @param next when it is due next; {@code null} for never
	 * @param job the job
	 * @param at when
	 * @return how many runs that makes; nothing if another tick is next
	 */
	public Optional<Long> ran(String name, Instant tick, @Nullable Instant next, UUID job, Instant at) {
		return this.jdbc.sql(RAN)
			.param("name", name)
			.param("tick", tick.toString())
			.param("next", SqlArrays.text(next), Types.VARCHAR)
			.param("job", job)
			.param("at", at.toString())
			.query(Long.class)
			.optional();
	}

	/**
	 * Notes that a run beside the schedule has enqueued a job.
	 * @param name the periodic job
	 * @param job the job
	 * @param at when
	 * @return how many runs that makes
	 */
	public long ranBeside(String name, UUID job, Instant at) {
		return this.jdbc.sql("""
				UPDATE ojs.cron SET last_run_at = :at::timestamptz, last_job_id = :job, run_count = run_count + 1
				WHERE name = :name RETURNING run_count
				""").param("name", name).param("job", job).param("at", at.toString()).query(Long.class).single();
	}

	/**
	 * Goes on to the next tick without a job.
	 * @param name the periodic job
	 * @param tick when it was due
	 * @param next when it is due next; {@code null} for never
	 */
	public void passOver(String name, Instant tick, @Nullable Instant next) {
		this.jdbc.sql("""
				UPDATE ojs.cron SET next_run_at = :next::timestamptz
				WHERE name = :name AND next_run_at = :tick::timestamptz
				""")
			.param("name", name)
			.param("tick", tick.toString())
			.param("next", SqlArrays.text(next), Types.VARCHAR)
			.update();
	}

	/**
	 * Counts the jobs of a periodic job that are available, among the last ones of their
	 * queue and of the lane in which they wait for each other.
	 * @param sample one of them
	 * @param mark what the metadata of each contains
	 * @param depth how many jobs to look at in each
	 * @return the number
	 */
	public long countWaiting(Job sample, String mark, int depth) {
		return this.jdbc.sql(COUNT_WAITING)
			.param("queue", sample.queue())
			.param("sample", sample.id())
			.param("rank", -sample.priority())
			.param("type", sample.type())
			.param("mark", mark)
			.param("depth", depth)
			.query(Long.class)
			.single();
	}

	/**
	 * A periodic job that nobody else changes for now.
	 *
	 * @param cron the periodic job
	 * @param lastJobId the job of its last run; {@code null} if it has had none
	 * @param now the database's time
	 */
	public record Locked(CronJob cron, @Nullable UUID lastJobId, Instant now) {
	}

}
