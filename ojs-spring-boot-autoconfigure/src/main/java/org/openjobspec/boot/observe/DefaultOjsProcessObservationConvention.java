package org.openjobspec.boot.observe;

import java.util.UUID;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.observe.OjsObservation.LowCardinality;
import org.openjobspec.boot.observe.OjsObservation.ProcessHighCardinality;

/**
 * Names observations {@code ojs.job.process}, and spans after the queue:
 * {@code mail process}.
 */
public class DefaultOjsProcessObservationConvention implements OjsProcessObservationConvention {

	private static final KeyValue SYSTEM = LowCardinality.SYSTEM.withValue("ojs");

	private static final KeyValue PROCESS = LowCardinality.OPERATION_TYPE.withValue("process");

	private static final KeyValue OPERATION = LowCardinality.OPERATION_NAME.withValue("process");

	/**
	 * Creates the convention.
	 */
	public DefaultOjsProcessObservationConvention() {
	}

	@Override
	public String getName() {
		return "ojs.job.process";
	}

	@Override
	public String getContextualName(OjsProcessContext context) {
		return context.getJob().queue() + " process";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(OjsProcessContext context) {
		return KeyValues.of(SYSTEM, PROCESS, OPERATION, LowCardinality.QUEUE.withValue(context.getJob().queue()),
				LowCardinality.TYPE.withValue(context.getJob().type()),
				LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(OjsProcessContext context) {
		Job job = context.getJob();
		String attempt = String.valueOf(job.attempt());
		KeyValues values = KeyValues.of(ProcessHighCardinality.ID.withValue(job.id().toString()),
				ProcessHighCardinality.MESSAGE_ID.withValue(job.id().toString()),
				ProcessHighCardinality.QUEUE.withValue(job.queue()), ProcessHighCardinality.ATTEMPT.withValue(attempt),
				ProcessHighCardinality.PRIORITY.withValue(String.valueOf(job.priority())));
		String worker = job.workerId();
		if (worker != null) {
			values = values.and(ProcessHighCardinality.WORKER_ID.withValue(worker));
		}
		UUID workflow = job.workflowId();
		if (workflow != null) {
			values = values.and(ProcessHighCardinality.WORKFLOW_ID.withValue(workflow.toString()));
		}
		Throwable error = context.getError();
		if (error != null) {
			values = values.and(ProcessHighCardinality.ERROR_TYPE.withValue(Redaction.type(error)),
					ProcessHighCardinality.ERROR_MESSAGE.withValue(String.valueOf(error.getMessage())),
					ProcessHighCardinality.ERROR_ATTEMPT.withValue(attempt));
		}
		return values;
	}

}
