package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.UniqueKeys;

/**
 * Decides what happens to jobs with a uniqueness policy (ojs-unique-jobs 5). The row of
 * the key in the database is the lock: of any number of enqueues with one key, one
 * decides at a time, and the next one sees what it has committed.
 */
final class Uniqueness {

	private final Store store;

	private final Canceller canceller;

	Uniqueness(Store store, Canceller canceller) {
		this.store = store;
		this.canceller = canceller;
	}

	/** What is to be done with one job of the batch. */
	sealed interface Decision {

	}

	/**
	 * Store the job.
	 *
	 * @param dueAt when it is due, taken over from the job that it replaces; {@code null}
	 * for what the job says
	 */
	record Insert(@Nullable Instant dueAt) implements Decision {

		static final Insert AS_ASKED = new Insert(null);

	}

	/**
	 * Answer with an existing job.
	 *
	 * @param id the existing job
	 */
	record Existing(UUID id) implements Decision {
	}

	/**
	 * Refuse the job.
	 *
	 * @param cause why
	 */
	record Refused(DuplicateJobException cause) implements Decision {
	}

	private record Keyed(NewJob job, UniquePolicy policy, String key) implements Comparable<Keyed> {

		@Override
		public int compareTo(Keyed other) {
			return this.key.compareTo(other.key);
		}

	}

	Map<UUID, Decision> decide(List<NewJob> jobs) {
		Map<UUID, NewJob> batch = new HashMap<>();
		jobs.forEach(job -> batch.put(job.id(), job));
		Map<UUID, Decision> decisions = new HashMap<>();
		// In the order of the keys, so that two batches with common keys cannot wait
		// for each other. The sort is stable: of two jobs of the batch with one key
		// the first one wins.
		jobs.stream().filter(job -> job.options().unique() != null).map(Uniqueness::keyed).sorted().forEach(keyed -> {
			try {
				decisions.put(keyed.job().id(), decide(keyed, batch));
			}
			catch (DuplicateJobException ex) {
				decisions.put(keyed.job().id(), new Refused(ex));
			}
		});
		return decisions;
	}

	private static Keyed keyed(NewJob job) {
		UniquePolicy policy = job.options().unique();
		if (policy == null) {
			throw new IllegalArgumentException("Job %s has no uniqueness policy".formatted(job.id()));
		}
		String key = Fingerprint.of(policy, job.type(), job.queue(), job.args(), job.meta());
		String tenant = job.tenant();
		return new Keyed(job, policy, (tenant != null) ? Fingerprint.ofTenant(tenant, key) : key);
	}

	private Decision decide(Keyed keyed, Map<UUID, NewJob> batch) {
		UniqueKeys keys = this.store.uniqueKeys();
		while (!keys.take(keyed.key(), keyed.job().id())) {
			Optional<UniqueKeys.Holder> holder = keys.lock(keyed.key());
			if (holder.isPresent()) {
				return decideAgainst(keyed, holder.get(), batch);
			}
			// The key was given up between the two statements: take it.
		}
		return Insert.AS_ASKED;
	}

	private Decision decideAgainst(Keyed keyed, UniqueKeys.Holder holder, Map<UUID, NewJob> batch) {
		if (holder.jobId().equals(keyed.job().id())) {
			// The same job again, after a lost answer: its id decides.
			return Insert.AS_ASKED;
		}
		NewJob sibling = batch.get(holder.jobId());
		if (sibling != null) {
			return switch (keyed.policy().onConflict()) {
				case IGNORE -> new Existing(sibling.id());
				case REJECT, REPLACE, REPLACE_EXCEPT_SCHEDULE ->
					throw DuplicateJobException.key(sibling.id(), JobState.AVAILABLE, keyed.key());
			};
		}
		Optional<Job> existing = this.store.reads().find(holder.jobId());
		if (existing.isEmpty() || !blocks(keyed.policy(), existing.get(), holder)) {
			this.store.uniqueKeys().pass(keyed.key(), keyed.job().id());
			return Insert.AS_ASKED;
		}
		Job job = existing.get();
		return switch (keyed.policy().onConflict()) {
			case REJECT -> throw DuplicateJobException.key(job.id(), job.state(), keyed.key());
			case IGNORE -> new Existing(job.id());
			case REPLACE -> replace(keyed, job, null);
			case REPLACE_EXCEPT_SCHEDULE -> replace(keyed, job, job.nextAttemptAt());
		};
	}

	private static boolean blocks(UniquePolicy policy, Job existing, UniqueKeys.Holder holder) {
		Duration period = policy.period();
		return policy.states().contains(existing.state()) && (period == null || holder.ageMillis() < period.toMillis());
	}

	private Decision replace(Keyed keyed, Job existing, @Nullable Instant dueAt) {
		if (!existing.state().isTerminal()) {
			this.canceller.tryCancel(existing.id());
		}
		this.store.uniqueKeys().pass(keyed.key(), keyed.job().id());
		return new Insert(dueAt);
	}

}
