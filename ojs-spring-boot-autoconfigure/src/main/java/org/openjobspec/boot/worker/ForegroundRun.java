package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;

import org.springframework.dao.DataAccessException;

/**
 * Runs due jobs on the caller's thread, one after the other, as the worker would: the
 * same claims, handlers, interceptors, deadlines and outcomes. All of it joins the
 * caller's transaction when there is one, as tests have it that are rolled back.
 */
final class ForegroundRun implements WorkerListener {

	/** Rounds that promise more and bring no job. */
	private static final int MAX_IDLE_ROUNDS = 1000;

	private final JobEngine engine;

	private final HandlerRegistry handlers;

	private final WorkerSettings settings;

	private final List<Lane> lanes;

	private final WorkerIdentity identity;

	private final HeldJobs jobs;

	private final Deadlines deadlines;

	private final JobRunner runner;

	private final Journal journal;

	private final Set<UUID> ran = new LinkedHashSet<>();

	private final Map<String, Integer> attempts = new TreeMap<>();

	private int count;

	private volatile @Nullable Outcome latest;

	ForegroundRun(JobEngine engine, HandlerRegistry handlers, WorkerSettings settings, WorkerExtensions extensions) {
		this.engine = engine;
		this.handlers = handlers;
		this.settings = settings;
		this.lanes = Lane.plan(handlers.all(), settings);
		this.identity = new WorkerIdentity(this.lanes);
		List<WorkerListener> listeners = Stream.concat(extensions.listeners().stream(), Stream.of(this)).toList();
		this.jobs = new HeldJobs(engine, new Outages(), listeners);
		this.deadlines = new Deadlines(this.jobs);
		this.runner = extensions.runner(engine, this.jobs, this.deadlines);
		this.journal = Journal.ofOneThread(engine);
	}

	List<Job> run(@Nullable String queue, int limit) {
		requireQueue(queue);
		try {
			runAll(queue, limit);
		}
		catch (RuntimeException | Error ex) {
			try {
				this.engine.signOff(this.identity.id());
			}
			catch (RuntimeException other) {
				ex.addSuppressed(other);
			}
			throw ex;
		}
		finally {
			this.deadlines.close();
		}
		this.engine.signOff(this.identity.id());
		return this.ran.stream().flatMap((id) -> this.engine.find(id).stream()).toList();
	}

	private void runAll(@Nullable String queue, int limit) {
		int idle = 0;
		boolean more = true;
		while (more && idle < MAX_IDLE_ROUNDS) {
			more = this.engine.rehearsal().runDue();
			if (runEach(queue, limit)) {
				more = true;
				idle = 0;
			}
			else {
				idle++;
			}
		}
	}

	private void requireQueue(@Nullable String queue) {
		Set<String> queues = new LinkedHashSet<>();
		this.lanes.forEach((lane) -> queues.addAll(lane.queues()));
		if (queue != null && !queues.contains(queue)) {
			throw new IllegalStateException(("No handler of this application takes jobs from queue '%s', only from %s. "
					+ "Name it in ojs.worker.queues, or with the attribute queue of @OjsHandler")
				.formatted(queue, queues));
		}
	}

	// One job per lane, so that what it enqueues has its place among the others.
	private boolean runEach(@Nullable String queue, int limit) {
		boolean any = false;
		for (Lane lane : this.lanes) {
			List<String> queues = (queue != null) ? lane.queues().stream().filter(queue::equals).toList()
					: lane.queues();
			if (queues.isEmpty()) {
				continue;
			}
			List<Job> claimed = new ArrayList<>(
					this.engine.fetch(new FetchRequest(queues, lane.types(), 1, this.identity.id(), null, true)));
			for (Job job : claimed) {
				if (this.count == limit) {
					this.engine.release(claimed);
					throw endless(job);
				}
				this.count++;
				this.attempts.merge(job.type(), 1, Integer::sum);
				run(job);
				any = true;
			}
		}
		return any;
	}

	private IllegalStateException endless(Job next) {
		return new IllegalStateException(("%d attempts have been made, of %s, and job %s of type '%s' is still due. If "
				+ "jobs enqueue each other forever, run one queue or one job of them; otherwise allow more attempts")
			.formatted(this.count, this.attempts, next.id(), next.type()));
	}

	private void run(Job job) {
		this.ran.add(job.id());
		HandlerMethod handler = Objects.requireNonNull(this.handlers.find(job.type()), job.type());
		HeldJob held = new HeldJob(job, handler, this.settings.defaultTimeout(), (any) -> true, this.journal);
		this.jobs.add(held);
		this.latest = null;
		try {
			this.engine.rehearsal().tentatively(() -> {
				this.runner.run(held);
				return this.latest == Outcome.COMPLETED;
			});
		}
		catch (DataAccessException ex) {
			throw new IllegalStateException(
					("%s went on after a statement that failed, which PostgreSQL does not allow in "
							+ "a transaction such as this test's. Test it without one, or have the handler not catch the failure")
						.formatted(held),
					ex);
		}
		try {
			this.jobs.writer().writeNow();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted before the outcome of " + held + " was written", ex);
		}
	}

	@Override
	public void finished(Job job, Outcome outcome, Duration duration) {
		this.latest = outcome;
	}

}
