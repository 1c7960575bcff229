package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.WorkflowState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Carries workflows on: what has ended, what waits no longer. The caller holds the lock of
 * the workflow until its transaction ends, so it sees all that others have counted down.
 */
public final class WorkflowSteps {

	// In one order, so that two transactions with common workflows cannot wait for each
	// other. NO KEY, since nobody changes the key.
	private static final String LOCK = """
			SELECT id, state, final_step, name, type, created_at FROM ojs.workflow WHERE id = ANY (:ids::uuid[])
			ORDER BY id FOR NO KEY UPDATE
			""";

	// Guarded by the state: a job that ends once more, out of the dead letter, moves
	// nothing.
	private static final String SETTLE = """
			WITH ended AS (
			    UPDATE ojs.step s SET state = i.state, finished_at = clock_timestamp()
			    FROM unnest(:ids::uuid[], :states::int[]) AS i (job_id, state)
			    WHERE s.job_id = i.job_id AND s.state = 2
			    RETURNING s.*
			),
			counts AS (
			    SELECT e.workflow_id, d.no, count(*) AS ended, count(*) FILTER (WHERE e.state <> 3) AS bad
			    FROM ended e CROSS JOIN unnest(e.dependents) AS d (no)
			    GROUP BY e.workflow_id, d.no
			),
			counted AS (
			    UPDATE ojs.step s SET open = s.open - c.ended, bad = s.bad + c.bad
			    FROM counts c WHERE s.workflow_id = c.workflow_id AND s.no = c.no
			    RETURNING s.*
			)
			SELECT workflow_id, no, job_id, kind, rule, state, open, bad, gate, dependents, path, type, true AS ended
			FROM ended
			UNION ALL
			SELECT workflow_id, no, job_id, kind, rule, state, open, bad, gate, dependents, path, type, false
			FROM counted WHERE open = 0 AND state = 1
			""";

	private static final String WAITING = """
			SELECT workflow_id, no, job_id, kind, rule, state, open, bad, gate, dependents, path, type, false AS ended
			FROM ojs.step WHERE workflow_id = :id AND state = 1
			""";

	private static final String SUCCEEDED = """
			SELECT no FROM ojs.step WHERE workflow_id = :id AND no = ANY (:nos::int[]) AND state = 3
			""";

	private static final String WRITE = """
			UPDATE ojs.step s
			SET state = i.state, open = i.open, bad = i.bad,
			    finished_at = CASE WHEN i.state > 2 THEN clock_timestamp() ELSE s.finished_at END
			FROM unnest(:nos::int[], :states::int[], :opens::int[], :bads::int[]) AS i (no, state, open, bad)
			WHERE s.workflow_id = :id AND s.no = i.no
			""";

	private static final String JOBS = """
			SELECT no, job_id, type, job FROM ojs.step WHERE workflow_id = :id AND no = ANY (:nos::int[]) ORDER BY no
			""";

	private static final String FINISH = """
			UPDATE ojs.workflow SET state = :state, finished_at = clock_timestamp() WHERE id = :id RETURNING finished_at
			""";

	private final JdbcClient jdbc;

	WorkflowSteps(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** The states of a step, as {@code db/V5__workflows.sql} has them. */
	public enum State {

		/** Waits for other steps. */
		WAITING,

		/** Its job is stored. */
		ENQUEUED,

		/** Has succeeded. */
		COMPLETED,

		/** Has failed. */
		FAILED,

		/** Was cancelled. */
		CANCELLED,

		/** A callback whose condition did not come true. */
		NOT_NEEDED;

		int number() {
			return ordinal() + 1;
		}

		static State of(int number) {
			return values()[number - 1];
		}

		/**
		 * Whether what depends on such a step may count on it.
		 * @return whether it is no success
		 */
		public boolean isBad() {
			return this == FAILED || this == CANCELLED;
		}

	}

	/**
	 * A job of a workflow that has ended.
	 *
	 * @param workflowId the workflow
	 * @param jobId the job
	 * @param state what has become of the step
	 */
	public record Ended(UUID workflowId, UUID jobId, State state) {
	}

	/**
	 * A locked workflow.
	 *
	 * @param id its id
	 * @param state where it stands
	 * @param last the step whose end is its end
	 * @param name its name, or {@code null}
	 * @param type what it is
	 * @param createdAt when it was created
	 */
	public record Locked(UUID id, WorkflowState state, int last, @Nullable String name, String type,
			Instant createdAt) {
	}

	/**
	 * A step as it is stored.
	 *
	 * @param workflowId the workflow
	 * @param no its number
	 * @param jobId its job; {@code null} for a join
	 * @param kind job or join
	 * @param rule when it runs
	 * @param state where it stands
	 * @param open how many of its dependencies have not ended
	 * @param bad how many of those that have did not succeed
	 * @param gate the step without whose success it is not reached, or {@code null}
	 * @param dependents what waits for it
	 * @param path its place, or {@code null}
	 * @param type the job's type, or what a join stands for
	 * @param ended whether it has ended just now
	 */
	public record Step(UUID workflowId, int no, @Nullable UUID jobId, NewStep.Kind kind, NewStep.Rule rule, State state,
			int open, int bad, @Nullable Integer gate, List<Integer> dependents, @Nullable String path, String type,
			boolean ended) {
	}

	/**
	 * A step that has changed.
	 *
	 * @param no its number
	 * @param state where it stands now
	 * @param open how many of its dependencies have not ended
	 * @param bad how many of those that have did not succeed
	 */
	public record Change(int no, State state, int open, int bad) {
	}

	/**
	 * Locks workflows until the transaction ends.
	 * @param ids the workflows
	 * @return those that exist, by id
	 */
	public Map<UUID, Locked> lock(Collection<UUID> ids) {
		Map<UUID, Locked> locked = new HashMap<>();
		this.jdbc.sql(LOCK).param("ids", SqlArrays.uuids(ids, (id) -> id)).query((row) -> {
			UUID id = row.getObject("id", UUID.class);
			locked.put(id,
					new Locked(id, WorkflowState.values()[row.getInt("state") - 1], row.getInt("final_step"),
							row.getString("name"), row.getString("type"), Columns.required(row, "created_at")));
		});
		return locked;
	}

	/**
	 * Notes that jobs have ended, and counts down what waits for them.
	 * @param ended the jobs
	 * @return the steps that have ended, and those that wait for nothing any more
	 */
	public List<Step> settle(Collection<Ended> ended) {
		return this.jdbc.sql(SETTLE)
			.param("ids", SqlArrays.uuids(ended, Ended::jobId))
			.param("states", SqlArrays.integers(ended, (job) -> job.state().number()))
			.query((row, number) -> step(row))
			.list();
	}

	/**
	 * Reads what still waits.
	 * @param workflowId the workflow
	 * @return the waiting steps
	 */
	public List<Step> waiting(UUID workflowId) {
		return this.jdbc.sql(WAITING).param("id", workflowId).query((row, number) -> step(row)).list();
	}

	/**
	 * Which steps have succeeded.
	 * @param workflowId the workflow
	 * @param nos their numbers
	 * @return the numbers of those that have
	 */
	public List<Integer> succeeded(UUID workflowId, Collection<Integer> nos) {
		return this.jdbc.sql(SUCCEEDED)
			.param("id", workflowId)
			.param("nos", SqlArrays.integers(nos, (no) -> no))
			.query(Integer.class)
			.list();
	}

	/**
	 * Writes what has changed.
	 * @param workflowId the workflow
	 * @param changes the changes
	 */
	public void write(UUID workflowId, Collection<Change> changes) {
		this.jdbc.sql(WRITE)
			.param("id", workflowId)
			.param("nos", SqlArrays.integers(changes, Change::no))
			.param("states", SqlArrays.integers(changes, (change) -> change.state().number()))
			.param("opens", SqlArrays.integers(changes, Change::open))
			.param("bads", SqlArrays.integers(changes, Change::bad))
			.update();
	}

	/**
	 * Reads the jobs of steps, to be stored.
	 * @param workflowId the workflow
	 * @param nos the numbers of the steps
	 * @return the jobs, in the order of the numbers
	 */
	public List<NewJob> jobs(UUID workflowId, Collection<Integer> nos) {
		return this.jdbc.sql(JOBS)
			.param("id", workflowId)
			.param("nos", SqlArrays.integers(nos, (no) -> no))
			.query((row, number) -> StepCodec.read(row.getObject("job_id", UUID.class), row.getString("type"),
					workflowId, row.getString("job")))
			.list();
	}

	/**
	 * Ends a workflow.
	 * @param workflowId the workflow
	 * @param state how it has ended
	 * @return when
	 */
	public Instant finish(UUID workflowId, WorkflowState state) {
		return this.jdbc.sql(FINISH)
			.param("id", workflowId)
			.param("state", state.ordinal() + 1)
			.query((row, number) -> Columns.required(row, "finished_at"))
			.single();
	}

	private static Step step(ResultSet row) throws SQLException {
		int gate = row.getInt("gate");
		Integer gateOrNull = row.wasNull() ? null : Integer.valueOf(gate);
		return new Step(row.getObject("workflow_id", UUID.class), row.getInt("no"), row.getObject("job_id", UUID.class),
				NewStep.Kind.values()[row.getInt("kind") - 1], NewStep.Rule.values()[row.getInt("rule") - 1],
				State.of(row.getInt("state")), row.getInt("open"), row.getInt("bad"), gateOrNull,
				integers(row, "dependents"), row.getString("path"), row.getString("type"), row.getBoolean("ended"));
	}

	static List<Integer> integers(ResultSet row, String column) throws SQLException {
		List<Integer> integers = new ArrayList<>();
		for (Object integer : (Object[]) row.getArray(column).getArray()) {
			integers.add((Integer) integer);
		}
		return integers;
	}

}
