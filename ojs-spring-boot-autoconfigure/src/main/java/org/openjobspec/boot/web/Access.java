package org.openjobspec.boot.web;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;

/**
 * Keeps a request to the queues and job types that it may name. As with {@link Tenancy
 * tenants}, an endpoint of which nothing is said here is refused to whoever is limited.
 */
final class Access {

	/** What asks for the grant by itself. */
	private static final Set<String> CHECKED = Set.of("POST /jobs", "POST /jobs/batch", "POST /jobs/bulk",
			"POST /jobs/bulk/cancel", "POST /jobs/bulk/retry", "POST /jobs/bulk/delete", "POST /jobs/fetch",
			"POST /jobs/{id}/ack", "POST /jobs/{id}/nack", "POST /workers/fetch", "POST /workers/ack",
			"POST /workers/nack", "POST /workers/heartbeat", "POST /workers/beat", "POST /workers/progress",
			"GET /dead-letter", "GET /queues", "GET /events", "POST /workflows", "POST /cron", "GET /cron",
			"GET /admin/jobs", "POST /admin/jobs/bulk/retry", "POST /admin/jobs/bulk/cancel",
			"POST /admin/jobs/bulk/delete", "GET /admin/dead-letter", "POST /admin/dead-letter/retry");

	/** Where what the path has as {@code {id}} is a job. */
	static final List<String> OF_JOBS = List.of("/jobs/{id}", "/dead-letter/{id}", "/admin/jobs/{id}",
			"/admin/dead-letter/{id}", "/checkpoints/{id}", "/ojs/v1/checkpoints/{id}");

	private static final List<String> OF_QUEUES = List.of("/queues/{name}", "/admin/queues/{name}");

	private static final Set<String> OF_TYPES = Set.of("GET /schemas/{type}/versions", "GET /schemas/{type}/{version}",
			"GET /admin/schemas/{type}", "GET /admin/schemas/{type}/versions", "GET /admin/schemas/{type}/{version}");

	private final JobEngine engine;

	private final Tenancy tenancy;

	Access(JobEngine engine, Tenancy tenancy) {
		this.engine = engine;
		this.tenancy = tenancy;
	}

	/**
	 * Narrows routes to what a request may name, and to what is its tenant's.
	 * @param routes the routes, relative to where the API is served
	 * @return the routes, in the same order
	 */
	List<Route> guard(List<Route> routes) {
		// Whose tenant's a job is not does not exist for him, in whichever queue it is.
		return this.tenancy.guard(routes.stream().map(this::guard).toList());
	}

	private Route guard(Route route) {
		if (route.role() == null || CHECKED.contains(route.toString())) {
			return route;
		}
		if (OF_JOBS.stream().anyMatch(route.path()::startsWith)) {
			return route.after((call) -> require(call, List.of(call.jobId())));
		}
		if (OF_QUEUES.stream().anyMatch(route.path()::startsWith)) {
			return route.after((call) -> call.grant().requireWholeQueue(call.variable()));
		}
		if (OF_TYPES.contains(route.toString())) {
			return route.after((call) -> call.grant().requireType(call.variable()));
		}
		if (route.path().startsWith("/workflows/{id}")) {
			return route.after(this::requireWorkflow);
		}
		if (route.path().startsWith("/cron/{name}")) {
			return route.after((call) -> requireCron(call.grant(), call.name()));
		}
		return route.after((call) -> call.grant().requireAll());
	}

	/**
	 * Checks that a job may be named, and is the tenant's if the request names one.
	 * Nothing can come in between: a job's queue, type and tenant never change.
	 * @param call the request
	 * @param job the job
	 * @throws InvalidRequestException if it may not be named
	 * @throws NotFoundException if it is another tenant's or nobody's
	 */
	void check(Call call, UUID job) {
		this.tenancy.check(call, job);
		require(call, List.of(job));
	}

	/**
	 * Picks the tenant's jobs, if the request names one.
	 * @param call the request
	 * @param jobs any jobs
	 * @return those that the request may be about, in order
	 * @throws InvalidRequestException if one of them may not be named
	 */
	List<UUID> own(Call call, List<UUID> jobs) {
		List<UUID> own = this.tenancy.own(call, jobs);
		require(call, own);
		return own;
	}

	private void require(Call call, List<UUID> jobs) {
		Grant grant = call.grant();
		if (grant.limited()) {
			this.engine.places(jobs, grant::requireStored);
		}
	}

	private void requireWorkflow(Call call) {
		Grant grant = call.grant();
		if (grant.limited()) {
			this.engine.placesOfWorkflow(call.id("workflow"), grant::requireStored);
		}
	}

	void requireCron(Grant grant, String name) {
		if (grant.limited()) {
			this.engine.findCron(name).map(CronJob::job).ifPresent(grant::requireStored);
		}
	}

}
