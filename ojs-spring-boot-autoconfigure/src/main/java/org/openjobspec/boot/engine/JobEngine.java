package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.Store;

/**
 * The one door to the engine. Every method that changes something joins the caller's
 * Spring transaction when there is one on the engine's DataSource, and otherwise runs in
 * a transaction of its own; database failures surface as Spring's
 * {@code DataAccessException} or {@code TransactionException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class JobEngine {

	/**
	 * Creates an engine that does not work in the background yet.
	 * @param store the database
	 * @param settings what the operator has set
	 * @param interceptors the enqueue interceptors, in order
	 * @param defaults what holds for jobs of a type; answers {@code null} for a type of
	 * which nothing is known
	 */
	public JobEngine(Store store, EngineSettings settings, List<EnqueueInterceptor> interceptors,
			Function<String, @Nullable TypeDefaults> defaults) {
	}

	/**
	 * Starts what works in the background: promotion, reaping, expiry, retention and the
	 * listening for other nodes' wake-ups. Survives a database that is not there.
	 */
	public void start() {
		throw todo();
	}

	/**
	 * Stops what works in the background. May be started again.
	 */
	public void stop() {
		throw todo();
	}

	private static UnsupportedOperationException todo() {
		return new UnsupportedOperationException();
	}

	/**
	 * Stores jobs, all or none (ojs-core 7.1).
	 * @param requests the jobs, in the order in which they are to run
	 * @return one answer per request, in order
	 * @throws org.openjobspec.boot.job.OjsException if a job is refused; then none is
	 * stored and the caller's transaction is intact
	 */
	public List<Enqueued> enqueue(List<JobRequest> requests) {
		throw todo();
	}

	/**
	 * Claims jobs (ojs-core 7.2). Never waits.
	 * @param request what the worker asks for
	 * @return the claimed jobs in the order in which they are to run; {@code failures}
	 * holds the latest failure only
	 */
	public List<Job> fetch(FetchRequest request) {
		throw todo();
	}

	/**
	 * Waits until a job may have become available in one of the queues, or the time is
	 * over.
	 * @param queues the queues
	 * @param timeout how long to wait at most
	 * @return whether to look again
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	public boolean awaitAvailable(List<String> queues, Duration timeout) throws InterruptedException {
		throw todo();
	}

	/**
	 * Completes attempts (ojs-core 7.3), fenced by worker and attempt.
	 * @param completions the attempts that succeeded
	 * @return the jobs that were completed; a job that is missing was no longer held by
	 * that worker and attempt, and nothing of it changed
	 */
	public Set<UUID> complete(List<Completion> completions) {
		throw todo();
	}

	/**
	 * Completes a job for a client that cannot name its attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @param result JSON text, or {@code null}
	 * @return the completed job
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job acknowledge(UUID id, @Nullable String worker, @Nullable String result) {
		throw todo();
	}

	/**
	 * Ends an attempt that failed (ojs-core 7.4), fenced by worker and attempt.
	 * @param job the job as it was fetched
	 * @param report why, and what the handler says of its future
	 * @return whether the worker still held the attempt
	 */
	public boolean fail(Job job, FailureReport report) {
		throw todo();
	}

	/**
	 * Fails a job for a client that cannot name its attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @param report why
	 * @return the job as it is now: retryable or discarded, its latest failure carrying
	 * the delay
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job reject(UUID id, @Nullable String worker, FailureReport report) {
		throw todo();
	}

	/**
	 * Hands jobs back without costing an attempt.
	 * @param jobs the jobs as they were fetched
	 * @return the jobs that were handed back; the others were no longer held
	 */
	public Set<UUID> release(Collection<Job> jobs) {
		throw todo();
	}

	/**
	 * Hands a job back without costing an attempt, for a client that cannot name its
	 * attempt.
	 * @param id the job
	 * @param worker the worker's id, or {@code null} if it gave none
	 * @return the job as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not active, or another
	 * worker holds it
	 */
	public Job release(UUID id, @Nullable String worker) {
		throw todo();
	}

	/**
	 * Records a sign of life and extends leases (ojs-core 7.5).
	 * @param heartbeat what the worker says
	 * @return what the worker is told
	 */
	public HeartbeatReply heartbeat(Heartbeat heartbeat) {
		throw todo();
	}

	/**
	 * Says that a worker has stopped for good, so that nobody waits for its heartbeat.
	 * @param worker the worker's id
	 */
	public void signOff(String worker) {
		throw todo();
	}

	/**
	 * Reads a job with its whole error history (ojs-core 7.7).
	 * @param id the job
	 * @return the job, or nothing
	 */
	public Optional<Job> find(UUID id) {
		throw todo();
	}

	/**
	 * Cancels a job that has not ended (ojs-core 7.6; an ended one is refused, as the
	 * HTTP binding wants it).
	 * @param id the job
	 * @return the job as it is now, and the state that it was in
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it has ended
	 */
	public Cancelled cancel(UUID id) {
		throw todo();
	}

	/**
	 * Makes a pending job available.
	 * @param id the job
	 * @return the job as it is now
	 * @throws org.openjobspec.boot.job.NotFoundException if there is no such job
	 * @throws org.openjobspec.boot.job.ConflictException if it is not pending
	 */
	public Job activate(UUID id) {
		throw todo();
	}

	/**
	 * Lists the dead letter, newest first.
	 * @param queue only this queue; {@code null} for all
	 * @param limit how many jobs at most, 1 to 1000
	 * @param offset how many jobs to pass over
	 * @return the jobs
	 */
	public Page<Job> deadLetters(@Nullable String queue, int limit, int offset) {
		throw todo();
	}

	/**
	 * Takes a job out of the dead letter for a new series of attempts.
	 * @param id the job
	 * @return the job as it is now: available, attempt 0
	 * @throws org.openjobspec.boot.job.NotFoundException if it is not in the dead letter
	 */
	public Job retryDeadLetter(UUID id) {
		throw todo();
	}

	/**
	 * Deletes a job that is in the dead letter.
	 * @param id the job
	 * @throws org.openjobspec.boot.job.NotFoundException if it is not in the dead letter
	 */
	public void deleteDeadLetter(UUID id) {
		throw todo();
	}

	/**
	 * Lists the queues.
	 * @return every queue that has been used or paused, by name
	 */
	public List<QueueInfo> queues() {
		throw todo();
	}

	/**
	 * Counts a queue's jobs.
	 * @param queue the queue's name
	 * @return the counts; all zero for a queue that was never used
	 */
	public QueueStats queueStats(String queue) {
		throw todo();
	}

	/**
	 * Stops or resumes deliveries from a queue, on every node at once; enqueueing goes
	 * on.
	 * @param queue the queue's name; it need not exist yet
	 * @param paused whether to stop
	 * @return the queue
	 */
	public QueueInfo pause(String queue, boolean paused) {
		throw todo();
	}

	/**
	 * Reads lifecycle events.
	 * @param query which
	 * @return the events
	 * @throws org.openjobspec.boot.job.InvalidRequestException if the cursor is not one
	 */
	public EventPage events(EventQuery query) {
		throw todo();
	}

	/**
	 * Asks the database for a sign of life.
	 * @return how long the answer took
	 */
	public Duration ping() {
		throw todo();
	}

	/**
	 * Calls back after a job was cancelled by this node, so that a handler that runs here
	 * can be interrupted at once.
	 * @param listener receives the job's id
	 */
	public void onCancelled(Consumer<UUID> listener) {
		throw todo();
	}

	/**
	 * Calls back with each lifecycle event that this node caused, after its transaction
	 * has committed.
	 * @param listener receives the event
	 */
	public void onEvent(Consumer<JobEvent> listener) {
		throw todo();
	}

	/**
	 * Deletes everything. For conformance runs only.
	 */
	public void reset() {
		throw todo();
	}

}
