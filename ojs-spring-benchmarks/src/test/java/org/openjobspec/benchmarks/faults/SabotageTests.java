package org.openjobspec.benchmarks.faults;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Statements are broken where they are to be broken, or the node notices.
 */
class SabotageTests {

	private static final String COMPLETE = """
			DELETE FROM ojs.ready r WHERE r.job_id = i.job_id AND r.worker = i.worker AND r.attempt = i.attempt
			AND r.started_at = coalesce(i.started_at, r.started_at);
			INSERT INTO ojs.outcome SELECT * FROM moved;
			INSERT INTO ojs.event VALUES ('job.completed')""";

	@Test
	void withoutFencing_anyWorkerAndAttemptFits() {
		assertThat(Sabotage.FENCING.apply(COMPLETE)).contains(
				"(r.worker = i.worker OR true) AND (r.attempt = i.attempt OR true)",
				"(r.started_at = coalesce(i.started_at, r.started_at) OR true)");
	}

	@Test
	void otherStatements_areLeftAlone() {
		String other = "UPDATE ojs.ready SET worker = NULL WHERE worker = ? AND attempt = ?";
		assertThat(Sabotage.FENCING.apply(other)).isEqualTo(other);
		assertThat(Sabotage.ROW_LOCK.apply(COMPLETE)).isEqualTo(COMPLETE);
		assertThat(Sabotage.COMPLETION.apply(COMPLETE)).isEqualTo(COMPLETE);
	}

	@Test
	void aStatementThatLooksOtherwiseByNow_isRefused() {
		assertThatIllegalStateException()
			.isThrownBy(() -> Sabotage.FENCING.apply(COMPLETE.replace("attempt", "number")))
			.withMessageContaining("none of");
		assertThatIllegalStateException()
			.isThrownBy(() -> Sabotage.FENCING
				.apply(COMPLETE.replace("started_at = coalesce(", "started_at IS NOT DISTINCT FROM (")))
			.withMessageContaining("none of");
	}

	@Test
	void withoutRowLock_nothingIsLocked() {
		assertThat(Sabotage.ROW_LOCK.apply("""
				UPDATE ojs.ready r SET worker = ? WHERE r.ctid = ANY (ARRAY(
				SELECT c.ctid FROM ojs.ready c WHERE c.worker IS NULL FOR UPDATE SKIP LOCKED));
				INSERT INTO ojs.claim DEFAULT VALUES; INSERT INTO ojs.event VALUES ('job.started')"""))
			.doesNotContain("LOCKED")
			.contains("r.job_id = ANY", "SELECT c.job_id");
	}

	@Test
	void keysAreReadWithoutALock_andTicksPassedOver_andStepsBeginEarly() {
		assertThat(Sabotage.UNIQUENESS.apply("""
				SELECT job_id, 0 AS age_ms FROM ojs.unique_key WHERE key = ? FOR UPDATE
				""")).doesNotContain("FOR UPDATE");
		assertThat(Sabotage.TICK.apply("""
				UPDATE ojs.cron SET next_run_at = ?::timestamptz, last_run_at = ?
				WHERE name = ? AND next_run_at = ? RETURNING run_count
				""")).contains("SET next_run_at = ?::timestamptz + interval '1 second',", "AND next_run_at = ? ");
		assertThat(Sabotage.WORKFLOW.apply("""
				WITH counted AS (UPDATE ojs.step s SET open = 0 RETURNING s.*)
				SELECT * FROM counted WHERE open = 0 AND state = 1
				""")).endsWith("FROM counted WHERE state = 1\n");
	}

	@Test
	void completionsAreRecognised() {
		assertThat(Sabotage.COMPLETION.separates(COMPLETE)).isTrue();
		assertThat(Sabotage.COMPLETION.separates("SELECT 1")).isFalse();
		assertThat(Sabotage.of("row-lock")).isEqualTo(Sabotage.ROW_LOCK);
	}

}
