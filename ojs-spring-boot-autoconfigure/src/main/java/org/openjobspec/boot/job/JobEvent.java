package org.openjobspec.boot.job;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Something happened to a job (ojs-events). Written in the transaction of the transition
 * that it reports, and published to Spring's event listeners of the node that made the
 * transition after that transaction has committed.
 *
 * @param type the event's type, for example {@code job.completed}
 * @param time when, by the database's clock
 * @param jobId the job; of an event of a workflow, the job by which it came about;
 * {@code null} for an event that no job has brought about
 * @param jobType the job's type; {@code null} without a job
 * @param queue the job's queue; {@code null} without a job
 * @param attempt how many attempts had started
 * @param data further facts, as the specification lists them for the event's type
 */
public record JobEvent(String type, Instant time, @Nullable UUID jobId, @Nullable String jobType,
		@Nullable String queue, int attempt, Map<String, @Nullable Object> data) {

	/** The job is available (once; a retry does not repeat it). */
	public static final String ENQUEUED = "job.enqueued";

	/** The job was accepted for later. */
	public static final String SCHEDULED = "job.scheduled";

	/** An attempt has started. */
	public static final String STARTED = "job.started";

	/** The job is completed. */
	public static final String COMPLETED = "job.completed";

	/** An attempt has failed. */
	public static final String FAILED = "job.failed";

	/** Another attempt is due. */
	public static final String RETRYING = "job.retrying";

	/** The job failed for good. */
	public static final String DISCARDED = "job.discarded";

	/** The job was cancelled. */
	public static final String CANCELLED = "job.cancelled";

	/** The job's time ran out before it started. */
	public static final String EXPIRED = "job.expired";

	/** The job was taken out of the dead letter and is available again. */
	public static final String DEAD_LETTER_RETRIED = "dead_letter.retried";

	/** A workflow's first jobs are available. */
	public static final String WORKFLOW_STARTED = "workflow.started";

	/** A job of a workflow has completed. */
	public static final String WORKFLOW_STEP_COMPLETED = "workflow.step_completed";

	/** A workflow has completed. */
	public static final String WORKFLOW_COMPLETED = "workflow.completed";

	/** A workflow has failed. */
	public static final String WORKFLOW_FAILED = "workflow.failed";

	/** A workflow was cancelled. */
	public static final String WORKFLOW_CANCELLED = "workflow.cancelled";

	/** A run of a periodic job has enqueued the job. */
	public static final String CRON_TRIGGERED = "cron.triggered";

	/**
	 * A run of a periodic job has enqueued nothing. The job is the one that stands in the
	 * way, mostly that of the last run; {@code reason} in the data tells why.
	 */
	public static final String CRON_SKIPPED = "cron.skipped";

}
