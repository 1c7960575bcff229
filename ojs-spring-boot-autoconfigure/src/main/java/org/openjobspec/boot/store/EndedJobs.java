package org.openjobspec.boot.store;

import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes jobs that have ended before their time, because somebody says so. Jobs of
 * workflows stay until their workflow goes; only their dead letters may go before.
 */
public final class EndedJobs {

	private static final String FIND = """
			SELECT o.job_id FROM ojs.outcome o
			WHERE (:queue::text IS NULL OR o.queue = :queue::text) AND o.state = ANY (:states::int[])
			  AND (:before::timestamptz IS NULL OR o.finished_at < :before::timestamptz)
			  AND (o.state = 8 OR NOT EXISTS (SELECT 1 FROM ojs.step s WHERE s.job_id = o.job_id))
			LIMIT :limit
			""";

	// Locked in one order, so that two of these, or one and a retry of the same jobs, do
	// not wait for each other; whoever comes second finds the row gone.
	private static final String DELETE = """
			WITH gone AS (
			    DELETE FROM ojs.outcome WHERE ctid = ANY (ARRAY(
			        SELECT o.ctid FROM ojs.outcome o
			        WHERE o.job_id = ANY (:ids::uuid[])
			          AND (o.state = 8 OR NOT EXISTS (SELECT 1 FROM ojs.step s WHERE s.job_id = o.job_id))
			        ORDER BY o.job_id FOR UPDATE))
			    RETURNING job_id
			),
			%s,
			jobs AS (DELETE FROM ojs.job WHERE id = ANY (ARRAY(SELECT job_id FROM gone)))
			SELECT job_id FROM gone
			""".formatted(Belongings.deletedWithKeys("gone"));

	private final JdbcClient jdbc;

	EndedJobs(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Names jobs that may be deleted. No index knows the queue of an ended job, so that
	 * this may read far.
	 * @param queue only of this queue; {@code null} for any
	 * @param states in which states; others than terminal ones are no one's
	 * @param deadLetter only those of the dead letter
	 * @param before that ended before this time; {@code null} for any
	 * @param limit how many at most
	 * @return the jobs, in no order
	 */
	public List<UUID> find(@Nullable String queue, Set<JobState> states, boolean deadLetter, @Nullable Instant before,
			int limit) {
		List<Integer> numbers = deadLetter ? List.of(Outcomes.DEAD_LETTER) : Stream
			.of(Outcomes.COMPLETED, Outcomes.CANCELLED, Outcomes.DISCARDED, Outcomes.EXPIRED, Outcomes.DEAD_LETTER)
			.filter((number) -> states.contains(Outcomes.state(number)))
			.toList();
		return this.jdbc.sql(FIND)
			.param("queue", queue, Types.VARCHAR)
			.param("states", SqlArrays.integers(numbers, (number) -> number))
			.param("before", SqlArrays.text(before), Types.VARCHAR)
			.param("limit", limit)
			.query((row, number) -> row.getObject("job_id", UUID.class))
			.list();
	}

	/**
	 * Deletes jobs that have ended, with all that belongs to them.
	 * @param ids the jobs
	 * @return those that were deleted; the others have not ended, or belong to workflows
	 */
	public List<UUID> delete(Collection<UUID> ids) {
		return this.jdbc.sql(DELETE)
			.param("ids", SqlArrays.uuids(ids, (id) -> id))
			.query((row, number) -> row.getObject("job_id", UUID.class))
			.list();
	}

}
