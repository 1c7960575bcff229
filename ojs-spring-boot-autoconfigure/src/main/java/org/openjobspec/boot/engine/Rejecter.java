package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FailureReport.Verdict;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Durations;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Store;

/**
 * FAIL, and handing back (ojs-core 7.4, ojs-retry).
 */
final class Rejecter {

	private final Store store;

	private final Finisher finisher;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final WorkflowAdvance workflows;

	private final Canceller canceller;

	private final Limiter limiter;

	Rejecter(Store store, Finisher finisher, Announcements announcements, DueTimes dueTimes, WorkflowAdvance workflows,
			Canceller canceller, Limiter limiter) {
		this.limiter = limiter;
		this.store = store;
		this.finisher = finisher;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
		this.workflows = workflows;
		this.canceller = canceller;
	}

	/**
	 * What a failed attempt leads to.
	 *
	 * @param retryDelay the delay before the next attempt; {@code null} for none
	 * @param deadLetter whether a job without a next attempt is listed in the dead letter
	 */
	record Consequence(@Nullable Duration retryDelay, boolean deadLetter) {
	}

	/** The handler's word first, then the policy (ojs-retry 7.2). */
	static Consequence consequence(RetryPolicy policy, int attempt, FailureReport report) {
		if (report.verdict() == Verdict.DISCARD) {
			return new Consequence(null, false);
		}
		if (report.verdict() == Verdict.DEAD_LETTER) {
			return new Consequence(null, true);
		}
		if (attempt >= policy.maxAttempts() || Boolean.FALSE.equals(report.error().retryable())
				|| excluded(policy, report.error())) {
			return new Consequence(null, policy.onExhaustion() == OnExhaustion.DEAD_LETTER);
		}
		Duration delay = report.retryAfter();
		return new Consequence(
				(delay != null) ? bounded(delay) : policy.delay(attempt, ThreadLocalRandom.current().nextDouble()),
				false);
	}

	private static Duration bounded(Duration delay) {
		if (delay.isNegative()) {
			return Duration.ZERO;
		}
		return (delay.compareTo(Durations.MAX) > 0) ? Durations.MAX : delay;
	}

	// No SDK sends an error type, so the code and the class in the details count as well.
	private static boolean excluded(RetryPolicy policy, JobError error) {
		return policy.excludes(error.type()) || policy.excludes(error.code())
				|| (error.details().get("error_class") instanceof String errorClass && policy.excludes(errorClass));
	}

	boolean fail(Job job, FailureReport report) {
		return end(job, report).isPresent();
	}

	private Optional<Failures.Failed> end(Job job, FailureReport report) {
		Supplier<Optional<Failures.Failed>> work = () -> {
			StepEnds ends = new StepEnds();
			Optional<Failures.Failed> failed = failHeld(job, Finisher.holder(job), report, ends);
			carryOn(ends);
			return failed;
		};
		return write("fail", job.id(), List.of(job), work);
	}

	// A step takes its workflow along, which is more than one statement.
	private <T> T write(String operation, Object subject, Collection<Job> jobs, Supplier<T> work) {
		return jobs.stream().anyMatch((job) -> job.workflowId() != null)
				? this.store.transactions().write(operation, subject, work)
				: this.store.transactions().writeOnce(operation, subject, work);
	}

	Job reject(UUID id, @Nullable String worker, FailureReport report) {
		Job job = this.finisher.held("reject", id, worker);
		Failures.Failed failed = end(job, report)
			.orElseThrow(() -> ConflictException.state("reject", id, this.finisher.read(id).state()));
		this.announcements.attempts((listener) -> listener.reported(job, false, failed.duration()));
		return this.finisher.read(id);
	}

	/**
	 * Fails an attempt in the transaction of the caller, who then carries on its
	 * workflow.
	 */
	Optional<Failures.Failed> failHeld(Job job, String worker, FailureReport report, StepEnds ends) {
		RetryPolicy policy = job.options().retry();
		Consequence consequence = consequence(policy, job.attempt(), report);
		Optional<Failures.Failed> failed = this.store.failures()
			.fail(new Failures.Attempt(job.id(), worker, job.attempt(), job.startedAt()), report.error(),
					consequence.retryDelay(), consequence.deadLetter(), policy.maxAttempts());
		failed.ifPresent(outcome -> {
			Duration delay = consequence.retryDelay();
			if (delay != null) {
				this.announcements.afterCommit(() -> this.dueTimes.dueIn(delay));
			}
			this.announcements.events(() -> events(job, report.error(), outcome));
			ends.add(job, outcome.dueAt() != null);
			this.announcements.afterCommit(this.limiter::mayHaveChanged);
		});
		return failed;
	}

	/** Carries on the workflows of attempts that were ended with {@link #failHeld}. */
	void carryOn(StepEnds ends) {
		ends.settle(this.workflows, this.canceller);
	}

	private static List<JobEvent> events(Job job, JobError error, Failures.Failed outcome) {
		Map<String, @Nullable Object> brief = brief(error);
		Map<String, @Nullable Object> failed = new LinkedHashMap<>();
		failed.put("error", brief);
		failed.put("duration_ms", outcome.duration().toMillis());
		Map<String, @Nullable Object> next = new LinkedHashMap<>();
		if (outcome.dueAt() != null) {
			next.put("max_attempts", job.maxAttempts());
			next.put("next_retry_at", outcome.dueAt().toString());
			next.put("error", brief);
		}
		else {
			next.put("total_attempts", job.attempt());
			next.put("last_error", brief);
		}
		return List.of(event(JobEvent.FAILED, job, outcome, failed),
				event((outcome.dueAt() != null) ? JobEvent.RETRYING : JobEvent.DISCARDED, job, outcome, next));
	}

	private static JobEvent event(String type, Job job, Failures.Failed outcome, Map<String, @Nullable Object> data) {
		return new JobEvent(type, outcome.failedAt(), job.id(), job.type(), job.queue(), job.attempt(), data);
	}

	static Map<String, @Nullable Object> brief(JobError error) {
		Map<String, @Nullable Object> brief = new LinkedHashMap<>();
		brief.put("type", error.type());
		brief.put("code", error.code());
		brief.put("message", error.message());
		brief.put("retryable", error.retryable());
		return brief;
	}

	Set<UUID> release(Collection<Job> jobs) {
		if (jobs.isEmpty()) {
			return Set.of();
		}
		List<Failures.Attempt> attempts = jobs.stream()
			.map(job -> new Failures.Attempt(job.id(), Finisher.holder(job), job.attempt(), job.startedAt()))
			.toList();
		List<Failures.Returned> returned = write("release", attempts.size() + " jobs", jobs,
				() -> release(jobs, attempts));
		this.limiter.availableAgain(returned);
		return ids(returned);
	}

	private List<Failures.Returned> release(Collection<Job> jobs, List<Failures.Attempt> attempts) {
		List<Failures.Returned> returned = this.store.failures().release(attempts);
		Set<UUID> ids = ids(returned);
		StepEnds ends = new StepEnds();
		jobs.stream().filter((job) -> ids.contains(job.id())).forEach((job) -> ends.add(job, true));
		carryOn(ends);
		return returned;
	}

	private static Set<UUID> ids(List<Failures.Returned> returned) {
		Set<UUID> ids = new HashSet<>();
		returned.forEach(job -> ids.add(job.jobId()));
		return ids;
	}

	Job release(UUID id, @Nullable String worker) {
		Job job = this.finisher.held("release", id, worker);
		if (release(List.of(job)).isEmpty()) {
			throw ConflictException.state("release", id, this.finisher.read(id).state());
		}
		return this.finisher.read(id);
	}

}
