package org.openjobspec.boot.test;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jobs of a test; {@link AutoConfigureOjsTest} makes it a bean. What it reads and
 * changes joins the test's transaction when there is one, so that jobs which are not
 * committed are there, too. {@code assertThat(ojs)} looks at them.
 */
public final class OjsJobs implements AssertProvider<OjsJobsAssert> {

	/** How many attempts {@link #drain()} makes at most. */
	public static final int MAX_ATTEMPTS = 1000;

	private final Bench bench;

	private final JobJson json;

	private final ReentrantLock draining = new ReentrantLock();

	OjsJobs(Bench bench, JsonMapper mapper) {
		this.bench = bench;
		this.json = new JobJson(mapper);
	}

	/**
	 * Runs the handlers of the jobs that are due, on the current thread and one after the
	 * other, and what they enqueue, until nothing is due. It does not wait for what is
	 * due later: {@link #advance(Duration)} first.
	 *
	 * <p>
	 * In the test's transaction handlers run in it, and each attempt behind a savepoint:
	 * what an attempt that fails has written is undone, whether its handler is
	 * transactional or not. Handlers that open a transaction of their own
	 * ({@code REQUIRES_NEW}) or use other threads do not see what the test has not
	 * committed.
	 * @return the jobs that have run, in the order of their first attempts, as they are
	 * now
	 * @throws IllegalStateException if jobs are still due after {@value #MAX_ATTEMPTS}
	 * attempts, if the worker runs in the background, or if a handler calls this
	 * @throws UnsupportedOperationException with {@link JobMode#FAKE}
	 */
	public List<Job> drain() {
		return drain(null, MAX_ATTEMPTS);
	}

	/**
	 * As {@link #drain()}, with a bound of the test's own.
	 * @param maxAttempts how many attempts at most
	 * @return the jobs that have run
	 */
	public List<Job> drain(int maxAttempts) {
		return drain(null, maxAttempts);
	}

	/**
	 * As {@link #drain()}, for one queue; the others wait.
	 * @param queue the queue's name
	 * @return the jobs that have run
	 * @throws IllegalStateException also if no handler of the application takes jobs from
	 * that queue
	 */
	public List<Job> drain(String queue) {
		return drain(queue, MAX_ATTEMPTS);
	}

	private List<Job> drain(@Nullable String queue, int maxAttempts) {
		this.draining.lock();
		try {
			return this.bench.run(queue, maxAttempts);
		}
		finally {
			this.draining.unlock();
		}
	}

	/** Whether the current thread runs jobs already. */
	boolean isDraining() {
		return this.draining.isHeldByCurrentThread();
	}

	/**
	 * Lets time pass for the jobs. The database's clock decides what is due, and nobody
	 * sets it; instead what it is compared with moves into the past: when scheduled and
	 * retryable jobs are due, when jobs expire, the ends of leases and of attempts that
	 * run, the periods of uniqueness, the starts that limits of rate count, and when
	 * periodic jobs are due. When something has happened stays, and so does what the
	 * application reads from clocks. Jobs run with the next {@link #drain()}; a periodic
	 * job that has become due several times runs once, as after a time of rest.
	 * @param duration how long, to the microsecond
	 * @throws IllegalArgumentException if it is not positive
	 */
	public void advance(Duration duration) {
		this.bench.advance(duration);
	}

	/**
	 * Deletes all jobs, workflows and events, lets paused queues go on, and takes the
	 * time back that has been let pass. Schemas, webhooks, periodic jobs and settings
	 * stay. Happens before each test method.
	 * @throws IllegalStateException if the database is not known to be for tests (see
	 * {@link AutoConfigureOjsTest#clear()})
	 */
	public void clear() {
		this.bench.clear();
	}

	void clearForNextTest() {
		if (this.bench.clearsBeforeEach()) {
			clear();
		}
	}

	/**
	 * Reads all jobs, whatever became of them.
	 * @return the jobs in the order of their creation
	 */
	public List<Job> all() {
		return this.bench.all();
	}

	/**
	 * Reads the jobs of a type, whatever became of them.
	 * @param type the type
	 * @return the jobs in the order of their creation
	 */
	public List<Job> all(String type) {
		return all().stream().filter((job) -> job.type().equals(type)).toList();
	}

	/**
	 * Reads a job as it is now.
	 * @param id the job
	 * @return the job
	 * @throws NotFoundException if there is no such job
	 */
	public Job get(UUID id) {
		return this.bench.find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
	}

	/**
	 * Reads a job as it is now.
	 * @param job the job as it was
	 * @return the job
	 * @throws NotFoundException if there is no such job any more
	 */
	public Job get(Job job) {
		return get(job.id());
	}

	/**
	 * Reads an argument as a handler's parameter would be.
	 * @param job the job
	 * @param index which argument, from 0
	 * @param type the type
	 * @param <T> the type
	 * @return the argument; {@code null} for JSON's null
	 * @throws IllegalArgumentException if there is no such argument
	 */
	public <T> @Nullable T argument(Job job, int index, Class<T> type) {
		return this.json.argument(job, index, type);
	}

	/**
	 * Reads a result.
	 * @param job the job
	 * @param type the type
	 * @param <T> the type
	 * @return the result; {@code null} if there is none
	 */
	public <T> @Nullable T result(Job job, Class<T> type) {
		return this.json.result(job, type);
	}

	JobJson json() {
		return this.json;
	}

	@Override
	public OjsJobsAssert assertThat() {
		return new OjsJobsAssert(this);
	}

}
