package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which jobs belong to which tenant. A job's tenant never changes, so whoever has asked
 * may act on the answer.
 */
public final class Tenants {

	// Limited jobs that wait are in lanes, whose names begin with the queue's.
	private static final String LIVE = """
			SELECT tenant, split_part(queue, '~', 1) AS queue,
			       CASE WHEN worker IS NULL THEN 'AVAILABLE' ELSE 'ACTIVE' END AS state, false AS dead_letter,
			       count(*) AS jobs
			FROM ojs.ready WHERE tenant IS NOT NULL GROUP BY 1, 2, 3
			UNION ALL
			SELECT tenant, queue, (ARRAY['SCHEDULED', 'RETRYABLE', 'PENDING'])[state], false, count(*)
			FROM ojs.waiting WHERE tenant IS NOT NULL GROUP BY 1, 2, 3
			""";

	private static final String ENDED = """
			SELECT j.tenant, o.queue, CASE o.state WHEN 4 THEN 'COMPLETED' WHEN 5 THEN 'CANCELLED' ELSE 'DISCARDED' END AS state,
			       o.state = 8 AS dead_letter, count(*) AS jobs
			FROM ojs.job j JOIN ojs.outcome o ON o.job_id = j.id
			WHERE j.tenant IS NOT NULL GROUP BY 1, 2, 3, 4
			""";

	private final JdbcClient jdbc;

	Tenants(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * How many jobs a tenant has in a state in a queue.
	 *
	 * @param tenant the tenant
	 * @param queue the queue
	 * @param state the state
	 * @param deadLetter whether those are in the dead letter
	 * @param jobs how many
	 */
	public record Count(String tenant, String queue, JobState state, boolean deadLetter, long jobs) {
	}

	/**
	 * Picks a tenant's jobs.
	 * @param tenant the tenant
	 * @param ids any jobs
	 * @return those that are the tenant's
	 */
	public Set<UUID> own(String tenant, Collection<UUID> ids) {
		return new HashSet<>(this.jdbc.sql("SELECT id FROM ojs.job WHERE id = ANY (:ids::uuid[]) AND tenant = :tenant")
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.param("tenant", tenant)
			.query(UUID.class)
			.list());
	}

	/**
	 * Whether a workflow is a tenant's: whether all of its jobs are.
	 * @param tenant the tenant
	 * @param workflow the workflow
	 * @return whether it is; not if there is no such workflow
	 */
	public boolean ownsWorkflow(String tenant, UUID workflow) {
		return this.jdbc.sql("SELECT EXISTS (SELECT 1 FROM ojs.workflow WHERE id = :id AND tenant = :tenant)")
			.param("tenant", tenant)
			.param("id", workflow)
			.query(Boolean.class)
			.single();
	}

	/**
	 * Counts what has not ended.
	 * @return the counts
	 */
	public List<Count> live() {
		return this.jdbc.sql(LIVE).query((row, number) -> count(row)).list();
	}

	/**
	 * Counts what has ended and is still kept. Reads the whole history.
	 * @return the counts
	 */
	public List<Count> ended() {
		return this.jdbc.sql(ENDED).query((row, number) -> count(row)).list();
	}

	private static Count count(ResultSet row) throws SQLException {
		return new Count(row.getString("tenant"), row.getString("queue"), JobState.valueOf(row.getString("state")),
				row.getBoolean("dead_letter"), row.getLong("jobs"));
	}

}
