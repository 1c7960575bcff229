package org.openjobspec.boot.web;

import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Finds our requests before the application's mappings do, so that their API versions,
 * CORS rules and interceptors do not touch them; but a path that the application maps
 * itself stays the application's.
 */
final class OjsHandlerMapping implements HandlerMapping, Ordered, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OjsHandlerMapping.class);

	private final Routes routes;

	private final BodyReader bodies;

	private final Accommodations accommodations;

	private final HostMappings host;

	private final KeyRing keys;

	private final Supplier<@Nullable String> obstacle;

	OjsHandlerMapping(Routes routes, BodyReader bodies, Accommodations accommodations, HostMappings host, KeyRing keys,
			Supplier<@Nullable String> obstacle) {
		this.obstacle = obstacle;
		this.keys = keys;
		this.routes = routes;
		this.bodies = bodies;
		this.accommodations = accommodations;
		this.host = host;
	}

	@Override
	public int getOrder() {
		return -10;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> clashes = this.host.clashes(this.routes);
		if (!clashes.isEmpty()) {
			logger.warn("The application maps paths of the Open Job Spec itself, which therefore does not serve them: "
					+ String.join("; ", clashes));
		}
	}

	List<Route> routes() {
		return this.routes.all();
	}

	@Override
	public @Nullable HandlerExecutionChain getHandler(HttpServletRequest request) {
		OjsRequestHandler handler = find(request);
		return (handler != null) ? new HandlerExecutionChain(handler) : null;
	}

	@Nullable OjsRequestHandler find(HttpServletRequest request) {
		Routes.Match match = match(request);
		return (match != null)
				? new OjsRequestHandler(match, this.bodies, this.accommodations, this.keys, this.obstacle.get()) : null;
	}

	/**
	 * Looks a request up.
	 * @param request the request
	 * @return what it has met; {@code null} if it is not ours
	 */
	Routes.@Nullable Match match(HttpServletRequest request) {
		PathContainer path = Paths.withinApplication(request);
		Routes.Match match = this.routes.find(request.getMethod(), Paths.segments(path));
		if (match == null || this.host.wins(request, path, match.route() != null)) {
			return null;
		}
		return match;
	}

}
