package org.openjobspec.boot.observe;

import java.util.List;
import java.util.UUID;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.observe.OjsObservation.EnqueueHighCardinality;
import org.openjobspec.boot.observe.OjsObservation.LowCardinality;

/**
 * Names observations {@code ojs.job.enqueue}, and spans after the queue:
 * {@code mail enqueue}.
 */
public class DefaultOjsEnqueueObservationConvention implements OjsEnqueueObservationConvention {

	private static final KeyValue SYSTEM = LowCardinality.SYSTEM.withValue("ojs");

	private static final KeyValue PUBLISH = LowCardinality.OPERATION_TYPE.withValue("publish");

	/**
	 * Creates the convention.
	 */
	public DefaultOjsEnqueueObservationConvention() {
	}

	@Override
	public String getName() {
		return "ojs.job.enqueue";
	}

	@Override
	public String getContextualName(OjsEnqueueContext context) {
		return context.getQueue() + ' ' + operation(context);
	}

	private static String operation(OjsEnqueueContext context) {
		return isBatch(context) ? "enqueue_batch" : "enqueue";
	}

	private static boolean isBatch(OjsEnqueueContext context) {
		return context.getSize() > 1 || context.getWorkflowId() != null;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(OjsEnqueueContext context) {
		return KeyValues.of(SYSTEM, PUBLISH, LowCardinality.OPERATION_NAME.withValue(operation(context)),
				LowCardinality.QUEUE.withValue(context.getQueue()), LowCardinality.TYPE.withValue(context.getJobType()),
				LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(OjsEnqueueContext context) {
		KeyValues values = KeyValues.of(EnqueueHighCardinality.QUEUE.withValue(context.getQueue()));
		if (isBatch(context)) {
			values = values.and(EnqueueHighCardinality.COUNT.withValue(String.valueOf(context.getSize())));
		}
		UUID workflow = context.getWorkflowId();
		if (workflow != null) {
			values = values.and(EnqueueHighCardinality.WORKFLOW_ID.withValue(workflow.toString()));
		}
		List<Job> jobs = context.getJobs();
		if (!isBatch(context) && !jobs.isEmpty()) {
			Job job = jobs.get(0);
			values = values.and(EnqueueHighCardinality.ID.withValue(job.id().toString()),
					EnqueueHighCardinality.MESSAGE_ID.withValue(job.id().toString()),
					EnqueueHighCardinality.STATE.withValue(job.state().wireName()),
					EnqueueHighCardinality.PRIORITY.withValue(String.valueOf(job.priority())));
		}
		Throwable error = context.getError();
		if (error != null) {
			values = values.and(EnqueueHighCardinality.ERROR_TYPE.withValue(Redaction.type(error)),
					EnqueueHighCardinality.ERROR_MESSAGE.withValue(String.valueOf(error.getMessage())));
		}
		return values;
	}

}
