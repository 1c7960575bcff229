package org.openjobspec.boot.web;

/**
 * What whoever calls the HTTP API is there for (ojs-security). Each route belongs to one
 * role, apart from health and manifest, which belong to none. No role contains another.
 */
public enum ApiRole {

	/**
	 * Enqueues: jobs, workflows and periodic jobs; reads, cancels and activates them.
	 */
	PRODUCER,

	/** Runs jobs: fetches, acknowledges, fails, reports progress, keeps checkpoints. */
	WORKER,

	/**
	 * Keeps it running: looks at everything, pauses queues, directs workers, retries and
	 * cancels.
	 */
	OPERATOR,

	/**
	 * Decides how it works and what is gone for good: settings of queues, limits, pools,
	 * schemas, webhooks, deletion of many jobs.
	 */
	ADMIN

}
