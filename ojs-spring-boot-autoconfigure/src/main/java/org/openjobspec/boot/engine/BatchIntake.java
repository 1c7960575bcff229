package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.store.JobInserts;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

/**
 * Stores new jobs, and finds the existing ones that answer for those that are not stored:
 * the same job once more, or the holder of its key.
 */
final class BatchIntake {

	private final Store store;

	private final Uniqueness uniqueness;

	private final Intake intake;

	BatchIntake(Store store, Uniqueness uniqueness, Intake intake) {
		this.store = store;
		this.uniqueness = uniqueness;
		this.intake = intake;
	}

	/**
	 * Stores jobs of which none is unique, in the transaction of the caller.
	 * @param jobs the jobs
	 * @return one answer per job, in order
	 * @throws DuplicateJobException if the id of one is taken by another job
	 */
	List<Enqueued> store(List<NewJob> jobs) {
		Map<UUID, JobInserts.Inserted> inserted = this.intake.store(jobs);
		return jobs.stream().map((job) -> answer(job, inserted.get(job.id()))).toList();
	}

	/**
	 * The answer for a job.
	 * @param job the job
	 * @param stored the job as it was stored; {@code null} if its id was taken
	 * @return the answer
	 * @throws DuplicateJobException if its id is taken by another job
	 */
	Enqueued answer(NewJob job, JobInserts.@Nullable Inserted stored) {
		return (stored != null) ? new Enqueued(stored.job(), true) : new Enqueued(repeated(job), false);
	}

	/**
	 * Decides about unique jobs and stores what is to be stored, in the transaction of
	 * the caller.
	 * @param batch the jobs; takes those that are refused
	 * @param all whether all are refused if one is
	 * @return what was stored, or answers for it, by place
	 */
	Map<Integer, Enqueued> store(Batch batch, boolean all) {
		Map<Integer, Enqueued> answers = new TreeMap<>();
		List<NewJob> fresh = batch.jobs();
		if (!all) {
			// A job that is refused must not come near a key: others would be
			// answered with it, or be cancelled for it.
			Set<UUID> known = this.store.reads().states(fresh.stream().map(NewJob::id).toList()).keySet();
			batch.forEach((place, job) -> {
				if (known.contains(job.id())) {
					answer(batch, answers, place, () -> answer(job, null));
				}
			});
			fresh = fresh.stream().filter((job) -> !known.contains(job.id())).toList();
		}
		Map<UUID, Uniqueness.Decision> decisions = this.uniqueness.decide(fresh);
		List<NewJob> wanted = new ArrayList<>();
		batch.forEach((place, job) -> {
			if (answers.containsKey(place)) {
				return;
			}
			Uniqueness.Decision decision = decisions.getOrDefault(job.id(), Uniqueness.Insert.AS_ASKED);
			if (decision instanceof Uniqueness.Insert insert) {
				wanted.add((insert.dueAt() == null) ? job : withDueAt(job, insert));
			}
			else if (decision instanceof Uniqueness.Refused refused) {
				batch.refuse(place, refused.cause());
			}
		});
		if (all) {
			batch.requireAll();
		}
		Map<UUID, JobInserts.Inserted> inserted = this.intake.store(wanted);
		batch.forEach((place, job) -> {
			if (answers.containsKey(place)) {
				return;
			}
			if (!all && job.options().unique() != null && decisions.get(job.id()) instanceof Uniqueness.Insert
					&& !inserted.containsKey(job.id())) {
				// Its id was taken since it was looked for, and its key is its own
				// already: nothing is stored then, and whoever asks again is told
				// which one it was.
				throw DuplicateJobException.id(job.id()).at(place);
			}
			answer(batch, answers, place, () -> (decisions.get(job.id()) instanceof Uniqueness.Existing existing)
					? new Enqueued(resolve(existing, inserted), false) : answer(job, inserted.get(job.id())));
		});
		if (all) {
			batch.requireAll();
		}
		return answers;
	}

	private static void answer(Batch batch, Map<Integer, Enqueued> answers, int place, Supplier<Enqueued> answer) {
		try {
			answers.put(place, answer.get());
		}
		catch (DuplicateJobException ex) {
			batch.refuse(place, ex);
		}
	}

	private static NewJob withDueAt(NewJob job, Uniqueness.Insert insert) {
		return new NewJob(job.id(), job.type(), job.queue(), job.args(), job.meta(), job.priority(), job.options(),
				job.delay(), job.timeToLive(), insert.dueAt(), job.pending(), job.workflowId(), job.rateLimit());
	}

	// The existing job of a duplicate within one batch is stored by the same statement.
	private Job resolve(Uniqueness.Existing existing, Map<UUID, JobInserts.Inserted> inserted) {
		JobInserts.Inserted sibling = inserted.get(existing.id());
		if (sibling != null) {
			return sibling.job();
		}
		return this.store.reads()
			.find(existing.id())
			.orElseThrow(() -> new IllegalStateException(
					"Job %s vanished while its key was locked".formatted(existing.id())));
	}

	// A client that lost its connection sends the same job again and must not be told
	// that it failed.
	private Job repeated(NewJob job) {
		Optional<Job> existing = this.store.reads().find(job.id());
		return existing
			.filter(other -> other.type().equals(job.type()) && other.queue().equals(job.queue())
					&& other.args().equals(job.args()) && TraceMeta.alike(other.meta(), job.meta())
					&& other.priority() == job.priority())
			.orElseThrow(() -> DuplicateJobException.id(job.id()));
	}

}
