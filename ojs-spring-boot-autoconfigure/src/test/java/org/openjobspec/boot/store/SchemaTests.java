package org.openjobspec.boot.store;

import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables are no larger than the statements need.
 */
class SchemaTests {

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void create() {
		jdbc = new JdbcTemplate(TestDatabase.fresh().dataSource());
		jdbc.execute(TestDatabase.schemaScript());
	}

	@Test
	void everyIndexHasAStatementThatUsesIt() {
		// index: who uses it
		assertThat(jdbc.queryForList("SELECT indexname FROM pg_indexes WHERE schemaname = 'ojs' ORDER BY indexname",
				String.class))
			.containsExactly("checkpoint_pkey" /* Checkpoints, Upkeep.PRUNE */,
					"claim_due" /* Leases.DUE */, "claim_pkey" /* Leases.RECHECK */,
					"claim_worker" /* Leases.DECLARE_DEAD, signOff */,
					"cron_due" /* CronTicks.DUE, Upkeep.DUE */,
					"cron_pkey" /* Crons, CronTicks */,
					"delivery_created" /* Deliveries.list, prune */,
					"delivery_due" /* Deliveries.CLAIM, Webhooks.LOOK */,
					"delivery_pkey" /* Deliveries */,
					"delivery_webhook" /* Deliveries.list, deleteAll */,
					"event_at" /* EventLog.prune */, "event_pkey" /* EventLog.READ */,
					"expiry_due" /* WaitingJobs.EXPIRE */,
					"expiry_pkey" /* WaitingJobs.EXPIRE, Upkeep.PRUNE */,
					"failure_job" /* Claims.CLAIM, JobReads */,
					"failure_pkey" /* identity */,
					"job_pkey" /* JobReads, Claims.CLAIM, JobInserts */,
					"lease_pkey" /* Leases.EXTEND, ACTIVE */,
					"outcome_finished" /* Upkeep.PRUNE, JobReads.DEAD_LETTERS */,
					"outcome_pkey" /* JobReads, DeadLetters */, "pool_pkey" /* Pools */,
					"progress_pkey" /* ProgressReports, Upkeep.PRUNE */,
					"queue_config_pkey" /* QueueConfigs */,
					"queue_pkey" /* Claims.CLAIM, Queues */,
					"rate_lane_key" /* RateLimits.STATE */,
					"rate_lane_pkey" /* RateLimits */, "rate_limit_pkey" /* RateLimits */,
					"rate_start_lane" /* RateLimits.STATE, FORGET_STARTS */,
					"ready_held" /* RateLimits.STATE, RECALL */,
					"ready_job" /*
								 * Completions, Failures, Leases, WaitingJobs.CANCEL,
								 * JobReads
								 */, "ready_order" /* Claims.CLAIM */,
					"ready_tenant" /* Claims.CLAIM_OF_TENANT */,
					"ready_waits" /* RateLimits.WAITING, Upkeep.DUE */,
					"retention_mark_pkey" /* RetentionMarks */,
					"schema_pkey" /* Schemas */, "schema_uri" /* Schemas */,
					"step_job" /* WorkflowSteps, Upkeep.PRUNE */,
					"step_pkey" /* WorkflowSteps */, "unique_key_job" /* Upkeep.PRUNE */,
					"unique_key_pkey" /* UniqueKeys */,
					"waiting_due" /* WaitingJobs.PROMOTE, Upkeep.DUE */,
					"waiting_pkey" /* WaitingJobs, JobReads */,
					"waiting_queue" /* WaitingJobs.PROMOTE of some queues, Queues.COUNT */,
					"webhook_cursor_pkey" /* Webhooks.position */,
					"webhook_pkey" /* Webhooks */, "worker_pkey" /* Leases */,
					"workflow_finished" /* Workflows.PRUNE */,
					"workflow_pkey" /* Workflows */);
	}

	@Test
	void claimingTouchesNoIndexedColumn() {
		List<String> indexed = jdbc.queryForList("""
				SELECT DISTINCT a.attname FROM pg_index i
				JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
				WHERE i.indrelid = 'ojs.ready'::regclass
				""", String.class);
		assertThat(indexed)
			.doesNotContain("worker", "attempt", "started_at", "lease_until", "execute_until", "lease_ms")
			.contains("queue", "rank", "seq", "job_id");
	}

	@Test
	void theNumbersOfStatesAreThoseThatTheMigrationDocuments() {
		assertThat(Outcomes.state(1).wireName()).isEqualTo("scheduled");
		assertThat(Outcomes.state(2).wireName()).isEqualTo("retryable");
		assertThat(Outcomes.state(3).wireName()).isEqualTo("pending");
		assertThat(Outcomes.state(4).wireName()).isEqualTo("completed");
		assertThat(Outcomes.state(5).wireName()).isEqualTo("cancelled");
		assertThat(List.of(6, 7, 8))
			.allSatisfy(number -> assertThat(Outcomes.state(number).wireName()).isEqualTo("discarded"));
	}

}
