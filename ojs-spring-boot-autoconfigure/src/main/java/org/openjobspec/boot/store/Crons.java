package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Periodic jobs: which there are.
 */
public final class Crons {

	// The time that is next stays where it is as long as what it was computed from does,
	// so that a deployment does not put an interval off again and again. A row that was
	// inserted has no xmax.
	private static final String PUT = """
			INSERT INTO ojs.cron AS c (name, expression, timezone, overlap, enabled, description, job, owner, created_at,
			                           updated_at, next_run_at)
			VALUES (:name, :expression, :timezone, :overlap, coalesce(:enabled::bool, true), :description, :job, :owner,
			        :now::timestamptz, :now::timestamptz,
			        CASE WHEN coalesce(:enabled::bool, true) THEN :next::timestamptz END)
			ON CONFLICT (name) DO UPDATE
			SET expression = excluded.expression, timezone = excluded.timezone, overlap = excluded.overlap,
			    enabled = coalesce(:enabled::bool, c.enabled), description = excluded.description, job = excluded.job,
			    owner = excluded.owner, updated_at = excluded.updated_at,
			    next_run_at = CASE WHEN NOT coalesce(:enabled::bool, c.enabled) THEN NULL
			                       WHEN c.expression = excluded.expression AND c.timezone = excluded.timezone
			                           THEN coalesce(c.next_run_at, :next::timestamptz)
			                       ELSE :next::timestamptz END
			RETURNING c.*, c.xmax = 0 AS created
			""";

	private final JdbcClient jdbc;

	Crons(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The time that decides what is due.
	 * @return the database's
	 */
	public Instant now() {
		return this.jdbc.sql("SELECT clock_timestamp() AS now")
			.query((row, number) -> Columns.required(row, "now"))
			.single();
	}

	/**
	 * Registers a periodic job, or changes the one of its name.
	 * @param request what is asked for, its job with all defaults
	 * @param owner the application that declares it; {@code null} for none
	 * @param now when
	 * @param next when it is due if that is not known yet; {@code null} for never
	 * @return the periodic job as it is now
	 */
	public Stored put(CronRequest request, @Nullable String owner, Instant now, @Nullable Instant next) {
		return this.jdbc.sql(PUT)
			.param("name", request.name())
			.param("expression", request.schedule().toString())
			.param("timezone", request.timezone().getId())
			.param("overlap", request.overlap().wireName())
			.param("enabled", request.enabled(), Types.BOOLEAN)
			.param("description", request.description(), Types.VARCHAR)
			.param("job", CronTemplates.write(request.job()))
			.param("owner", owner, Types.VARCHAR)
			.param("now", now.toString())
			.param("next", SqlArrays.text(next), Types.VARCHAR)
			.query((row, number) -> new Stored(cron(row), row.getBoolean("created")))
			.single();
	}

	/**
	 * Reads a periodic job.
	 * @param name its name
	 * @return the periodic job, or nothing
	 */
	public Optional<CronJob> find(String name) {
		return this.jdbc.sql("SELECT * FROM ojs.cron WHERE name = :name")
			.param("name", name)
			.query((row, number) -> cron(row))
			.optional();
	}

	/**
	 * Lists periodic jobs.
	 * @param enabled only those that are enabled, or are not; {@code null} for all
	 * @return the periodic jobs by name
	 */
	public List<CronJob> list(@Nullable Boolean enabled) {
		return this.jdbc.sql("""
				SELECT * FROM ojs.cron WHERE :enabled::bool IS NULL OR enabled = :enabled::bool ORDER BY name
				""").param("enabled", enabled, Types.BOOLEAN).query((row, number) -> cron(row)).list();
	}

	/**
	 * Lists what an application declares.
	 * @param owner the application
	 * @return the names of its periodic jobs
	 */
	public List<String> ownedBy(String owner) {
		return this.jdbc.sql("SELECT name FROM ojs.cron WHERE owner = :owner ORDER BY name")
			.param("owner", owner)
			.query(String.class)
			.list();
	}

	/**
	 * Deletes a periodic job. The jobs that it has enqueued are not concerned.
	 * @param name its name
	 * @return the periodic job as it was, or nothing
	 */
	public Optional<CronJob> delete(String name) {
		return this.jdbc.sql("DELETE FROM ojs.cron WHERE name = :name RETURNING *")
			.param("name", name)
			.query((row, number) -> cron(row))
			.optional();
	}

	/**
	 * Enables or disables a periodic job whose row is locked.
	 * @param name its name
	 * @param enabled whether it is to fire
	 * @param next when it is due if it was disabled; {@code null} for never
	 * @return the periodic job as it is now
	 */
	public CronJob enable(String name, boolean enabled, @Nullable Instant next) {
		return this.jdbc.sql("""
				UPDATE ojs.cron SET enabled = :enabled::bool, updated_at = clock_timestamp(),
				       next_run_at = CASE WHEN :enabled::bool THEN coalesce(next_run_at, :next::timestamptz) END
				WHERE name = :name RETURNING *
				""")
			.param("name", name)
			.param("enabled", enabled)
			.param("next", SqlArrays.text(next), Types.VARCHAR)
			.query((row, number) -> cron(row))
			.single();
	}

	static CronJob cron(ResultSet row) throws SQLException {
		return new CronJob(row.getString("name"), CronExpression.parse(row.getString("expression")),
				ZoneId.of(row.getString("timezone")), CronOverlap.of(row.getString("overlap")),
				row.getBoolean("enabled"), row.getString("description"), CronTemplates.read(row.getString("job")),
				Columns.required(row, "created_at"), Columns.instant(row, "next_run_at"),
				Columns.instant(row, "last_run_at"), row.getLong("run_count"));
	}

	/**
	 * A periodic job that was registered.
	 *
	 * @param cron the periodic job as it is now
	 * @param created whether its name was new
	 */
	public record Stored(CronJob cron, boolean created) {
	}

}
