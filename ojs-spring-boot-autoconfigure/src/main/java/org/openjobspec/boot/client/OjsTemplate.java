package org.openjobspec.boot.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Enqueued;
import org.openjobspec.boot.engine.JobBackend;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Workflow;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Enqueues jobs, at once or periodically, looks them up, stops them and waits for them.
 * Every change joins the caller's Spring transaction: a job becomes visible to workers
 * exactly when that transaction commits, and vanishes with its rollback. Without a
 * transaction each call is one of its own. Requests that break a rule are refused with an
 * {@link org.openjobspec.boot.job.OjsException} that leaves the caller's transaction
 * usable; a database that does not answer shows as Spring's {@code DataAccessException}
 * or {@code TransactionException}. Safe for concurrent use.
 */
public final class OjsTemplate {

	private final JobBackend engine;

	private final JobJson json;

	private final JobWaiters waiters = new JobWaiters();

	private final TransactionMemory memory = new TransactionMemory();

	/**
	 * Creates a template.
	 * @param engine where jobs are stored
	 * @param mapper writes arguments and reads results
	 */
	public OjsTemplate(JobBackend engine, JsonMapper mapper) {
		this.engine = engine;
		this.json = new JobJson(mapper);
		engine.onEvent(this.waiters::happened);
	}

	/**
	 * Enqueues a job as the handler of its type has it by default.
	 * @param type the job's type, for example {@code email.send}
	 * @param args the arguments, one per parameter of the handler; a collection is one
	 * argument
	 * @return the stored job
	 * @throws org.openjobspec.boot.job.InvalidRequestException if an argument cannot be
	 * written as JSON, or the type is not one
	 * @throws org.openjobspec.boot.job.ReadOnlyTransactionException if the caller's
	 * transaction is read-only
	 */
	public Job enqueue(String type, @Nullable Object @Nullable ... args) {
		return request(type).args(args).enqueue();
	}

	/**
	 * Starts a job with wishes of its own.
	 * @param type the job's type, for example {@code email.send}
	 * @return a request without arguments; nothing happens before its
	 * {@link OjsRequest#enqueue()}
	 */
	public OjsRequest request(String type) {
		return new OjsRequest(type, this.json, (request) -> enqueueAll(List.of(request)).get(0));
	}

	/**
	 * Enqueues jobs, all or none.
	 * @param requests the jobs, in the order in which they are to run
	 * @return the stored jobs in the same order; where an existing job answers for one,
	 * that job
	 */
	public List<Job> enqueueAll(Collection<JobRequest> requests) {
		if (requests.isEmpty()) {
			return List.of();
		}
		List<Enqueued> enqueued = this.engine.enqueue(List.copyOf(requests));
		for (Enqueued one : enqueued) {
			if (one.created()) {
				this.memory.enqueued(one.job().id());
			}
		}
		return enqueued.stream().map(Enqueued::job).toList();
	}

	/**
	 * Starts a chain: one step after the other, each with the results of those before it;
	 * the first failure ends it.
	 * @param steps jobs, and chains and groups of jobs
	 * @return a workflow; nothing happens before its {@link OjsWorkflow#start()}
	 */
	public OjsWorkflow chain(OjsStep... steps) {
		return OjsWorkflow.chain(this::start, steps);
	}

	/**
	 * Starts a group: all jobs at once, each for itself; with a callback it is a batch.
	 * @param jobs jobs, and chains and groups of jobs; up to 10,000
	 * @return a workflow; nothing happens before its {@link OjsWorkflow#start()}
	 */
	public OjsWorkflow group(OjsStep... jobs) {
		return OjsWorkflow.group(this::start, jobs);
	}

	/**
	 * Starts a workflow of jobs that name those that they depend on.
	 * @return a workflow; nothing happens before its {@link OjsGraph#start()}
	 */
	public OjsGraph graph() {
		return new OjsGraph(this::start);
	}

	private Workflow start(@Nullable String name, Composition composition) {
		Workflow workflow = this.engine.createWorkflow(name, composition);
		remember(workflow.steps());
		return workflow;
	}

	private void remember(List<Workflow.Step> steps) {
		for (Workflow.Step step : steps) {
			UUID job = step.jobId();
			if (job != null) {
				this.memory.enqueued(job);
			}
			remember(step.steps());
		}
	}

	/**
	 * Reads a workflow with its steps.
	 * @param id the workflow
	 * @return the workflow, or nothing
	 */
	public Optional<Workflow> getWorkflow(UUID id) {
		return this.engine.findWorkflow(id);
	}

	/**
	 * Cancels a workflow: what waits is cancelled, what runs may finish, and nothing
	 * follows.
	 * @param id the workflow
	 * @return the workflow as it is now
	 * @throws NotFoundException if there is no such workflow
	 * @throws org.openjobspec.boot.job.ConflictException if it has ended
	 */
	public Workflow cancelWorkflow(UUID id) {
		return this.engine.cancelWorkflow(id);
	}

	/**
	 * Reads a job with its error history.
	 * @param id the job
	 * @return the job, or nothing
	 */
	public Optional<Job> get(UUID id) {
		return this.engine.find(id);
	}

	/**
	 * Stops a job that has not ended. A handler that runs in this application is
	 * interrupted at once, one elsewhere with its worker's next heartbeat.
	 * @param id the job
	 * @return the cancelled job
	 * @throws NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it has ended
	 */
	public Job cancel(UUID id) {
		return this.engine.cancel(id).job();
	}

	/**
	 * Makes a pending job available.
	 * @param id the job
	 * @return the available job
	 * @throws NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not pending
	 */
	public Job activate(UUID id) {
		return this.engine.activate(id);
	}

	/**
	 * Starts a periodic job. A handler of this application declares one with the
	 * annotation {@code @OjsCron}.
	 * @param name its name, unique in the database: lower-case letters, digits, hyphens
	 * and dots
	 * @param expression when it is due: five fields, or six with seconds in front, or
	 * {@code @daily} and the like, or {@code @every 90s}
	 * @param type the type of its jobs, for example {@code report.generate}
	 * @return a request without arguments; nothing happens before its
	 * {@link OjsCronRequest#register()}
	 * @throws org.openjobspec.boot.job.InvalidRequestException if the expression is none
	 */
	public OjsCronRequest cron(String name, String expression, String type) {
		OjsRequest job = new OjsRequest(type, this.json, (request) -> {
			throw new IllegalStateException(
					"The job of a periodic job is enqueued by its runs; call register() on the periodic job");
		});
		return new OjsCronRequest(name, expression, job, (request) -> this.engine.registerCron(request).cron());
	}

	/**
	 * Lists the periodic jobs.
	 * @return all of them, by name
	 */
	public List<CronJob> cronJobs() {
		return this.engine.crons(null);
	}

	/**
	 * Reads a periodic job.
	 * @param name its name
	 * @return the periodic job, or nothing
	 */
	public Optional<CronJob> cronJob(String name) {
		return this.engine.findCron(name);
	}

	/**
	 * Deletes a periodic job. The jobs that it has enqueued go on. What an application
	 * declares is there again after its next start.
	 * @param name its name
	 * @return the periodic job as it was
	 * @throws NotFoundException if there is none of that name
	 */
	public CronJob deleteCron(String name) {
		return this.engine.deleteCron(name);
	}

	/**
	 * Lets a periodic job fire again, from the next time on at which it is due.
	 * @param name its name
	 * @return the periodic job as it is now
	 * @throws NotFoundException if there is none of that name
	 */
	public CronJob enableCron(String name) {
		return this.engine.enableCron(name, true);
	}

	/**
	 * Keeps a periodic job from firing, also over restarts of the applications that
	 * declare it.
	 * @param name its name
	 * @return the periodic job as it is now
	 * @throws NotFoundException if there is none of that name
	 */
	public CronJob disableCron(String name) {
		return this.engine.enableCron(name, false);
	}

	/**
	 * Runs a periodic job now, whether it is enabled or not. Its schedule is not
	 * concerned.
	 * @param name its name
	 * @return the job that was enqueued
	 * @throws NotFoundException if there is none of that name
	 * @throws org.openjobspec.boot.job.ConflictException if the last run has not ended
	 * and the overlap policy is {@code SKIP}
	 */
	public Job triggerCron(String name) {
		Job job = this.engine.triggerCron(name);
		this.memory.enqueued(job.id());
		return job;
	}

	/**
	 * Waits for a job's end, whichever node runs it.
	 * @param id the job
	 * @param resultType the type of its result
	 * @param timeout how long to wait at most
	 * @param <T> the type of its result
	 * @return the result; {@code null} if it has none
	 * @throws JobFailedException if the job was discarded or cancelled
	 * @throws JobTimeoutException if it has not ended in time, or the thread is
	 * interrupted
	 * @throws NotFoundException if there is no such job
	 * @throws IllegalStateException if the current transaction has enqueued the job,
	 * which therefore cannot start
	 */
	public <T> @Nullable T await(UUID id, Class<T> resultType, Duration timeout) {
		return this.json.result(awaitCompleted(id, timeout), resultType);
	}

	/**
	 * Waits for a job's end, whichever node runs it; as
	 * {@link #await(UUID, Class, Duration)}, for a generic type.
	 * @param id the job
	 * @param resultType the type of its result
	 * @param timeout how long to wait at most
	 * @param <T> the type of its result
	 * @return the result; {@code null} if it has none
	 */
	public <T> @Nullable T await(UUID id, ParameterizedTypeReference<T> resultType, Duration timeout) {
		return this.json.result(awaitCompleted(id, timeout), resultType);
	}

	private Job awaitCompleted(UUID id, Duration timeout) {
		this.memory.requireVisible(id);
		Job job = this.waiters.await(id, timeout, this::require);
		if (job.state() != JobState.COMPLETED) {
			throw new JobFailedException(job);
		}
		return job;
	}

	private Job require(UUID id) {
		return this.engine.find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	/**
	 * Reads a job's result.
	 * @param job the job
	 * @param type the type of its result
	 * @param <T> the type of its result
	 * @return the result; nothing if it has none, or none yet
	 */
	public <T> Optional<T> result(Job job, Class<T> type) {
		return Optional.ofNullable(this.json.result(job, type));
	}

	/**
	 * Reads a job's result as a generic type.
	 * @param job the job
	 * @param type the type of its result
	 * @param <T> the type of its result
	 * @return the result; nothing if it has none, or none yet
	 */
	public <T> Optional<T> result(Job job, ParameterizedTypeReference<T> type) {
		return Optional.ofNullable(this.json.result(job, type));
	}

}
