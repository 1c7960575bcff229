package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.UUID;

import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.JobSummary;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Lists jobs for people. The state decides which table is looked through, so that a list
 * of what has not ended never reads the history. What is asked for by queue, type, time
 * or tenant alone is looked for from the newest job on, and may read far when there is
 * little of it: no index is kept for this.
 */
public final class JobList {

	private static final String WHERE = """
			WHERE %s
			  AND (:queue::text IS NULL OR j.queue = :queue::text)
			  AND (:priority::int IS NULL OR j.priority = :priority::int)
			  AND (:type::text IS NULL OR j.type LIKE :type::text)
			  AND (:since::timestamptz IS NULL OR j.created_at >= :since::timestamptz)
			  AND (:until::timestamptz IS NULL OR j.created_at < :until::timestamptz)
			  AND (:tenant::text IS NULL OR j.tenant = :tenant::text)
			""";

	// One statement, so that all tables are seen at one moment: a moving job is in
	// exactly one of them.
	private static final String LIST = """
			SELECT j.id, j.type, j.queue, j.priority, j.max_attempts, j.created_at,
			       coalesce(w.due_at, j.scheduled_at) AS due_at, r.job_id IS NOT NULL AS is_ready, r.worker AS ready_worker,
			       w.state AS waiting_state, o.state AS outcome_state, o.finished_at,
			       coalesce(r.attempt, w.attempt, o.attempt) AS attempt
			FROM (SELECT j.id, %1$s AS place FROM %2$s %3$s
			      ORDER BY place %4$s, j.id %5$s LIMIT :limit OFFSET :offset) i
			JOIN ojs.job j ON j.id = i.id
			LEFT JOIN ojs.ready r ON r.job_id = i.id
			LEFT JOIN ojs.waiting w ON w.job_id = i.id
			LEFT JOIN ojs.outcome o ON o.job_id = i.id
			ORDER BY i.place %4$s, i.id %5$s
			""";

	private final JdbcClient jdbc;

	JobList(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Where to look.
	 *
	 * @param from the tables; {@code j} is the job
	 * @param condition what selects the state
	 * @param dueAt when a job is due
	 */
	private record Source(String from, String condition, String dueAt) {

		private static Source of(JobFilter filter) {
			if (filter.deadLetter()) {
				return outcome("x.state = 8");
			}
			JobState state = filter.state();
			if (state == null) {
				return new Source("ojs.job j", "true", "j.scheduled_at");
			}
			return switch (state) {
				case AVAILABLE -> of("ojs.ready", "x.worker IS NULL", "j.scheduled_at");
				case ACTIVE -> of("ojs.ready", "x.worker IS NOT NULL", "j.scheduled_at");
				case SCHEDULED -> of("ojs.waiting", "x.state = 1", "x.due_at");
				case RETRYABLE -> of("ojs.waiting", "x.state = 2", "x.due_at");
				case PENDING -> of("ojs.waiting", "x.state = 3", "j.scheduled_at");
				case COMPLETED -> outcome("x.state = 4");
				case CANCELLED -> outcome("x.state = 5");
				case DISCARDED -> outcome("x.state >= 6");
			};
		}

		private static Source outcome(String condition) {
			return of("ojs.outcome", condition, "j.scheduled_at");
		}

		private static Source of(String table, String condition, String dueAt) {
			return new Source(table + " x JOIN ojs.job j ON j.id = x.job_id", condition, dueAt);
		}

		private String where() {
			return WHERE.formatted(this.condition);
		}

	}

	/**
	 * Lists jobs.
	 * @param query which
	 * @return the jobs in the order that was asked for
	 */
	public List<JobSummary> list(JobQuery query) {
		Source source = Source.of(query.filter());
		String place = switch (query.sort()) {
			case CREATED -> "j.id";
			case SCHEDULED -> source.dueAt();
			case PRIORITY -> "j.priority";
		};
		String order = query.ascending() ? "ASC" : "DESC";
		// Only where there are nulls: the index on the ids is of no use for this.
		String places = (query.sort() == JobQuery.Sort.SCHEDULED) ? order + " NULLS LAST" : order;
		String sql = LIST.formatted(place, source.from(), source.where(), places, order);
		return bound(sql, query.filter()).param("limit", query.limit())
			.param("offset", query.offset())
			.query((row, number) -> summary(row))
			.list();
	}

	/**
	 * Counts jobs.
	 * @param filter which
	 * @param atMost where to stop counting
	 * @return the number
	 */
	public long count(JobFilter filter, int atMost) {
		Source source = Source.of(filter);
		String sql = "SELECT count(*) FROM (SELECT 1 FROM %s %s LIMIT :atMost) counted".formatted(source.from(),
				source.where());
		return bound(sql, filter).param("atMost", atMost).query(Long.class).single();
	}

	/**
	 * Names jobs, to do something with each.
	 * @param filter which
	 * @param limit how many at most
	 * @return the jobs, the oldest first
	 */
	public List<UUID> ids(JobFilter filter, int limit) {
		Source source = Source.of(filter);
		String sql = "SELECT j.id FROM %s %s ORDER BY j.id LIMIT :limit".formatted(source.from(), source.where());
		return bound(sql, filter).param("limit", limit).query((row, number) -> row.getObject("id", UUID.class)).list();
	}

	/**
	 * Names jobs that may be deleted: of the steps of workflows only those in the dead
	 * letter.
	 * @param filter which, of a state that is an end
	 * @param limit how many at most
	 * @return the jobs, the oldest first
	 */
	public List<UUID> deletable(JobFilter filter, int limit) {
		Source source = Source.of(filter);
		String sql = """
				SELECT j.id FROM %s %s
				  AND (x.state = 8 OR NOT EXISTS (SELECT 1 FROM ojs.step s WHERE s.job_id = j.id))
				ORDER BY j.id LIMIT :limit
				""".formatted(source.from(), source.where());
		return bound(sql, filter).param("limit", limit).query((row, number) -> row.getObject("id", UUID.class)).list();
	}

	private JdbcClient.StatementSpec bound(String sql, JobFilter filter) {
		String type = filter.type();
		return this.jdbc.sql(sql)
			.param("queue", filter.queue(), Types.VARCHAR)
			.param("priority", filter.priority(), Types.INTEGER)
			.param("type", (type != null) ? EventLog.pattern(type) : null, Types.VARCHAR)
			.param("since", SqlArrays.text(filter.since()), Types.VARCHAR)
			.param("until", SqlArrays.text(filter.until()), Types.VARCHAR)
			.param("tenant", filter.tenant(), Types.VARCHAR);
	}

	private static JobSummary summary(ResultSet row) throws SQLException {
		JobState state = JobReads.state(row);
		String worker = row.getString("ready_worker");
		int outcome = row.getInt("outcome_state");
		return new JobSummary(row.getObject("id", UUID.class), row.getString("type"), row.getString("queue"), state,
				row.getInt("priority"), row.getInt("attempt"), row.getInt("max_attempts"),
				Columns.required(row, "created_at"), Columns.instant(row, "due_at"),
				Columns.instant(row, "finished_at"), (worker == null || worker.isEmpty()) ? null : worker,
				outcome == Outcomes.DEAD_LETTER, outcome == Outcomes.EXPIRED);
	}

}
