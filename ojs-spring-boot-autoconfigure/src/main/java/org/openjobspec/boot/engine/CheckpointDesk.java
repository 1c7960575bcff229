package org.openjobspec.boot.engine;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what jobs want to find again at their next attempt (ojs-durable-execution). A
 * save joins the caller's transaction: what a handler has written and how far it has come
 * are committed together, or not at all.
 */
public final class CheckpointDesk {

	/** The largest state, in bytes of UTF-8 (ojs-durable-execution, DUR-006). */
	public static final int MAX_BYTES = 1_048_576;

	private static final Logger logger = LoggerFactory.getLogger(CheckpointDesk.class);

	private static final String SAVE = "save a checkpoint of";

	private final Store store;

	private final Finisher finisher;

	CheckpointDesk(Store store, Finisher finisher) {
		this.store = store;
		this.finisher = finisher;
	}

	/**
	 * Saves for a client that cannot name its attempt.
	 * @param id the job, which must not have ended
	 * @param worker the worker's id, which then must hold the job; {@code null} if it
	 * gave none
	 * @param state JSON text
	 * @return the checkpoint
	 * @throws NotFoundException if there is no such job
	 * @throws ConflictException if it has ended, or the worker does not hold it
	 * @throws InvalidRequestException if the state is too large
	 */
	public Checkpoint save(UUID id, @Nullable String worker, String state) {
		String name = (worker == null || worker.isEmpty()) ? null : worker;
		return save(id, name, null, state).orElseThrow(() -> {
			Job job = (name != null) ? this.finisher.held(SAVE, id, name) : this.finisher.read(id);
			return ConflictException.state(SAVE, id, job.state());
		});
	}

	/**
	 * Saves, fenced by worker and attempt.
	 * @param job the job as it was fetched
	 * @param state JSON text
	 * @return the checkpoint
	 * @throws ConflictException if the worker no longer holds the attempt
	 * @throws InvalidRequestException if the state is too large
	 */
	public Checkpoint save(Job job, String state) {
		String worker = Finisher.holder(job);
		return save(job.id(), worker, job.attempt(), state).orElseThrow(() -> ConflictException.lease(SAVE, job.id(),
				"worker '%s' with its attempt %d".formatted(worker, job.attempt())));
	}

	private Optional<Checkpoint> save(UUID id, @Nullable String worker, @Nullable Integer attempt, String state) {
		if (state.length() > MAX_BYTES / 4 && state.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			throw InvalidRequestException.tooLarge("state", MAX_BYTES);
		}
		return this.store.transactions()
			.writeOnce(SAVE, id, () -> this.store.checkpoints().save(id, worker, attempt, state));
	}

	/**
	 * Reads what a job has saved; it stays readable after the job has ended, for as long
	 * as the job.
	 * @param id the job
	 * @return the checkpoint, or nothing
	 */
	public Optional<Checkpoint> find(UUID id) {
		return Optional.ofNullable(this.store.checkpoints().find(List.of(id)).get(id));
	}

	/**
	 * Reads what fetched jobs have saved at earlier attempts. Looks only if one of them
	 * has been waiting for its second attempt, or was not available from its beginning,
	 * so that an ordinary fetch does without this statement.
	 * @param fetched the jobs as they were fetched
	 * @return the checkpoints by job; none if they cannot be read now, since a job that
	 * is fetched must reach its worker
	 */
	public Map<UUID, Checkpoint> of(Collection<Job> fetched) {
		List<UUID> candidates = fetched.stream()
			.filter((job) -> job.attempt() > 1 || !job.createdAt().equals(job.enqueuedAt()))
			.map(Job::id)
			.toList();
		if (candidates.isEmpty()) {
			return Map.of();
		}
		try {
			return this.store.checkpoints().find(candidates);
		}
		catch (RuntimeException ex) {
			logger.warn("Jobs {} are delivered without their checkpoints, which cannot be read: {}", candidates,
					Redaction.text(ex));
			return Map.of();
		}
	}

	/**
	 * Deletes what a job has saved.
	 * @param id the job
	 * @return whether there was something
	 * @throws NotFoundException if there is no such job
	 */
	public boolean delete(UUID id) {
		boolean deleted = this.store.transactions()
			.writeOnce("delete the checkpoint of", id, () -> this.store.checkpoints().delete(id));
		if (!deleted) {
			this.finisher.read(id);
		}
		return deleted;
	}

}
