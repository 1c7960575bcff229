package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Leases;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts whose worker is gone, whose lease ran out or whose time is over. Safe on
 * every node at once: a claim's receipt is locked while it is looked at, and each end is
 * fenced like a worker's own report.
 */
final class Reaper {

	private static final Logger logger = LoggerFactory.getLogger(Reaper.class);

	private static final int BATCH = 20;

	private static final int CLEAR_BATCH = 200;

	private final Store store;

	private final EngineSettings settings;

	private final Rejecter rejecter;

	private final Limiter limiter;

	private final Announcements announcements;

	Reaper(Store store, EngineSettings settings, Rejecter rejecter, Limiter limiter, Announcements announcements) {
		this.store = store;
		this.settings = settings;
		this.rejecter = rejecter;
		this.limiter = limiter;
		this.announcements = announcements;
	}

	/** Declares silent workers dead; their jobs are reaped next. */
	void declareDead() {
		List<String> dead = this.store.transactions()
			.separately(() -> this.store.leases().declareDead(this.settings.heartbeatTimeout()));
		for (String worker : dead) {
			logger.warn("Worker {} has not sent a heartbeat for {}; its jobs return to their queues", worker,
					this.settings.heartbeatTimeout());
		}
	}

	/** What a sweep has found. */
	enum Found {

		/** No receipt is due. */
		NOTHING,

		/** All that is due, for the moment. */
		ALL,

		/** As much as it takes at once; there may be more. */
		SOME

	}

	/**
	 * Looks through one batch of claims.
	 * @param from from which time on to look
	 * @return what was found
	 */
	Found sweep(Instant from) {
		int cleared = this.store.transactions()
			.writeOnce("clear", "claims", () -> this.store.leases().clear(from, CLEAR_BATCH));
		int held = sweepHeld(from);
		if (cleared == CLEAR_BATCH || held == BATCH) {
			return Found.SOME;
		}
		return (cleared + held > 0) ? Found.ALL : Found.NOTHING;
	}

	private int sweepHeld(Instant from) {
		return this.store.transactions().write("sweep", "claims", () -> {
			Leases.Sweep sweep = this.store.leases().sweep(from, BATCH);
			if (!sweep.overdue().isEmpty()) {
				List<UUID> ids = sweep.overdue().stream().map(overdue -> overdue.attempt().jobId()).distinct().toList();
				Map<UUID, Job> jobs = this.store.reads().find(ids);
				List<Failures.Returned> returned = new ArrayList<>();
				StepEnds ends = new StepEnds();
				// In the order in which completions lock, so that the two cannot wait for
				// each other.
				List<Leases.Overdue> ordered = sweep.overdue()
					.stream()
					.sorted(Comparator.comparing((overdue) -> overdue.attempt().jobId()))
					.toList();
				for (Leases.Overdue overdue : ordered) {
					Job job = jobs.get(overdue.attempt().jobId());
					if (job != null && isStill(overdue.attempt(), job)) {
						end(job, overdue, returned, ends);
					}
				}
				this.rejecter.carryOn(ends);
				this.limiter.availableAgain(returned);
			}
			return sweep.looked();
		});
	}

	// The job is read after the sweep has found it. By then its worker may have handed it
	// back and claimed it again, with the same number.
	private static boolean isStill(Failures.Attempt overdue, Job job) {
		return job.attempt() == overdue.attempt() && Objects.equals(job.startedAt(), overdue.startedAt());
	}

	private void end(Job job, Leases.Overdue overdue, List<Failures.Returned> returned, StepEnds ends) {
		JobError error = error(job, overdue);
		String worker = overdue.attempt().worker();
		boolean again = job.attempt() < job.maxAttempts();
		if (!again && overdue.cause() == Leases.Cause.WORKER_GONE && overdue.unmarked()) {
			// Claimed ahead and not started: ending the job here would lose it without a
			// single attempt.
			returned.addAll(this.store.failures().release(List.of(overdue.attempt())));
			ends.add(job, true);
			logger.info("Job {} ({}) returns to its queue: {} before it started", job.id(), job.type(),
					error.message());
			return;
		}
		if (again && overdue.cause() != Leases.Cause.TIME_OVER) {
			this.store.failures().returnToQueue(overdue.attempt(), error).ifPresent(available -> {
				returned.add(available);
				ends.add(job, true);
				this.announcements.events(() -> List.of(failed(job, available.at(), error)));
			});
		}
		else {
			this.rejecter.failHeld(job, worker, FailureReport.of(error), ends);
		}
		// A handler that runs on this node may not have noticed.
		this.announcements.cancelled(job.id());
		logger.info("Attempt {} of job {} ({}) has ended: {}", job.attempt(), job.id(), job.type(), error.message());
	}

	private JobError error(Job job, Leases.Overdue overdue) {
		String worker = overdue.attempt().worker();
		String who = worker.isEmpty() ? "the worker (it gave no id)" : "worker '%s'".formatted(worker);
		return switch (overdue.cause()) {
			case WORKER_GONE -> error("worker_lost", "stalled", "%s is gone".formatted(who));
			case LEASE_OVER -> error("visibility_timeout", "stalled",
					"%s neither finished the job nor sent a heartbeat within %s".formatted(who,
							orDefault(job.options().visibilityTimeout(), this.settings.defaultVisibilityTimeout())));
			case TIME_OVER -> error("timeout", "timeout", "the attempt ran longer than its timeout of %s"
				.formatted(orDefault(job.options().timeout(), this.settings.defaultTimeout())));
		};
	}

	private static JobError error(String code, String type, String message) {
		return new JobError(type, code, message, true, Map.of(), List.of());
	}

	private static Duration orDefault(@Nullable Duration own, Duration byDefault) {
		return (own != null) ? own : byDefault;
	}

	private static JobEvent failed(Job job, Instant at, JobError error) {
		return new JobEvent(JobEvent.FAILED, at, job.id(), job.type(), job.queue(), job.attempt(),
				Map.of("error", Rejecter.brief(error)));
	}

}
