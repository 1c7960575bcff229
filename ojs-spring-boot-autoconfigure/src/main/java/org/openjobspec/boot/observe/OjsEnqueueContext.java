package org.openjobspec.boot.observe;

import java.util.List;
import java.util.UUID;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EnqueueCall;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;

/**
 * What is known of jobs that are being enqueued: one, the jobs of a batch, or those of a
 * workflow. What a propagator adds to it goes into their metadata.
 */
public final class OjsEnqueueContext extends SenderContext<EnqueueCall> {

	private final EnqueueCall call;

	private String outcome = KeyValue.NONE_VALUE;

	/**
	 * Creates a context.
	 * @param call what is asked for
	 */
	public OjsEnqueueContext(EnqueueCall call) {
		super((carrier, name, value) -> call.propagate(name, value), Kind.PRODUCER);
		this.call = call;
		setCarrier(call);
	}

	/**
	 * The queue of the jobs.
	 * @return its name; {@code several} if the jobs of a batch or a workflow go to more
	 * than one
	 */
	public String getQueue() {
		return this.call.queue();
	}

	/**
	 * The type of the jobs.
	 * @return the type; {@code several} if they have more than one
	 */
	public String getJobType() {
		return this.call.type();
	}

	/**
	 * How many jobs are asked for.
	 * @return their number, 1 or more
	 */
	public int getSize() {
		return this.call.size();
	}

	/**
	 * What was asked for.
	 * @return the jobs as they were before interceptors and defaults
	 */
	public List<JobRequest> getRequests() {
		return this.call.requests();
	}

	/**
	 * The workflow that the jobs are steps of.
	 * @return its id, or {@code null}
	 */
	public @Nullable UUID getWorkflowId() {
		return this.call.workflowId();
	}

	/**
	 * What was stored, or existed and answers for what was asked for.
	 * @return the jobs; none before the end, nor of a workflow
	 */
	public List<Job> getJobs() {
		return this.call.jobs();
	}

	/**
	 * What has come of it.
	 * @return {@code stored}, {@code existing} if jobs that existed answer for all,
	 * {@code partial} if some were refused, {@code refused}, or {@code failed};
	 * {@code none} before the end
	 */
	public String getOutcome() {
		return this.outcome;
	}

	void setOutcome(String outcome) {
		this.outcome = outcome;
	}

}
