package org.openjobspec.boot.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.StepState;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The builders of workflows on a real database.
 */
class OjsWorkflowTests {

	private static final HikariDataSource dataSource = TestDatabase.fresh().migrated().pool();

	private static final JobEngine engine = new JobEngine(new Store(dataSource, null), EngineSettings.DEFAULT,
			List.of(), (type) -> null);

	private final OjsTemplate template = new OjsTemplate(engine, JsonMapper.shared());

	private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));

	@AfterAll
	static void close() {
		dataSource.close();
	}

	@AfterEach
	void reset() {
		engine.reset();
	}

	private static List<Job> fetch() {
		return engine.fetch(new FetchRequest(List.of("default"), null, 100, "worker", null, false));
	}

	@Test
	void aChainWithAGroupInItIsStoredAsItIsWritten() {
		Workflow workflow = this.template
			.chain(this.template.request("a").args(1),
					this.template.group(this.template.request("b"), this.template.request("c"))
						.onFailure(this.template.request("d")),
					this.template.request("e"))
			.name("order")
			.start();
		assertThat(workflow.name()).isEqualTo("order");
		assertThat(workflow.type()).isEqualTo("chain");
		assertThat(workflow.steps()).extracting(Workflow.Step::type).containsExactly("a", "batch", "e");
		assertThat(workflow.steps().get(1).steps()).extracting(Workflow.Step::id)
			.containsExactly("1.0", "1.1", "1.on_failure");
		assertThat(workflow.steps().get(1).steps()).extracting(Workflow.Step::callback)
			.containsExactly(false, false, true);
		assertThat(workflow.steps().get(2).dependsOn()).containsExactly("1");
		assertThat(fetch()).extracting(Job::args).containsExactly("[1]");
		assertThat(this.template.getWorkflow(workflow.id()).orElseThrow().steps().get(0).state())
			.isEqualTo(StepState.ACTIVE);
		assertThat(this.template.cancelWorkflow(workflow.id()).state()).isEqualTo(WorkflowState.CANCELLED);
	}

	@Test
	void aGraphIsStoredAsItIsWritten() {
		Workflow workflow = this.template.graph()
			.step("load", this.template.request("load"), "left", "right")
			.step("left", this.template.request("left"), "extract")
			.step("right", this.template.request("right"), "extract")
			.step("extract", this.template.request("extract"))
			.start();
		assertThat(workflow.type()).isEqualTo("graph");
		assertThat(workflow.steps()).extracting(Workflow.Step::id).containsExactly("extract", "left", "right", "load");
		assertThat(workflow.steps().get(3).dependsOn()).containsExactly("left", "right");
		assertThat(fetch()).extracting(Job::type).containsExactly("extract");
	}

	@Test
	void onlyAGroupHasCallbacks() {
		OjsWorkflow chain = this.template.chain(this.template.request("a"));
		OjsRequest callback = this.template.request("b");
		assertThatIllegalStateException().isThrownBy(() -> chain.onSuccess(callback))
			.withMessageContaining("Only a group");
	}

	@Test
	void aWorkflowJoinsTheTransactionOfTheCaller() {
		Workflow workflow = Objects.requireNonNull(this.transaction.execute((status) -> {
			Workflow started = this.template.group(this.template.request("a")).start();
			UUID job = Objects.requireNonNull(started.steps().get(0).jobId());
			assertThatIllegalStateException()
				.isThrownBy(() -> this.template.await(job, String.class, Duration.ofSeconds(1)))
				.withMessageContaining(job.toString());
			status.setRollbackOnly();
			return started;
		}));
		assertThat(this.template.getWorkflow(workflow.id())).isEmpty();
		assertThat(fetch()).isEmpty();
	}

}
