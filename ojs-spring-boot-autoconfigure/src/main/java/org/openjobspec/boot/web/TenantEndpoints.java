package org.openjobspec.boot.web;

import java.util.List;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.engine.TenantDesk;
import org.openjobspec.boot.engine.TenantInfo;
import org.openjobspec.boot.job.TenantId;
import tools.jackson.core.JsonGenerator;

/**
 * Tenants as operators see them (ojs-multi-tenancy 10).
 */
final class TenantEndpoints {

	private final TenantDesk desk;

	private final JobListing listing;

	TenantEndpoints(JobEngine engine) {
		this.desk = engine.tenants();
		this.listing = new JobListing(engine.admin());
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/admin/tenants", this::list),
				new Route("GET", "/admin/tenants/{name}", this::stats),
				new Route("GET", "/admin/tenants/{name}/stats", this::stats),
				new Route("GET", "/admin/tenants/{name}/jobs", this::jobs));
	}

	private Answer list(Call call) {
		Paging paging = Paging.ofPages(call);
		Page<TenantInfo> page = this.desk.list(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			Values.objects(json, "items", page.items(), (tenant) -> members(json, tenant));
			paging.writePage(json, page.total(), page.hasMore());
		});
	}

	private Answer stats(Call call) {
		TenantInfo tenant = this.desk.stats(call.variable(0));
		return Answer.ok((json) -> members(json, tenant));
	}

	private Answer jobs(Call call) {
		String tenant = TenantId.check("tenant", call.variable(0));
		return this.listing.answer(call, (filter) -> filter.ofTenant(tenant));
	}

	private static void members(JsonGenerator json, TenantInfo tenant) {
		json.writeStringProperty("tenant_id", tenant.id());
		json.writeNumberProperty("total_jobs", tenant.total());
		AdminEndpoints.counts(json, "jobs", tenant.jobs());
	}

}
