package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.openjobspec.boot.engine.JobEngine;

/**
 * Makes the endpoints, and the routes that lead to them.
 */
final class Endpoints implements Supplier<List<Route>> {

	private final JobEngine engine;

	private final WebSettings settings;

	private final Accommodations accommodations;

	private final ServerEndpoints server;

	private final ConformanceHooks hooks;

	Endpoints(JobEngine engine, WebSettings settings, Accommodations accommodations, ServerEndpoints server,
			ConformanceHooks hooks) {
		this.engine = engine;
		this.settings = settings;
		this.accommodations = accommodations;
		this.server = server;
		this.hooks = hooks;
	}

	@Override
	public List<Route> get() {
		Access access = new Access(this.engine, new Tenancy(this.engine.tenants(), this.settings.tenantRequired()));
		List<Route> relative = access.guard(relative(access));
		List<Route> all = new ArrayList<>();
		for (String base : this.settings.basePaths()) {
			relative.forEach((route) -> all.add(route.below(base)));
		}
		all.addAll(this.hooks.absoluteRoutes(this.server));
		all.add(new Route("GET", ServerEndpoints.MANIFEST, this.server::manifest));
		return all;
	}

	private List<Route> relative(Access access) {
		FleetEndpoints fleet = new FleetEndpoints(this.engine.workers());
		QueueEndpoints queues = new QueueEndpoints(this.engine, this.accommodations);
		DeadLetterEndpoints deadLetter = new DeadLetterEndpoints(this.engine);
		List<Route> relative = new ArrayList<>(
				new WorkerEndpoints(this.engine, this.accommodations, this.hooks, access).routes());
		relative.addAll(fleet.routes());
		// What has a name stands before what has an id.
		relative.addAll(new BulkEndpoints(this.engine, access).routes());
		relative.addAll(new JobEndpoints(this.engine, this.accommodations, this.hooks).routes());
		relative.addAll(new ProgressEndpoints(this.engine.progress(), this.engine.checkpoints(), access).routes());
		relative.addAll(new CheckpointEndpoints(this.engine.checkpoints()).routes());
		relative.addAll(new SchemaEndpoints(this.engine.schemas()).routes());
		relative.addAll(queues.routes());
		relative.addAll(new QueueConfigEndpoints(this.engine).routes());
		relative.addAll(deadLetter.routes());
		relative.addAll(new AdminEndpoints(this.engine, queues, fleet).routes());
		relative.addAll(new PurgeEndpoints(this.engine.admin()).routes());
		relative.addAll(new AdminJobEndpoints(this.engine, deadLetter).routes());
		relative.addAll(new CronEndpoints(this.engine, access).routes());
		relative.addAll(new EventEndpoints(this.engine).routes());
		relative.addAll(new WorkflowEndpoints(this.engine, this.accommodations).routes());
		relative.addAll(new RateLimitEndpoints(this.engine).routes());
		if (this.engine.webhooks().enabled()) {
			relative.addAll(new WebhookEndpoints(this.engine.webhooks()).routes());
		}
		relative.addAll(new TenantEndpoints(this.engine).routes());
		relative.addAll(new SchedulingEndpoints(this.engine.pools(), this.engine.admin()).routes());
		relative.addAll(this.server.routes());
		relative.addAll(this.hooks.relativeRoutes());
		return relative;
	}

}
