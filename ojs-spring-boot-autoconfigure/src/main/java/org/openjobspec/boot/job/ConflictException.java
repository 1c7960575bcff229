package org.openjobspec.boot.job;

import java.util.Map;
import java.util.UUID;

/**
 * The job is not in a state that allows the operation, or another worker or attempt holds
 * it, or the last run of a periodic job has not ended. Nothing changed.
 */
public final class ConflictException extends OjsException {

	private static final long serialVersionUID = 1L;

	/** What the caller can do. */
	private final String hint;

	private ConflictException(String message, Map<String, Object> details, String hint) {
		super("conflict", 409, false, message, details);
		this.hint = hint;
	}

	/**
	 * The job's state does not allow the operation.
	 * @param operation the verb, for example {@code acknowledge}
	 * @param id the job
	 * @param state the state that it is in
	 * @return the exception
	 */
	public static ConflictException state(String operation, UUID id, JobState state) {
		return new ConflictException("Cannot %s job %s: it is %s".formatted(operation, id, state.wireName()),
				Map.of("job_id", id.toString(), "current_state", state.wireName()),
				state.isTerminal() ? "The job has ended; read it to see its outcome."
						: "Read the job and act on its current state.");
	}

	/**
	 * The caller does not hold the job's lease.
	 * @param operation the verb, for example {@code acknowledge}
	 * @param id the job
	 * @param caller the worker that asks, with its attempt if it named one
	 * @return the exception
	 */
	public static ConflictException lease(String operation, UUID id, String caller) {
		return new ConflictException(
				"Cannot %s job %s: %s does not hold it; its lease ended and the job was given to another attempt"
					.formatted(operation, id, caller),
				Map.of("job_id", id.toString(), "current_state", JobState.ACTIVE.wireName()),
				"Stop working on this job. Send heartbeats more often than the visibility timeout to keep a lease.");
	}

	/**
	 * The workflow has ended.
	 * @param id the workflow
	 * @param state the state that it is in
	 * @return the exception
	 */
	public static ConflictException workflow(UUID id, WorkflowState state) {
		return new ConflictException("Cannot cancel workflow %s: it is %s".formatted(id, state.wireName()),
				Map.of("workflow_id", id.toString(), "current_state", state.wireName()),
				"The workflow has ended; read it to see its outcome.");
	}

	/**
	 * The last run of a periodic job has not ended, and its policy allows no second one.
	 * @param name the periodic job
	 * @param id the job of its last run
	 * @param state the state that this one is in
	 * @return the exception
	 */
	public static ConflictException overlap(String name, UUID id, JobState state) {
		return new ConflictException(
				"Cannot trigger '%s': job %s of its last run is %s".formatted(name, id, state.wireName()),
				Map.of("cron_name", name, "job_id", id.toString(), "current_state", state.wireName()),
				"Wait until that job has ended, cancel it, or register the periodic job with another overlap policy.");
	}

	/**
	 * Something of that name exists.
	 * @param resourceType what kind of thing, for example {@code schema}
	 * @param resourceId its name
	 * @return the exception
	 */
	public static ConflictException exists(String resourceType, String resourceId) {
		return new ConflictException("There is a %s '%s' already".formatted(resourceType, resourceId),
				Map.of("resource_type", resourceType, "resource_id", resourceId),
				"Choose another name or version, or delete the existing one first.");
	}

	/**
	 * A delivery that has not ended is not begun again.
	 * @param delivery the delivery's id
	 * @return the exception
	 */
	public static ConflictException delivery(String delivery) {
		return new ConflictException("Cannot retry delivery %s: it has not ended".formatted(delivery),
				Map.of("delivery_id", delivery), "It is tried again at next_attempt_at.");
	}

	/**
	 * A worker that lives is not removed.
	 * @param worker the worker's id
	 * @return the exception
	 */
	public static ConflictException alive(String worker) {
		return new ConflictException("Cannot remove worker %s: it is alive".formatted(worker),
				Map.of("worker_id", worker),
				"Tell it to terminate, or wait until it has been silent for the heartbeat timeout.");
	}

	@Override
	public String hint() {
		return this.hint;
	}

}
