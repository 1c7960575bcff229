package org.openjobspec.benchmarks.faults;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.StepRow.State;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.WorkflowState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * The checker sees what is wrong with a workflow, and nothing where nothing is.
 */
class WorkflowCheckTests {

	@ParameterizedTest
	@EnumSource
	void aWorkflowThatGoesAsItsShapeSays(Shape shape) {
		assertThat(WorkflowStory.of(shape).rules()).isEmpty();
	}

	@Test
	void shapesSayWhatBecomesOfEachStep() {
		assertThat(Shape.BROKEN_CHAIN.ends()).containsOnly(entry("0", State.COMPLETED), entry("1", State.FAILED),
				entry("2", State.CANCELLED));
		assertThat(Shape.FAILING_BATCH.ends()).contains(entry("2", State.FAILED), entry("on_complete", State.COMPLETED),
				entry("on_success", State.NOT_NEEDED), entry("on_failure", State.COMPLETED));
		assertThat(Shape.NESTED.parts()).extracting(Part::path).containsExactly("0", "1.0", "1.1", "1.2", "2");
		assertThat(Shape.NESTED.parts().get(4).after()).containsExactly("1.0", "1.1", "1.2");
		assertThat(Shape.BROKEN_GRAPH.ends()).contains(entry("right", State.COMPLETED), entry("load", State.CANCELLED));
	}

	@Nested
	class Promised {

		@Test
		void aWorkflowThatWasRolledBackOrNeverAnswered_mayBeAbsent() {
			assertThat(WorkflowStory.of(Shape.CHAIN).way(Way.ROLLED_BACK).there(0).rules()).isEmpty();
			assertThat(WorkflowStory.of(Shape.CHAIN).unanswered().there(0).rules()).isEmpty();
			assertThat(WorkflowStory.of(Shape.CHAIN).unanswered().rules()).isEmpty();
		}

		@Test
		void anAcknowledgedWorkflowThatIsNotThere_isLost() {
			assertThat(WorkflowStory.of(Shape.CHAIN).there(0).rules()).containsExactly(Rule.LOST);
		}

		@Test
		void aWorkflowThatNeverEnds_isLost() {
			assertThat(WorkflowStory.of(Shape.CHAIN)
				.state(WorkflowState.RUNNING)
				.untold(JobEvent.WORKFLOW_COMPLETED)
				.rules()).containsExactly(Rule.LOST);
		}

		@Test
		void aWorkflowThatIsThereTwice() {
			assertThat(WorkflowStory.of(Shape.BATCH).there(2).rules()).containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aRolledBackWorkflow_isAPhantom() {
			assertThat(WorkflowStory.of(Shape.CHAIN).way(Way.ROLLED_BACK).rules()).containsExactly(Rule.PHANTOM);
			assertThat(WorkflowStory.of(Shape.CHAIN).unknown().rules()).containsExactly(Rule.PHANTOM);
		}

		@Test
		void aTransactionOfWhichHalfIsThere_isTorn() {
			assertThat(WorkflowStory.of(Shape.CHAIN).way(Way.TRANSACTION).requests(1).rules()).isEmpty();
			assertThat(WorkflowStory.of(Shape.CHAIN).way(Way.TRANSACTION).rules()).containsExactly(Rule.TORN);
			assertThat(WorkflowStory.of(Shape.CHAIN).unanswered().there(0).requests(1).rules())
				.containsExactly(Rule.TORN);
			assertThat(WorkflowStory.of(Shape.CHAIN).way(Way.ROLLED_BACK).there(0).requests(1).rules())
				.containsExactly(Rule.TORN);
		}

		@Test
		void aWorkflowThatEndsOtherwise() {
			assertThat(WorkflowStory.of(Shape.CHAIN)
				.state(WorkflowState.FAILED)
				.untold(JobEvent.WORKFLOW_COMPLETED)
				.toldAgain(JobEvent.WORKFLOW_FAILED, null)
				.rules()).containsExactly(Rule.WRONG_END);
		}

	}

	@Nested
	class Steps {

		@Test
		void aStepOfAChainThatBeginsBeforeTheOneBeforeItEnds() {
			assertThat(WorkflowStory.of(Shape.CHAIN).began("1", 3, 2).rules()).as("by its number")
				.containsExactly(Rule.WORKFLOW);
			assertThat(WorkflowStory.of(Shape.CHAIN).began("1", 12, 0.1).rules()).as("by its time")
				.containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aCallbackThatBeginsBeforeTheLastJobEnds() {
			assertThat(WorkflowStory.of(Shape.BATCH).began("on_complete", 43, 9).rules())
				.containsExactly(Rule.WORKFLOW);
			assertThat(WorkflowStory.of(Shape.BATCH).began("on_complete", 45, 9).rules()).isEmpty();
		}

		@Test
		void aCallbackThatNeverComes() {
			assertThat(WorkflowStory.of(Shape.BATCH).withoutJob("on_success").rules()).containsExactly(Rule.LOST);
		}

		@Test
		void aCallbackThatShouldNotHaveCome() {
			assertThat(WorkflowStory.of(Shape.BATCH).began("on_failure", 500, 9).rules())
				.containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aStepBehindAFailureThatRuns() {
			assertThat(WorkflowStory.of(Shape.BROKEN_CHAIN).began("2", 500, 9).rules()).containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aSecondJobOfAStep() {
			assertThat(WorkflowStory.of(Shape.BATCH).storedToo(1).rules()).containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aStepWhoseStateDoesNotFit() {
			assertThat(WorkflowStory.of(Shape.GRAPH)
				.step("load",
						(step) -> new StepRow(step.no(), step.job(), step.path(), State.FAILED, 0, 0,
								step.dependencies()))
				.rules()).containsExactly(Rule.WORKFLOW);
		}

		@Test
		void aStepThatEndsTwice() {
			assertThat(WorkflowStory.of(Shape.CHAIN).toldAgain(JobEvent.WORKFLOW_STEP_COMPLETED, "1").rules())
				.containsExactly(Rule.WORKFLOW);
			assertThat(WorkflowStory.of(Shape.CHAIN).toldAgain(JobEvent.WORKFLOW_COMPLETED, null).rules())
				.containsExactly(Rule.WORKFLOW);
		}

		@Test
		void countersThatDoNotFitTheSteps() {
			assertThat(WorkflowStory.of(Shape.BATCH).open(1).rules()).containsExactly(Rule.WORKFLOW);
			assertThat(WorkflowStory.of(Shape.FAILING_BATCH)
				.step("on_complete",
						(step) -> new StepRow(step.no(), step.job(), step.path(), step.state(), 0, 0,
								step.dependencies()))
				.rules()).as("one before it has failed").containsExactly(Rule.WORKFLOW);
			assertThat(WorkflowStory.of(Shape.GRAPH)
				.step("load",
						(step) -> new StepRow(step.no(), step.job(), step.path(), step.state(), 1, 0,
								step.dependencies()))
				.rules()).as("an update was lost").containsExactly(Rule.WORKFLOW);
		}

	}

}
