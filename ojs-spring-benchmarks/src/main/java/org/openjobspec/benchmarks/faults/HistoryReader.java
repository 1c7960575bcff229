package org.openjobspec.benchmarks.faults;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts together what the database and the ledger know of each job.
 */
final class HistoryReader {

	private static final int CHUNK = 20_000;

	private final JdbcTemplate template;

	private final JdbcClient jdbc;

	private final Ledger ledger;

	HistoryReader(Cluster cluster, Ledger ledger) {
		this.template = cluster.template();
		this.jdbc = cluster.jdbc();
		this.ledger = ledger;
	}

	/** Reads all jobs, a part at a time, since an hour of them is more than fits. */
	void read(Consumer<History> histories) {
		TreeSet<UUID> known = new TreeSet<>();
		this.ledger.all().forEach((promise) -> known.add(promise.id()));
		this.jdbc.sql("""
				SELECT id FROM ojs.job UNION SELECT job FROM harness.event WHERE job IS NOT NULL
				UNION SELECT job FROM harness.run UNION SELECT job FROM harness.effect
				""").query(UUID.class).list().forEach(known::add);
		List<UUID> all = List.copyOf(known);
		for (int from = 0; from < all.size(); from += CHUNK) {
			chunk(all.subList(from, Math.min(all.size(), from + CHUNK))).forEach(histories);
		}
	}

	/** When jobs of the ordered queue were claimed for the first time. */
	Map<UUID, Instant> firstClaims() {
		Map<UUID, Instant> claims = new HashMap<>();
		this.jdbc.sql("""
				SELECT e.job, min(e.at) AS at FROM harness.event e JOIN ojs.job j ON j.id = e.job
				WHERE e.type = 'job.started' AND j.queue = :queue GROUP BY e.job
				""")
			.param("queue", Kind.ORDERED.queue())
			.query((RowCallbackHandler) (row) -> claims.put(row.getObject("job", UUID.class),
					Cluster.instant(row, "at")));
		return claims;
	}

	private List<History> chunk(List<UUID> ids) {
		Array array = array(ids);
		Map<UUID, JobRow> rows = new HashMap<>();
		this.jdbc.sql("SELECT id, state, attempt, worker_id, finished_at FROM ojs.jobs WHERE id = ANY (:ids)")
			.param("ids", array)
			.query((RowCallbackHandler) (row) -> rows.put(row.getObject("id", UUID.class),
					new JobRow(JobState.of(row.getString("state")), row.getInt("attempt"), row.getString("worker_id"),
							optional(row, "finished_at"))));
		Map<UUID, List<Event>> events = events(array);
		Map<UUID, List<Run>> runs = runs(array);
		Map<UUID, Integer> effects = counts("harness.effect", array);
		Map<UUID, Integer> requests = counts("harness.request", array);
		List<History> histories = new ArrayList<>();
		for (UUID id : ids) {
			histories.add(new History(id, this.ledger.find(id), rows.get(id), events.getOrDefault(id, List.of()),
					runs.getOrDefault(id, List.of()), effects.getOrDefault(id, 0), requests.getOrDefault(id, 0)));
		}
		return histories;
	}

	private Map<UUID, List<Event>> events(Array ids) {
		Map<UUID, List<Event>> events = new HashMap<>();
		this.jdbc.sql("""
				SELECT id, at, type, job, attempt, worker, code, due_at FROM harness.event
				WHERE job = ANY (:ids) AND type LIKE 'job.%' ORDER BY id, n
				""")
			.param("ids", ids)
			.query((RowCallbackHandler) (row) -> events
				.computeIfAbsent(row.getObject("job", UUID.class), (id) -> new ArrayList<>())
				.add(new Event(row.getLong("id"), Cluster.instant(row, "at"), row.getString("type"),
						row.getInt("attempt"), row.getString("worker"), row.getString("code"),
						optional(row, "due_at"))));
		return events;
	}

	private Map<UUID, List<Run>> runs(Array ids) {
		Map<UUID, List<Run>> runs = new HashMap<>();
		this.jdbc.sql("""
				SELECT job, attempt, worker, node, started_at, ended_at, result FROM harness.run
				WHERE job = ANY (:ids) ORDER BY started_at
				""")
			.param("ids", ids)
			.query((RowCallbackHandler) (row) -> runs
				.computeIfAbsent(row.getObject("job", UUID.class), (id) -> new ArrayList<>())
				.add(new Run(row.getInt("attempt"), row.getString("worker"), row.getString("node"),
						Cluster.instant(row, "started_at"), optional(row, "ended_at"),
						result(row.getString("result")))));
		return runs;
	}

	private static @Nullable Result result(@Nullable String name) {
		return (name != null) ? Result.valueOf(name) : null;
	}

	private Map<UUID, Integer> counts(String table, Array ids) {
		Map<UUID, Integer> counts = new HashMap<>();
		this.jdbc.sql("SELECT job, count(*) AS count FROM " + table + " WHERE job = ANY (:ids) GROUP BY job")
			.param("ids", ids)
			.query((RowCallbackHandler) (row) -> counts.put(row.getObject("job", UUID.class), row.getInt("count")));
		return counts;
	}

	private Array array(List<UUID> ids) {
		Array array = this.template
			.execute((ConnectionCallback<Array>) (connection) -> connection.createArrayOf("uuid", ids.toArray()));
		if (array == null) {
			throw new IllegalStateException("No array");
		}
		return array;
	}

	private static @Nullable Instant optional(ResultSet row, String column) throws SQLException {
		OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
		return (value != null) ? value.toInstant() : null;
	}

}
