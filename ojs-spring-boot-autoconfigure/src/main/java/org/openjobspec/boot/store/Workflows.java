package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.WorkflowState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Workflows as a whole: created, read, cancelled, forgotten.
 */
public final class Workflows {

	private static final String CREATE = """
			WITH stored AS (
			    INSERT INTO ojs.workflow (id, created_at, final_step, total, open, state, type, name, tenant)
			    VALUES (:id, clock_timestamp(), :last, :total, :total, 1, :type, :name, :tenant)
			)
			INSERT INTO ojs.step (workflow_id, no, job_id, open, gate, previous, position, kind, rule, state, dependencies,
			                      dependents, path, type, job)
			SELECT :id, i.no, i.job_id, cardinality(i.dependencies::int[]), i.gate, i.previous, i.position, i.kind, i.rule,
			       i.state, i.dependencies::int[], i.dependents::int[], i.path, i.type, i.job
			FROM unnest(:nos::int[], :jobs::uuid[], :gates::int[], :previous::int[], :positions::int[], :kinds::int[],
			            :rules::int[], :states::int[], :dependencies::text[], :dependents::text[], :paths::text[],
			            :types::text[], :bodies::text[])
			     AS i (no, job_id, gate, previous, position, kind, rule, state, dependencies, dependents, path, type, job)
			""";

	// The jobs' states are read together with the steps', so that the two fit. An id that
	// was chosen for a job which is not stored, or never was, is nobody's business.
	private static final String STEPS = """
			SELECT s.no, s.kind, s.rule, s.state, s.path, s.type, s.dependencies, s.finished_at, o.result,
			       coalesce(r.job_id, w.job_id, o.job_id) AS job_id,
			       coalesce(r.started_at, w.started_at, o.started_at) AS started_at,
			       r.worker IS NOT NULL AS active, f.error, f.attempt AS failed_attempt, f.occurred_at, f.retry_delay_ms
			FROM ojs.step s
			LEFT JOIN ojs.ready r ON r.job_id = s.job_id
			LEFT JOIN ojs.waiting w ON w.job_id = s.job_id
			LEFT JOIN ojs.outcome o ON o.job_id = s.job_id
			LEFT JOIN LATERAL (
			    SELECT error, attempt, occurred_at, retry_delay_ms FROM ojs.failure
			    WHERE job_id = s.job_id AND s.state = 4 ORDER BY id DESC LIMIT 1) f ON true
			WHERE s.workflow_id = :id
			ORDER BY s.no
			""";

	// What runs is let finish (ojs-workflows 11.3). A row that is locked is being
	// claimed, completed or failed at this moment, and waiting for it could be waiting
	// for each other; who completes or fails it finds the workflow cancelled
	// afterwards. One that is just being claimed, promoted or admitted counts as
	// running.
	private static final String CANCEL_JOBS = """
			WITH steps AS MATERIALIZED (
			    SELECT job_id FROM ojs.step WHERE workflow_id = :id AND state = 2 AND job_id IS NOT NULL
			),
			ready AS (
			    DELETE FROM ojs.ready WHERE ctid = ANY (ARRAY(
			        SELECT r.ctid FROM ojs.ready r
			        WHERE r.job_id = ANY (ARRAY(SELECT job_id FROM steps)) AND r.worker IS NULL FOR UPDATE SKIP LOCKED))
			    RETURNING job_id, split_part(queue, '~', 1) AS queue, type, attempt, started_at, workflow_id
			),
			waiting AS (
			    DELETE FROM ojs.waiting WHERE ctid = ANY (ARRAY(
			        SELECT w.ctid FROM ojs.waiting w
			        WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM steps)) FOR UPDATE SKIP LOCKED))
			    RETURNING job_id, queue, type, attempt, started_at, workflow_id
			),
			gone AS (
			    SELECT * FROM ready UNION ALL SELECT * FROM waiting
			),
			ended AS (
			    INSERT INTO ojs.outcome (job_id, finished_at, started_at, attempt, state, queue)
			    SELECT job_id, clock_timestamp(), started_at, attempt, 5, queue FROM gone
			    RETURNING job_id, finished_at
			),
			settled AS (
			    UPDATE ojs.step SET state = 5, finished_at = clock_timestamp()
			    WHERE workflow_id = :id
			      AND (state = 1 OR (state = 2 AND job_id IN (SELECT job_id FROM gone)))
			),
			logged AS (
			    INSERT INTO ojs.event (at, type, job_id, job_type, queue, attempt)
			    SELECT e.finished_at, 'job.cancelled', g.job_id, g.type, g.queue, g.attempt
			    FROM gone g JOIN ended e USING (job_id)
			)
			SELECT g.*, e.finished_at FROM gone g JOIN ended e USING (job_id)
			""";

	// As a whole: not while a job of it has not ended, and not while one of it is in the
	// dead letter, which an operator may still want to look at.
	private static final String PRUNE = """
			WITH old AS MATERIALIZED (
			    SELECT w.id FROM ojs.workflow w
			    WHERE w.state = :state AND w.finished_at < statement_timestamp() - :ms * interval '1 millisecond'
			      AND NOT EXISTS (
			          SELECT 1 FROM ojs.step s
			          LEFT JOIN ojs.ready r ON r.job_id = s.job_id
			          LEFT JOIN ojs.waiting n ON n.job_id = s.job_id
			          LEFT JOIN ojs.outcome o ON o.job_id = s.job_id
			          WHERE s.workflow_id = w.id AND s.job_id IS NOT NULL
			            AND (r.job_id IS NOT NULL OR n.job_id IS NOT NULL OR o.state = 8))
			    ORDER BY w.finished_at LIMIT :limit FOR UPDATE OF w SKIP LOCKED
			),
			jobs AS MATERIALIZED (
			    SELECT job_id FROM ojs.step WHERE workflow_id = ANY (ARRAY(SELECT id FROM old)) AND job_id IS NOT NULL
			),
			steps AS (DELETE FROM ojs.step WHERE workflow_id = ANY (ARRAY(SELECT id FROM old))),
			outcomes AS (DELETE FROM ojs.outcome WHERE job_id = ANY (ARRAY(SELECT job_id FROM jobs))),
			%s,
			bodies AS (DELETE FROM ojs.job WHERE id = ANY (ARRAY(SELECT job_id FROM jobs)))
			DELETE FROM ojs.workflow WHERE id = ANY (ARRAY(SELECT id FROM old))
			""".formatted(Belongings.deletedWith("jobs"));

	private final JdbcClient jdbc;

	Workflows(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	static int number(WorkflowState state) {
		return switch (state) {
			case RUNNING -> 1;
			case COMPLETED -> 2;
			case FAILED -> 3;
			case CANCELLED -> 4;
		};
	}

	static WorkflowState state(int number) {
		return switch (number) {
			case 1 -> WorkflowState.RUNNING;
			case 2 -> WorkflowState.COMPLETED;
			case 3 -> WorkflowState.FAILED;
			case 4 -> WorkflowState.CANCELLED;
			default -> throw new IllegalStateException(
					"The database holds the unknown state %d; it was written by a newer version".formatted(number));
		};
	}

	/**
	 * A workflow without its steps.
	 *
	 * @param id its id
	 * @param type what it is
	 * @param name its name, or {@code null}
	 * @param state where it stands
	 * @param createdAt when it was created
	 * @param finishedAt when it ended, or {@code null}
	 */
	public record Entry(UUID id, String type, @Nullable String name, WorkflowState state, Instant createdAt,
			@Nullable Instant finishedAt) {
	}

	/**
	 * A step as it is stored, with what is known of its job.
	 *
	 * @param no its number
	 * @param kind job or join
	 * @param rule when it runs
	 * @param state where it stands
	 * @param path its place; {@code null} for a join that is not shown
	 * @param type the job's type, or what a join stands for
	 * @param jobId its job; {@code null} for a join, or while it is not stored
	 * @param dependencies what it waits for
	 * @param startedAt when its latest attempt started
	 * @param finishedAt when it ended
	 * @param result what it has resulted in, JSON text
	 * @param failure why it failed
	 */
	public record Row(int no, NewStep.Kind kind, NewStep.Rule rule, StepState state, @Nullable String path, String type,
			@Nullable UUID jobId, List<Integer> dependencies, @Nullable Instant startedAt, @Nullable Instant finishedAt,
			@Nullable String result, @Nullable JobFailure failure) {
	}

	/**
	 * Stores a workflow. The jobs of steps that wait for nothing are stored by the
	 * caller, in the same transaction.
	 * @param workflow the workflow
	 */
	public void create(NewWorkflow workflow) {
		Collection<NewStep> steps = workflow.steps();
		this.jdbc.sql(CREATE)
			.param("id", workflow.id())
			.param("last", workflow.last())
			.param("total", (int) steps.stream().filter(NewStep::counts).count())
			.param("type", workflow.type())
			.param("name", workflow.name(), Types.VARCHAR)
			.param("tenant", workflow.tenant(), Types.VARCHAR)
			.param("nos", SqlArrays.integers(steps, NewStep::no))
			.param("jobs", SqlArrays.array("uuid", steps, Workflows::jobId))
			.param("gates", SqlArrays.integers(steps, NewStep::gate))
			.param("previous", SqlArrays.integers(steps, NewStep::previous))
			.param("positions", SqlArrays.integers(steps, NewStep::position))
			.param("kinds", SqlArrays.integers(steps, (step) -> step.kind().number()))
			.param("rules", SqlArrays.integers(steps, (step) -> step.rule().number()))
			.param("states",
					SqlArrays.integers(steps,
							(step) -> step.dependencies().isEmpty() ? WorkflowSteps.State.ENQUEUED.number()
									: WorkflowSteps.State.WAITING.number()))
			.param("dependencies", SqlArrays.texts(steps, (step) -> array(step.dependencies())))
			.param("dependents", SqlArrays.texts(steps, (step) -> array(step.dependents())))
			.param("paths", SqlArrays.texts(steps, NewStep::path))
			.param("types", SqlArrays.texts(steps, NewStep::type))
			.param("bodies", SqlArrays.texts(steps, Workflows::body))
			.update();
	}

	private static @Nullable UUID jobId(NewStep step) {
		NewJob job = step.job();
		return (job != null) ? job.id() : null;
	}

	// A job that is stored at once need not be kept twice.
	private static @Nullable String body(NewStep step) {
		NewJob job = step.job();
		return (job != null && !step.dependencies().isEmpty()) ? StepCodec.write(job) : null;
	}

	private static String array(List<Integer> numbers) {
		StringBuilder array = new StringBuilder("{");
		for (int number : numbers) {
			array.append((array.length() > 1) ? "," : "").append(number);
		}
		return array.append('}').toString();
	}

	/**
	 * Reads a workflow.
	 * @param id its id
	 * @return the workflow, or nothing
	 */
	public Optional<Entry> find(UUID id) {
		return this.jdbc.sql("""
				SELECT id, type, name, state, created_at, finished_at FROM ojs.workflow WHERE id = :id
				""").param("id", id).query((row, number) -> entry(row)).optional();
	}

	/**
	 * Lists workflows, newest first.
	 * @param state only in this state; {@code null} for any
	 * @param tenant only this tenant's; {@code null} for all
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the workflows
	 */
	public List<Entry> list(@Nullable WorkflowState state, @Nullable String tenant, int limit, int offset) {
		return this.jdbc.sql("""
				SELECT id, type, name, state, created_at, finished_at FROM ojs.workflow
				WHERE (:state::int IS NULL OR state = :state) AND (:tenant::text IS NULL OR tenant = :tenant::text)
				ORDER BY id DESC LIMIT :limit OFFSET :offset
				""")
			.param("state", (state != null) ? Integer.valueOf(number(state)) : null, Types.INTEGER)
			.param("tenant", tenant, Types.VARCHAR)
			.param("limit", limit)
			.param("offset", offset)
			.query((row, number) -> entry(row))
			.list();
	}

	private static Entry entry(ResultSet row) throws SQLException {
		return new Entry(row.getObject("id", UUID.class), row.getString("type"), row.getString("name"),
				state(row.getInt("state")), Columns.required(row, "created_at"), Columns.instant(row, "finished_at"));
	}

	/**
	 * Reads the steps of a workflow.
	 * @param id the workflow
	 * @return its steps, joins included, in the order of their numbers
	 */
	public List<Row> steps(UUID id) {
		return this.jdbc.sql(STEPS).param("id", id).query((row, number) -> row(row)).list();
	}

	private static Row row(ResultSet row) throws SQLException {
		WorkflowSteps.State state = Numbered.of(WorkflowSteps.State.values(), row.getInt("state"));
		String error = row.getString("error");
		JobFailure failure = (error != null) ? new JobFailure(row.getInt("failed_attempt"),
				Columns.required(row, "occurred_at"), JobCodec.readError(error), Columns.millis(row, "retry_delay_ms"))
				: null;
		NewStep.Kind kind = Numbered.of(NewStep.Kind.values(), row.getInt("kind"));
		return new Row(row.getInt("no"), kind, Numbered.of(NewStep.Rule.values(), row.getInt("rule")),
				shown(state, row.getBoolean("active")), row.getString("path"), row.getString("type"),
				row.getObject("job_id", UUID.class), WorkflowSteps.integers(row, "dependencies"),
				Columns.instant(row, "started_at"), Columns.instant(row, "finished_at"), row.getString("result"),
				failure);
	}

	private static StepState shown(WorkflowSteps.State state, boolean active) {
		return switch (state) {
			case WAITING -> StepState.WAITING;
			case ENQUEUED -> active ? StepState.ACTIVE : StepState.PENDING;
			case COMPLETED -> StepState.COMPLETED;
			case FAILED -> StepState.FAILED;
			case CANCELLED -> StepState.CANCELLED;
			case NOT_NEEDED -> StepState.SKIPPED;
		};
	}

	/**
	 * Cancels what of a workflow does not run; the caller holds its lock.
	 * @param id the workflow
	 * @return the jobs that were cancelled
	 */
	public List<WaitingJobs.Ended> cancelJobs(UUID id) {
		return this.jdbc.sql(CANCEL_JOBS)
			.param("id", id)
			.query((row, number) -> WaitingJobs.Ended.of(row, null))
			.list();
	}

	/**
	 * Forgets workflows that have ended, with all that belongs to them.
	 * @param state how they have ended
	 * @param age how long ago
	 * @param limit how many at most
	 * @return how many were forgotten
	 */
	public int prune(WorkflowState state, Duration age, int limit) {
		return this.jdbc.sql(PRUNE)
			.param("state", number(state))
			.param("ms", age.toMillis())
			.param("limit", limit)
			.update();
	}

}
