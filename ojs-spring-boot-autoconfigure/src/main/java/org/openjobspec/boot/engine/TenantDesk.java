package org.openjobspec.boot.engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.TenantId;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.Queues;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Tenants;

/**
 * Whose jobs are whose, and how many there are (ojs-multi-tenancy). A job belongs to the
 * tenant that its metadata names as {@code tenant_id}.
 */
public final class TenantDesk {

	private final Store store;

	private final DeadLetterBox deadLetter;

	private final WorkflowDesk workflows;

	private final Recent<List<Tenants.Count>> live;

	private final Recent<List<Tenants.Count>> ended;

	TenantDesk(Store store, DeadLetterBox deadLetter, WorkflowDesk workflows) {
		this.store = store;
		this.deadLetter = deadLetter;
		this.workflows = workflows;
		this.live = new Recent<>(QueueCensus.LIVE_AGE, store.tenants()::live);
		this.ended = new Recent<>(QueueCensus.ENDED_AGE, store.tenants()::ended);
	}

	/**
	 * Picks a tenant's jobs.
	 * @param tenant the tenant
	 * @param jobs any jobs
	 * @return those that are the tenant's
	 */
	public Set<UUID> own(String tenant, Collection<UUID> jobs) {
		return jobs.isEmpty() ? Set.of() : this.store.tenants().own(tenant, jobs);
	}

	/**
	 * Whether a workflow is a tenant's: whether all of its jobs are.
	 * @param tenant the tenant
	 * @param workflow the workflow
	 * @return whether it is; not if there is no such workflow
	 */
	public boolean ownsWorkflow(String tenant, UUID workflow) {
		return this.store.tenants().ownsWorkflow(tenant, workflow);
	}

	/**
	 * Lists the tenants that have jobs.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the tenants by name; the counts of jobs that have ended are up to half a
	 * minute old, the others up to a second
	 */
	public Page<TenantInfo> list(int limit, int offset) {
		Map<String, Map<JobState, Long>> all = count();
		List<TenantInfo> part = all.entrySet()
			.stream()
			.skip(offset)
			.limit(limit)
			.map((entry) -> new TenantInfo(entry.getKey(), entry.getValue()))
			.toList();
		return new Page<>(part, all.size(), limit, offset);
	}

	/**
	 * Counts a tenant's jobs.
	 * @param tenant the tenant
	 * @return the counts, as old as those of {@link #list}; all zero for a tenant that
	 * has no jobs
	 * @throws org.openjobspec.boot.job.InvalidRequestException if it is no tenant's name
	 */
	public TenantInfo stats(String tenant) {
		TenantId.check("tenant", tenant);
		return new TenantInfo(tenant, count().getOrDefault(tenant, QueueCensus.none()));
	}

	/**
	 * Lists the queues that hold a tenant's jobs, those that have ended included for as
	 * long as they are kept.
	 * @param tenant the tenant
	 * @return the queues by name, as old as the counts of {@link #list}
	 */
	public List<QueueInfo> queues(String tenant) {
		Set<String> own = counts().filter((count) -> count.tenant().equals(tenant))
			.map(Tenants.Count::queue)
			.collect(Collectors.toSet());
		return this.store.queues()
			.list()
			.stream()
			.filter((queue) -> own.contains(queue.name()))
			.map(QueueDesk::info)
			.toList();
	}

	/**
	 * Counts what a queue holds of a tenant.
	 * @param tenant the tenant
	 * @param queue the queue
	 * @return the counts, as old as those of {@link #list}
	 */
	public QueueStats queue(String tenant, String queue) {
		JobRequest.checkQueue("queue", queue);
		Map<JobState, Long> jobs = QueueCensus.none();
		long dead = 0;
		for (Tenants.Count count : counts().toList()) {
			if (count.tenant().equals(tenant) && count.queue().equals(queue)) {
				jobs.merge(count.state(), count.jobs(), Long::sum);
				dead += count.deadLetter() ? count.jobs() : 0;
			}
		}
		Queues.Counts now = this.store.queues().count(queue, false);
		return new QueueStats(queue, now.paused(), jobs.getOrDefault(JobState.AVAILABLE, 0L),
				jobs.getOrDefault(JobState.ACTIVE, 0L), jobs.getOrDefault(JobState.SCHEDULED, 0L),
				jobs.getOrDefault(JobState.RETRYABLE, 0L), jobs.getOrDefault(JobState.PENDING, 0L),
				jobs.getOrDefault(JobState.COMPLETED, 0L), jobs.getOrDefault(JobState.CANCELLED, 0L),
				jobs.getOrDefault(JobState.DISCARDED, 0L), dead, now.now());
	}

	/**
	 * Lists what the dead letter holds of a tenant, newest first. Reads over what it
	 * holds of others.
	 * @param tenant the tenant
	 * @param queue only this queue; {@code null} for all
	 * @param limit how many jobs at most, 1 to 1000
	 * @param offset how many jobs to pass over
	 * @return the jobs
	 */
	public Page<Job> deadLetters(String tenant, @Nullable String queue, int limit, int offset) {
		return this.deadLetter.list(queue, tenant, limit, offset);
	}

	/**
	 * Lists a tenant's workflows, newest first.
	 * @param tenant the tenant
	 * @param state only in this state; {@code null} for any
	 * @param limit how many at most, 1 to 1000
	 * @param offset how many to pass over
	 * @return the workflows without their steps
	 */
	public List<Workflow> workflows(String tenant, @Nullable WorkflowState state, int limit, int offset) {
		return this.workflows.list(state, tenant, limit, offset);
	}

	private Stream<Tenants.Count> counts() {
		return Stream.concat(this.live.get().stream(), this.ended.get().stream());
	}

	private Map<String, Map<JobState, Long>> count() {
		Map<String, Map<JobState, Long>> tenants = new TreeMap<>();
		counts().forEach((count) -> tenants.computeIfAbsent(count.tenant(), (tenant) -> QueueCensus.none())
			.merge(count.state(), count.jobs(), Long::sum));
		return tenants;
	}

	void forget() {
		this.live.forget();
		this.ended.forget();
	}

}
