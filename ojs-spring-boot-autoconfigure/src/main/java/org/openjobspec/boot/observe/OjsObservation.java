package org.openjobspec.boot.observe;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the Open Job Spec backend and what they tell, with the names that
 * ojs-observability and OpenTelemetry give it.
 */
public enum OjsObservation implements ObservationDocumentation {

	/** Jobs are enqueued: one, a batch, or a workflow. */
	JOB_ENQUEUE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultOjsEnqueueObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinality.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return EnqueueHighCardinality.values();
		}

	},

	/** A handler of this application runs. */
	JOB_PROCESS {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultOjsProcessObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinality.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return ProcessHighCardinality.values();
		}

	};

	/** What both tell, and few values have. */
	public enum LowCardinality implements KeyName {

		/** Always {@code ojs}. */
		SYSTEM("messaging.system"),

		/** {@code publish} or {@code process}. */
		OPERATION_TYPE("messaging.operation.type"),

		/** {@code enqueue}, {@code enqueue_batch} or {@code process}. */
		OPERATION_NAME("messaging.operation.name"),

		/** The queue. */
		QUEUE("messaging.destination.name"),

		/** The job's type. */
		TYPE("ojs.job.type"),

		/** What has come of it. */
		OUTCOME("ojs.job.outcome");

		private final String name;

		LowCardinality(String name) {
			this.name = name;
		}

		@Override
		public String asString() {
			return this.name;
		}

	}

	/** What is told of jobs that are enqueued, and many values have. */
	public enum EnqueueHighCardinality implements KeyName {

		/** The id of a single job. */
		ID("ojs.job.id"),

		/** The same, as OpenTelemetry calls it. */
		MESSAGE_ID("messaging.message.id"),

		/** The queue once more, as ojs-distributed-tracing calls it. */
		QUEUE("ojs.job.queue"),

		/** The state of a single job. */
		STATE("ojs.job.state"),

		/** The priority of a single job. */
		PRIORITY("ojs.job.priority"),

		/** The workflow, of which the jobs are steps. */
		WORKFLOW_ID("ojs.workflow.id"),

		/** The number of jobs, if there may be several. */
		COUNT("messaging.batch.message_count"),

		/** Of an error, the class of the exception. */
		ERROR_TYPE("error.type"),

		/** Of an error, its message. */
		ERROR_MESSAGE("error.message");

		private final String name;

		EnqueueHighCardinality(String name) {
			this.name = name;
		}

		@Override
		public String asString() {
			return this.name;
		}

	}

	/** What is told of an attempt, and many values have. */
	public enum ProcessHighCardinality implements KeyName {

		/** The job's id. */
		ID("ojs.job.id"),

		/** The same, as OpenTelemetry calls it. */
		MESSAGE_ID("messaging.message.id"),

		/** The queue once more, as ojs-distributed-tracing calls it. */
		QUEUE("ojs.job.queue"),

		/** Which attempt it is, from 1. */
		ATTEMPT("ojs.job.attempt"),

		/** The job's priority. */
		PRIORITY("ojs.job.priority"),

		/** The worker that has claimed the job. */
		WORKER_ID("ojs.worker.id"),

		/** The workflow that the job is a step of. */
		WORKFLOW_ID("ojs.workflow.id"),

		/** Of an error, the class of the exception. */
		ERROR_TYPE("error.type"),

		/** Of an error, its message. */
		ERROR_MESSAGE("error.message"),

		/** Of an error, the attempt once more. */
		ERROR_ATTEMPT("ojs.job.error.attempt");

		private final String name;

		ProcessHighCardinality(String name) {
			this.name = name;
		}

		@Override
		public String asString() {
			return this.name;
		}

	}

}
