package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Store;

/**
 * Retries, cancels and deletes many jobs at once (ojs-admin-api 6.5 and 8,
 * ojs-bulk-operations). Bounded, so that neither a request nor a transaction takes long;
 * what is done no longer matches, and so whoever wants it for more jobs asks again.
 */
final class BulkWork {

	private static final int MAX_JOBS = 1000;

	/** Of jobs that are deleted by queue alone. */
	private static final int MAX_PURGED = 10_000;

	private static final int BATCH = 500;

	private static final int MAX_REFUSALS = 100;

	private final Store store;

	private final Canceller canceller;

	private final Revival revival;

	private final Promoter promoter;

	BulkWork(Store store, Canceller canceller, Revival revival, Promoter promoter) {
		this.promoter = promoter;
		this.store = store;
		this.canceller = canceller;
		this.revival = revival;
	}

	BulkResult retry(JobFilter filter) {
		JobState wanted = filter.state();
		if (wanted != null && wanted != JobState.DISCARDED) {
			throw InvalidRequestException.field("filter.state",
					"Only discarded jobs can be retried, and the filter asks for " + wanted.wireName());
		}
		List<UUID> found = this.store.jobList().ids(filter.withState(JobState.DISCARDED), MAX_JOBS + 1);
		List<UUID> ids = found.subList(0, Math.min(found.size(), MAX_JOBS));
		Set<UUID> retried = inBatches(ids, this::revived);
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
		return this.revival.revive(ids);
	}

	/**
	 * Cancels jobs that have not ended. What is asked for as waiting and has started
	 * since is let run.
	 */
	BulkResult cancel(JobFilter filter) {
		JobState wanted = filter.state();
		if (wanted != null && wanted.isTerminal()) {
			throw InvalidRequestException.field("filter.state",
					"Only jobs that have not ended can be cancelled, and the filter asks for " + wanted.wireName());
		}
		Set<UUID> found = search(this.store.jobList()::ids, filter,
				(state) -> !state.isTerminal() && (wanted == null || wanted == state), MAX_JOBS + 1);
		boolean running = wanted == null || wanted == JobState.ACTIVE;
		List<BulkResult.Refusal> refusals = new ArrayList<>();
		int succeeded = 0;
		int matched = Math.min(found.size(), MAX_JOBS);
		for (UUID id : found.stream().limit(matched).toList()) {
			if (cancel(id, running)) {
				succeeded++;
			}
			else if (refusals.size() < MAX_REFUSALS) {
				refusals.add(new BulkResult.Refusal(id,
						(running ? "Job %s has ended" : "Job %s has started, or has ended").formatted(id)));
			}
		}
		return new BulkResult(matched, succeeded, refusals, found.size() > matched);
	}

	BulkResult delete(JobFilter filter) {
		JobState wanted = filter.state();
		if (wanted != null && !wanted.isTerminal()) {
			throw InvalidRequestException.field("filter.state",
					"Only jobs that have ended can be deleted, and the filter asks for " + wanted.wireName());
		}
		Set<UUID> found = search(this.store.jobList()::deletable, filter,
				(state) -> state.isTerminal() && (wanted == null || wanted == state), MAX_JOBS + 1);
		List<UUID> ids = found.stream().limit(MAX_JOBS).toList();
		Set<UUID> deleted = inBatches(ids, this::delete);
		List<BulkResult.Refusal> refusals = ids.stream()
			.filter((id) -> !deleted.contains(id))
			.limit(MAX_REFUSALS)
			.map((id) -> new BulkResult.Refusal(id,
					"Job %s is gone or retried, or belongs to a workflow, which goes as a whole".formatted(id)))
			.toList();
		// Whoever asks as long as there are more must come to an end also where nothing
		// can be deleted.
		return new BulkResult(ids.size(), deleted.size(), refusals, found.size() > ids.size() && !deleted.isEmpty());
	}

	/**
	 * Deletes jobs of a queue that have ended, and cancels those that wait.
	 * @param queue the queue; {@code null} for all
	 * @param states in which states
	 * @param deadLetter whether only those of the dead letter
	 * @param olderThan that ended, or if they wait were accepted, before this time
	 */
	Purged purge(@Nullable String queue, Set<JobState> states, boolean deadLetter, @Nullable Instant olderThan) {
		if (states.isEmpty() || states.contains(JobState.ACTIVE)) {
			throw InvalidRequestException.field("states", states.isEmpty() ? "states must name one state at least"
					: "active jobs cannot be purged; cancel them");
		}
		List<UUID> found = this.store.endedJobs().find(queue, states, deadLetter, olderThan, MAX_PURGED + 1);
		List<UUID> ids = found.subList(0, Math.min(found.size(), MAX_PURGED));
		long purged = inBatches(ids, this::delete).size();
		boolean more = found.size() > ids.size();
		for (JobState state : JobState.values()) {
			if (!state.isTerminal() && states.contains(state)) {
				BulkResult cancelled = cancel(new JobFilter(state, queue, null, null, olderThan, false));
				purged += cancelled.succeeded();
				more |= cancelled.more();
			}
		}
		return new Purged(purged, more);
	}

	// Each batch by itself, so that none stays locked until the last is done.
	private static Set<UUID> inBatches(List<UUID> ids, Function<List<UUID>, Set<UUID>> work) {
		Set<UUID> done = new HashSet<>();
		for (int from = 0; from < ids.size(); from += BATCH) {
			done.addAll(work.apply(ids.subList(from, Math.min(ids.size(), from + BATCH))));
		}
		return done;
	}

	// Each by itself, so that none stays locked until the last is done. A step of a
	// workflow takes its workflow along, which is more than one statement.
	private boolean cancel(UUID id, boolean running) {
		return this.store.transactions().write("cancel", id, () -> isCancelled(id, running));
	}

	List<UUID> find(JobFilter filter, Set<JobState> states, int limit) {
		return List.copyOf(search(this.store.jobList()::ids, filter, states::contains, limit));
	}

	private static Set<UUID> search(BiFunction<JobFilter, Integer, List<UUID>> list, JobFilter filter,
			Predicate<JobState> states, int limit) {
		Set<UUID> found = new LinkedHashSet<>();
		for (JobState state : JobState.values()) {
			if (states.test(state)) {
				found.addAll(list.apply(filter.withState(state), limit - found.size()));
			}
		}
		return found;
	}

	List<BulkItem> cancelEach(List<UUID> ids, boolean running, boolean atomic) {
		return atomic ? allOrNone("cancel", ids, (wanted) -> {
			// All rows of jobs before any workflow, and these in one order, as everybody
			// locks them.
			this.store.workflowSteps().lock(this.store.waiting().lock(wanted));
			Set<UUID> cancelled = new HashSet<>();
			wanted.stream().filter((id) -> isCancelled(id, running)).forEach(cancelled::add);
			return cancelled;
		}) : each("cancel", ids, (wanted) -> {
			Set<UUID> cancelled = new HashSet<>();
			for (UUID id : wanted) {
				if (cancel(id, running)) {
					cancelled.add(id);
				}
			}
			return cancelled;
		});
	}

	private boolean isCancelled(UUID id, boolean running) {
		try {
			return this.canceller.tryCancel(id, running) != null;
		}
		catch (NotFoundException ex) {
			return false;
		}
	}

	List<BulkItem> retryEach(List<UUID> ids, boolean atomic) {
		return atomic ? allOrNone("retry", ids, this::retry) : each("retry", ids, this::retry);
	}

	private Set<UUID> retry(Collection<UUID> ids) {
		Set<UUID> retried = new HashSet<>(this.promoter.hasten(ids));
		retried.addAll(revived(ids));
		return retried;
	}

	private Set<UUID> revived(Collection<UUID> ids) {
		return revive(ids).stream().map(Failures.Returned::jobId).collect(Collectors.toSet());
	}

	List<BulkItem> deleteEach(List<UUID> ids, boolean atomic) {
		return atomic ? allOrNone("delete", ids, this::delete) : each("delete", ids, this::delete);
	}

	private Set<UUID> delete(Collection<UUID> ids) {
		return Set.copyOf(this.store.transactions()
			.writeOnce("delete", ids.size() + " jobs", () -> this.store.endedJobs().delete(ids)));
	}

	private List<BulkItem> each(String verb, List<UUID> ids, Function<List<UUID>, Set<UUID>> work) {
		return items(verb, ids, inBatches(sorted(ids), work), Set.of());
	}

	private List<BulkItem> allOrNone(String verb, List<UUID> ids, Function<List<UUID>, Set<UUID>> work) {
		List<UUID> wanted = sorted(ids);
		Set<UUID> possible = new HashSet<>();
		try {
			this.store.transactions().writeAtomically(verb, ids.size() + " jobs", () -> {
				possible.addAll(work.apply(wanted));
				if (possible.size() < wanted.size()) {
					throw new IncompleteException();
				}
				return true;
			});
			return items(verb, ids, possible, Set.of());
		}
		catch (IncompleteException ex) {
			return items(verb, ids, Set.of(), possible);
		}
	}

	private static List<UUID> sorted(List<UUID> ids) {
		return ids.stream().distinct().sorted(Comparator.comparing(UUID::toString)).toList();
	}

	private List<BulkItem> items(String verb, List<UUID> ids, Set<UUID> done, Set<UUID> possible) {
		List<UUID> others = ids.stream().filter((id) -> !done.contains(id) && !possible.contains(id)).toList();
		Map<UUID, JobState> states = others.isEmpty() ? Map.of() : this.store.reads().states(others);
		return ids.stream()
			.map((id) -> new BulkItem(id, done.contains(id) ? null
					: possible.contains(id) ? "Job %s is as it was, since another one stands in the way".formatted(id)
							: reason(verb, id, states.get(id))))
			.toList();
	}

	private static String reason(String verb, UUID id, @Nullable JobState state) {
		if (state == null) {
			return "There is no job " + id;
		}
		if (verb.equals("delete") && state.isTerminal()) {
			return "Job %s is a step of a workflow, and is removed together with it".formatted(id);
		}
		return "Cannot %s job %s: it is %s".formatted(verb, id, state.wireName());
	}

	/** Undoes what was done. */
	private static final class IncompleteException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
