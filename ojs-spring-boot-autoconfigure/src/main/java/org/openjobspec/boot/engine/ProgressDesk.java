package org.openjobspec.boot.engine;

import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Progress;
import org.openjobspec.boot.store.Store;

/**
 * Takes the reports of running attempts on how far they have come, and tells it
 * (ojs-progress). A report also is a sign of life of a remote worker's job.
 */
public final class ProgressDesk {

	private static final String REPORT = "report the progress of";

	private final Store store;

	private final EngineSettings settings;

	private final Finisher finisher;

	ProgressDesk(Store store, EngineSettings settings, Finisher finisher) {
		this.store = store;
		this.settings = settings;
		this.finisher = finisher;
	}

	/**
	 * Takes a report of a client that cannot name its attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @param report what it says
	 * @return the progress; a number that is smaller than that of an earlier report of
	 * this attempt does not count
	 * @throws NotFoundException if there is no such job
	 * @throws ConflictException if it is not active, or another worker holds it
	 */
	public Progress report(UUID id, @Nullable String worker, ProgressReport report) {
		String name = (worker == null || worker.isEmpty()) ? null : worker;
		return report(id, name, null, report).orElseThrow(() -> {
			Job job = this.finisher.held(REPORT, id, name);
			// It was claimed in between.
			return ConflictException.state(REPORT, id, job.state());
		});
	}

	/**
	 * Takes a report, fenced by worker and attempt.
	 * @param job the job as it was fetched
	 * @param report what its attempt says
	 * @return whether the worker still held the attempt; if not, nothing changed
	 */
	public boolean report(Job job, ProgressReport report) {
		return report(job.id(), Finisher.holder(job), job.attempt(), report).isPresent();
	}

	private Optional<Progress> report(UUID id, @Nullable String worker, @Nullable Integer attempt,
			ProgressReport report) {
		return this.store.transactions()
			.writeOnce(REPORT, id,
					() -> this.store.progress()
						.report(id, worker, attempt, report.value(), report.message(), report.data(),
								this.settings.defaultVisibilityTimeout()));
	}

	/**
	 * Reads how far a job has come.
	 * @param id the job
	 * @return the progress of its current or latest attempt, without values if that has
	 * not reported
	 * @throws NotFoundException if there is no such job
	 */
	public Progress read(UUID id) {
		return this.store.progress().find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

}
