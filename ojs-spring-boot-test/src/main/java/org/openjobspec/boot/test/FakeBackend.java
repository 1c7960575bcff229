package org.openjobspec.boot.test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Cancelled;
import org.openjobspec.boot.engine.CronRegistration;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.engine.Enqueued;
import org.openjobspec.boot.engine.JobBackend;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.ReadOnlyTransactionException;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.Workflow;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Keeps what is enqueued in memory, as the engine would store it: after interceptors and
 * defaults, and until a rollback. Its clock is that of the machine and what was let pass.
 */
final class FakeBackend implements JobBackend, Bench {

	private final List<EnqueueInterceptor> interceptors;

	private final Function<String, @Nullable TypeDefaults> defaults;

	private final Map<UUID, Job> jobs = new LinkedHashMap<>();

	private final Map<String, CronJob> crons = new TreeMap<>();

	private Duration passed = Duration.ZERO;

	FakeBackend(List<EnqueueInterceptor> interceptors, Function<String, @Nullable TypeDefaults> defaults) {
		this.interceptors = List.copyOf(interceptors);
		this.defaults = defaults;
	}

	private Instant now() {
		return Instant.now().plus(this.passed).truncatedTo(ChronoUnit.MICROS);
	}

	@Override
	public synchronized List<Enqueued> enqueue(List<JobRequest> requests) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			throw new ReadOnlyTransactionException("enqueue", requests.get(0).type());
		}
		List<Job> all = requests.stream().map(this::intercept).map(this::job).toList();
		List<Enqueued> enqueued = new ArrayList<>();
		for (Job job : all) {
			Job existing = this.jobs.putIfAbsent(job.id(), job);
			if (existing == null) {
				takeBackWithRollback(job.id());
			}
			enqueued.add(new Enqueued((existing != null) ? existing : job, existing == null));
		}
		return enqueued;
	}

	private JobRequest intercept(JobRequest original) {
		JobRequest request = original;
		for (EnqueueInterceptor interceptor : this.interceptors) {
			JobRequest next = interceptor.intercept(request);
			if (next == null) {
				throw new EnqueueDroppedException(original.type(), interceptor.getClass().getName());
			}
			request = next;
		}
		return request;
	}

	private Job job(JobRequest request) {
		TypeDefaults known = this.defaults.apply(request.type());
		RetryPolicy retry = request.retry((known != null) ? known.retry() : RetryPolicy.DEFAULT);
		Duration timeout = (request.timeout() == null && known != null) ? known.timeout() : request.timeout();
		String queue = (request.queue() != null) ? request.queue() : (known != null) ? known.queue() : "default";
		Instant now = now();
		Instant scheduled = (request.delay() != null) ? now.plus(request.delay()) : request.scheduledAt();
		Instant expires = (request.timeToLive() != null) ? now.plus(request.timeToLive()) : request.expiresAt();
		JobOptions options = new JobOptions(retry, request.unique(), timeout, request.visibilityTimeout(), scheduled,
				expires, request.tags(), request.schema(), request.attributes());
		Integer priority = request.priority();
		boolean later = scheduled != null && scheduled.isAfter(now);
		JobState state = request.pending() ? JobState.PENDING : later ? JobState.SCHEDULED : JobState.AVAILABLE;
		UUID id = request.id();
		return new Job((id != null) ? id : id(now), request.type(), queue, request.args(), request.meta(),
				(priority != null) ? priority : 0, options, state, 0, now, (state == JobState.AVAILABLE) ? now : null,
				null, null, (state == JobState.SCHEDULED) ? scheduled : null, null, null, false, false, List.of(), null,
				null);
	}

	private static UUID id(Instant now) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (now.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
		return new UUID(high, (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
	}

	private void takeBackWithRollback(UUID id) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()) {
			FakeUndo.current(this::forget).add(id);
		}
	}

	private synchronized void forget(List<UUID> ids) {
		ids.forEach(this.jobs::remove);
	}

	// What was due meanwhile has become available, or has expired.
	private Job now(Job job) {
		Instant now = now();
		if (job.state().isTerminal()) {
			return job;
		}
		Instant expires = job.options().expiresAt();
		if (expires != null && !expires.isAfter(now)) {
			return with(job, JobState.DISCARDED, null, expires, true);
		}
		Instant due = job.nextAttemptAt();
		return (due != null && !due.isAfter(now)) ? with(job, JobState.AVAILABLE, due, null, false) : job;
	}

	private static Job with(Job job, JobState state, @Nullable Instant available, @Nullable Instant ended,
			boolean expired) {
		return new Job(job.id(), job.type(), job.queue(), job.args(), job.meta(), job.priority(), job.options(), state,
				job.attempt(), job.createdAt(), (available != null) ? available : job.enqueuedAt(), job.startedAt(),
				ended, null, null, null, false, expired, List.of(), null, null);
	}

	@Override
	public synchronized List<Job> all() {
		return this.jobs.values().stream().map(this::now).toList();
	}

	@Override
	public synchronized Optional<Job> find(UUID id) {
		return Optional.ofNullable(this.jobs.get(id)).map(this::now);
	}

	private Job require(UUID id) {
		return find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	@Override
	public synchronized Cancelled cancel(UUID id) {
		Job job = require(id);
		if (job.state().isTerminal()) {
			throw ConflictException.state("cancel", id, job.state());
		}
		Job cancelled = with(job, JobState.CANCELLED, null, now(), false);
		this.jobs.put(id, cancelled);
		return new Cancelled(cancelled, job.state());
	}

	@Override
	public synchronized Job activate(UUID id) {
		Job job = require(id);
		if (job.state() != JobState.PENDING) {
			throw ConflictException.state("activate", id, job.state());
		}
		Job activated = with(job, JobState.AVAILABLE, now(), null, false);
		this.jobs.put(id, activated);
		return activated;
	}

	@Override
	public List<Job> run(@Nullable String queue, int maxAttempts) {
		throw unsupported("Handlers do not run");
	}

	@Override
	public Workflow createWorkflow(@Nullable String name, Composition composition) {
		throw unsupported("There are no workflows");
	}

	@Override
	public Optional<Workflow> findWorkflow(UUID id) {
		return Optional.empty();
	}

	@Override
	public Workflow cancelWorkflow(UUID id) {
		throw new NotFoundException("workflow", id.toString());
	}

	private static UnsupportedOperationException unsupported(String what) {
		return new UnsupportedOperationException(
				what + " with JobMode.FAKE, which only records jobs; take another mode, which has a database");
	}

	@Override
	public synchronized void advance(Duration duration) {
		if (duration.isNegative() || duration.isZero()) {
			throw new IllegalArgumentException("Time passes in one direction only, and not by " + duration);
		}
		this.passed = this.passed.plus(duration);
	}

	@Override
	public synchronized void clear() {
		this.jobs.clear();
		this.passed = Duration.ZERO;
	}

	@Override
	public boolean clearsBeforeEach() {
		return true;
	}

	@Override
	public synchronized CronRegistration registerCron(CronRequest request) {
		Instant now = now();
		boolean enabled = !Boolean.FALSE.equals(request.enabled());
		Instant next = request.schedule().next(now, request.timezone()).orElse(null);
		CronJob cron = new CronJob(request.name(), request.schedule(), request.timezone(), request.overlap(), enabled,
				request.description(), request.job(), now, enabled ? next : null, null, 0);
		return new CronRegistration(cron, this.crons.put(request.name(), cron) == null);
	}

	@Override
	public synchronized List<CronJob> crons(@Nullable Boolean enabled) {
		return this.crons.values().stream().filter((cron) -> enabled == null || cron.enabled() == enabled).toList();
	}

	@Override
	public synchronized Optional<CronJob> findCron(String name) {
		return Optional.ofNullable(this.crons.get(name));
	}

	private CronJob requireCron(String name) {
		return findCron(name).orElseThrow(() -> new NotFoundException(NotFoundException.CRON, name));
	}

	@Override
	public synchronized CronJob deleteCron(String name) {
		CronJob cron = requireCron(name);
		this.crons.remove(name);
		return cron;
	}

	@Override
	public synchronized CronJob enableCron(String name, boolean enabled) {
		CronJob cron = requireCron(name);
		Instant next = enabled ? cron.schedule().next(now(), cron.timezone()).orElse(null) : null;
		CronJob changed = new CronJob(cron.name(), cron.schedule(), cron.timezone(), cron.overlap(), enabled,
				cron.description(), cron.job(), cron.createdAt(), next, cron.lastRunAt(), cron.runCount());
		this.crons.put(name, changed);
		return changed;
	}

	@Override
	public Job triggerCron(String name) {
		return enqueue(List.of(requireCron(name).job())).get(0).job();
	}

	@Override
	public void onEvent(Consumer<JobEvent> listener) {
		// Nothing happens to a job that nobody runs.
	}

}
