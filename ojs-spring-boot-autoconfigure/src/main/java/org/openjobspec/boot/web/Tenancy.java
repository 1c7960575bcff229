package org.openjobspec.boot.web;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.MetaMember;
import org.openjobspec.boot.engine.TenantDesk;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.TenantId;

/**
 * Keeps those who name a tenant to what is its own (ojs-multi-tenancy). What is another's
 * does not exist for them, and an endpoint of which nothing is said here is not for them
 * at all. Who may name which tenant is decided in front of us: the header narrows and
 * proves nothing.
 */
final class Tenancy {

	static final String HEADER = "X-OJS-Tenant";

	private static final String META_PATH = "meta." + TenantId.META;

	/** What has nothing to do with anybody's jobs. */
	private static final Set<String> COMMON = Set.of("GET /health", "GET /manifest", "GET /schemas",
			"GET /schemas/{uri}", "GET /schemas/{type}/versions", "GET /schemas/{type}/{version}");

	/** What asks for the tenant by itself. */
	private static final Set<String> NARROWED = Set.of("POST /jobs", "POST /jobs/batch", "POST /jobs/bulk",
			"POST /jobs/bulk/cancel", "POST /jobs/bulk/retry", "POST /jobs/bulk/delete", "POST /jobs/fetch",
			"POST /jobs/{id}/ack", "POST /jobs/{id}/nack", "POST /workers/fetch", "POST /workers/ack",
			"POST /workers/nack", "POST /workers/heartbeat", "POST /workers/beat", "POST /workers/progress",
			"GET /dead-letter", "GET /dead-letter/stats", "GET /queues", "GET /queues/{name}",
			"GET /queues/{name}/stats", "GET /events", "POST /workflows", "GET /workflows", "GET /admin/jobs",
			"POST /admin/jobs/bulk/retry", "POST /admin/jobs/bulk/cancel", "POST /admin/jobs/bulk/delete",
			"GET /admin/dead-letter", "GET /admin/dead-letter/stats", "POST /admin/dead-letter/retry");

	private static final String OF_WORKFLOWS = "/workflows/{id}";

	private final TenantDesk desk;

	private final boolean required;

	Tenancy(TenantDesk desk, boolean required) {
		this.desk = desk;
		this.required = required;
	}

	/**
	 * The tenant that a request names.
	 * @param request the request
	 * @return the tenant; {@code null} if it names none
	 * @throws InvalidRequestException if it names several, or one that cannot be
	 */
	static @Nullable String named(HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(HEADER)).stream().distinct().toList();
		if (values.isEmpty()) {
			return null;
		}
		if (values.size() > 1) {
			throw InvalidRequestException.field(HEADER, "%s must name one tenant".formatted(HEADER));
		}
		return TenantId.check(HEADER, values.get(0));
	}

	/**
	 * Puts a tenant into a job's metadata.
	 * @param meta the metadata as it was sent, or {@code null}
	 * @param tenant the tenant
	 * @return the metadata that names the tenant
	 * @throws InvalidRequestException if it names another one
	 */
	static String assign(@Nullable String meta, String tenant) {
		String json = (meta != null) ? meta : "{}";
		JsonValue said = JsonObject.parse(json).member(TenantId.META);
		if (said == null) {
			return MetaMember.put(json, TenantId.META, Text.quote(tenant));
		}
		if (!said.isString() || !said.asString().equals(tenant)) {
			throw InvalidRequestException.field(META_PATH,
					"%s says otherwise than the header %s".formatted(META_PATH, HEADER));
		}
		return json;
	}

	/**
	 * Narrows routes to what is the tenant's whom a request names.
	 * @param routes the routes, relative to where the API is served
	 * @return the routes, in the same order
	 */
	List<Route> guard(List<Route> routes) {
		return routes.stream().map(this::guard).toList();
	}

	private Route guard(Route route) {
		if (COMMON.contains(route.toString())) {
			return route;
		}
		if (NARROWED.contains(route.toString())) {
			return with(route, (call) -> {
			});
		}
		if (Access.OF_JOBS.stream().anyMatch(route.path()::startsWith)) {
			return with(route, (call) -> check(call, call.jobId()));
		}
		if (route.path().startsWith(OF_WORKFLOWS)) {
			return with(route, (call) -> checkWorkflow(call, call.id("workflow")));
		}
		return route.after(Tenancy::refuseTenants);
	}

	private Route with(Route route, Consumer<Call> check) {
		// Operators look at the jobs of all tenants.
		boolean needed = this.required && !route.path().startsWith("/admin/");
		return route.after((call) -> {
			if (needed && call.tenant() == null) {
				throw InvalidRequestException.field(HEADER,
						"The header %s is missing, and this server serves no request without it".formatted(HEADER));
			}
			check.accept(call);
		});
	}

	private static void refuseTenants(Call call) {
		if (call.tenant() != null) {
			throw InvalidRequestException.protocol("permission_denied", 403,
					"This endpoint is not for tenants, since it concerns more than what is one tenant's",
					"Leave the header %s out if you are an operator of this server.".formatted(HEADER));
		}
	}

	/**
	 * Checks that a job is the tenant's, if the request names one. Nothing can come in
	 * between: a job's tenant never changes.
	 * @param call the request
	 * @param job the job
	 * @throws NotFoundException if it is another's or nobody's
	 */
	void check(Call call, UUID job) {
		String tenant = call.tenant();
		if (tenant != null && this.desk.own(tenant, List.of(job)).isEmpty()) {
			throw new NotFoundException("job", job.toString());
		}
	}

	private void checkWorkflow(Call call, UUID workflow) {
		String tenant = call.tenant();
		if (tenant != null && !this.desk.ownsWorkflow(tenant, workflow)) {
			throw new NotFoundException("workflow", workflow.toString());
		}
	}

	/**
	 * Picks the tenant's jobs, if the request names one.
	 * @param call the request
	 * @param jobs any jobs
	 * @return those that the request may be about, in order
	 */
	List<UUID> own(Call call, List<UUID> jobs) {
		String tenant = call.tenant();
		if (tenant == null) {
			return jobs;
		}
		Set<UUID> own = this.desk.own(tenant, jobs);
		return jobs.stream().filter(own::contains).toList();
	}

}
