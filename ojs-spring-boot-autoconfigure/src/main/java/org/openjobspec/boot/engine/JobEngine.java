package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Store;

import org.springframework.dao.PessimisticLockingFailureException;

/**
 * The one door to the engine. Every method that changes something joins the caller's
 * Spring transaction when there is one on the engine's DataSource, and otherwise runs in
 * a transaction of its own; database failures surface as Spring's
 * {@code DataAccessException} or {@code TransactionException}.
 */
public final class JobEngine implements JobBackend {

	private static final int RESET_ATTEMPTS = 50;

	private final Supplier<Store> store;

	private final EngineSettings settings;

	private final List<EnqueueInterceptor> interceptors;

	private final Function<String, @Nullable TypeDefaults> defaults;

	/**
	 * What the parts are told as soon as they are made, before anybody else has them.
	 * Also the lock of that moment alone: who only leaves word must not wait for a thread
	 * that makes them.
	 */
	private final List<Consumer<EngineParts>> words = new ArrayList<>();

	private volatile @Nullable EngineParts parts;

	/**
	 * Creates an engine that does not work in the background yet.
	 * @param store the database
	 * @param settings what the operator has set
	 * @param interceptors the enqueue interceptors, in order
	 * @param defaults what holds for jobs of a type; answers {@code null} for a type of
	 * which nothing is known
	 */
	public JobEngine(Store store, EngineSettings settings, List<EnqueueInterceptor> interceptors,
			Function<String, @Nullable TypeDefaults> defaults) {
		this(() -> store, settings, interceptors, defaults);
	}

	/**
	 * Creates an engine that does not work in the background yet. It consists of some 200
	 * classes, which are not read before something is asked of it: the start of an
	 * application does not wait for them.
	 * @param store gives the database, is asked once and should not connect to it
	 * @param settings what the operator has set
	 * @param interceptors the enqueue interceptors, in order
	 * @param defaults what holds for jobs of a type; answers {@code null} for a type of
	 * which nothing is known
	 */
	public JobEngine(Supplier<Store> store, EngineSettings settings, List<EnqueueInterceptor> interceptors,
			Function<String, @Nullable TypeDefaults> defaults) {
		this.store = store;
		this.settings = settings;
		this.interceptors = List.copyOf(interceptors);
		this.defaults = defaults;
	}

	private EngineParts parts() {
		EngineParts made = this.parts;
		return (made != null) ? made : make();
	}

	private synchronized EngineParts make() {
		EngineParts made = this.parts;
		if (made == null) {
			made = new EngineParts(this.store.get(), this.settings, this.interceptors, this.defaults);
			synchronized (this.words) {
				for (Consumer<EngineParts> word : this.words) {
					word.accept(made);
				}
				this.words.clear();
				this.parts = made;
			}
		}
		return made;
	}

	private void tell(Consumer<EngineParts> word) {
		EngineParts made;
		synchronized (this.words) {
			made = this.parts;
			if (made == null) {
				this.words.add(word);
				return;
			}
		}
		word.accept(made);
	}

	/**
	 * Starts what works in the background: promotion, periodic jobs, reaping, expiry,
	 * retention, webhooks and the listening for other nodes' wake-ups. Survives a
	 * database that is not there.
	 */
	public void start() {
		EngineParts made = parts();
		if (made.rehearsal.takenOver()) {
			made.rehearsal.register();
			return;
		}
		made.webhooks.dispatcher().start();
		made.maintenance.start();
		made.latecomers.start();
		made.announcements.startHearing();
	}

	/**
	 * Whether a test does what is due itself, so that {@link #start()} does nothing but
	 * to register what the application declares, before it returns.
	 * @return whether {@link RehearsalDesk#takeOver()} was called
	 */
	public boolean takenOver() {
		EngineParts made = this.parts;
		return made != null && made.rehearsal.takenOver();
	}

	/**
	 * Stops what works in the background. May be started again.
	 */
	public void stop() {
		EngineParts made = this.parts;
		if (made == null) {
			return;
		}
		made.announcements.stopHearing();
		made.latecomers.stop();
		made.maintenance.stop();
		made.webhooks.dispatcher().stop();
		made.announcements.signals().availableEverywhere();
	}

	/**
	 * Stores jobs, all or none (ojs-core 7.1).
	 * @param requests the jobs, in the order in which they are to run
	 * @return one answer per request, in order
	 * @throws org.openjobspec.boot.job.OjsException if a job is refused; then none is
	 * stored and the caller's transaction is intact
	 */
	@Override
	public List<Enqueued> enqueue(List<JobRequest> requests) {
		return parts().enqueuer.enqueue(requests);
	}

	/**
	 * Stores as many of some jobs as can be stored, or all or none, and says of each what
	 * became of it (ojs-bulk-operations 5).
	 * @param requests the jobs, in the order in which they are to run
	 * @param atomic whether none is stored if one is refused
	 * @return one outcome per request, in order; the caller's transaction is intact
	 */
	public List<EnqueueOutcome> enqueueEach(List<JobRequest> requests, boolean atomic) {
		return parts().enqueuer.enqueueEach(requests, atomic);
	}

	/**
	 * Claims jobs (ojs-core 7.2). Never waits.
	 * @param request what the worker asks for
	 * @return the claimed jobs in the order in which they are to run; {@code failures}
	 * holds the latest failure only
	 */
	public List<Job> fetch(FetchRequest request) {
		return parts().fetcher.fetch(request);
	}

	/**
	 * A count that rises whenever a job becomes available on this node's account. Note it
	 * before a fetch and pass it to {@link #awaitAvailable} when the fetch was empty, so
	 * that no job is overslept that became available in between.
	 * @return the count
	 */
	public long availability() {
		return parts().announcements.signals().count();
	}

	/**
	 * Waits until a job may have become available in one of the queues, or the time is
	 * over.
	 * @param queues the queues
	 * @param since what {@link #availability()} said before the last fetch
	 * @param timeout how long to wait at most
	 * @return whether to look again
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	public boolean awaitAvailable(List<String> queues, long since, Duration timeout) throws InterruptedException {
		return parts().announcements.signals().await(queues, since, timeout);
	}

	/**
	 * Whether this node hears at once of jobs that become available on other nodes. If
	 * not, it finds them when it looks.
	 * @return whether to look seldom
	 */
	public boolean hearsOthers() {
		return parts().announcements.hearsOthers();
	}

	/**
	 * Whether this node is set up to hear of other nodes at all.
	 * @return whether it listens, or tries to
	 */
	public boolean listens() {
		return parts().announcements.listens();
	}

	/**
	 * Notes that a worker of this application is about to start an attempt that it has
	 * claimed ahead. Needed for the last attempt of a job only: should the node die, a
	 * last attempt that is not marked did not take place and does not count.
	 * @param job the job as it was fetched
	 * @return whether the worker still holds the attempt
	 */
	public boolean markStarted(Job job) {
		return parts().workers.markStarted(job);
	}

	/**
	 * Completes attempts (ojs-core 7.3), fenced by worker, attempt and, where it is
	 * known, the time of the claim.
	 * @param completions the attempts that succeeded
	 * @return the jobs that were completed; a job that is missing was no longer held by
	 * that worker and attempt, and nothing of it changed
	 */
	public Set<UUID> complete(List<Completion> completions) {
		return parts().finisher.complete(completions);
	}

	/**
	 * Completes a job for a client that cannot name its attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @param result JSON text, or {@code null}
	 * @return the completed job
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job acknowledge(UUID id, @Nullable String worker, @Nullable String result) {
		return parts().finisher.acknowledge(id, worker, result);
	}

	/**
	 * Ends an attempt that failed (ojs-core 7.4), fenced by worker, attempt and the time
	 * of the claim.
	 * @param job the job as it was fetched
	 * @param report why, and what the handler says of its future
	 * @return whether the worker still held the attempt
	 */
	public boolean fail(Job job, FailureReport report) {
		return parts().rejecter.fail(job, report);
	}

	/**
	 * Fails a job for a client that cannot name its attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @param report why
	 * @return the job as it is now: retryable or discarded, its latest failure carrying
	 * the delay
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job reject(UUID id, @Nullable String worker, FailureReport report) {
		EngineParts made = parts();
		return made.store.transactions().writeAtomically("reject", id, () -> made.rejecter.reject(id, worker, report));
	}

	/**
	 * Hands jobs back without costing an attempt.
	 * @param jobs the jobs as they were fetched
	 * @return the jobs that were handed back; the others were no longer held
	 */
	public Set<UUID> release(Collection<Job> jobs) {
		return parts().rejecter.release(jobs);
	}

	/**
	 * Hands a job back without costing an attempt, for a client that cannot name its
	 * attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @return the job as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job release(UUID id, @Nullable String worker) {
		EngineParts made = parts();
		return made.store.transactions().writeAtomically("release", id, () -> made.rejecter.release(id, worker));
	}

	/**
	 * Records a sign of life and extends leases (ojs-core 7.5).
	 * @param heartbeat what the worker says
	 * @return what the worker is told
	 */
	public HeartbeatReply heartbeat(Heartbeat heartbeat) {
		return parts().workers.beat(heartbeat);
	}

	/**
	 * Records a sign of life of this application's worker without the application's pool,
	 * which may have no connection while the worker's own handlers hold them all.
	 * @param worker the worker's id
	 * @param info what the worker says of itself, JSON object text
	 * @return what the worker is told, nothing about its jobs; {@code null} if there is
	 * no way past the pool
	 */
	public @Nullable HeartbeatReply heartbeatBesidePool(String worker, String info) {
		return parts().workers.beatBesidePool(worker, info);
	}

	/**
	 * Says that a worker has stopped for good, so that nobody waits for its heartbeat.
	 * @param worker the worker's id
	 */
	public void signOff(String worker) {
		parts().workers.signOff(worker);
		parts().fetcher.forget(worker);
		parts().maintenance.dueIn(Duration.ZERO);
	}

	/**
	 * Reads a job with its whole error history (ojs-core 7.7).
	 * @param id the job
	 * @return the job, or nothing
	 */
	@Override
	public Optional<Job> find(UUID id) {
		return parts().store.reads().find(id);
	}

	/**
	 * Says in which queues jobs are and of which types.
	 * @param jobs any jobs
	 * @param place takes queue and type of each of them that exists; neither ever changes
	 */
	public void places(Collection<UUID> jobs, BiConsumer<String, String> place) {
		if (!jobs.isEmpty()) {
			parts().store.reads().places(jobs).forEach((found) -> place.accept(found.queue(), found.type()));
		}
	}

	/**
	 * Says in which queues the jobs of a workflow are, or are going to be, and of which
	 * types.
	 * @param workflow the workflow
	 * @param place takes queue and type of each; an empty queue if nobody knows it any
	 * more
	 */
	public void placesOfWorkflow(UUID workflow, BiConsumer<String, String> place) {
		parts().store.reads().placesOfSteps(workflow).forEach((found) -> place.accept(found.queue(), found.type()));
	}

	/**
	 * The queue into which a job goes if no interceptor decides otherwise.
	 * @param request the job
	 * @return the queue that it names, or that of its type
	 */
	public String queueOf(JobRequest request) {
		return parts().enqueuer.queue(request);
	}

	/**
	 * Cancels a job that has not ended (ojs-core 7.6; an ended one is refused, as the
	 * HTTP binding wants it).
	 * @param id the job
	 * @return the job as it is now, and the state that it was in
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it has ended
	 */
	@Override
	public Cancelled cancel(UUID id) {
		return parts().canceller.cancel(id);
	}

	/**
	 * Makes a pending job available.
	 * @param id the job
	 * @return the job as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not pending
	 */
	@Override
	public Job activate(UUID id) {
		return parts().canceller.activate(id);
	}

	/**
	 * How far jobs have come.
	 * @return the desk
	 */
	public ProgressDesk progress() {
		return parts().progress;
	}

	/**
	 * What jobs want to find again at their next attempt.
	 * @return the desk
	 */
	public CheckpointDesk checkpoints() {
		return parts().checkpoints;
	}

	/**
	 * The schemas of arguments.
	 * @return the desk
	 */
	public SchemaDesk schemas() {
		return parts().schemas;
	}

	/**
	 * The subscriptions to events.
	 * @return the desk
	 */
	public WebhookDesk webhooks() {
		return parts().webhooks;
	}

	/**
	 * The workers that have sent a heartbeat.
	 * @return the desk
	 */
	public WorkerDesk workers() {
		return parts().workerDesk;
	}

	/**
	 * What operators do beyond what applications do.
	 * @return the desk
	 */
	public AdminDesk admin() {
		return parts().adminDesk;
	}

	/**
	 * Whose jobs are whose.
	 * @return the desk
	 */
	public TenantDesk tenants() {
		return parts().tenantDesk;
	}

	/**
	 * Named sets of queues.
	 * @return the desk
	 */
	public PoolDesk pools() {
		return parts().poolDesk;
	}

	/**
	 * Lists the dead letter, newest first.
	 * @param queue only this queue; {@code null} for all
	 * @param limit how many jobs at most, 1 to 1000
	 * @param offset how many jobs to pass over
	 * @return the jobs
	 */
	public Page<Job> deadLetters(@Nullable String queue, int limit, int offset) {
		return parts().deadLetterBox.list(queue, null, limit, offset);
	}

	/**
	 * Takes a job out of the dead letter for a new series of attempts.
	 * @param id the job
	 * @return the job as it is now: available, attempt 0
	 * @throws org.openjobspec.boot.job.NotFoundException if it is not in the dead letter
	 */
	public Job retryDeadLetter(UUID id) {
		return parts().deadLetterBox.retry(id);
	}

	/**
	 * Deletes a job that is in the dead letter.
	 * @param id the job
	 * @throws org.openjobspec.boot.job.NotFoundException if it is not in the dead letter
	 */
	public void deleteDeadLetter(UUID id) {
		parts().deadLetterBox.delete(id);
	}

	/**
	 * Lists the queues.
	 * @return every queue that has been used or paused, by name
	 */
	public List<QueueInfo> queues() {
		return parts().queueDesk.list();
	}

	/**
	 * Counts a queue's jobs.
	 * @param queue the queue's name
	 * @return the counts; all zero for a queue that was never used
	 */
	public QueueStats queueStats(String queue) {
		return parts().queueDesk.stats(queue);
	}

	/**
	 * Counts available jobs of other types among the next 10,000 of each queue.
	 * @param queues the queues
	 * @param types the types not to count
	 * @return how many of which type
	 */
	public Map<String, Long> countOthers(Collection<String> queues, Collection<String> types) {
		return parts().store.queues().countOthers(queues, types, 10_000);
	}

	/**
	 * Stops or resumes deliveries from a queue, on every node at once; enqueueing goes
	 * on.
	 * @param queue the queue's name; it need not exist yet
	 * @param paused whether to stop
	 * @return the queue
	 */
	public QueueInfo pause(String queue, boolean paused) {
		return parts().queueDesk.pause(queue, paused);
	}

	/**
	 * Stores a workflow and enqueues the jobs that wait for nothing, all or none
	 * (ojs-workflows 11.1). Enqueue interceptors see every job of it now.
	 * @param name a name for people, at most 255 characters; {@code null} for none
	 * @param composition what it consists of
	 * @return the workflow
	 * @throws org.openjobspec.boot.job.OjsException if it is refused; then nothing is
	 * stored and the caller's transaction is intact
	 */
	@Override
	public Workflow createWorkflow(@Nullable String name, Composition composition) {
		return parts().workflowDesk.create(name, composition);
	}

	/**
	 * Reads a workflow with its steps (ojs-workflows 11.2).
	 * @param id the workflow
	 * @return the workflow, or nothing
	 */
	@Override
	public Optional<Workflow> findWorkflow(UUID id) {
		return parts().workflowDesk.find(id);
	}

	/**
	 * Lists workflows, newest first.
	 * @param state only in this state; {@code null} for any
	 * @param limit how many at most, 1 to 1000
	 * @param offset how many to pass over
	 * @return the workflows without their steps
	 */
	public List<Workflow> workflows(@Nullable WorkflowState state, int limit, int offset) {
		return parts().workflowDesk.list(state, null, limit, offset);
	}

	/**
	 * Cancels a workflow: what waits is cancelled, what runs may finish, and nothing
	 * follows (ojs-workflows 11.3).
	 * @param id the workflow
	 * @return the workflow as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such workflow
	 * @throws org.openjobspec.boot.job.ConflictException if it has ended
	 */
	@Override
	public Workflow cancelWorkflow(UUID id) {
		return parts().workflowDesk.cancel(id);
	}

	/**
	 * Reads where a key of limited jobs stands.
	 * @param key the key
	 * @return the key's limits and counts; nothing if no job ever had it
	 */
	public Optional<RateLimitInfo> findRateLimit(String key) {
		return parts().rateLimitDesk.find(key);
	}

	/**
	 * How many more jobs of a key would start at once if they came now.
	 * @param key the key
	 * @return the room that its limits leave; nothing if no job ever had the key, or
	 * nothing limits it
	 */
	public Optional<RateLimitRoom> rateLimitRoom(String key) {
		return parts().rateLimitDesk.room(key);
	}

	/**
	 * Lists the keys of limited jobs.
	 * @param limit how many at most, 1 to 1000
	 * @param offset how many to pass over
	 * @return the keys, sorted
	 */
	public List<RateLimitInfo> rateLimits(int limit, int offset) {
		return parts().rateLimitDesk.list(limit, offset);
	}

	/**
	 * Sets a number in place of what jobs say, for example 0 while what the key protects
	 * is out of order.
	 * @param key the key
	 * @param concurrency how many jobs may run at once; {@code null} to take it back
	 * @param until until when it holds; {@code null} until it is taken back
	 * @return the key as it stands now
	 * @throws org.openjobspec.boot.job.NotFoundException if no job ever had the key
	 */
	public RateLimitInfo overrideRateLimit(String key, @Nullable Integer concurrency, @Nullable Instant until) {
		return parts().rateLimitDesk.override(key, concurrency, until);
	}

	/**
	 * Bounds a queue (ojs-backpressure): whoever enqueues more is refused with a
	 * {@link org.openjobspec.boot.job.QueueFullException}. Steps of workflows and retries
	 * are not concerned.
	 * @param queue the queue
	 * @param maxDepth how many jobs that are available, scheduled or retryable it may
	 * hold; 0 for any number, {@code null} for what properties say
	 */
	public void boundQueue(String queue, @Nullable Integer maxDepth) {
		parts().queueConfigs.change(queue, (settings) -> settings.maxDepth(maxDepth));
	}

	/**
	 * How many jobs a queue may hold.
	 * @param queue the queue
	 * @return the bound, as this node has learned it within the last second; {@code null}
	 * for any number
	 */
	public @Nullable Integer queueBound(String queue) {
		return parts().bounds.of(queue);
	}

	/**
	 * How near a bounded queue is to its bound, as far as this node has counted when it
	 * last enqueued there.
	 * @param queue the queue
	 * @return nothing while it is below the part from which on producers are warned
	 */
	public Optional<QueuePressure> queuePressure(String queue) {
		return Optional.ofNullable(parts().bounds.pressure(queue));
	}

	/**
	 * Says what the properties of an application set for queues. It holds on this node at
	 * once, and on all others as soon as the engine works in the background and the
	 * database answers. What the application has declared before and declares no longer
	 * is forgotten. Of two applications that declare the same queue, the later one wins.
	 * @param owner the application
	 * @param queues the settings by queue
	 */
	public void declareQueues(String owner, Map<String, QueueSettings> queues) {
		queues.keySet().forEach((queue) -> JobRequest.checkQueue("queue", queue));
		Map<String, QueueSettings> declared = Map.copyOf(queues);
		tell((made) -> made.queueConfigs.declare(owner, declared));
	}

	/**
	 * What is set for queues.
	 * @return the desk
	 */
	public QueueConfigDesk queueConfigs() {
		return parts().queueConfigs;
	}

	/**
	 * Limits all jobs of a queue, whatever limits they have themselves.
	 * @param queue the queue
	 * @param concurrency how many may run at once; {@code null} for any number
	 * @param rate how many may start within a window; {@code null} for any number
	 * @param throttle as {@code rate}, at even distances
	 * @return the queue's limits as they stand now
	 */
	public RateLimitInfo limitQueue(String queue, @Nullable Integer concurrency, RateLimit.@Nullable Rate rate,
			RateLimit.@Nullable Rate throttle) {
		return parts().rateLimitDesk.limitQueue(queue, concurrency, rate, throttle);
	}

	/**
	 * Registers a periodic job, or changes the one of its name (ojs-cron 8.1). The time
	 * at which it is due next stays where it is as long as its expression and its time
	 * zone do.
	 * @param request what is asked for
	 * @return the periodic job as it is now
	 * @throws org.openjobspec.boot.job.InvalidRequestException if its job breaks a rule
	 */
	@Override
	public CronRegistration registerCron(CronRequest request) {
		return parts().cronDesk.register(request);
	}

	/**
	 * Registers the periodic jobs that an application declares, in the background as soon
	 * as the engine works there and the database answers. What the application has
	 * declared before and declares no longer is logged, and goes on.
	 * @param owner the application
	 * @param requests all that it declares
	 */
	public void declareCrons(String owner, List<CronRequest> requests) {
		List<CronRequest> declared = List.copyOf(requests);
		tell((made) -> {
			made.cronDeclarations.declare(owner, declared);
			made.maintenance.dueIn(Duration.ZERO);
		});
	}

	/**
	 * Lists periodic jobs.
	 * @param enabled only those that are enabled, or are not; {@code null} for all
	 * @return the periodic jobs by name
	 */
	@Override
	public List<CronJob> crons(@Nullable Boolean enabled) {
		return parts().cronDesk.list(enabled);
	}

	/**
	 * Reads a periodic job.
	 * @param name its name
	 * @return the periodic job, or nothing
	 */
	@Override
	public Optional<CronJob> findCron(String name) {
		return parts().cronDesk.find(name);
	}

	/**
	 * Deletes a periodic job. The jobs that it has enqueued go on.
	 * @param name its name
	 * @return the periodic job as it was
	 * @throws org.openjobspec.boot.job.NotFoundException if there is none of that name
	 */
	@Override
	public CronJob deleteCron(String name) {
		return parts().cronDesk.delete(name);
	}

	/**
	 * Enables or disables a periodic job. One that was disabled is due next as if it had
	 * been registered now.
	 * @param name its name
	 * @param enabled whether it is to fire
	 * @return the periodic job as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is none of that name
	 */
	@Override
	public CronJob enableCron(String name, boolean enabled) {
		return parts().cronDesk.enable(name, enabled);
	}

	/**
	 * Runs a periodic job now, whether it is enabled or not, beside its schedule.
	 * @param name its name
	 * @return the job that was enqueued
	 * @throws org.openjobspec.boot.job.NotFoundException if there is none of that name
	 * @throws org.openjobspec.boot.job.ConflictException if the last run has not ended
	 * and the overlap policy is {@code SKIP}
	 */
	@Override
	public Job triggerCron(String name) {
		return parts().cronDesk.trigger(name);
	}

	/**
	 * Reads lifecycle events.
	 * @param query which
	 * @return the events
	 * @throws org.openjobspec.boot.job.InvalidRequestException if the cursor is not one
	 */
	public EventPage events(EventQuery query) {
		return parts().eventFeed.read(query);
	}

	/**
	 * Asks the database for a sign of life.
	 * @return how long the answer took
	 */
	public Duration ping() {
		long start = System.nanoTime();
		parts().store.upkeep().ping();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/**
	 * Calls back after a job was cancelled by this node, so that a handler that runs here
	 * can be interrupted at once.
	 * @param listener receives the job's id
	 */
	public void onCancelled(Consumer<UUID> listener) {
		tell((made) -> made.announcements.onCancelled(listener));
	}

	/**
	 * Calls back with each lifecycle event that this node caused, after its transaction
	 * has committed, once, and never with one that was rolled back: what all nodes hear
	 * together is what the database has. What a node has not said yet when it dies,
	 * nobody hears.
	 * @param listener receives the event
	 */
	@Override
	public void onEvent(Consumer<JobEvent> listener) {
		tell((made) -> made.announcements.onEvent(listener));
	}

	/**
	 * Has what stores jobs surrounded from now on.
	 * @param observer surrounds it
	 */
	public void observeEnqueues(EnqueueObserver observer) {
		tell((made) -> made.enqueuer.observe(observer));
	}

	/**
	 * Whether jobs that are enqueued on the current thread belong to a trace by
	 * themselves.
	 * @return {@code false} if they carry no trace but that which they are given
	 */
	public boolean inTrace() {
		return parts().enqueuer.inTrace();
	}

	/**
	 * Calls back with attempts of which this node has learned, after its transaction has
	 * committed.
	 * @param listener sees the attempts
	 */
	public void onAttempt(AttemptListener listener) {
		tell((made) -> made.announcements.onAttempt(listener));
	}

	/**
	 * What only tests ask for.
	 * @return the desk
	 */
	public RehearsalDesk rehearsal() {
		return parts().rehearsal;
	}

	/**
	 * Deletes everything. For conformance runs only.
	 */
	public void reset() {
		EngineParts made = parts();
		truncate(made.store);
		made.forget();
	}

	private static void truncate(Store store) {
		for (int attempt = 1;; attempt++) {
			try {
				store.transactions().separately(() -> {
					store.upkeep().truncate();
					return true;
				});
				return;
			}
			catch (PessimisticLockingFailureException ex) {
				if (attempt == RESET_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

}
