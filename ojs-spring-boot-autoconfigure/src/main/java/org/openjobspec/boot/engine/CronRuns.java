package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.CronTicks;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the job of one run of a periodic job (ojs-cron 6 and 9), whose row the current
 * transaction holds locked.
 */
final class CronRuns {

	private static final Logger logger = LoggerFactory.getLogger(CronRuns.class);

	private static final int WARN_ABOVE = 2;

	private static final int COUNT_DEPTH = 1000;

	private static final int MAX_KEY = 255;

	private final Store store;

	private final Enqueuer enqueuer;

	private final Canceller canceller;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	CronRuns(Store store, Enqueuer enqueuer, Canceller canceller, Announcements announcements, DueTimes dueTimes) {
		this.store = store;
		this.enqueuer = enqueuer;
		this.canceller = canceller;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
	}

	/**
	 * A run that is due.
	 *
	 * @param cron the periodic job
	 * @param scheduled when it was due
	 * @param next when it is due next
	 * @param now the database's time
	 */
	private record Tick(CronJob cron, Instant scheduled, @Nullable Instant next, Instant now) {

		static Tick of(CronTicks.Locked due) {
			CronJob cron = due.cron();
			Instant scheduled = Objects.requireNonNull(cron.nextRunAt(), cron.name());
			Instant next = cron.schedule().next(scheduled, cron.timezone()).orElse(null);
			if (next != null && !next.isAfter(due.now())) {
				// This run makes up for all that were missed.
				next = cron.schedule().next(due.now(), cron.timezone()).orElse(null);
			}
			return new Tick(cron, scheduled, next, due.now());
		}

		/**
		 * The same on every node. Whoever registers a name again after it was deleted
		 * starts anew.
		 */
		UUID jobId() {
			return UuidV7.of(this.scheduled,
					"%s %s %s".formatted(this.cron.name(), this.scheduled, this.cron.createdAt()));
		}

	}

	/**
	 * Runs a periodic job that is due, and goes on to its next tick.
	 * @param due the periodic job
	 */
	void tick(CronTicks.Locked due) {
		Tick tick = Tick.of(due);
		Job last = unended(due);
		if (last != null && tick.cron().overlap() == CronOverlap.SKIP) {
			skip(tick, "overlap_skip", last.id());
		}
		else {
			run(tick, last);
		}
		if (tick.next() != null) {
			Duration left = Duration.between(tick.now(), tick.next());
			this.announcements.afterCommit(() -> this.dueTimes.dueIn(left));
		}
	}

	private void run(Tick tick, @Nullable Job last) {
		UUID id = tick.jobId();
		try {
			Enqueued enqueued = enqueue(tick.cron(), last, id, tick.scheduled());
			if (enqueued.created()) {
				ran(tick, enqueued.job());
				warnOfWaiting(tick.cron(), last, enqueued.job());
			}
			else {
				exists(tick, id, enqueued.job().id());
			}
		}
		catch (DuplicateJobException ex) {
			exists(tick, id, ex.existingJobId());
		}
		catch (EnqueueDroppedException ex) {
			// The interceptor means it; another try would be dropped as well.
			skip(tick, "dropped", id);
		}
	}

	/**
	 * Runs a periodic job at once, whether it is enabled or not; its schedule is not
	 * concerned.
	 * @param locked the periodic job
	 * @return the job, or the existing one that answers for it
	 * @throws ConflictException if the last run has not ended, and is not to be
	 * overlapped
	 */
	Job trigger(CronTicks.Locked locked) {
		CronJob cron = locked.cron();
		Instant now = locked.now();
		Job last = unended(locked);
		if (last != null && cron.overlap() == CronOverlap.SKIP) {
			throw ConflictException.overlap(cron.name(), last.id(), last.state());
		}
		Enqueued enqueued = enqueue(cron, last, UuidV7.next(), now);
		Job job = enqueued.job();
		if (enqueued.created()) {
			tell(triggered(cron, job, now, now, this.store.cronTicks().ranBeside(cron.name(), job.id(), now)));
		}
		return job;
	}

	private @Nullable Job unended(CronTicks.Locked locked) {
		UUID id = locked.lastJobId();
		if (id == null || locked.cron().overlap() == CronOverlap.ALLOW) {
			return null;
		}
		return this.store.reads().find(id).filter((job) -> !job.state().isTerminal()).orElse(null);
	}

	private Enqueued enqueue(CronJob cron, @Nullable Job last, UUID id, Instant scheduled) {
		JobRequest.Builder request = cron.job()
			.toBuilder()
			.id(id)
			.meta(CronMeta.of(cron.job().meta(), cron.name(), scheduled));
		if (cron.overlap() == CronOverlap.ENQUEUE && cron.job().rateLimit() == null) {
			// A job has one key: one that is limited by another keeps that.
			request.rateLimit(RateLimit.concurrency(key(cron.name()), 1));
		}
		JobRequest job = request.build();
		if (last == null || cron.overlap() != CronOverlap.CANCEL_PREVIOUS) {
			return this.enqueuer.enqueue(List.of(job)).get(0);
		}
		return enqueueInsteadOf(last.id(), job, cron.name());
	}

	// Both or none: a job that is not stored must not have stopped another one, which may
	// even be the job of this very tick.
	private Enqueued enqueueInsteadOf(UUID previous, JobRequest job, String name) {
		try {
			return this.store.transactions().writeAtomically("run", name, () -> {
				this.canceller.tryCancel(previous);
				Enqueued enqueued = this.enqueuer.enqueue(List.of(job)).get(0);
				if (!enqueued.created()) {
					throw new NothingStoredException(enqueued.job().id());
				}
				return enqueued;
			});
		}
		catch (NothingStoredException ex) {
			Job existing = this.store.reads().find(ex.existing).orElseThrow(() -> ex);
			return new Enqueued(existing, false);
		}
	}

	/** Undoes what was done for a job that an existing one answers for. */
	private static final class NothingStoredException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final UUID existing;

		NothingStoredException(UUID existing) {
			super("Job %s answers for the one of this run".formatted(existing));
			this.existing = existing;
		}

	}

	// What the jobs of a periodic job wait for each other by. The longest names do not
	// fit into a key.
	private static String key(String name) {
		String key = "cron:" + name;
		return (key.length() <= MAX_KEY) ? key : "cron:" + HexFormat.of().formatHex(Fingerprint.sha256(name));
	}

	private void ran(Tick tick, Job job) {
		CronJob cron = tick.cron();
		long runs = this.store.cronTicks()
			.ran(cron.name(), tick.scheduled(), tick.next(), job.id(), tick.now())
			.orElseThrow(() -> new IllegalStateException(
					"The periodic job '%s' was fired while its row was locked".formatted(cron.name())));
		tell(triggered(cron, job, tick.scheduled(), tick.now(), runs));
	}

	private void exists(Tick tick, UUID id, UUID existing) {
		if (existing.equals(id)) {
			// Its schedule was changed back to a tick that it has run.
			passOver(tick);
		}
		else {
			skip(tick, "duplicate", existing);
		}
	}

	private void skip(Tick tick, String reason, UUID inTheWay) {
		passOver(tick);
		JobRequest job = tick.cron().job();
		Map<String, @Nullable Object> data = facts(tick.cron(), tick.scheduled());
		data.put("reason", reason);
		data.put("existing_job_id", inTheWay.toString());
		data.put("active_job_id", inTheWay.toString());
		String queue = job.queue();
		tell(new JobEvent(JobEvent.CRON_SKIPPED, tick.now(), inTheWay, job.type(), (queue != null) ? queue : "default",
				0, data));
	}

	private void passOver(Tick tick) {
		this.store.cronTicks().passOver(tick.cron().name(), tick.scheduled(), tick.next());
	}

	private static JobEvent triggered(CronJob cron, Job job, Instant scheduled, Instant now, long runs) {
		Map<String, @Nullable Object> data = facts(cron, scheduled);
		data.put("actual_time", now.toString());
		data.put("run_count", runs);
		return new JobEvent(JobEvent.CRON_TRIGGERED, now, job.id(), job.type(), job.queue(), 0, data);
	}

	// ojs-events and ojs-cron call the same things by different names.
	private static Map<String, @Nullable Object> facts(CronJob cron, Instant scheduled) {
		Map<String, @Nullable Object> facts = new LinkedHashMap<>();
		facts.put("cron_name", cron.name());
		facts.put("cron_expr", cron.schedule().toString());
		facts.put("cron_expression", cron.schedule().toString());
		facts.put("timezone", cron.timezone().getId());
		facts.put("scheduled_at", scheduled.toString());
		facts.put("scheduled_time", scheduled.toString());
		return facts;
	}

	private void tell(JobEvent event) {
		this.store.events().append(event);
		this.announcements.events(() -> List.of(event));
	}

	private void warnOfWaiting(CronJob cron, @Nullable Job last, Job job) {
		if (last == null || cron.overlap() != CronOverlap.ENQUEUE) {
			return;
		}
		long waiting = this.store.cronTicks().countWaiting(job, CronMeta.mark(cron.name()), COUNT_DEPTH);
		if (waiting > WARN_ABOVE) {
			logger.warn("{} jobs of the periodic job '{}' wait in queue '{}': they take longer than its schedule "
					+ "leaves them", waiting, cron.name(), job.queue());
		}
	}

}
