package org.openjobspec.boot.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.web.servlet.HandlerMapping;

/**
 * The HTTP binding of the Open Job Spec on Spring MVC. All of its parts must be
 * registered as beans: the mapping, which Spring MVC finds by its type, and the filters.
 * None depends on Spring MVC's configuration in the application, and all leave alone
 * every request that the application has mapped itself.
 */
public final class OjsHttpApi {

	private final OjsHandlerMapping mapping;

	private final OjsMultipartFilter filter;

	private final OjsFormFilter formFilter;

	private final OjsCorsFilter corsFilter;

	private final ContainerRefusals refusals;

	/**
	 * Creates the binding.
	 * @param engine what the requests are put to
	 * @param settings what the operator has set
	 * @param guard who may call it, as far as this library decides
	 * @param obstacle why the tables are not there yet, asked for each request; then it
	 * is answered 503. {@code null} where nothing is in the way
	 * @param mappings all handler mappings of the application, in any order; asked for
	 * once, when all singletons exist
	 */
	public OjsHttpApi(JobEngine engine, WebSettings settings, WebGuard guard, Supplier<@Nullable String> obstacle,
			Supplier<Stream<HandlerMapping>> mappings) {
		Accommodations accommodations = new Accommodations(settings);
		this.mapping = new OjsHandlerMapping(routes(engine, settings, accommodations, obstacle),
				new BodyReader(settings.maxBodyBytes()), accommodations, new HostMappings(mappings),
				new KeyRing(guard.keys(), engine::queueOf), obstacle);
		this.corsFilter = new OjsCorsFilter(this.mapping, guard.cors());
		this.filter = new OjsMultipartFilter(this.mapping);
		this.formFilter = new OjsFormFilter(this.mapping);
		this.refusals = new ContainerRefusals(settings.basePaths(), accommodations);
	}

	private static Routes routes(JobEngine engine, WebSettings settings, Accommodations accommodations,
			Supplier<@Nullable String> obstacle) {
		ConformanceHooks hooks = new ConformanceHooks(settings, engine);
		List<String> outposts = new ArrayList<>(hooks.absolutePaths());
		outposts.add(ServerEndpoints.MANIFEST);
		// Made at once, since it tells how long it has been there.
		ServerEndpoints server = new ServerEndpoints(engine,
				settings.basePaths().isEmpty() ? "" : settings.basePaths().get(0), obstacle);
		return new Routes(new Territory(settings.basePaths(), outposts),
				new Endpoints(engine, settings, accommodations, server, hooks));
	}

	/**
	 * Maps our requests, before the application's own mappings and without their API
	 * versions, CORS rules, interceptors, message converters and exception handlers.
	 * @return a mapping of order -10; it reads the application's mappings when the
	 * context has instantiated its singletons, so it must be a bean
	 */
	public HandlerMapping handlerMapping() {
		return this.mapping;
	}

	/**
	 * Answers multipart requests to our paths, which Spring MVC would otherwise try to
	 * parse before it knows whose they are. Passes on everything else at the cost of one
	 * string comparison.
	 * @return the filter, to be mapped to {@code /*} with the lowest precedence
	 */
	public Filter multipartFilter() {
		return this.filter;
	}

	/**
	 * Keeps Spring's filter for forms, which reads bodies of PUT, PATCH and DELETE, away
	 * from requests to our paths. Passes on everything else at the cost of one string
	 * comparison.
	 * @return the filter, to be mapped to {@code /*} before that one
	 */
	public Filter formFilter() {
		return this.formFilter;
	}

	/**
	 * Lets pages of other origins call the API, as far as that is allowed, and answers
	 * what browsers ask beforehand. Passes on every request that is not ours.
	 * @return the filter, to be mapped to {@code /*} in front of Spring Security, which
	 * would refuse those questions for the lack of credentials that they never have
	 */
	public Filter corsFilter() {
		return this.corsFilter;
	}

	/**
	 * Whether a request is ours: a path that the API has, or one of its own below where
	 * it is served, that the application does not map itself.
	 */
	boolean serves(HttpServletRequest request) {
		return this.mapping.match(request) != null;
	}

	/**
	 * Whom the route of a request is for.
	 * @param request the request
	 * @return nothing if it is not ours, has no route, or is for everybody
	 */
	Optional<ApiRole> role(HttpServletRequest request) {
		return route(request).flatMap((route) -> Optional.ofNullable(route.role()));
	}

	/**
	 * Whether a request has a route that is for everybody.
	 */
	boolean isOpen(HttpServletRequest request) {
		return route(request).filter((route) -> route.role() == null).isPresent();
	}

	private Optional<Route> route(HttpServletRequest request) {
		Routes.Match match = this.mapping.match(request);
		return (match != null) ? Optional.ofNullable(match.route()) : Optional.empty();
	}

	List<Route> routes() {
		return this.mapping.routes();
	}

	/**
	 * Whether a refusal by the server itself, of a request that never reaches the
	 * application, is to be worded by {@link #refuse}.
	 * @param uri the path as it was sent, {@code null} if the server could not tell
	 * @param prefix what stands before our paths: where the application and its servlet
	 * begin
	 * @param status what the server answers
	 * @return whether the path is ours
	 */
	public boolean words(@Nullable String uri, String prefix, int status) {
		return this.refusals.covers(uri, prefix, status);
	}

	/**
	 * Whether a refusal by the server itself, of a request that the application would
	 * otherwise have been given, is to be worded by {@link #refuse}.
	 * @param request what the server refuses
	 * @param status what the server answers
	 * @return whether the request is ours
	 */
	public boolean words(HttpServletRequest request, int status) {
		return ContainerRefusals.isRefusal(status) && this.mapping.find(request) != null;
	}

	/**
	 * Writes an error in the form of the specification, and logs it.
	 * @param request what the server refuses
	 * @param response has the status, and no body yet
	 * @throws IOException if the client has gone
	 */
	public void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
		// The methods that the path has are known to its routes alone. One that the path
		// has was refused by somebody else, and must not be served after all.
		boolean without = response.getStatus() == HttpServletResponse.SC_METHOD_NOT_ALLOWED && route(request).isEmpty();
		OjsRequestHandler handler = without ? this.mapping.find(request) : null;
		if (handler != null) {
			handler.handleRequest(request, response);
			response.flushBuffer();
		}
		else {
			this.refusals.write(request, response);
		}
	}

	/**
	 * Whether the server has kept us from answering a request.
	 * @param request a request that has been handled
	 * @return whether to call {@link #sendUnsent}
	 */
	public static boolean hasUnsent(HttpServletRequest request) {
		return OjsRequestHandler.hasUnsent(request);
	}

	/**
	 * Sends what the server kept us from sending.
	 * @param request a request that has been handled
	 * @param response takes the answer
	 * @throws IOException if the client has gone
	 */
	public static void sendUnsent(HttpServletRequest request, HttpServletResponse response) throws IOException {
		OjsRequestHandler.sendUnsent(request, response);
	}

}
