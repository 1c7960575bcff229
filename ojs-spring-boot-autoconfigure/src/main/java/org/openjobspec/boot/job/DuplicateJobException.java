package org.openjobspec.boot.job;

import java.util.Map;
import java.util.UUID;

/**
 * A job with the same id or the same uniqueness key exists. Nothing was stored, and the
 * caller's transaction is intact.
 */
public final class DuplicateJobException extends OjsException {

	private static final long serialVersionUID = 1L;

	/** The job that is in the way. */
	private final UUID existingJobId;

	private DuplicateJobException(String message, UUID existingJobId, Map<String, Object> details) {
		super("duplicate", 409, false, message, details);
		this.existingJobId = existingJobId;
	}

	/**
	 * The id is taken.
	 * @param id the id
	 * @return the exception
	 */
	public static DuplicateJobException id(UUID id) {
		return new DuplicateJobException("A job with the id %s already exists".formatted(id), id,
				Map.of("existing_job_id", id.toString()));
	}

	/**
	 * The uniqueness key is taken.
	 * @param existing the job that holds it
	 * @param state the state of that job
	 * @param key the key in hexadecimal
	 * @return the exception
	 */
	public static DuplicateJobException key(UUID existing, JobState state, String key) {
		return new DuplicateJobException(
				"Job %s (%s) matches the uniqueness key of this one".formatted(existing, state.wireName()), existing,
				Map.of("existing_job_id", existing.toString(), "existing_job_state", state.wireName(), "uniqueness_key",
						key));
	}

	/**
	 * The job that exists.
	 * @return its id
	 */
	public UUID existingJobId() {
		return this.existingJobId;
	}

	@Override
	public String hint() {
		return "Use the existing job, or choose another on_conflict strategy.";
	}

}
