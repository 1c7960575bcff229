package org.openjobspec.benchmarks.faults;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.StepRow.State;
import org.openjobspec.benchmarks.faults.Ticks.Tick;
import org.openjobspec.benchmarks.faults.Ticks.TickJob;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Row;
import org.openjobspec.benchmarks.faults.WorkflowHistory.Told;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.WorkflowState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts together what the database knows of periodic jobs and workflows. Their events are
 * copied by {@link Feed}.
 */
final class WorkloadReader {

	private static final List<WorkflowState> STATES = List.of(WorkflowState.RUNNING, WorkflowState.COMPLETED,
			WorkflowState.FAILED, WorkflowState.CANCELLED);

	private static final List<State> STEP_STATES = List.of(State.values());

	private final JdbcClient jdbc;

	WorkloadReader(Cluster cluster) {
		this.jdbc = cluster.jdbc();
	}

	/** All that is known of each periodic job of the load. */
	List<Ticks> ticks(Instant stoppedAt) {
		Map<String, List<Tick>> told = new HashMap<>();
		this.jdbc.sql("SELECT job, data FROM harness.event WHERE type = :type ORDER BY n")
			.param("type", JobEvent.CRON_TRIGGERED)
			.query((RowCallbackHandler) (row) -> {
				JsonNode data = JsonMapper.shared().readTree(row.getString("data"));
				told.computeIfAbsent(data.path("cron_name").asString(), (name) -> new ArrayList<>())
					.add(new Tick(row.getObject("job", UUID.class), time(data, "scheduled_at"),
							time(data, "actual_time"), data.path("run_count").asLong()));
			});
		Map<String, List<TickJob>> jobs = new HashMap<>();
		this.jdbc.sql("SELECT id, meta FROM ojs.job WHERE type = :type")
			.param("type", Kind.TICK.type())
			.query((RowCallbackHandler) (row) -> {
				JsonNode meta = JsonMapper.shared().readTree(row.getString("meta"));
				jobs.computeIfAbsent(meta.path("cron_name").asString(), (name) -> new ArrayList<>())
					.add(new TickJob(row.getObject("id", UUID.class), time(meta, "cron_triggered_at")));
			});
		List<Ticks> ticks = new ArrayList<>();
		for (Periodic periodic : Periodic.all()) {
			ticks.add(this.jdbc.sql("SELECT created_at, run_count FROM ojs.cron WHERE name = :name")
				.param("name", periodic.name())
				.query((row, number) -> new Ticks(periodic, Cluster.instant(row, "created_at"), stoppedAt,
						row.getLong("run_count"), told.getOrDefault(periodic.name(), List.of()),
						jobs.getOrDefault(periodic.name(), List.of())))
				.single());
		}
		return ticks;
	}

	private static Instant time(JsonNode node, String member) {
		return Instant.parse(node.path(member).asString());
	}

	/** All that is known of each workflow that there is, or should be. */
	List<WorkflowHistory> workflows(Collection<WorkflowPromise> promises) {
		Map<String, WorkflowPromise> promised = new LinkedHashMap<>();
		promises.forEach((promise) -> promised.put(promise.token().toString(), promise));
		Map<String, List<Row>> rows = rows();
		Map<UUID, Integer> requests = new HashMap<>();
		this.jdbc.sql("SELECT job, count(*) AS count FROM harness.request GROUP BY job")
			.query((RowCallbackHandler) (row) -> requests.put(row.getObject("job", UUID.class), row.getInt("count")));
		Set<String> tokens = new TreeSet<>(promised.keySet());
		tokens.addAll(rows.keySet());
		List<WorkflowHistory> histories = new ArrayList<>();
		for (String token : tokens) {
			WorkflowPromise promise = promised.get(token);
			histories.add(new WorkflowHistory(token, promise, rows.getOrDefault(token, List.of()),
					(promise != null) ? requests.getOrDefault(promise.token(), 0) : 0));
		}
		return histories;
	}

	private Map<String, List<Row>> rows() {
		Map<UUID, List<StepRow>> steps = new HashMap<>();
		this.jdbc.sql("SELECT * FROM ojs.step ORDER BY workflow_id, no")
			.query((RowCallbackHandler) (row) -> steps
				.computeIfAbsent(row.getObject("workflow_id", UUID.class), (id) -> new ArrayList<>())
				.add(step(row)));
		Map<UUID, List<Told>> events = events();
		Map<UUID, Integer> jobs = new HashMap<>();
		this.jdbc.sql(
				"SELECT workflow_id, count(*) AS count FROM ojs.job WHERE workflow_id IS NOT NULL GROUP BY workflow_id")
			.query((RowCallbackHandler) (row) -> jobs.put(row.getObject("workflow_id", UUID.class),
					row.getInt("count")));
		Map<String, List<Row>> rows = new HashMap<>();
		this.jdbc.sql("SELECT id, name, state, total, open FROM ojs.workflow").query((RowCallbackHandler) (row) -> {
			UUID id = row.getObject("id", UUID.class);
			rows.computeIfAbsent(String.valueOf(row.getString("name")), (name) -> new ArrayList<>())
				.add(new Row(id, STATES.get(row.getInt("state") - 1), row.getInt("total"), row.getInt("open"),
						jobs.getOrDefault(id, 0), steps.getOrDefault(id, List.of()),
						events.getOrDefault(id, List.of())));
		});
		return rows;
	}

	private Map<UUID, List<Told>> events() {
		Map<UUID, List<Told>> events = new HashMap<>();
		this.jdbc.sql("SELECT id, type, job, data FROM harness.event WHERE type LIKE 'workflow.%' ORDER BY n")
			.query((RowCallbackHandler) (row) -> {
				JsonNode data = JsonMapper.shared().readTree(row.getString("data"));
				events.computeIfAbsent(UUID.fromString(data.path("workflow_id").asString()), (id) -> new ArrayList<>())
					.add(new Told(row.getLong("id"), row.getString("type"), row.getObject("job", UUID.class)));
			});
		return events;
	}

	private static StepRow step(ResultSet row) throws SQLException {
		List<Integer> dependencies = new ArrayList<>();
		for (Object number : (Object[]) row.getArray("dependencies").getArray()) {
			dependencies.add((Integer) number);
		}
		@Nullable UUID job = row.getObject("job_id", UUID.class);
		@Nullable String path = row.getString("path");
		return new StepRow(row.getInt("no"), job, path, STEP_STATES.get(row.getInt("state") - 1), row.getInt("open"),
				row.getInt("bad"), dependencies);
	}

	/**
	 * What a workflow has promised: a job for each of its steps whose turn comes.
	 * @param workflow the workflow
	 * @return the promises
	 */
	static List<Promise> promises(WorkflowHistory workflow) {
		WorkflowPromise asked = workflow.promise();
		List<Promise> promises = new ArrayList<>();
		if (asked != null && asked.way() != Promise.Way.ROLLED_BACK) {
			Map<String, State> ends = asked.shape().ends();
			Map<String, Kind> kinds = new HashMap<>();
			asked.shape().parts().forEach((part) -> kinds.put(part.path(), part.kind()));
			for (StepRow step : workflow.rows().stream().flatMap((row) -> row.steps().stream()).toList()) {
				State end = ends.get(String.valueOf(step.path()));
				Kind kind = kinds.get(String.valueOf(step.path()));
				if (step.job() != null && kind != null && (end == State.COMPLETED || end == State.FAILED)) {
					promises.add(new Promise(step.job(), kind, 0, 0, Promise.Way.STEP, asked.sentAt(), asked.sentAt()));
				}
			}
		}
		return promises;
	}

	/**
	 * What a periodic job has promised: a job for each of its runs.
	 * @param ticks the periodic job
	 * @return the promises
	 */
	static List<Promise> promises(Ticks ticks) {
		return ticks.told()
			.stream()
			.map((tick) -> new Promise(tick.job(), Kind.TICK, 0, tick.number(), Promise.Way.TICK, tick.scheduled(),
					tick.actual()))
			.toList();
	}

	/**
	 * Unique jobs in whose place a transaction has written that another job has the key.
	 */
	Set<UUID> refusals() {
		return Set.copyOf(this.jdbc.sql("SELECT DISTINCT job FROM harness.refusal").query(UUID.class).list());
	}

}
