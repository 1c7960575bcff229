package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads whole jobs.
 */
public final class JobReads {

	// One statement, so that all tables are seen at one moment: a moving job is in
	// exactly one of them.
	private static final String READ = """
			SELECT j.*, r.job_id IS NOT NULL AS is_ready, r.worker AS ready_worker, r.available_at, w.state AS waiting_state,
			       w.due_at, o.state AS outcome_state, o.finished_at, o.result, o.worker AS outcome_worker,
			       coalesce(r.attempt, w.attempt, o.attempt) AS attempt,
			       coalesce(r.started_at, w.started_at, o.started_at) AS started_at,
			       (SELECT json_agg(json_build_array(f.attempt, f.occurred_at, f.retry_delay_ms, f.error) ORDER BY f.id)
			        FROM ojs.failure f WHERE f.job_id = j.id)::text AS failures
			FROM %s
			JOIN ojs.job j ON j.id = i.id
			LEFT JOIN ojs.ready r ON r.job_id = i.id
			LEFT JOIN ojs.waiting w ON w.job_id = i.id
			LEFT JOIN ojs.outcome o ON o.job_id = i.id
			""";

	private static final String STATES = """
			SELECT j.id, r.job_id IS NOT NULL AS is_ready, r.worker AS ready_worker, w.state AS waiting_state,
			       o.state AS outcome_state
			FROM unnest(:ids::uuid[]) AS i (id)
			JOIN ojs.job j ON j.id = i.id
			LEFT JOIN ojs.ready r ON r.job_id = i.id
			LEFT JOIN ojs.waiting w ON w.job_id = i.id
			LEFT JOIN ojs.outcome o ON o.job_id = i.id
			""";

	private static final String PLACES = "SELECT queue, type FROM ojs.job WHERE id = ANY (:ids::uuid[])";

	// What is not enqueued yet is only planned; what has been is perhaps deleted already.
	private static final String PLACES_OF_STEPS = """
			SELECT coalesce(j.queue, s.job::json ->> 'queue', '') AS queue, s.type
			FROM ojs.step s LEFT JOIN ojs.job j ON j.id = s.job_id
			WHERE s.workflow_id = :workflow AND s.kind = 1
			""";

	private static final String BY_ID = READ.formatted("(SELECT :id::uuid AS id) i");

	private static final String BY_IDS = READ.formatted("unnest(:ids::uuid[]) AS i (id)");

	// A tenant's are looked for among those of all: no index is kept for this.
	private static final String DEAD = """
			d.state = 8 AND (:queue::text IS NULL OR d.queue = :queue)
			  AND (:tenant::text IS NULL
			       OR EXISTS (SELECT 1 FROM ojs.job t WHERE t.id = d.job_id AND t.tenant = :tenant::text))
			""";

	private static final String DEAD_LETTERS = READ.formatted("""
			(SELECT d.job_id AS id, d.finished_at AS dead_at FROM ojs.outcome d WHERE %s
			 ORDER BY d.finished_at DESC, d.job_id DESC LIMIT :limit OFFSET :offset) i""".formatted(DEAD))
			+ "ORDER BY i.dead_at DESC, i.id DESC";

	private static final String COUNT_DEAD_LETTERS = """
			SELECT count(*) FROM (SELECT 1 FROM ojs.outcome d WHERE %s LIMIT :atMost) counted
			""".formatted(DEAD);

	private final JdbcClient jdbc;

	JobReads(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Reads a job with its error history.
	 * @param id its id
	 * @return the job, or nothing
	 */
	public Optional<Job> find(UUID id) {
		return this.jdbc.sql(BY_ID).param("id", id).query((row, number) -> job(row)).optional();
	}

	/**
	 * Reads a job that must be there.
	 * @param id the job
	 * @return the job
	 * @throws NotFoundException if there is no such job
	 */
	public Job require(UUID id) {
		return find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	/**
	 * Reads jobs with their error histories.
	 * @param ids their ids
	 * @return the jobs that exist, by id
	 */
	public Map<UUID, Job> find(Collection<UUID> ids) {
		Map<UUID, Job> jobs = new HashMap<>();
		this.jdbc.sql(BY_IDS)
			.param("ids", SqlArrays.uuids(ids, id -> id))
			.query((row, number) -> job(row))
			.list()
			.forEach(job -> jobs.put(job.id(), job));
		return jobs;
	}

	/**
	 * Reads where jobs stand.
	 * @param ids their ids
	 * @return the states of those that exist
	 */
	public Map<UUID, JobState> states(Collection<UUID> ids) {
		Map<UUID, JobState> states = new HashMap<>();
		this.jdbc.sql(STATES).param("ids", SqlArrays.uuids(ids, (id) -> id)).query((row) -> {
			states.put(row.getObject("id", UUID.class), state(row));
		});
		return states;
	}

	/**
	 * Where a job is.
	 *
	 * @param queue its queue
	 * @param type its type
	 */
	public record Place(String queue, String type) {
	}

	/**
	 * Reads in which queues jobs are.
	 * @param ids their ids
	 * @return a place for each that exists
	 */
	public List<Place> places(Collection<UUID> ids) {
		return this.jdbc.sql(PLACES)
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.query((row, number) -> place(row))
			.list();
	}

	/**
	 * Reads in which queues the jobs of a workflow are, or are going to be.
	 * @param workflow the workflow
	 * @return a place for each, with an empty queue where that is not known any more
	 */
	public List<Place> placesOfSteps(UUID workflow) {
		return this.jdbc.sql(PLACES_OF_STEPS).param("workflow", workflow).query((row, number) -> place(row)).list();
	}

	private static Place place(ResultSet row) throws SQLException {
		return new Place(row.getString("queue"), row.getString("type"));
	}

	/**
	 * Lists the dead letter, newest first.
	 * @param queue only this queue; {@code null} for all
	 * @param tenant only this tenant's; {@code null} for all
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the jobs
	 */
	public List<Job> deadLetters(@Nullable String queue, @Nullable String tenant, int limit, int offset) {
		return this.jdbc.sql(DEAD_LETTERS)
			.param("queue", queue, Types.VARCHAR)
			.param("tenant", tenant, Types.VARCHAR)
			.param("limit", limit)
			.param("offset", offset)
			.query((row, number) -> job(row))
			.list();
	}

	/**
	 * Counts the dead letter.
	 * @param queue only this queue; {@code null} for all
	 * @param tenant only this tenant's; {@code null} for all
	 * @param atMost where to stop counting
	 * @return the number
	 */
	public long countDeadLetters(@Nullable String queue, @Nullable String tenant, int atMost) {
		return this.jdbc.sql(COUNT_DEAD_LETTERS)
			.param("queue", queue, Types.VARCHAR)
			.param("tenant", tenant, Types.VARCHAR)
			.param("atMost", atMost)
			.query(Long.class)
			.single();
	}

	static Job job(ResultSet row) throws SQLException {
		JobState state = state(row);
		int outcome = row.getInt("outcome_state");
		String worker = null;
		if (row.getBoolean("is_ready")) {
			worker = row.getString("ready_worker");
		}
		else if (outcome != 0) {
			worker = row.getString("outcome_worker");
		}
		Instant created = Columns.required(row, "created_at");
		Instant available = Columns.instant(row, "available_at");
		return new Job(row.getObject("id", UUID.class), row.getString("type"), row.getString("queue"),
				row.getString("args"), row.getString("meta"), row.getInt("priority"),
				JobCodec.read(row.getString("options"), Columns.millis(row, "timeout_ms"),
						Columns.millis(row, "lease_ms"), Columns.instant(row, "scheduled_at"),
						Columns.instant(row, "expires_at")),
				state, row.getInt("attempt"), created, (available != null) ? available : created,
				Columns.instant(row, "started_at"), Columns.instant(row, "finished_at"), Columns.instant(row, "due_at"),
				(worker == null || worker.isEmpty()) ? null : worker, row.getString("result"),
				outcome == Outcomes.DEAD_LETTER, outcome == Outcomes.EXPIRED, failures(row.getString("failures")),
				row.getObject("workflow_id", UUID.class), null);
	}

	/**
	 * The state that follows from the tables in which a job was found.
	 */
	static JobState state(ResultSet row) throws SQLException {
		if (row.getBoolean("is_ready")) {
			return (row.getString("ready_worker") != null) ? JobState.ACTIVE : JobState.AVAILABLE;
		}
		int outcome = row.getInt("outcome_state");
		return Outcomes.state((outcome != 0) ? outcome : row.getInt("waiting_state"));
	}

	private static List<JobFailure> failures(@Nullable String json) {
		return (json != null) ? new ArrayList<>(JobCodec.readFailures(json)) : List.of();
	}

}
