package org.openjobspec.boot.test;

import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;

/**
 * Assertions on the jobs of a test. Each looks at the database anew; a job counts
 * whatever became of it. What fails lists what was enqueued instead.
 */
public final class OjsJobsAssert extends AbstractAssert<OjsJobsAssert, OjsJobs> {

	OjsJobsAssert(OjsJobs actual) {
		super(actual, OjsJobsAssert.class);
	}

	/**
	 * Verifies that a job of a type was enqueued.
	 * @param type the type
	 * @return what else is to be true of such a job
	 */
	public EnqueuedJobsAssert hasEnqueued(String type) {
		isNotNull();
		List<Job> all = this.actual.all();
		List<Job> found = all.stream().filter((job) -> job.type().equals(type)).toList();
		if (found.isEmpty()) {
			failWithMessage("%s", "Expected a job of type '%s' to be enqueued, but there are only:%n%s".formatted(type,
					Words.of(all)));
		}
		return new EnqueuedJobsAssert(this, this.actual.json(), type, found);
	}

	/**
	 * Verifies that no job of a type was enqueued.
	 * @param type the type
	 * @return this
	 */
	public OjsJobsAssert hasNotEnqueued(String type) {
		return none("of type '%s'".formatted(type), (job) -> job.type().equals(type));
	}

	/**
	 * Verifies that no job of a type was enqueued with certain arguments; with others it
	 * may have been.
	 * @param type the type
	 * @param args the arguments
	 * @return this
	 */
	public OjsJobsAssert hasNotEnqueuedWithArgs(String type, @Nullable Object @Nullable ... args) {
		@Nullable Object[] values = EnqueuedJobsAssert.values(args);
		JobJson json = this.actual.json();
		return none("of type '%s' with args %s".formatted(type, json.write(values)),
				(job) -> job.type().equals(type) && json.matches(job.args(), values));
	}

	/**
	 * Verifies that no job was enqueued.
	 * @return this
	 */
	public OjsJobsAssert hasNoJobs() {
		return none("at all", (job) -> true);
	}

	/**
	 * Verifies that every job that was enqueued has ended, one way or another.
	 * @return this
	 */
	public OjsJobsAssert hasNothingLeftToDo() {
		return none("that has not ended", (job) -> !job.state().isTerminal());
	}

	/**
	 * Verifies how many jobs were enqueued, of whatever type.
	 * @param count how many
	 * @return this
	 */
	public OjsJobsAssert hasEnqueuedExactly(int count) {
		isNotNull();
		List<Job> all = this.actual.all();
		if (all.size() != count) {
			failWithMessage("%s", "Expected %d jobs to be enqueued, but there are %d:%n%s".formatted(count, all.size(),
					Words.of(all)));
		}
		return this;
	}

	private OjsJobsAssert none(String which, Predicate<Job> unwanted) {
		isNotNull();
		List<Job> found = this.actual.all().stream().filter(unwanted).toList();
		if (!found.isEmpty()) {
			failWithMessage("%s", "Expected no job %s, but there are:%n%s".formatted(which, Words.of(found)));
		}
		return this;
	}

	/**
	 * Begins to look at a job as it is now.
	 * @param job the job as it was, for example when it was enqueued
	 * @return the assertions
	 */
	public JobAssert job(Job job) {
		return job(job.id());
	}

	/**
	 * Begins to look at a job as it is now.
	 * @param id the job
	 * @return the assertions
	 */
	public JobAssert job(UUID id) {
		isNotNull();
		return new JobAssert(this.actual.get(id), this.actual.json());
	}

}
