package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.Claims;
import org.openjobspec.boot.store.Store;

/**
 * FETCH (ojs-core 7.2).
 */
final class Fetcher {

	/**
	 * A worker of this application ends its attempts by itself; the reaper stands behind
	 * it.
	 */
	static final Duration EMBEDDED_GRACE = Duration.ofSeconds(10);

	private static final int MAX_COUNT = 1000;

	/** Who asks for more is worth a statement of its own. */
	private static final int MAX_GATHERED = 10;

	private static final int MAX_WISHES = 256;

	private final Store store;

	private final EngineSettings settings;

	private final Promoter promoter;

	private final Limiter limiter;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final QuietWorkers quiet;

	private final StepDeliveries deliveries;

	private final Map<Wish, Gathering<FetchRequest, List<Claims.Claimed>>> together = new ConcurrentHashMap<>();

	private final Set<String> registered = ConcurrentHashMap.newKeySet();

	Fetcher(Store store, EngineSettings settings, Promoter promoter, Limiter limiter, Announcements announcements,
			DueTimes dueTimes, QuietWorkers quiet, StepDeliveries deliveries) {
		this.deliveries = deliveries;
		this.store = store;
		this.settings = settings;
		this.promoter = promoter;
		this.limiter = limiter;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
		this.quiet = quiet;
	}

	List<Job> fetch(FetchRequest request) {
		List<String> queues = request.queues().stream().distinct().toList();
		queues.forEach(queue -> JobRequest.checkQueue("queues", queue));
		Workers.checkId(request.worker());
		if (queues.isEmpty()) {
			throw InvalidRequestException.field("queues", "queues must name at least one queue");
		}
		if (request.count() < 1 || request.count() > MAX_COUNT) {
			throw InvalidRequestException.field("count",
					"count must be from 1 to %d, and is %d".formatted(MAX_COUNT, request.count()));
		}
		if (request.embedded()) {
			register(request.worker());
		}
		else if (this.quiet.contains(request.worker())) {
			return List.of();
		}
		Wish wish = new Wish(queues, request.types(), request.visibilityTimeout(), request.embedded(),
				request.tenant());
		if (request.embedded() || request.count() > MAX_GATHERED || !this.store.transactions().alone()) {
			List<List<Claims.Claimed>> claimed = claim(wish, List.of(request));
			announce(List.of(request), claimed);
			return jobs(claimed.get(0));
		}
		return jobs(together(wish).submit(request));
	}

	private static List<Job> jobs(List<Claims.Claimed> claimed) {
		return claimed.stream().map(Claims.Claimed::job).toList();
	}

	// Workers of one kind ask for the same. A bound guards against clients that make
	// their wishes up.
	private Gathering<FetchRequest, List<Claims.Claimed>> together(Wish wish) {
		if (this.together.size() > MAX_WISHES && !this.together.containsKey(wish)) {
			this.together.clear();
		}
		return this.together.computeIfAbsent(wish,
				key -> new Gathering<>(request -> new Object(), requests -> claim(key, requests), this::announce));
	}

	private List<List<Claims.Claimed>> claim(Wish wish, List<FetchRequest> requests) {
		List<Claims.Share> shares = requests.stream()
			.map(request -> new Claims.Share(request.worker(), request.count()))
			.toList();
		long admissions = this.limiter.admissions();
		List<List<Claims.Claimed>> claimed = claimShares(wish, shares);
		// What is due but was not promoted yet is promoted here, so that a due job does
		// not wait for somebody's timer while a fetch finds nothing. Not when something
		// was claimed, by whichever of those that fetch together: that is committed,
		// its leases run, and nothing that may wait or fail comes between it and its
		// worker. A worker of this application is woken by the one of its own node.
		if (!wish.embedded() && claimed.stream().allMatch(List::isEmpty)
				&& becomeAvailable(wish.queues(), admissions)) {
			return claimShares(wish, shares);
		}
		return claimed;
	}

	// What is promoted may be limited. Whoever has a transaction has a connection: to
	// admit would take a second one. The maintenance may have admitted since the claim
	// looked, and then there is nothing left to admit.
	private boolean becomeAvailable(List<String> queues, long admissions) {
		boolean promoted = this.promoter.promoteNow(queues) > 0;
		boolean admitted = this.store.transactions().alone() && this.limiter.admit(queues) > 0;
		return promoted || admitted || this.limiter.admissions() != admissions;
	}

	// Before it holds anything: a worker without an entry could not be found dead.
	private void register(String worker) {
		if (!this.registered.contains(worker)) {
			this.store.transactions().writeOnce("register", worker, () -> this.store.leases().beat(worker, true, null));
			this.registered.add(worker);
		}
	}

	void forget(String worker) {
		this.registered.remove(worker);
	}

	void forgetAll() {
		this.registered.clear();
	}

	private List<List<Claims.Claimed>> claimShares(Wish wish, List<Claims.Share> shares) {
		this.deliveries.settle();
		Claims.Request claim = new Claims.Request(wish.queues(), wish.types(), shares, wish.visibilityTimeout(),
				this.settings.defaultVisibilityTimeout(), this.settings.defaultTimeout(),
				wish.embedded() ? EMBEDDED_GRACE : Duration.ZERO, wish.embedded(), wish.tenant());
		return this.deliveries.complete(this.store.transactions()
			.writeOnce("fetch", String.join(",", wish.queues()), () -> this.store.claims().claim(claim)));
	}

	private void announce(List<FetchRequest> requests, List<List<Claims.Claimed>> claimed) {
		for (int i = 0; i < requests.size(); i++) {
			announce(claimed.get(i), requests.get(i).worker());
		}
	}

	private void announce(List<Claims.Claimed> claimed, String worker) {
		// Only queues that have delivered: a client may ask for any name.
		claimed.forEach((claim) -> this.announcements.seen(claim.job().queue()));
		claimed.stream()
			.map(Claims.Claimed::checkIn)
			.min(Duration::compareTo)
			.ifPresent(checkIn -> this.announcements.afterCommit(() -> this.dueTimes.dueIn(checkIn)));
		if (claimed.stream().anyMatch(Claims.Claimed::limited)) {
			this.announcements.afterCommit(this.limiter::changed);
		}
		this.announcements
			.events(() -> claimed.stream().map(Claims.Claimed::job).map(job -> event(job, worker)).toList());
		this.announcements.attempts((listener) -> claimed.forEach((claim) -> listener.claimed(claim.job())));
	}

	private static JobEvent event(Job job, String worker) {
		return new JobEvent(JobEvent.STARTED, (job.startedAt() != null) ? job.startedAt() : job.createdAt(), job.id(),
				job.type(), job.queue(), job.attempt(), Map.of("worker_id", worker));
	}

	/**
	 * What workers must agree in to be served by one statement.
	 */
	private record Wish(List<String> queues, @Nullable Set<String> types, @Nullable Duration visibilityTimeout,
			boolean embedded, @Nullable String tenant) {
	}

}
