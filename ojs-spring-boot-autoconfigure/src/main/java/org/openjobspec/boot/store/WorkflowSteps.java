package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.WorkflowState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Carries workflows on: what has ended, what waits no longer. The caller holds the lock
 * of the workflow until its transaction ends, so it sees all that others have counted
 * down.
 */
public final class WorkflowSteps {

	// In one order, so that two transactions with common workflows cannot wait for each
	// other. NO KEY, since nobody changes the key.
	private static final String LOCK = """
			SELECT id, state, final_step, total, open, name, created_at FROM ojs.workflow WHERE id = ANY (:ids::uuid[])
			ORDER BY id FOR NO KEY UPDATE
			""";

	// Guarded by the state: a job that ends once more, out of the dead letter, moves
	// nothing. What is of rule 1 is a job that counts; see NewStep.counts().
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
			),
			fewer AS (
			    UPDATE ojs.workflow w SET open = w.open - e.jobs
			    FROM (SELECT workflow_id, count(*) AS jobs FROM ended WHERE rule = 1 GROUP BY workflow_id) e
			    WHERE w.id = e.workflow_id
			)
			SELECT e.workflow_id, e.no, e.job_id, e.kind, e.rule, e.state, e.open, e.bad, e.gate, e.dependents, e.path,
			       e.type, true AS ended,
			       (SELECT (date_part('epoch', o.finished_at - o.started_at) * 1000)::int8
			        FROM ojs.outcome o WHERE o.job_id = e.job_id) AS duration_ms
			FROM ended e
			UNION ALL
			SELECT workflow_id, no, job_id, kind, rule, state, open, bad, gate, dependents, path, type, false, NULL
			FROM counted WHERE open = 0 AND state = 1
			""";

	private static final String ALL_WAITING = """
			SELECT workflow_id, no, job_id, kind, rule, state, open, bad, gate, dependents, path, type, false AS ended,
			       NULL::int8 AS duration_ms
			FROM ojs.step WHERE workflow_id = :id AND state = 1
			""";

	private static final String WAITING = ALL_WAITING + "AND no = ANY (:nos::int[])";

	private static final String SUCCEEDED = """
			SELECT no FROM ojs.step WHERE workflow_id = :id AND no = ANY (:nos::int[]) AND state = 3
			""";

	private static final String WRITE = """
			WITH written AS (
			    UPDATE ojs.step s
			    SET state = i.state, open = i.open, bad = i.bad,
			        finished_at = CASE WHEN i.state > 2 THEN clock_timestamp() ELSE s.finished_at END
			    FROM unnest(:nos::int[], :states::int[], :opens::int[], :bads::int[]) AS i (no, state, open, bad)
			    WHERE s.workflow_id = :id AND s.no = i.no
			    RETURNING s.rule, s.state
			)
			UPDATE ojs.workflow SET open = open - e.jobs
			FROM (SELECT count(*) AS jobs FROM written WHERE rule = 1 AND state > 2) e
			WHERE id = :id AND e.jobs > 0
			""";

	private static final String JOBS = """
			SELECT no, job_id, type, job FROM ojs.step WHERE workflow_id = :id AND no = ANY (:nos::int[]) ORDER BY no
			""";

	// Of one that was cancelled, those that run are left.
	private static final String FINISH = """
			UPDATE ojs.workflow
			SET state = :state, finished_at = clock_timestamp(),
			    open = (SELECT count(*) FROM ojs.step WHERE workflow_id = :id AND rule = 1 AND state <= 2)
			WHERE id = :id RETURNING finished_at
			""";

	private static final String HELD = """
			SELECT job_id FROM ojs.step WHERE workflow_id = :id AND state = 2 ORDER BY no LIMIT 1
			""";

	private static final String UNENDED = """
			SELECT job_id FROM ojs.step WHERE job_id = ANY (:jobs::uuid[]) AND state = 2 ORDER BY job_id
			""";

	// What has failed by itself goes before what was cancelled.
	private static final String CULPRIT = """
			SELECT s.path, s.type,
			       (SELECT f.error FROM ojs.failure f WHERE f.job_id = s.job_id ORDER BY f.id DESC LIMIT 1) AS error
			FROM (SELECT path, type, job_id FROM ojs.step
			      WHERE workflow_id = :id AND kind = 1 AND state IN (4, 5)
			      ORDER BY state, finished_at, no LIMIT 1) s
			""";

	private final JdbcClient jdbc;

	WorkflowSteps(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** The states of a step, as {@code db/V5__workflows.sql} has them. */
	public enum State implements Numbered {

		/** Waits for other steps. */
		WAITING(1),

		/** Its job is stored. */
		ENQUEUED(2),

		/** Has succeeded. */
		COMPLETED(3),

		/** Has failed. */
		FAILED(4),

		/** Was cancelled. */
		CANCELLED(5),

		/** A callback whose condition did not come true. */
		NOT_NEEDED(6);

		private final int number;

		State(int number) {
			this.number = number;
		}

		@Override
		public int number() {
			return this.number;
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

		/**
		 * Those of some jobs that are steps.
		 * @param jobs jobs that have ended
		 * @param state what has become of the steps
		 * @return the steps
		 */
		public static List<Ended> of(Collection<WaitingJobs.Ended> jobs, State state) {
			List<Ended> steps = new ArrayList<>();
			for (WaitingJobs.Ended job : jobs) {
				if (job.workflowId() != null) {
					steps.add(new Ended(job.workflowId(), job.jobId(), state));
				}
			}
			return steps;
		}

	}

	/**
	 * A locked workflow.
	 *
	 * @param id its id
	 * @param state where it stands
	 * @param last the step whose end is its end
	 * @param total how many jobs it has, callbacks not counted
	 * @param open how many of these had not ended
	 * @param name its name, or {@code null}
	 * @param createdAt when it was created
	 */
	public record Locked(UUID id, WorkflowState state, int last, int total, int open, @Nullable String name,
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
	 * @param duration how long the attempt took that has ended just now; {@code null} for
	 * none
	 */
	public record Step(UUID workflowId, int no, @Nullable UUID jobId, NewStep.Kind kind, NewStep.Rule rule, State state,
			int open, int bad, @Nullable Integer gate, List<Integer> dependents, @Nullable String path, String type,
			boolean ended, @Nullable Duration duration) {

		/**
		 * As {@link NewStep#counts()}.
		 * @return whether it counts as one of the workflow's jobs
		 */
		public boolean counts() {
			return this.kind == NewStep.Kind.JOB && this.rule == NewStep.Rule.ALL_SUCCEEDED;
		}

	}

	/**
	 * The step by which a workflow has failed.
	 *
	 * @param path its place, or {@code null}
	 * @param type the job's type
	 * @param error the last error of its job, without details and fit for an event;
	 * {@code null} if it has none
	 */
	public record Culprit(@Nullable String path, String type, @Nullable JobError error) {
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
					new Locked(id, Workflows.state(row.getInt("state")), row.getInt("final_step"), row.getInt("total"),
							row.getInt("open"), row.getString("name"), Columns.required(row, "created_at")));
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
		return this.jdbc.sql(ALL_WAITING).param("id", workflowId).query((row, number) -> step(row)).list();
	}

	/**
	 * Reads those of some steps that still wait.
	 * @param workflowId the workflow
	 * @param nos the numbers of the steps
	 * @return the waiting steps
	 */
	public List<Step> waiting(UUID workflowId, Collection<Integer> nos) {
		return this.jdbc.sql(WAITING)
			.param("id", workflowId)
			.param("nos", SqlArrays.integers(nos, (no) -> no))
			.query((row, number) -> step(row))
			.list();
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
			.param("state", Workflows.number(state))
			.query((row, number) -> Columns.required(row, "finished_at"))
			.single();
	}

	/**
	 * Finds a job of a workflow that is stored and has not ended. One that runs has some.
	 * @param workflowId the workflow
	 * @return the first such job
	 */
	public Optional<UUID> held(UUID workflowId) {
		return this.jdbc.sql(HELD)
			.param("id", workflowId)
			.query((row, number) -> row.getObject("job_id", UUID.class))
			.optional();
	}

	/**
	 * Which jobs are those of steps that have not ended.
	 * @param jobs the jobs
	 * @return those whose steps have not
	 */
	public List<UUID> unended(Collection<UUID> jobs) {
		return this.jdbc.sql(UNENDED)
			.param("jobs", SqlArrays.uuids(jobs, (id) -> id))
			.query((row, number) -> row.getObject("job_id", UUID.class))
			.list();
	}

	/**
	 * Finds what a workflow has failed by.
	 * @param workflowId the workflow
	 * @return the first of its jobs that has failed; nothing if none has
	 */
	public Optional<Culprit> culprit(UUID workflowId) {
		return this.jdbc.sql(CULPRIT).param("id", workflowId).query((row, number) -> {
			String error = row.getString("error");
			return new Culprit(row.getString("path"), row.getString("type"),
					(error != null) ? Failures.brief(JobCodec.readError(error)) : null);
		}).optional();
	}

	private static Step step(ResultSet row) throws SQLException {
		int gate = row.getInt("gate");
		Integer gateOrNull = row.wasNull() ? null : Integer.valueOf(gate);
		return new Step(row.getObject("workflow_id", UUID.class), row.getInt("no"), row.getObject("job_id", UUID.class),
				Numbered.of(NewStep.Kind.values(), row.getInt("kind")),
				Numbered.of(NewStep.Rule.values(), row.getInt("rule")),
				Numbered.of(State.values(), row.getInt("state")), row.getInt("open"), row.getInt("bad"), gateOrNull,
				integers(row, "dependents"), row.getString("path"), row.getString("type"), row.getBoolean("ended"),
				Columns.millis(row, "duration_ms"));
	}

	static List<Integer> integers(ResultSet row, String column) throws SQLException {
		List<Integer> integers = new ArrayList<>();
		for (Object integer : (Object[]) row.getArray(column).getArray()) {
			integers.add((Integer) integer);
		}
		return integers;
	}

}
