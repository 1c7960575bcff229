package org.openjobspec.boot.observe;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.TraceMeta;
import org.openjobspec.boot.engine.TraceParent;
import org.openjobspec.boot.job.Job;

/**
 * What is known of an attempt that runs. What a propagator asks for is looked up in the
 * metadata of its job.
 */
public final class OjsProcessContext extends ReceiverContext<Job> {

	private final Job job;

	private String outcome = KeyValue.NONE_VALUE;

	/**
	 * Creates a context.
	 * @param job the job as it was claimed
	 */
	public OjsProcessContext(Job job) {
		super((carrier, name) -> field(job.meta(), name), Kind.CONSUMER);
		this.job = job;
		setCarrier(job);
	}

	private static @Nullable String field(String meta, String name) {
		String own = TraceMeta.read(meta, name);
		return (own != null) ? own
				: TraceParent.parse(TraceMeta.read(meta, TraceMeta.TRACEPARENT))
					.map((span) -> span.b3(name))
					.orElse(null);
	}

	/**
	 * The job as it was claimed.
	 * @return the job
	 */
	public Job getJob() {
		return this.job;
	}

	/**
	 * How the attempt has ended.
	 * @return {@code completed}, {@code failed}, {@code timed_out}, {@code cancelled}, or
	 * {@code returned} if it was handed back; {@code none} before the end
	 */
	public String getOutcome() {
		return this.outcome;
	}

	void setOutcome(String outcome) {
		this.outcome = outcome;
	}

}
