package org.openjobspec.boot.store;

import java.time.Duration;
import java.util.Collection;

import org.openjobspec.boot.store.Upkeep.Kind;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes jobs that have ended where queues keep theirs for different times. No index
 * knows an ended job by its queue, and none is wanted: every completion would pay for it.
 * Instead, each of the times has a mark that moves through the ended jobs of a state in
 * the order of their ends, and looks at each once. So neither the jobs that other queues
 * keep longer nor those that they keep shorter are read again and again.
 */
public final class RetentionMarks {

	// Whoever holds the lock of the mark looks; others do something else. All jobs of the
	// last moment that is looked at are looked at, so that the mark can be that moment. A
	// job whose transaction took longer to commit than it is kept is behind the mark
	// already, and goes when the longest of the times is over, for which there is no
	// mark.
	private static final String WALK = """
			WITH mark AS MATERIALIZED (
			    SELECT seen_to FROM ojs.retention_mark
			    WHERE state = :state AND age_ms = :ms AND rules = :rules FOR UPDATE SKIP LOCKED
			),
			seen AS MATERIALIZED (
			    SELECT o.job_id, o.queue, o.finished_at FROM ojs.outcome o
			    WHERE o.state = :state AND o.finished_at > (SELECT seen_to FROM mark)
			      AND o.finished_at < statement_timestamp() - :ms * interval '1 millisecond'
			    ORDER BY o.finished_at FETCH FIRST :limit ROWS WITH TIES
			),
			moved AS (
			    UPDATE ojs.retention_mark
			    SET seen_to = coalesce((SELECT max(finished_at) FROM seen), seen_to), used_at = clock_timestamp()
			    WHERE state = :state AND age_ms = :ms AND rules = :rules AND EXISTS (SELECT 1 FROM mark)
			),
			old AS MATERIALIZED (
			    SELECT o.job_id FROM ojs.outcome o
			    WHERE o.job_id = ANY (ARRAY(SELECT job_id FROM seen
			                                WHERE (queue = ANY (:queues::text[])) = :named))
			      AND o.state = :state
			      -- A workflow is forgotten as a whole; its dead letters go first.
			      AND (:state = 8 OR NOT EXISTS (SELECT 1 FROM ojs.step s WHERE s.job_id = o.job_id))
			    FOR UPDATE SKIP LOCKED
			),
			outcomes AS (DELETE FROM ojs.outcome WHERE job_id = ANY (ARRAY(SELECT job_id FROM old))),
			%s,
			jobs AS (DELETE FROM ojs.job WHERE id = ANY (ARRAY(SELECT job_id FROM old)))
			SELECT count(*) FROM seen
			""".formatted(Belongings.deletedWithKeys("old"));

	private final JdbcClient jdbc;

	RetentionMarks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Makes sure that there is a mark.
	 * @param kind which kind of ended jobs
	 * @param age how long they are kept
	 * @param rules a hash of which queues keep them how long
	 */
	public void begin(Kind kind, Duration age, String rules) {
		this.jdbc.sql("""
				INSERT INTO ojs.retention_mark (state, age_ms, rules, seen_to, used_at)
				VALUES (:state, :ms, :rules, '-infinity', clock_timestamp()) ON CONFLICT DO NOTHING
				""").param("state", kind.number()).param("ms", age.toMillis()).param("rules", rules).update();
	}

	/**
	 * Looks on from the mark, and deletes what is kept for this time and no longer.
	 * @param kind which kind of ended jobs
	 * @param age how long they are kept
	 * @param rules a hash of which queues keep them how long
	 * @param queues the queues
	 * @param named whether only these queues keep theirs no longer than that, or all but
	 * these
	 * @param limit at how many to look, apart from those that ended in the same moment
	 * @return how many were looked at; 0 as well when another node looks
	 */
	public int walk(Kind kind, Duration age, String rules, Collection<String> queues, boolean named, int limit) {
		return this.jdbc.sql(WALK)
			.param("state", kind.number())
			.param("ms", age.toMillis())
			.param("rules", rules)
			.param("queues", SqlArrays.texts(queues, (queue) -> queue))
			.param("named", named)
			.param("limit", limit)
			.query(Integer.class)
			.single();
	}

	/** Forgets marks of rules that no node follows any more. */
	public void forget() {
		this.jdbc.sql("DELETE FROM ojs.retention_mark WHERE used_at < clock_timestamp() - interval '1 day'").update();
	}

}
