package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Store;

/**
 * Retries and cancels many jobs at once (ojs-admin-api 8). Bounded, so that neither a
 * request nor a transaction takes long; what is done no longer matches, and so whoever
 * wants it for more jobs asks again.
 */
final class BulkWork {

	private static final int MAX_JOBS = 1000;

	private static final int BATCH = 500;

	private static final int MAX_REFUSALS = 100;

	private final Store store;

	private final Canceller canceller;

	private final Limiter limiter;

	BulkWork(Store store, Canceller canceller, Limiter limiter) {
		this.store = store;
		this.canceller = canceller;
		this.limiter = limiter;
	}

	BulkResult retry(JobFilter filter) {
		JobState wanted = filter.state();
		if (wanted != null && wanted != JobState.DISCARDED) {
			throw InvalidRequestException.field("filter.state",
					"Only discarded jobs can be retried, and the filter asks for " + wanted.wireName());
		}
		List<UUID> found = this.store.jobList().ids(filter.withState(JobState.DISCARDED), MAX_JOBS + 1);
		List<UUID> ids = found.subList(0, Math.min(found.size(), MAX_JOBS));
		Set<UUID> retried = new HashSet<>();
		for (int from = 0; from < ids.size(); from += BATCH) {
			List<UUID> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
			revive(batch).forEach((job) -> retried.add(job.jobId()));
		}
		List<BulkResult.Refusal> refusals = ids.stream()
			.filter((id) -> !retried.contains(id))
			.limit(MAX_REFUSALS)
			.map((id) -> new BulkResult.Refusal(id, "Job %s is no longer discarded".formatted(id)))
			.toList();
		return new BulkResult(ids.size(), retried.size(), refusals, found.size() > ids.size());
	}

	/**
	 * Makes discarded jobs available.
	 * @return those that were discarded
	 */
	List<Failures.Returned> revive(Collection<UUID> ids) {
		List<Failures.Returned> revived = this.store.transactions()
			.writeOnce("retry", ids.size() + " jobs", () -> this.store.deadLetters().revive(ids));
		this.limiter.availableAgain(revived);
		return revived;
	}

	BulkResult cancel(JobFilter filter) {
		JobState wanted = filter.state();
		if (wanted != null && wanted.isTerminal()) {
			throw InvalidRequestException.field("filter.state",
					"Only jobs that have not ended can be cancelled, and the filter asks for " + wanted.wireName());
		}
		Set<UUID> found = new LinkedHashSet<>();
		for (JobState state : JobState.values()) {
			if (!state.isTerminal() && (wanted == null || wanted == state)) {
				found.addAll(this.store.jobList().ids(filter.withState(state), MAX_JOBS + 1 - found.size()));
			}
		}
		List<BulkResult.Refusal> refusals = new ArrayList<>();
		int succeeded = 0;
		int matched = Math.min(found.size(), MAX_JOBS);
		for (UUID id : found.stream().limit(matched).toList()) {
			if (cancel(id)) {
				succeeded++;
			}
			else if (refusals.size() < MAX_REFUSALS) {
				refusals.add(new BulkResult.Refusal(id, "Job %s has ended".formatted(id)));
			}
		}
		return new BulkResult(matched, succeeded, refusals, found.size() > matched);
	}

	// Each by itself, so that none stays locked until the last is done.
	private boolean cancel(UUID id) {
		try {
			// A step of a workflow takes its workflow along, which is more than one
			// statement.
			return this.store.transactions().write("cancel", id, () -> this.canceller.tryCancel(id) != null);
		}
		catch (NotFoundException ex) {
			return false;
		}
	}

}
