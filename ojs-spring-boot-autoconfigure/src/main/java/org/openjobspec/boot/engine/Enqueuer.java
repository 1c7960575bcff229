package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.OjsException;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.store.JobInserts;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

/**
 * PUSH: interceptors, defaults, uniqueness, storage (ojs-core 7.1).
 */
final class Enqueuer {

	private static final TypeDefaults NO_DEFAULTS = new TypeDefaults("default", null, RetryPolicy.DEFAULT);

	private final Store store;

	private final List<EnqueueInterceptor> interceptors;

	private final Function<String, @Nullable TypeDefaults> defaults;

	private final SchemaDesk schemas;

	private final BatchIntake batches;

	private final Intake intake;

	private final Bounds bounds;

	private final QueueRules rules;

	private volatile @Nullable EnqueueObserver observer;

	private final Gathering<NewJob, Optional<JobInserts.Inserted>> together = new Gathering<>(NewJob::id,
			this::storeTogether,
			(jobs, stored) -> intake().announce(stored.stream().flatMap(Optional::stream).toList()));

	Enqueuer(Store store, List<EnqueueInterceptor> interceptors, Function<String, @Nullable TypeDefaults> defaults,
			SchemaDesk schemas, Intake intake, Bounds bounds, QueueRules rules, Canceller canceller) {
		this.bounds = bounds;
		this.rules = rules;
		this.schemas = schemas;
		this.store = store;
		this.interceptors = List.copyOf(interceptors);
		this.defaults = defaults;
		this.batches = new BatchIntake(store, new Uniqueness(store, canceller), intake);
		this.intake = intake;
	}

	void observe(EnqueueObserver newObserver) {
		this.observer = newObserver;
	}

	boolean inTrace() {
		EnqueueObserver current = observer();
		return current != null && current.inTrace();
	}

	private @Nullable EnqueueObserver observer() {
		EnqueueObserver current = this.observer;
		return (current != null && current.observes()) ? current : null;
	}

	private Intake intake() {
		return this.intake;
	}

	List<Enqueued> enqueue(List<JobRequest> requests) {
		if (requests.isEmpty()) {
			return List.of();
		}
		EnqueueObserver current = observer();
		if (current == null) {
			return store(requests);
		}
		EnqueueCall call = EnqueueCall.of(requests, this::queue);
		return current.observe(call, () -> {
			List<Enqueued> enqueued = store(call.traced());
			call.stored(enqueued);
			return enqueued;
		});
	}

	private List<Enqueued> store(List<JobRequest> requests) {
		Batch batch = new Batch(requests.size());
		boolean chosenIds = false;
		boolean several = false;
		for (int place = 0; place < requests.size(); place++) {
			JobRequest request = add(batch, place, requests.get(place));
			batch.requireAll();
			chosenIds |= request.id() != null;
			// Both take more than one statement.
			several |= request.unique() != null || request.rateLimit() != null;
		}
		this.schemas.check(batch);
		if (chosenIds) {
			refuseRepeatedIds(batch);
		}
		batch.requireAll();
		List<NewJob> jobs = batch.jobs();
		this.bounds.check(jobs);
		if (several || (chosenIds && jobs.size() > 1)) {
			Map<Integer, Enqueued> stored = this.store.transactions()
				.writeAtomically("enqueue", subject(jobs), () -> this.batches.store(batch, true));
			return List.copyOf(stored.values());
		}
		// A chosen id may wait for the transaction that has taken it. Nobody else should
		// wait with it.
		if (jobs.size() == 1 && !chosenIds && this.store.transactions().alone()) {
			return List.of(storeOne(jobs.get(0)));
		}
		return this.store.transactions().writeOnce("enqueue", subject(jobs), () -> this.batches.store(jobs));
	}

	// Refuses the job instead of throwing, so that the others of the batch are looked at
	// too.
	private JobRequest add(Batch batch, int place, JobRequest original) {
		try {
			JobRequest request = intercept(original);
			batch.add(place, newJob(request));
			return request;
		}
		catch (OjsException ex) {
			batch.refuse(place, ex);
			return original;
		}
	}

	/**
	 * Stores as many of some jobs as can be stored, or all or none, and says of each what
	 * became of it.
	 * @param requests the jobs
	 * @param atomic whether none is stored if one is refused
	 * @return one outcome per request, in order
	 */
	List<EnqueueOutcome> enqueueEach(List<JobRequest> requests, boolean atomic) {
		EnqueueObserver current = observer();
		if (current == null || requests.isEmpty()) {
			return storeEach(requests, atomic);
		}
		EnqueueCall call = EnqueueCall.of(requests, this::queue);
		return current.observe(call, () -> {
			List<EnqueueOutcome> outcomes = storeEach(call.traced(), atomic);
			call.stored(outcomes.stream().flatMap((outcome) -> Stream.ofNullable(outcome.enqueued())).toList());
			return outcomes;
		});
	}

	private List<EnqueueOutcome> storeEach(List<JobRequest> requests, boolean atomic) {
		Batch batch = new Batch(requests.size());
		for (int place = 0; place < requests.size(); place++) {
			add(batch, place, requests.get(place));
		}
		this.schemas.check(batch);
		refuseRepeatedIds(batch);
		this.bounds.check(batch);
		Map<Integer, Enqueued> stored = (batch.jobs().isEmpty() || (atomic && batch.isRefused())) ? Map.of()
				: storeEach(batch, atomic);
		List<EnqueueOutcome> outcomes = new ArrayList<>(requests.size());
		for (int place = 0; place < requests.size(); place++) {
			outcomes.add(new EnqueueOutcome(stored.get(place), batch.refusal(place)));
		}
		return outcomes;
	}

	private Map<Integer, Enqueued> storeEach(Batch batch, boolean atomic) {
		try {
			return this.store.transactions()
				.writeAtomically("enqueue", subject(batch.jobs()), () -> this.batches.store(batch, atomic));
		}
		catch (OjsException ex) {
			if (atomic && batch.isRefused()) {
				return Map.of();
			}
			throw ex;
		}
	}

	private Enqueued storeOne(NewJob job) {
		return this.batches.answer(job, this.together.submit(job).orElse(null));
	}

	// Jobs of callers who know nothing of each other: a taken id is one caller's affair.
	private List<Optional<JobInserts.Inserted>> storeTogether(List<NewJob> jobs) {
		Map<UUID, JobInserts.Inserted> inserted = this.store.transactions()
			.writeOnce("enqueue", subject(jobs), () -> this.store.inserts().insert(jobs));
		return jobs.stream().map(job -> Optional.ofNullable(inserted.get(job.id()))).toList();
	}

	private static String subject(List<NewJob> jobs) {
		return (jobs.size() == 1) ? jobs.get(0).type() : jobs.size() + " jobs";
	}

	private JobRequest intercept(JobRequest original) {
		JobRequest request = original;
		for (EnqueueInterceptor interceptor : this.interceptors) {
			JobRequest next = interceptor.intercept(request);
			if (next == null) {
				throw new EnqueueDroppedException(original.type(), interceptor.getClass().getName());
			}
			if (original.id() != null && !original.id().equals(next.id())) {
				throw new IllegalStateException(
						"The enqueue interceptor %s changed the id of job %s; an interceptor must keep the id"
							.formatted(interceptor.getClass().getName(), original.id()));
			}
			request = next;
		}
		return request;
	}

	/**
	 * Stores a workflow, observed if somebody does.
	 * @param id the workflow
	 * @param composition its steps
	 * @param action stores it, given what each of its jobs becomes by being observed
	 * @return what the action returns
	 */
	<T> T observed(UUID id, Composition composition, Function<UnaryOperator<JobRequest>, T> action) {
		EnqueueObserver current = observer();
		if (current == null) {
			return action.apply(UnaryOperator.identity());
		}
		EnqueueCall call = EnqueueCall.of(id, composition, this::queue);
		return current.observe(call, () -> action.apply(call::traced));
	}

	/**
	 * Applies interceptors and defaults to a job that is stored later.
	 * @param request what was asked for
	 * @param workflow the workflow that it is a step of
	 * @return the job
	 * @throws InvalidRequestException if an interceptor has made something of it that a
	 * step cannot be
	 */
	NewJob step(JobRequest request, UUID workflow) {
		NewJob job = newJob(new Composition.Single(intercept(request)).job());
		return new NewJob(job.id(), job.type(), job.queue(), job.args(), withWorkflow(job.meta(), workflow),
				job.priority(), job.options(), job.delay(), job.timeToLive(), job.dueAt(), job.pending(), workflow,
				job.rateLimit());
	}

	/**
	 * Checks the arguments of jobs that {@link #step} has made, all at once.
	 * @param steps the jobs
	 * @throws InvalidRequestException if those of one do not fit the schema that it names
	 */
	void check(List<NewJob> steps) {
		Batch batch = Batch.of(steps);
		this.schemas.check(batch);
		batch.requireAll();
	}

	// Handlers in other languages know of their workflow from the metadata alone.
	private static String withWorkflow(String meta, UUID workflow) {
		return MetaMember.put(meta, "workflow_id", "\"%s\"".formatted(workflow));
	}

	private NewJob newJob(JobRequest request) {
		TypeDefaults base = base(request);
		String queue = queue(request, base);
		QueueSettings settings = this.rules.of(queue);
		if (!settings.allows(request.type())) {
			throw InvalidRequestException.typeNotAllowed(request.type(), queue);
		}
		RetryPolicy ofQueue = (settings.retry() != null) ? settings.retry() : RetryPolicy.DEFAULT;
		RetryPolicy retry = request.retry(hasPolicy(base) ? base.retry() : ofQueue);
		Duration timeout = first(request.timeout(), first(base.timeout(), settings.timeout()));
		Duration visibilityTimeout = first(request.visibilityTimeout(), settings.visibilityTimeout());
		Integer priority = request.priority();
		JobOptions options = new JobOptions(retry, request.unique(), timeout, visibilityTimeout, request.scheduledAt(),
				request.expiresAt(), request.tags(), request.schema(), request.attributes());
		RateLimit limit = request.rateLimit();
		UUID id = request.id();
		return new NewJob((id != null) ? id : UuidV7.next(), request.type(), queue, request.args(), request.meta(),
				(priority != null) ? priority : 0, options, request.delay(), request.timeToLive(), null,
				request.pending(), null, (limit != null) ? limit.in(queue) : null);
	}

	private TypeDefaults base(JobRequest request) {
		TypeDefaults known = this.defaults.apply(request.type());
		return (known != null) ? known : NO_DEFAULTS;
	}

	/**
	 * The queue into which a job goes if no interceptor decides otherwise.
	 */
	String queue(JobRequest request) {
		return queue(request, base(request));
	}

	private static String queue(JobRequest request, TypeDefaults base) {
		String queue = request.queue();
		return (queue != null) ? queue : base.queue();
	}

	// An annotation that says nothing makes the default policy.
	private static boolean hasPolicy(TypeDefaults base) {
		return !base.retry().equals(RetryPolicy.DEFAULT);
	}

	private static @Nullable Duration first(@Nullable Duration one, @Nullable Duration other) {
		return (one != null) ? one : other;
	}

	/**
	 * Says everything that otherwise the node would say that enqueues: another one may
	 * not know the handler. The timeouts of the queue, every node knows, and they may
	 * have changed by then.
	 * @param request a job to be enqueued later
	 * @return the job with queue, and with timeout and retry policy if it or its handler
	 * has them
	 * @throws InvalidRequestException if the retry policy breaks a rule, or the queue
	 * does not take the type
	 */
	JobRequest withDefaults(JobRequest request) {
		NewJob job = newJob(request);
		TypeDefaults base = base(request);
		JobRequest.Builder complete = request.toBuilder().queue(job.queue());
		if (request.retry() != null || hasPolicy(base)) {
			complete.retry((policy) -> job.options().retry());
		}
		Duration timeout = first(request.timeout(), base.timeout());
		if (timeout != null) {
			complete.timeout(timeout);
		}
		RateLimit limit = job.rateLimit();
		if (limit != null) {
			complete.rateLimit(limit);
		}
		return complete.build();
	}

	private static void refuseRepeatedIds(Batch batch) {
		Set<UUID> seen = new HashSet<>();
		batch.forEach((place, job) -> {
			if (!seen.add(job.id())) {
				batch.refuse(place,
						InvalidRequestException.field("id", "The id %s occurs twice in the batch".formatted(job.id())));
			}
		});
	}

}
