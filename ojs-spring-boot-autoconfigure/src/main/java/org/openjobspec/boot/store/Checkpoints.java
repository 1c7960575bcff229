package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Checkpoint;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What jobs want to find again at their next attempt: one document per job.
 */
public final class Checkpoints {

	// Two saves of a job wait for each other at its row, so that none of them gets the
	// other's number. The job itself is only looked at: a lock on it would be held until
	// the end of the transaction that the save belongs to, and nobody could end the
	// attempt meanwhile. A save that is overtaken by the end of its attempt was true when
	// it was made.
	private static final String SAVE = """
			WITH unended AS MATERIALIZED (
			    SELECT j.id FROM ojs.job j
			    WHERE j.id = :id
			      AND CASE WHEN :worker::text IS NULL
			               THEN NOT EXISTS (SELECT 1 FROM ojs.outcome o WHERE o.job_id = j.id)
			               ELSE EXISTS (SELECT 1 FROM ojs.ready h
			                            WHERE h.job_id = j.id AND h.worker IN (:worker::text, '')
			                              AND (:attempt::int IS NULL OR h.attempt = :attempt::int)) END
			)
			INSERT INTO ojs.checkpoint AS c (job_id, saved_at, sequence, state)
			SELECT id, clock_timestamp(), 1, :state FROM unended
			ON CONFLICT (job_id) DO UPDATE
			SET saved_at = excluded.saved_at, sequence = c.sequence + 1, state = excluded.state
			RETURNING c.job_id, c.saved_at, c.sequence, c.state
			""";

	private final JdbcClient jdbc;

	Checkpoints(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Saves, in place of what was saved before.
	 * @param id the job
	 * @param worker who holds the job and saves; {@code null} for a client that has no
	 * name, which may save for any job that has not ended
	 * @param attempt the attempt; {@code null} for a client that cannot name it
	 * @param state JSON text
	 * @return the checkpoint; nothing if there is no such job, it has ended, or the named
	 * worker does not hold it
	 */
	public Optional<Checkpoint> save(UUID id, @Nullable String worker, @Nullable Integer attempt, String state) {
		return this.jdbc.sql(SAVE)
			.param("id", id)
			.param("worker", worker, Types.VARCHAR)
			.param("attempt", attempt, Types.INTEGER)
			.param("state", state, Types.VARCHAR)
			.query((row, number) -> checkpoint(row))
			.optional();
	}

	/**
	 * Reads the checkpoints of jobs.
	 * @param ids the jobs
	 * @return those of them that have one
	 */
	public Map<UUID, Checkpoint> find(Collection<UUID> ids) {
		Map<UUID, Checkpoint> found = new HashMap<>();
		this.jdbc.sql("SELECT job_id, saved_at, sequence, state FROM ojs.checkpoint WHERE job_id = ANY (:ids::uuid[])")
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.query((row, number) -> checkpoint(row))
			.list()
			.forEach((checkpoint) -> found.put(checkpoint.jobId(), checkpoint));
		return found;
	}

	/**
	 * Deletes the checkpoint of a job.
	 * @param id the job
	 * @return whether there was one
	 */
	public boolean delete(UUID id) {
		return this.jdbc.sql("DELETE FROM ojs.checkpoint WHERE job_id = :id").param("id", id).update() > 0;
	}

	private static Checkpoint checkpoint(ResultSet row) throws SQLException {
		return new Checkpoint(row.getObject("job_id", UUID.class), row.getString("state"), row.getLong("sequence"),
				Columns.required(row, "saved_at"));
	}

}
