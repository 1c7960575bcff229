package org.openjobspec.boot.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import tools.jackson.databind.JsonNode;

/**
 * Assertions on the jobs of a type, each of which leaves those that fit and fails when
 * none does.
 */
public final class EnqueuedJobsAssert extends AbstractAssert<EnqueuedJobsAssert, List<Job>> {

	private static final Duration TOLERANCE = Duration.ofSeconds(1);

	private final OjsJobsAssert jobs;

	private final JobJson json;

	private final List<String> asked = new ArrayList<>();

	private final List<Job> candidates;

	private List<Job> left;

	EnqueuedJobsAssert(OjsJobsAssert jobs, JobJson json, String type, List<Job> found) {
		super(found, EnqueuedJobsAssert.class);
		this.jobs = jobs;
		this.json = json;
		this.candidates = found;
		this.left = found;
		this.asked.add("of type '%s'".formatted(type));
	}

	static @Nullable Object[] values(@Nullable Object @Nullable [] args) {
		return (args != null) ? args : new @Nullable Object[1];
	}

	/**
	 * Leaves jobs with certain arguments. They are compared as the JSON that the
	 * application writes for them, by structure: the order of members and the way in
	 * which a number is written do not matter.
	 * @param args the arguments, one per parameter of the handler
	 * @return this
	 */
	public EnqueuedJobsAssert withArgs(@Nullable Object @Nullable ... args) {
		@Nullable Object[] values = values(args);
		return narrow("with args " + this.json.write(values), (job) -> this.json.matches(job.args(), values));
	}

	/**
	 * Leaves jobs with an argument that fulfils requirements, read as a handler's
	 * parameter would be.
	 * @param index which argument, from 0
	 * @param type its type
	 * @param requirements what fails for an argument that does not fit
	 * @param <T> its type
	 * @return this
	 */
	public <T> EnqueuedJobsAssert withArgSatisfying(int index, Class<T> type, Consumer<T> requirements) {
		List<String> problems = new ArrayList<>();
		List<Job> fitting = this.left.stream().filter((job) -> {
			try {
				requirements.accept(this.json.argument(job, index, type));
				return true;
			}
			catch (AssertionError | RuntimeException ex) {
				problems.add(Objects.requireNonNullElse(ex.getMessage(), ex.toString()).strip());
				return false;
			}
		}).toList();
		String words = "with an argument %d that fits".formatted(index);
		return narrow(problems.isEmpty() ? words : words + " (" + problems.get(0) + ")", fitting::contains);
	}

	/**
	 * Leaves jobs of a queue.
	 * @param queue the queue's name
	 * @return this
	 */
	public EnqueuedJobsAssert onQueue(String queue) {
		return narrow("on queue '%s'".formatted(queue), (job) -> job.queue().equals(queue));
	}

	/**
	 * Leaves jobs with a priority.
	 * @param priority the priority
	 * @return this
	 */
	public EnqueuedJobsAssert withPriority(int priority) {
		return narrow("with priority " + priority, (job) -> job.priority() == priority);
	}

	/**
	 * Leaves jobs with a member in their metadata.
	 * @param key the member's name
	 * @param value its value, compared as arguments are
	 * @return this
	 */
	public EnqueuedJobsAssert withMeta(String key, @Nullable Object value) {
		return narrow("with meta '%s' = %s".formatted(key, this.json.write(value)), (job) -> {
			JsonNode member = this.json.member(job.meta(), key);
			return member != null && this.json.matches(member.toString(), value);
		});
	}

	/**
	 * Leaves jobs that were to run at a time, to the second.
	 * @param time the time
	 * @return this
	 */
	public EnqueuedJobsAssert scheduledAt(Instant time) {
		return narrow("scheduled at " + time, (job) -> near(job.options().scheduledAt(), time));
	}

	/**
	 * Leaves jobs that were to run a time after they were enqueued, to the second.
	 * @param delay the time
	 * @return this
	 */
	public EnqueuedJobsAssert scheduledIn(Duration delay) {
		return narrow("scheduled %s after they were enqueued".formatted(delay),
				(job) -> near(job.options().scheduledAt(), job.createdAt().plus(delay)));
	}

	private static boolean near(@Nullable Instant actual, Instant wanted) {
		return actual != null && Duration.between(actual, wanted).abs().compareTo(TOLERANCE) <= 0;
	}

	/**
	 * Leaves jobs that were to run at once.
	 * @return this
	 */
	public EnqueuedJobsAssert unscheduled() {
		return narrow("not scheduled", (job) -> job.options().scheduledAt() == null);
	}

	/**
	 * Leaves jobs in a state.
	 * @param state the state
	 * @return this
	 */
	public EnqueuedJobsAssert inState(JobState state) {
		return narrow("in state " + state.wireName(), (job) -> job.state() == state);
	}

	/**
	 * Leaves jobs that fulfil a condition.
	 * @param description what it says, for the message
	 * @param condition the condition
	 * @return this
	 */
	public EnqueuedJobsAssert matching(String description, Predicate<Job> condition) {
		return narrow(description, condition);
	}

	private EnqueuedJobsAssert narrow(String what, Predicate<Job> condition) {
		this.asked.add(what);
		List<Job> fitting = this.left.stream().filter(condition).toList();
		if (fitting.isEmpty()) {
			failWithMessage("%s", "Expected a job %s, but there are only:%n%s".formatted(String.join(", ", this.asked),
					Words.of(this.candidates)));
		}
		this.left = fitting;
		return this;
	}

	/**
	 * Verifies that a number of jobs is left.
	 * @param count how many
	 * @return this
	 */
	public EnqueuedJobsAssert exactly(int count) {
		if (this.left.size() != count) {
			failWithMessage("%s", "Expected exactly %d jobs %s, but there are %d:%n%s".formatted(count,
					String.join(", ", this.asked), this.left.size(), Words.of(this.left)));
		}
		return this;
	}

	/**
	 * Verifies that one job is left.
	 * @return this
	 */
	public EnqueuedJobsAssert once() {
		return exactly(1);
	}

	/**
	 * Goes on to the one job that is left.
	 * @return the assertions
	 */
	public JobAssert job() {
		exactly(1);
		return new JobAssert(this.left.get(0), this.json);
	}

	/**
	 * Goes back to all jobs of the test.
	 * @return the assertions
	 */
	public OjsJobsAssert and() {
		return this.jobs;
	}

}
