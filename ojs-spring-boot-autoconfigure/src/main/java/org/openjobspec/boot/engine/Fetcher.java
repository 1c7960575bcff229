package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

	private final Store store;

	private final EngineSettings settings;

	private final Promoter promoter;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	private final Set<String> registered = ConcurrentHashMap.newKeySet();

	Fetcher(Store store, EngineSettings settings, Promoter promoter, Announcements announcements, DueTimes dueTimes) {
		this.store = store;
		this.settings = settings;
		this.promoter = promoter;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
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
		List<Claims.Claimed> claimed = claim(request, queues, request.count());
		// What is due but was not promoted yet is promoted here, so that a due job never
		// waits for somebody's timer.
		if (claimed.size() < request.count() && this.promoter.promoteNow(queues) > 0) {
			List<Claims.Claimed> all = new ArrayList<>(claimed);
			all.addAll(claim(request, queues, request.count() - claimed.size()));
			claimed = all;
		}
		announce(claimed, request.worker());
		return claimed.stream().map(Claims.Claimed::job).toList();
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

	private List<Claims.Claimed> claim(FetchRequest request, List<String> queues, int limit) {
		Claims.Request claim = new Claims.Request(queues, request.types(), limit, request.worker(),
				request.visibilityTimeout(), this.settings.defaultVisibilityTimeout(), this.settings.defaultTimeout(),
				request.embedded() ? EMBEDDED_GRACE : Duration.ZERO, request.embedded());
		return this.store.transactions()
			.writeOnce("fetch", String.join(",", queues), () -> this.store.claims().claim(claim));
	}

	private void announce(List<Claims.Claimed> claimed, String worker) {
		// Only queues that have delivered: a client may ask for any name.
		claimed.forEach((claim) -> this.announcements.seen(claim.job().queue()));
		claimed.stream()
			.map(Claims.Claimed::checkIn)
			.min(Duration::compareTo)
			.ifPresent(checkIn -> this.announcements.afterCommit(() -> this.dueTimes.dueIn(checkIn)));
		this.announcements
			.events(() -> claimed.stream().map(Claims.Claimed::job).map(job -> event(job, worker)).toList());
	}

	private static JobEvent event(Job job, String worker) {
		return new JobEvent(JobEvent.STARTED, (job.startedAt() != null) ? job.startedAt() : job.createdAt(), job.id(),
				job.type(), job.queue(), job.attempt(), Map.of("worker_id", worker));
	}

}
