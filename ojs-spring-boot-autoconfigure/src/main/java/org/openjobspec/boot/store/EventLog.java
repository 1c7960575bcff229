package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads lifecycle events. They are written by the statements of the transitions; only
 * those of periodic jobs, which are no transitions, are written here.
 */
public final class EventLog {

	// Only events of transactions that are older than every running one: none of lower
	// order can still appear. A row speaks for all jobs that one statement has moved in
	// the same way; (xid, id) finds the row and ord the job in it. The trace is looked up
	// here and not written with the event, so that no transition has to read metadata; as
	// text, since what a producer sends need not be what the functions for JSON accept.
	private static final String SELECT = """
			SELECT e.xid::text AS xid, e.id, j.ord, j.ord = coalesce(cardinality(e.job_ids), 1) AS last, e.at, e.type,
			       j.job_id, e.job_type, e.queue, e.attempt, e.data::text AS data, j.duration_ms,
			       (SELECT substring(t.meta FROM '"traceparent"\\s*:\\s*"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-')
			        FROM ojs.job t WHERE t.id = j.job_id) AS trace_id
			FROM ojs.event e
			CROSS JOIN LATERAL unnest(coalesce(e.job_ids, ARRAY[e.job_id]), e.duration_ms)
			    WITH ORDINALITY AS j (job_id, duration_ms, ord)
			WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
			  AND (cardinality(:types::text[]) = 0 OR e.type LIKE ANY (:types::text[]))
			  AND (cardinality(:queues::text[]) = 0 OR e.queue = ANY (:queues::text[]))
			  AND (cardinality(:jobTypes::text[]) = 0 OR e.job_type = ANY (:jobTypes::text[]))
			""";

	private static final String AFTER = SELECT + """
			  AND (e.xid, e.id) >= (:xid::text::xid8, :id)
			  AND (e.xid <> :xid::text::xid8 OR e.id <> :id OR j.ord > :ord)
			""";

	private static final String UP_TO_LIMIT = "ORDER BY e.xid, e.id, j.ord LIMIT :limit";

	private static final String READ = AFTER + UP_TO_LIMIT;

	// What is no job's, and what is of a job that is no longer stored, is nobody's.
	private static final String READ_OF_TENANT = AFTER
			+ "AND EXISTS (SELECT 1 FROM ojs.job t WHERE t.id = j.job_id AND t.tenant = :tenant) " + UP_TO_LIMIT;

	private static final String READ_UP_TO = SELECT + """
			  AND (e.xid, e.id) > (:xid::text::xid8, :id)
			  AND (e.xid, e.id) <= (:lastXid::text::xid8, :lastId)
			ORDER BY e.xid, e.id, j.ord
			""";

	// At least one row, however many jobs it speaks for.
	private static final String AHEAD = """
			SELECT p.xid::text AS xid, p.id
			FROM (SELECT e.xid, e.id, row_number() OVER place AS number,
			             sum(coalesce(cardinality(e.job_ids), 1)) OVER place AS jobs
			      FROM (SELECT xid, id, job_ids FROM ojs.event
			            WHERE (xid, id) > (:xid::text::xid8, :id) AND xid < pg_snapshot_xmin(pg_current_snapshot())
			            ORDER BY xid, id LIMIT :jobs) e
			      WINDOW place AS (ORDER BY e.xid, e.id)) p
			WHERE p.number = 1 OR p.jobs <= :jobs
			ORDER BY p.xid DESC, p.id DESC LIMIT 1
			""";

	// Commits of claims are not waited for until they are on disk. Were the server to
	// crash now, it would give their transaction numbers away again, to events that come
	// later and that a reader who has passed these numbers would never see. A commit that
	// is waited for takes all before it along; locking a row that was just read is the
	// least that makes one.
	private static final String MAKE_DURABLE = """
			SELECT 1 FROM ojs.event WHERE xid = :xid::text::xid8 AND id = :id FOR KEY SHARE
			""";

	private static final String APPEND = """
			INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
			SELECT clock_timestamp(), i.type, i.job_id, j.type, j.queue, 0, i.data::jsonb
			FROM unnest(:types::text[], :jobs::uuid[], :data::text[]) WITH ORDINALITY AS i (type, job_id, data, ord)
			LEFT JOIN ojs.job j ON j.id = i.job_id
			ORDER BY i.ord
			RETURNING at, type, job_id, job_type, queue, attempt, data::text AS data
			""";

	private final JdbcClient jdbc;

	EventLog(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A place in the feed.
	 *
	 * @param xid the transaction, an unsigned number
	 * @param id the row in it
	 * @param ord which of the row's jobs, from 1; {@link #LAST} for the last
	 */
	public record Position(String xid, long id, long ord) {

		/** Behind all jobs of a row. */
		public static final long LAST = Long.MAX_VALUE;

		/** Before the first event. */
		public static final Position START = new Position("0", 0, 0);

	}

	/**
	 * An event with its place.
	 *
	 * @param position its place
	 * @param event what happened
	 */
	public record Entry(Position position, JobEvent event) {
	}

	/**
	 * Reads events.
	 * @param after where to go on
	 * @param types event types; a trailing {@code *} makes a prefix; empty for any
	 * @param queues queues; empty for any
	 * @param jobTypes job types; empty for any
	 * @param tenant only those of this tenant's jobs; {@code null} for all
	 * @param limit how many at most
	 * @return the events in their order
	 */
	public List<Entry> read(Position after, Set<String> types, Set<String> queues, Set<String> jobTypes,
			@Nullable String tenant, int limit) {
		return this.jdbc.sql((tenant != null) ? READ_OF_TENANT : READ)
			.param("tenant", tenant, Types.VARCHAR)
			.param("xid", after.xid())
			.param("id", after.id())
			.param("ord", after.ord())
			.param("types", SqlArrays.texts(types, EventLog::pattern))
			.param("queues", SqlArrays.texts(queues, queue -> queue))
			.param("jobTypes", SqlArrays.texts(jobTypes, type -> type))
			.param("limit", limit)
			.query((row, number) -> entry(row))
			.list();
	}

	/**
	 * Looks ahead.
	 * @param after where to go on
	 * @param jobs how many events of jobs to pass at most, if it is more than one row
	 * @return the last row of those; nothing if no event follows
	 */
	public Optional<Position> ahead(Position after, int jobs) {
		return this.jdbc.sql(AHEAD)
			.param("xid", after.xid())
			.param("id", after.id())
			.param("jobs", jobs)
			.query((row, number) -> new Position(row.getString("xid"), row.getLong("id"), Position.LAST))
			.optional();
	}

	/**
	 * Reads the events of some rows.
	 * @param after where to go on, the end of a row
	 * @param last the last row to read
	 * @param types as for {@link #read}
	 * @param queues as for {@link #read}
	 * @param jobTypes as for {@link #read}
	 * @return the events in their order
	 */
	public List<Entry> readUpTo(Position after, Position last, Set<String> types, Set<String> queues,
			Set<String> jobTypes) {
		return this.jdbc.sql(READ_UP_TO)
			.param("xid", after.xid())
			.param("id", after.id())
			.param("lastXid", last.xid())
			.param("lastId", last.id())
			.param("types", SqlArrays.texts(types, EventLog::pattern))
			.param("queues", SqlArrays.texts(queues, queue -> queue))
			.param("jobTypes", SqlArrays.texts(jobTypes, type -> type))
			.query((row, number) -> entry(row))
			.list();
	}

	private static Entry entry(ResultSet row) throws SQLException {
		Map<String, @Nullable Object> data = JobCodec.readMap(row.getString("data"));
		Duration duration = Columns.millis(row, "duration_ms");
		if (duration != null) {
			data = Map.of("duration_ms", duration.toMillis());
		}
		String trace = row.getString("trace_id");
		if (trace != null) {
			data = new LinkedHashMap<>(data);
			data.put("trace_id", trace);
		}
		long ord = row.getBoolean("last") ? Position.LAST : row.getLong("ord");
		return new Entry(new Position(row.getString("xid"), row.getLong("id"), ord), event(row, data));
	}

	/**
	 * An event of more than a job's own life.
	 *
	 * @param type its type
	 * @param jobId the job by which it came about; {@code null} for none
	 * @param data further facts
	 */
	public record NewEvent(String type, @Nullable UUID jobId, Map<String, @Nullable Object> data) {
	}

	/**
	 * Writes events in the transaction of the caller.
	 * @param events the events
	 * @return the events as they were written
	 */
	public List<JobEvent> append(List<NewEvent> events) {
		return this.jdbc.sql(APPEND)
			.param("types", SqlArrays.texts(events, NewEvent::type))
			.param("jobs", SqlArrays.array("uuid", events, NewEvent::jobId))
			.param("data", SqlArrays.texts(events, (event) -> JobCodec.writeMap(event.data())))
			.query((row, number) -> event(row, JobCodec.readMap(row.getString("data"))))
			.list();
	}

	private static JobEvent event(ResultSet row, Map<String, @Nullable Object> data) throws SQLException {
		return new JobEvent(row.getString("type"), Columns.required(row, "at"), row.getObject("job_id", UUID.class),
				row.getString("job_type"), row.getString("queue"), row.getInt("attempt"), data);
	}

	/**
	 * Writes an event in the current transaction.
	 * @param event what happened
	 */
	public void append(JobEvent event) {
		this.jdbc.sql("""
				INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt, data)
				VALUES (:at::timestamptz, :type, :jobId, :jobType, :queue, :attempt, :data::jsonb)
				""")
			.param("at", event.time().toString())
			.param("type", event.type())
			.param("jobId", event.jobId())
			.param("jobType", event.jobType())
			.param("queue", event.queue())
			.param("attempt", event.attempt())
			.param("data", JobCodec.writeMap(event.data()))
			.update();
	}

	/**
	 * Makes sure that what was read survives a crash of the server. One statement, to be
	 * a transaction by itself.
	 * @param read the place of an event that was read
	 */
	public void makeDurable(Position read) {
		this.jdbc.sql(MAKE_DURABLE).param("xid", read.xid()).param("id", read.id()).query().listOfRows();
	}

	/**
	 * A pattern for LIKE: a trailing star makes a prefix.
	 */
	static String pattern(String type) {
		String escaped = type.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
		return escaped.endsWith("*") ? escaped.substring(0, escaped.length() - 1) + "%" : escaped;
	}

	/**
	 * Deletes old events.
	 * @param age how old
	 * @param limit how many at most
	 * @return how many were deleted
	 */
	public int prune(Duration age, int limit) {
		return this.jdbc.sql("""
				DELETE FROM ojs.event WHERE ctid = ANY (ARRAY(
				    SELECT ctid FROM ojs.event WHERE at < statement_timestamp() - :ms * interval '1 millisecond'
				    ORDER BY at LIMIT :limit FOR UPDATE SKIP LOCKED))
				""").param("ms", age.toMillis()).param("limit", limit).update();
	}

}
