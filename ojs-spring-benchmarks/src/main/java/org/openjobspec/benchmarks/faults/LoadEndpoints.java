package org.openjobspec.benchmarks.faults;

import java.util.Map;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.NodeEndpoints.NewJob;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.Workflow;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Workflows and unique jobs in transactions of a node.
 */
@RestController
final class LoadEndpoints {

	private final OjsTemplate jobs;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	LoadEndpoints(OjsTemplate jobs, JdbcClient jdbc, PlatformTransactionManager manager) {
		this.jobs = jobs;
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(manager);
	}

	/**
	 * Starts a workflow, with a row beside it, in one transaction.
	 * @param request the workflow
	 * @return its id; none if it was rolled back
	 */
	@PostMapping("/harness/workflow")
	Map<String, Object> workflow(@RequestBody NewWorkflow request) {
		Workflow started = this.transaction.execute((status) -> {
			noteRequest(request.token());
			Workflow workflow = request.shape()
				.start(request.token(), this.jobs, (kind) -> NodeEndpoints.anonymous(this.jobs, kind.step()));
			if (request.rollback()) {
				status.setRollbackOnly();
			}
			return workflow;
		});
		return (started == null || request.rollback()) ? Map.of("committed", false)
				: Map.of("committed", true, "id", started.id());
	}

	/**
	 * Enqueues a unique job in one transaction, which writes a row whichever job has the
	 * key: beside the one that was stored, or instead of the one that was not.
	 * @param request the job
	 * @return the job that has the key
	 */
	@PostMapping("/harness/unique")
	Map<String, Object> unique(@RequestBody NewUnique request) {
		UUID winner = this.transaction.execute((status) -> {
			UUID id = enqueue(request);
			if (id.equals(request.job().id())) {
				noteRequest(id);
			}
			else {
				this.jdbc.sql("INSERT INTO harness.refusal (job) VALUES (?)").param(request.job().id()).update();
			}
			if (request.rollback()) {
				status.setRollbackOnly();
			}
			return id;
		});
		return (winner != null) ? Map.of("winner", winner) : Map.of();
	}

	private UUID enqueue(NewUnique request) {
		try {
			return NodeEndpoints.anonymous(this.jobs, request.job())
				.id(request.job().id())
				.unique(request.key().policy(request.onConflict()))
				.enqueue()
				.id();
		}
		catch (DuplicateJobException ex) {
			return ex.existingJobId();
		}
	}

	private void noteRequest(UUID id) {
		this.jdbc.sql("INSERT INTO harness.request (job) VALUES (?)").param(id).update();
	}

	/**
	 * A workflow to start in one transaction.
	 *
	 * @param token its name
	 * @param shape what it is made of
	 * @param rollback whether to roll it back in the end
	 */
	record NewWorkflow(UUID token, Shape shape, boolean rollback) {
	}

	/**
	 * A unique job to enqueue in one transaction.
	 *
	 * @param job the job
	 * @param key its key
	 * @param onConflict what becomes of it when another job has the key
	 * @param rollback whether to roll it back in the end
	 */
	record NewUnique(NewJob job, UniqueKey key, OnConflict onConflict, boolean rollback) {
	}

}
