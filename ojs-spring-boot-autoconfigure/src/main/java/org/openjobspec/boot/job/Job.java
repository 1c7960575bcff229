package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A job as it stood when it was read (ojs-core 5). All times are the database's, to the
 * microsecond.
 *
 * @param id UUIDv7
 * @param type for example {@code email.send}
 * @param queue the queue's name
 * @param args the arguments, a JSON array, value for value as they were enqueued
 * @param meta the metadata, a JSON object, value for value as it was enqueued
 * @param priority −100 to 100, higher first
 * @param options what else the producer asked for
 * @param state where the job stands
 * @param attempt how many attempts have started
 * @param createdAt when it was accepted
 * @param enqueuedAt when it became available; {@code null} while it has not
 * @param startedAt when the latest attempt started
 * @param finishedAt when it reached a terminal state
 * @param nextAttemptAt when a scheduled or retryable job is due
 * @param workerId who holds an active job; {@code null} if nobody does or the worker gave
 * no name
 * @param result the handler's result, JSON text; {@code null} if there is none
 * @param deadLettered whether a discarded job is listed in the dead letter
 * @param expired whether a discarded job was discarded because its time ran out
 * @param failures the error history, oldest first
 * @param workflowId the workflow that it is a step of, or {@code null}
 * @param parentResults of a step that was fetched, what came before it has resulted in,
 * JSON text: for a step of a chain an array with the results of the steps before, for a
 * callback an array with the results of all jobs, for a step of a graph an object with
 * the results of what it depends on (ojs-workflows 7); {@code null} if there is nothing
 * before it
 */
public record Job(UUID id, String type, String queue, String args, String meta, int priority, JobOptions options,
		JobState state, int attempt, Instant createdAt, @Nullable Instant enqueuedAt, @Nullable Instant startedAt,
		@Nullable Instant finishedAt, @Nullable Instant nextAttemptAt, @Nullable String workerId,
		@Nullable String result, boolean deadLettered, boolean expired, List<JobFailure> failures,
		@Nullable UUID workflowId, @Nullable String parentResults) {

	/**
	 * The job with what came before it in its workflow.
	 * @param results JSON text, or {@code null}
	 * @return a copy
	 */
	public Job withParentResults(@Nullable String results) {
		return new Job(this.id, this.type, this.queue, this.args, this.meta, this.priority, this.options, this.state,
				this.attempt, this.createdAt, this.enqueuedAt, this.startedAt, this.finishedAt, this.nextAttemptAt,
				this.workerId, this.result, this.deadLettered, this.expired, this.failures, this.workflowId, results);
	}

	/**
	 * The job without what its handler returned.
	 * @return a copy
	 */
	public Job withoutResult() {
		return new Job(this.id, this.type, this.queue, this.args, this.meta, this.priority, this.options, this.state,
				this.attempt, this.createdAt, this.enqueuedAt, this.startedAt, this.finishedAt, this.nextAttemptAt,
				this.workerId, null, this.deadLettered, this.expired, this.failures, this.workflowId,
				this.parentResults);
	}

	/**
	 * The total number of attempts that the retry policy allows.
	 * @return the retry policy's {@code max_attempts}
	 */
	public int maxAttempts() {
		return this.options.retry().maxAttempts();
	}

	/**
	 * The latest failure, unless the job has completed since (ojs-core 7.3).
	 * @return the failure, or {@code null}
	 */
	public @Nullable JobFailure lastFailure() {
		return (this.state == JobState.COMPLETED || this.failures.isEmpty()) ? null
				: this.failures.get(this.failures.size() - 1);
	}

}
