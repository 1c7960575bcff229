package org.openjobspec.boot.web;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Whom each route is for. A route that is not listed is a mistake, and no route is made:
 * otherwise it would be served to nobody, or to everybody.
 */
final class Roles {

	/** What a load balancer and a client that only looks around must be able to ask. */
	private static final Set<String> OPEN = Set.of("GET /health", "GET /manifest", "GET /ready",
			"GET " + ServerEndpoints.MANIFEST);

	private static final List<String> PRODUCER = List.of("POST /jobs", "POST /jobs/batch", "POST /jobs/bulk",
			"POST /jobs/bulk/cancel", "GET /jobs/{id}", "DELETE /jobs/{id}", "POST /jobs/{id}/cancel",
			"POST /jobs/{id}/activate", "GET /jobs/{id}/progress", "POST /workflows", "GET /workflows",
			"GET /workflows/{id}", "DELETE /workflows/{id}", "POST /workflows/{id}/cancel", "POST /cron", "GET /cron",
			"GET /cron/{name}", "DELETE /cron/{name}", "POST /cron/{name}/trigger", "GET /schemas",
			"GET /schemas/{uri}", "GET /schemas/{type}/versions", "GET /schemas/{type}/{version}");

	private static final List<String> WORKER = List.of("POST /workers/fetch", "POST /jobs/fetch", "POST /workers/ack",
			"POST /workers/nack", "POST /jobs/{id}/ack", "POST /jobs/{id}/nack", "POST /workers/heartbeat",
			"POST /workers/beat", "PUT /jobs/{id}/progress", "POST /workers/progress", "PUT /jobs/{id}/checkpoint",
			"POST /jobs/{id}/checkpoint", "GET /jobs/{id}/checkpoint", "DELETE /jobs/{id}/checkpoint",
			"POST /checkpoints/{id}", "DELETE /checkpoints/{id}", "GET /checkpoints/{id}",
			"GET /checkpoints/{id}/resume", "POST /ojs/v1/checkpoints/{id}", "DELETE /ojs/v1/checkpoints/{id}",
			"GET /ojs/v1/checkpoints/{id}", "GET /ojs/v1/checkpoints/{id}/resume");

	private static final List<String> OPERATOR = List.of("GET /workers", "GET /workers/{worker}",
			"GET /workers/{worker}/health", "POST /workers/{worker}/quiet", "POST /workers/{worker}/terminate",
			"POST /workers/{worker}/resume", "GET /queues", "GET /queues/{name}", "GET /queues/{name}/stats",
			"POST /queues/{name}/pause", "POST /queues/{name}/resume", "GET /queues/{name}/config",
			"GET /admin/queues/{name}/config", "GET /dead-letter", "GET /dead-letter/stats", "GET /dead-letter/{id}",
			"POST /dead-letter/{id}/retry", "DELETE /dead-letter/{id}", "POST /jobs/bulk/retry", "GET /admin/stats",
			"GET /admin/queues", "GET /admin/queues/{name}", "POST /admin/queues/{name}/pause",
			"POST /admin/queues/{name}/resume", "GET /admin/workers", "GET /admin/workers/{worker}",
			"DELETE /admin/workers/{worker}", "POST /admin/workers/{worker}/quiet",
			"POST /admin/workers/{worker}/terminate", "POST /admin/workers/{worker}/resume", "GET /admin/jobs",
			"POST /admin/jobs/bulk/retry", "POST /admin/jobs/bulk/cancel", "GET /admin/jobs/{id}",
			"POST /admin/jobs/{id}/retry", "POST /admin/jobs/{id}/cancel", "GET /admin/dead-letter",
			"GET /admin/dead-letter/stats", "POST /admin/dead-letter/retry", "POST /admin/dead-letter/{id}/retry",
			"DELETE /admin/dead-letter/{id}", "PATCH /cron/{name}", "PUT /cron/{name}", "POST /cron/{name}/enable",
			"POST /cron/{name}/disable", "GET /events", "GET /rate-limits", "GET /rate-limits/{name}",
			"GET /admin/scheduling/stats", "GET /admin/pools", "GET /admin/pools/{name}", "GET /admin/tenants",
			"GET /admin/tenants/{name}", "GET /admin/tenants/{name}/stats", "GET /admin/tenants/{name}/jobs",
			"GET /admin/schemas", "GET /admin/schemas/{type}", "GET /admin/schemas/{type}/versions",
			"GET /admin/schemas/{type}/{version}", "GET /metrics");

	private static final List<String> ADMIN = List.of("PUT /queues/{name}/config", "PUT /admin/queues/{name}/config",
			"PUT /rate-limits/{name}", "PUT /admin/queues/{name}/rate-limit", "PUT /admin/pools/{name}",
			"DELETE /admin/pools/{name}", "PUT /admin/schemas/{type}/{version}",
			"DELETE /admin/schemas/{type}/{version}", "POST /schemas", "DELETE /schemas/{uri}",
			"DELETE /schemas/{type}/{version}", "POST /webhooks/subscriptions", "GET /webhooks/subscriptions",
			"GET /webhooks/subscriptions/{id}", "PATCH /webhooks/subscriptions/{id}",
			"PUT /webhooks/subscriptions/{id}", "DELETE /webhooks/subscriptions/{id}",
			"POST /webhooks/subscriptions/{id}/test", "POST /webhooks/subscriptions/{id}/rotate-secret",
			"GET /webhooks/deliveries", "GET /webhooks/deliveries/{id}", "POST /webhooks/deliveries/{id}/retry",
			"DELETE /admin/queues/{name}/jobs", "DELETE /admin/dead-letter", "POST /jobs/bulk/delete",
			"POST /admin/jobs/bulk/delete", "POST /admin/reset");

	private static final Map<String, ApiRole> ROLES = table();

	private Roles() {
	}

	private static Map<String, ApiRole> table() {
		Map<String, ApiRole> roles = new HashMap<>();
		put(roles, PRODUCER, ApiRole.PRODUCER);
		put(roles, WORKER, ApiRole.WORKER);
		put(roles, OPERATOR, ApiRole.OPERATOR);
		put(roles, ADMIN, ApiRole.ADMIN);
		return Map.copyOf(roles);
	}

	private static void put(Map<String, ApiRole> roles, List<String> routes, ApiRole role) {
		for (String route : routes) {
			if (OPEN.contains(route) || roles.put(route, role) != null) {
				throw new IllegalStateException("The route %s is listed twice".formatted(route));
			}
		}
	}

	/**
	 * All that is listed, which is at least what is served.
	 * @return methods and paths, with a space between them
	 */
	static Set<String> listed() {
		Set<String> all = new HashSet<>(ROLES.keySet());
		all.addAll(OPEN);
		return all;
	}

	/**
	 * Whom a route is for.
	 * @param method the HTTP method
	 * @param path the path as the route has it, without the base path
	 * @return the role; {@code null} if it is for everybody
	 * @throws IllegalStateException if nobody has decided
	 */
	static @Nullable ApiRole of(String method, String path) {
		String route = method + ' ' + path;
		ApiRole role = ROLES.get(route);
		if (role == null && !OPEN.contains(route)) {
			throw new IllegalStateException("The route %s has no role; add it to Roles".formatted(route));
		}
		return role;
	}

}
