package org.openjobspec.boot.test;

import java.util.Objects;
import java.util.function.Consumer;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobState;

/**
 * Assertions on a job as it was when it was read.
 */
public final class JobAssert extends AbstractAssert<JobAssert, Job> {

	private final JobJson json;

	JobAssert(Job actual, JobJson json) {
		super(actual, JobAssert.class);
		this.json = json;
	}

	/**
	 * Verifies that the job waits until it is due.
	 * @return this
	 */
	public JobAssert isScheduled() {
		return hasState(JobState.SCHEDULED);
	}

	/**
	 * Verifies that the job may be taken by a worker.
	 * @return this
	 */
	public JobAssert isAvailable() {
		return hasState(JobState.AVAILABLE);
	}

	/**
	 * Verifies that the job waits to be activated, or for the steps before it.
	 * @return this
	 */
	public JobAssert isPending() {
		return hasState(JobState.PENDING);
	}

	/**
	 * Verifies that the job runs.
	 * @return this
	 */
	public JobAssert isActive() {
		return hasState(JobState.ACTIVE);
	}

	/**
	 * Verifies that an attempt has failed and another one follows.
	 * @return this
	 */
	public JobAssert isRetryable() {
		return hasState(JobState.RETRYABLE);
	}

	/**
	 * Verifies that the job's handler has succeeded.
	 * @return this
	 */
	public JobAssert isCompleted() {
		return hasState(JobState.COMPLETED);
	}

	/**
	 * Verifies that the job was cancelled.
	 * @return this
	 */
	public JobAssert isCancelled() {
		return hasState(JobState.CANCELLED);
	}

	/**
	 * Verifies that the job was given up, in the dead letter or not.
	 * @return this
	 */
	public JobAssert isDiscarded() {
		return hasState(JobState.DISCARDED);
	}

	/**
	 * Verifies that the job was given up since its time ran out.
	 * @return this
	 */
	public JobAssert isExpired() {
		isDiscarded();
		return require(this.actual.expired(), "to be expired");
	}

	/**
	 * Verifies that the job is in the dead letter.
	 * @return this
	 */
	public JobAssert isDeadLettered() {
		isDiscarded();
		return require(this.actual.deadLettered(), "to be in the dead letter");
	}

	/**
	 * Verifies the job's state.
	 * @param state the state
	 * @return this
	 */
	public JobAssert hasState(JobState state) {
		isNotNull();
		String again = this.actual.state().isTerminal() ? ""
				: "%nThis is the job as it was read; assertThat(ojs).job(job) reads it anew.".formatted();
		if (this.actual.state() != state) {
			failWithMessage("%s", "Expected the job to be %s, but it is:%n  %s%s".formatted(state.wireName(),
					Words.of(this.actual), again));
		}
		return this;
	}

	/**
	 * Verifies how many attempts have started.
	 * @param count how many
	 * @return this
	 */
	public JobAssert hasAttempts(int count) {
		isNotNull();
		return require(this.actual.attempt() == count, "to have had %d attempts".formatted(count));
	}

	/**
	 * Verifies the job's queue.
	 * @param queue the queue's name
	 * @return this
	 */
	public JobAssert isOnQueue(String queue) {
		isNotNull();
		return require(this.actual.queue().equals(queue), "to be on queue '%s'".formatted(queue));
	}

	/**
	 * Verifies the job's arguments, as {@link EnqueuedJobsAssert#withArgs} does.
	 * @param args the arguments
	 * @return this
	 */
	public JobAssert hasArgs(@Nullable Object @Nullable ... args) {
		isNotNull();
		@Nullable Object[] values = EnqueuedJobsAssert.values(args);
		return require(this.json.matches(this.actual.args(), values), "to have args " + this.json.write(values));
	}

	/**
	 * Verifies what the job's handler has returned, compared as arguments are.
	 * @param result the result; {@code null} for none
	 * @return this
	 */
	public JobAssert hasResult(@Nullable Object result) {
		isNotNull();
		if (!this.json.matches(this.actual.result(), result)) {
			failWithMessage("%s", "Expected the job to have the result %s, but it has %s:%n  %s"
				.formatted(this.json.write(result), this.actual.result(), Words.of(this.actual)));
		}
		return this;
	}

	/**
	 * Verifies what the job's handler has returned.
	 * @param type its type
	 * @param requirements what fails for a result that does not fit
	 * @param <T> its type
	 * @return this
	 */
	public <T> JobAssert hasResultSatisfying(Class<T> type, Consumer<T> requirements) {
		isNotNull();
		T result = this.json.result(this.actual, type);
		require(result != null, "to have a result");
		requirements.accept(Objects.requireNonNull(result));
		return this;
	}

	/**
	 * Verifies that the latest attempt has failed, and with what.
	 * @param exception the exception's class
	 * @return this
	 */
	public JobAssert hasFailedWith(Class<? extends Throwable> exception) {
		JobFailure failure = failure();
		return require(failure != null && failure.error().type().equals(exception.getName()),
				"to have failed with " + exception.getName());
	}

	/**
	 * Verifies that the latest attempt has failed, and with what.
	 * @param text what the message contains
	 * @return this
	 */
	public JobAssert hasFailureMessageContaining(String text) {
		JobFailure failure = failure();
		return require(failure != null && failure.error().message().contains(text),
				"to have failed with a message that contains '%s'".formatted(text));
	}

	private @Nullable JobFailure failure() {
		isNotNull();
		return this.actual.lastFailure();
	}

	private JobAssert require(boolean fulfilled, String what) {
		if (!fulfilled) {
			failWithMessage("%s", "Expected the job %s, but it is:%n  %s".formatted(what, Words.of(this.actual)));
		}
		return this;
	}

}
