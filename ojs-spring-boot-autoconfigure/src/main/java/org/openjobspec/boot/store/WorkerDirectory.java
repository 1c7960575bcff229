package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which workers there are, for people: those that have sent a heartbeat.
 */
public final class WorkerDirectory {

	private static final String SELECT = """
			SELECT w.id, w.started_at, w.seen_at, w.embedded, w.directive, w.info,
			       w.dead OR w.seen_at < statement_timestamp() - :timeoutMs * interval '1 millisecond' AS stale
			FROM ojs.worker w
			""";

	private static final String LIST = SELECT + "ORDER BY w.id LIMIT :limit";

	private static final String FIND = SELECT + "WHERE w.id = :id";

	// Through the receipts of the claims, since nothing finds the rows of ready by their
	// worker. A job that was handed back and claimed again is in two of them.
	private static final String HELD = """
			SELECT c.worker, c.job_id
			FROM (SELECT DISTINCT r.worker, j.job_id FROM ojs.claim r CROSS JOIN unnest(r.job_ids) AS j (job_id)
			      WHERE r.worker = ANY (:workers::text[])) c
			CROSS JOIN LATERAL (
			    SELECT 1 FROM ojs.ready h WHERE h.job_id = c.job_id AND h.worker = c.worker OFFSET 0) held
			""";

	private static final String COUNT_HELD = "SELECT held.worker, count(*) AS jobs FROM (" + HELD
			+ ") held GROUP BY held.worker";

	private static final String LIST_HELD = HELD + "ORDER BY c.job_id LIMIT :limit";

	// Reads all rows of ready, as nothing finds them by their worker: not for every turn.
	private static final String TALLY = """
			WITH silent AS MATERIALIZED (
			    SELECT id, dead OR seen_at < statement_timestamp() - :timeoutMs * interval '1 millisecond' AS stale
			    FROM ojs.worker
			),
			busy AS MATERIALIZED (
			    SELECT r.worker AS id FROM (SELECT DISTINCT worker FROM ojs.ready WHERE worker <> '') r
			    WHERE NOT EXISTS (SELECT 1 FROM silent s WHERE s.id = r.worker AND s.stale)
			)
			SELECT (SELECT count(*) FROM (SELECT id FROM silent WHERE NOT stale UNION SELECT id FROM busy) a) AS active,
			       (SELECT count(*) FROM busy) AS busy
			""";

	private static final JsonMapper mapper = JsonMapper.shared();

	private final JdbcClient jdbc;

	WorkerDirectory(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A worker.
	 *
	 * @param id its id
	 * @param startedAt when it was first heard of
	 * @param seenAt when it was last heard of
	 * @param embedded whether it runs in an application of this kind
	 * @param stale whether it has been silent for too long
	 * @param directive what it is told; {@code null} to go on
	 * @param said the state that it says it is in; {@code null} if it says nothing
	 * @param info what it says of itself, JSON; {@code null} for nothing
	 */
	public record Entry(String id, Instant startedAt, Instant seenAt, boolean embedded, boolean stale,
			@Nullable String directive, @Nullable String said, @Nullable String info) {
	}

	/**
	 * Lists the workers.
	 * @param heartbeatTimeout after how long a silence a worker counts as stale
	 * @param limit how many at most
	 * @return the workers by id
	 */
	public List<Entry> list(Duration heartbeatTimeout, int limit) {
		return this.jdbc.sql(LIST)
			.param("timeoutMs", heartbeatTimeout.toMillis())
			.param("limit", limit)
			.query((row, number) -> entry(row))
			.list();
	}

	/**
	 * Finds a worker.
	 * @param id its id
	 * @param heartbeatTimeout after how long a silence a worker counts as stale
	 * @return the worker, or nothing
	 */
	public Optional<Entry> find(String id, Duration heartbeatTimeout) {
		return this.jdbc.sql(FIND)
			.param("id", id)
			.param("timeoutMs", heartbeatTimeout.toMillis())
			.query((row, number) -> entry(row))
			.optional();
	}

	private static Entry entry(ResultSet row) throws SQLException {
		String info = row.getString("info");
		return new Entry(row.getString("id"), Columns.required(row, "started_at"), Columns.required(row, "seen_at"),
				row.getBoolean("embedded"), row.getBoolean("stale"), row.getString("directive"), said(info), info);
	}

	/**
	 * Reads the state that a worker says it is in, and nothing else: it may say what no
	 * type can hold, such as a number with a huge exponent.
	 * @param info what it says of itself, JSON; {@code null} for nothing
	 * @return the state; {@code null} if it names none
	 */
	public static @Nullable String said(@Nullable String info) {
		if (info == null) {
			return null;
		}
		try (JsonParser json = mapper.createParser(info)) {
			String name = (json.nextToken() == JsonToken.START_OBJECT) ? json.nextName() : null;
			while (name != null) {
				JsonToken value = json.nextToken();
				if (name.equals("state")) {
					return (value == JsonToken.VALUE_STRING) ? json.getString() : null;
				}
				json.skipChildren();
				name = json.nextName();
			}
			return null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * How many workers there are.
	 *
	 * @param active how many are not stale
	 * @param busy how many of them hold a job
	 */
	public record Tally(long active, long busy) {
	}

	/**
	 * Counts the workers.
	 * @param heartbeatTimeout after how long a silence a worker counts as stale
	 * @return the counts
	 */
	public Tally tally(Duration heartbeatTimeout) {
		return this.jdbc.sql(TALLY)
			.param("timeoutMs", heartbeatTimeout.toMillis())
			.query((row, number) -> new Tally(row.getLong("active"), row.getLong("busy")))
			.single();
	}

	/**
	 * Counts the jobs that workers hold.
	 * @param workers the workers' ids
	 * @return how many, for each that holds one at least
	 */
	public Map<String, Long> countHeld(Collection<String> workers) {
		if (workers.isEmpty()) {
			return Map.of();
		}
		Map<String, Long> counts = new HashMap<>();
		this.jdbc.sql(COUNT_HELD).param("workers", SqlArrays.texts(workers, (worker) -> worker)).query((row) -> {
			counts.put(row.getString("worker"), row.getLong("jobs"));
		});
		return counts;
	}

	/**
	 * Lists the jobs that a worker holds.
	 * @param worker the worker's id
	 * @param limit how many at most
	 * @return the jobs, the oldest first
	 */
	public List<UUID> held(String worker, int limit) {
		return this.jdbc.sql(LIST_HELD)
			.param("workers", SqlArrays.texts(List.of(worker), (id) -> id))
			.param("limit", limit)
			.query((row, number) -> row.getObject("job_id", UUID.class))
			.list();
	}

	/**
	 * Decides what a worker is told with its heartbeats.
	 * @param id the worker
	 * @param directive {@code quiet} or {@code terminate}; {@code null} to go on
	 * @return whether there is such a worker
	 */
	public boolean direct(String id, @Nullable String directive) {
		return this.jdbc.sql("UPDATE ojs.worker SET directive = :directive::text WHERE id = :id")
			.param("id", id)
			.param("directive", directive)
			.update() > 0;
	}

}
