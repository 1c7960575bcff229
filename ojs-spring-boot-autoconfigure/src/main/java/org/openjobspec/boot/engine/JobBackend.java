package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.Workflow;

/**
 * What those who enqueue ask for. {@link JobEngine}, which says more of each method, does
 * it; in tests without a database a fake stands for it.
 */
public interface JobBackend {

	/**
	 * Stores jobs, all or none.
	 * @param requests the jobs
	 * @return one answer per request, in order
	 */
	List<Enqueued> enqueue(List<JobRequest> requests);

	/**
	 * Reads a job with its error history.
	 * @param id the job
	 * @return the job, or nothing
	 */
	Optional<Job> find(UUID id);

	/**
	 * Stops a job that has not ended.
	 * @param id the job
	 * @return the cancelled job and the state that it was in
	 */
	Cancelled cancel(UUID id);

	/**
	 * Makes a pending job available.
	 * @param id the job
	 * @return the available job
	 */
	Job activate(UUID id);

	/**
	 * Stores a workflow.
	 * @param name a name for people, or {@code null}
	 * @param composition its steps
	 * @return the workflow
	 */
	Workflow createWorkflow(@Nullable String name, Composition composition);

	/**
	 * Reads a workflow with its steps.
	 * @param id the workflow
	 * @return the workflow, or nothing
	 */
	Optional<Workflow> findWorkflow(UUID id);

	/**
	 * Cancels a workflow.
	 * @param id the workflow
	 * @return the workflow as it is now
	 */
	Workflow cancelWorkflow(UUID id);

	/**
	 * Registers a periodic job, or changes the one of its name.
	 * @param request what is asked for
	 * @return the periodic job, and whether it is new
	 */
	CronRegistration registerCron(CronRequest request);

	/**
	 * Lists periodic jobs.
	 * @param enabled only those that are enabled, or are not; {@code null} for all
	 * @return the periodic jobs by name
	 */
	List<CronJob> crons(@Nullable Boolean enabled);

	/**
	 * Reads a periodic job.
	 * @param name its name
	 * @return the periodic job, or nothing
	 */
	Optional<CronJob> findCron(String name);

	/**
	 * Deletes a periodic job.
	 * @param name its name
	 * @return the periodic job as it was
	 */
	CronJob deleteCron(String name);

	/**
	 * Lets a periodic job fire, or keeps it from firing.
	 * @param name its name
	 * @param enabled whether it is to fire
	 * @return the periodic job as it is now
	 */
	CronJob enableCron(String name, boolean enabled);

	/**
	 * Runs a periodic job now.
	 * @param name its name
	 * @return the job that was enqueued
	 */
	Job triggerCron(String name);

	/**
	 * Calls back with each lifecycle event, after its transaction has committed.
	 * @param listener receives the event
	 */
	void onEvent(Consumer<JobEvent> listener);

}
