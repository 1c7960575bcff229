package org.openjobspec.boot.store;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What only tests do with the database: let time pass, and begin anew.
 */
public final class Rehearsals {

	private static final String MARK = "ojs-spring-boot-test: whatever is in this database may be deleted by tests";

	// The database's clock decides everything and cannot be set, so that what it is
	// compared with moves: whatever decides about a job. What only tells when something
	// has happened stays, and so does what is old enough to be pruned.
	private static final String SHIFT = """
			WITH lapse AS MATERIALIZED (SELECT :micros * interval '1 microsecond' AS span),
			waiting AS (
			    UPDATE ojs.waiting SET due_at = due_at - l.span, expires_at = expires_at - l.span FROM lapse l
			    WHERE due_at IS NOT NULL OR expires_at IS NOT NULL
			),
			ready AS (
			    UPDATE ojs.ready SET expires_at = expires_at - l.span, lease_until = lease_until - l.span,
			           execute_until = execute_until - l.span FROM lapse l
			    WHERE expires_at IS NOT NULL OR worker IS NOT NULL
			),
			expiry AS (UPDATE ojs.expiry SET expires_at = expires_at - l.span FROM lapse l),
			leases AS (UPDATE ojs.lease SET lease_until = lease_until - l.span FROM lapse l),
			claims AS (UPDATE ojs.claim SET check_at = check_at - l.span FROM lapse l),
			keys AS (UPDATE ojs.unique_key SET created_at = created_at - l.span FROM lapse l),
			starts AS (UPDATE ojs.rate_start SET at = at - l.span FROM lapse l),
			limits AS (
			    UPDATE ojs.rate_limit SET overridden_until = overridden_until - l.span FROM lapse l
			    WHERE overridden_until IS NOT NULL
			)
			UPDATE ojs.cron SET next_run_at = next_run_at - l.span FROM lapse l WHERE next_run_at IS NOT NULL
			""";

	// Row by row and not by TRUNCATE, which would wait for everybody who has read a
	// table in a transaction that is still open, the caller's own included.
	private static final String CLEAR = """
			WITH job AS (DELETE FROM ojs.job), ready AS (DELETE FROM ojs.ready), waiting AS (DELETE FROM ojs.waiting),
			outcome AS (DELETE FROM ojs.outcome), failure AS (DELETE FROM ojs.failure),
			unique_key AS (DELETE FROM ojs.unique_key), expiry AS (DELETE FROM ojs.expiry),
			claim AS (DELETE FROM ojs.claim), lease AS (DELETE FROM ojs.lease), worker AS (DELETE FROM ojs.worker),
			workflow AS (DELETE FROM ojs.workflow), step AS (DELETE FROM ojs.step),
			progress AS (DELETE FROM ojs.progress), checkpoint AS (DELETE FROM ojs.checkpoint),
			event AS (DELETE FROM ojs.event), delivery AS (DELETE FROM ojs.delivery),
			rate_start AS (DELETE FROM ojs.rate_start),
			rate_limit AS (
			    UPDATE ojs.rate_limit SET overridden = NULL, overridden_until = NULL WHERE overridden IS NOT NULL
			)
			UPDATE ojs.queue SET paused = false WHERE paused
			""";

	private final JdbcClient jdbc;

	Rehearsals(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lets time pass: everything that is due comes nearer.
	 * @param duration how long, to the microsecond
	 */
	public void shift(Duration duration) {
		this.jdbc.sql(SHIFT).param("micros", duration.toNanos() / 1000).update();
	}

	/** Deletes all jobs with what belongs to them, and takes back what was paused. */
	public void clear() {
		this.jdbc.sql(CLEAR).update();
	}

	/**
	 * Changes when a periodic job is due next.
	 * @param name its name
	 * @param next when; {@code null} for never
	 */
	public void next(String name, @Nullable Instant next) {
		this.jdbc.sql("UPDATE ojs.cron SET next_run_at = :next::timestamptz WHERE name = :name")
			.param("name", name)
			.param("next", SqlArrays.text(next), Types.VARCHAR)
			.update();
	}

	/** Forgets which periodic jobs have run. */
	public void forgetRuns() {
		this.jdbc.sql("UPDATE ojs.cron SET last_run_at = NULL, last_job_id = NULL, run_count = 0 WHERE run_count > 0")
			.update();
	}

	/**
	 * The name of the database.
	 * @return its name
	 */
	public String database() {
		return this.jdbc.sql("SELECT current_database()").query(String.class).single();
	}

	/**
	 * Whether somebody has said that tests may delete what is in this database.
	 * @return whether it is marked
	 */
	public boolean marked() {
		return this.jdbc.sql("SELECT coalesce(obj_description('ojs.job'::regclass, 'pg_class') = :mark, false)")
			.param("mark", mark())
			.query(Boolean.class)
			.single();
	}

	// A copy of a database, or what is restored from its dump, is another one.
	private String mark() {
		long oid = this.jdbc.sql("SELECT oid::int8 FROM pg_database WHERE datname = current_database()")
			.query(Long.class)
			.single();
		return "%s (%d)".formatted(MARK, oid);
	}

	/**
	 * Says that tests may delete what is in this database, if nobody has used it yet.
	 * @return whether nobody has
	 */
	public boolean markUnused() {
		boolean used = this.jdbc.sql("""
				SELECT EXISTS (SELECT 1 FROM ojs.job)
				       OR EXISTS (SELECT 1 FROM ojs.worker
				                  WHERE NOT dead AND heartbeat_at > statement_timestamp() - interval '30 seconds')
				""").query(Boolean.class).single();
		if (!used) {
			this.jdbc.sql("COMMENT ON TABLE ojs.job IS '%s'".formatted(mark())).update();
		}
		return !used;
	}

}
