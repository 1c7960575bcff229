package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.JobSummary;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Census;
import org.openjobspec.boot.store.DeadLetters;
import org.openjobspec.boot.store.Store;

/**
 * What operators do beyond what applications do (ojs-admin-api): they count, search, and
 * retry, cancel or delete many jobs at once.
 */
public final class AdminDesk {

	private static final int COUNT_AT_MOST = 10_000;

	private final Store store;

	private final QueueDesk queues;

	private final WorkerDesk workers;

	private final QueueCensus census;

	private final BulkWork bulk;

	AdminDesk(Store store, BulkWork bulk, QueueDesk queues, WorkerDesk workers) {
		this.store = store;
		this.queues = queues;
		this.workers = workers;
		this.census = new QueueCensus(store.census());
		this.bulk = bulk;
	}

	/**
	 * Counts everything.
	 * @return the counts; those of jobs that have ended are up to half a minute old
	 */
	public SystemStats stats() {
		WorkerList known = this.workers.list(0, 0);
		Census.Minute minute = this.census.lastMinute();
		return new SystemStats(this.queues.list().size(), known.total() - known.stale(), this.census.total(),
				minute.completed() + minute.failed(), minute.failed());
	}

	/**
	 * Lists queues with what they hold.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the queues by name; the counts of jobs that have ended are up to half a
	 * minute old
	 */
	public Page<QueueOverview> queues(int limit, int offset) {
		Page.check(limit, offset);
		List<QueueInfo> all = this.queues.list();
		Map<String, Map<JobState, Long>> jobs = this.census.byQueue();
		List<QueueOverview> part = all.stream()
			.skip(offset)
			.limit(limit)
			.map((queue) -> new QueueOverview(queue, jobs.getOrDefault(queue.name(), QueueCensus.none())))
			.toList();
		return new Page<>(part, all.size(), limit, offset);
	}

	/**
	 * Looks what queues hold that has not ended. Reads nothing of the history.
	 * @return every queue that has been used or paused, by name; the counts are up to a
	 * second old
	 */
	public List<QueueDepth> depths() {
		return this.census.depths(this.queues.list());
	}

	/**
	 * Looks what waits to be fetched, since when, and what was fetched within the last
	 * minute.
	 * @return the queues that have available or active jobs, or have had, by name; up to
	 * five seconds old
	 */
	public List<QueueBacklog> backlog() {
		return this.census.backlog()
			.stream()
			.map((queue) -> new QueueBacklog(queue.queue(), queue.depth(), queue.active(), queue.oldest(),
					queue.started(), queue.waited()))
			.toList();
	}

	/**
	 * Reads a queue with what it holds.
	 * @param name the queue's name
	 * @return the queue as it is now
	 * @throws NotFoundException if it has never been used
	 */
	public QueueOverview queue(String name) {
		JobRequest.checkQueue("queue", name);
		QueueInfo queue = this.queues.list()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new NotFoundException("queue", name));
		QueueStats stats = this.queues.stats(name);
		Map<JobState, Long> jobs = QueueCensus.none();
		jobs.put(JobState.AVAILABLE, stats.available());
		jobs.put(JobState.ACTIVE, stats.active());
		jobs.put(JobState.SCHEDULED, stats.scheduled());
		jobs.put(JobState.RETRYABLE, stats.retryable());
		jobs.put(JobState.PENDING, stats.pending());
		jobs.put(JobState.COMPLETED, stats.completed());
		jobs.put(JobState.CANCELLED, stats.cancelled());
		jobs.put(JobState.DISCARDED, stats.discarded());
		return new QueueOverview(queue, jobs);
	}

	/**
	 * Searches jobs. What is asked for by queue, type or time alone is looked for in all
	 * jobs and may take long; with a state as well it is looked for in that state.
	 * @param query which, 1 to 1000 of them
	 * @return the jobs
	 */
	public Page<JobSummary> jobs(JobQuery query) {
		Page.check(query.limit(), query.offset());
		List<JobSummary> jobs = this.store.jobList().list(query);
		// The last part tells how many there are, unless it is beyond the end.
		boolean last = jobs.size() < query.limit() && (query.offset() == 0 || !jobs.isEmpty());
		long total = last ? (long) query.offset() + jobs.size()
				: this.store.jobList().count(query.filter(), COUNT_AT_MOST);
		return new Page<>(jobs, total, query.limit(), query.offset());
	}

	/**
	 * Makes a discarded job available for a new series of attempts, whether it is in the
	 * dead letter or not.
	 * @param id the job
	 * @return the job as it is now: available, attempt 0
	 * @throws NotFoundException if there is no such job
	 * @throws ConflictException if it is not discarded; nothing leads out of completed
	 * and cancelled (ojs-core 6.3)
	 */
	public Job retry(UUID id) {
		return this.store.transactions().write("retry", id, () -> {
			if (this.bulk.revive(List.of(id)).isEmpty()) {
				throw ConflictException.state("retry", id, this.store.reads().require(id).state());
			}
			return this.store.reads().require(id);
		});
	}

	/**
	 * Makes discarded jobs available, as {@link #retry} does, at most 1000.
	 * @param filter which; without a state, or discarded
	 * @return what became of them
	 */
	public BulkResult retryAll(JobFilter filter) {
		return this.bulk.retry(filter);
	}

	/**
	 * Cancels jobs, at most 1000, each by itself: when the database goes away meanwhile,
	 * some are cancelled and the others are not.
	 * @param filter which; without a state for all that have not ended
	 * @return what became of them
	 */
	public BulkResult cancelAll(JobFilter filter) {
		return this.bulk.cancel(filter);
	}

	/**
	 * Names jobs, to do something with each.
	 * @param filter which; its state does not matter
	 * @param states in which states
	 * @param limit how many at most
	 * @return the jobs, the oldest first of each state
	 */
	public List<UUID> find(JobFilter filter, Set<JobState> states, int limit) {
		return this.bulk.find(filter, states, limit);
	}

	/**
	 * Cancels jobs that have not ended (ojs-bulk-operations 6).
	 * @param ids the jobs
	 * @param running whether also those that run
	 * @param atomic whether none is cancelled if one cannot be
	 * @return what became of each, in the same order
	 */
	public List<BulkItem> cancelEach(List<UUID> ids, boolean running, boolean atomic) {
		return this.bulk.cancelEach(ids, running, atomic);
	}

	/**
	 * Makes jobs available that are discarded or wait for their next attempt
	 * (ojs-bulk-operations 7). The former begin anew, the latter go on.
	 * @param ids the jobs
	 * @param atomic whether none is retried if one cannot be
	 * @return what became of each, in the same order
	 */
	public List<BulkItem> retryEach(List<UUID> ids, boolean atomic) {
		return this.bulk.retryEach(ids, atomic);
	}

	/**
	 * Deletes jobs that have ended, with all that belongs to them (ojs-bulk-operations
	 * 8). Steps of workflows stay as long as these do, unless they are in the dead
	 * letter.
	 * @param ids the jobs
	 * @param atomic whether none is deleted if one cannot be
	 * @return what became of each, in the same order
	 */
	public List<BulkItem> deleteEach(List<UUID> ids, boolean atomic) {
		return this.bulk.deleteEach(ids, atomic);
	}

	/**
	 * Deletes jobs that have ended, at most 1000. Those of workflows stay until their
	 * workflow goes; only their dead letters may go before.
	 * @param filter which; without a state for all that have ended
	 * @return what became of them
	 */
	public BulkResult deleteAll(JobFilter filter) {
		return this.bulk.delete(filter);
	}

	/**
	 * Empties a queue: deletes its jobs that have ended, at most 10,000, and cancels
	 * those that wait, at most 1000 of each state. As {@link #deleteAll} it leaves those
	 * of workflows that have ended; those that wait take their workflow along.
	 * @param queue the queue
	 * @param states in which states; not active
	 * @param olderThan only those that ended, or if they wait were accepted, before this
	 * time; {@code null} for all
	 * @return how many
	 */
	public Purged purge(String queue, Set<JobState> states, @Nullable Instant olderThan) {
		return this.bulk.purge(JobRequest.checkQueue("queue", queue), states, false, olderThan);
	}

	/**
	 * Deletes jobs of the dead letter, at most 10,000.
	 * @param queue only of this queue; {@code null} for all
	 * @param olderThan only those that were discarded before this time; {@code null} for
	 * all
	 * @return how many
	 */
	public Purged purgeDeadLetter(@Nullable String queue, @Nullable Instant olderThan) {
		return this.bulk.purge(queue, Set.of(JobState.DISCARDED), true, olderThan);
	}

	/**
	 * Counts the dead letter.
	 * @return the counts
	 */
	public DeadLetterStats deadLetterStats() {
		return deadLetterStats(null);
	}

	/**
	 * Counts the dead letter of a tenant.
	 * @param tenant the tenant; {@code null} for all
	 * @return the counts
	 */
	public DeadLetterStats deadLetterStats(@Nullable String tenant) {
		long total = 0;
		Map<String, Long> byQueue = new TreeMap<>();
		Map<String, Long> byType = new TreeMap<>();
		Instant oldest = null;
		Instant newest = null;
		for (DeadLetters.Group group : this.store.deadLetters().count(tenant)) {
			total += group.jobs();
			byQueue.merge(group.queue(), group.jobs(), Long::sum);
			byType.merge(group.type(), group.jobs(), Long::sum);
			oldest = earlier(oldest, group.oldest());
			newest = (newest == null || group.newest().isAfter(newest)) ? group.newest() : newest;
		}
		return new DeadLetterStats(total, byQueue, byType, oldest, newest);
	}

	private static Instant earlier(@Nullable Instant one, Instant other) {
		return (one != null && one.isBefore(other)) ? one : other;
	}

	void forget() {
		this.census.forget();
	}

}
