package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * What the application maps itself. Known kinds of mappings are read once, when the
 * application has started; others (Spring Data REST's, for one) are asked for each
 * request.
 */
final class HostMappings {

	private final Supplier<Stream<HandlerMapping>> mappings;

	private List<Mapped> known = List.of();

	private List<HandlerMapping> unknown = List.of();

	HostMappings(Supplier<Stream<HandlerMapping>> mappings) {
		this.mappings = mappings;
	}

	/**
	 * Reads the application's mappings.
	 * @param routes our routes
	 * @return which of them the application takes, for people
	 */
	List<String> clashes(Routes routes) {
		List<Mapped> found = new ArrayList<>();
		List<HandlerMapping> others = new ArrayList<>();
		this.mappings.get().filter((mapping) -> !(mapping instanceof OjsHandlerMapping)).forEach((mapping) -> {
			if (!read(mapping, found)) {
				others.add(mapping);
			}
		});
		found.removeIf(Mapped::isCatchAll);
		this.known = List.copyOf(found);
		this.unknown = List.copyOf(others);
		List<Mapped> near = this.known.stream().filter((mapped) -> mapped.touches(routes.territory())).toList();
		// Making the routes takes longer than to find out that it can be left to the
		// first request that is ours.
		return canClash(near, routes.territory()) ? clashes(near, routes.all()) : List.of();
	}

	private static boolean canClash(List<Mapped> near, Territory territory) {
		for (String listed : near.isEmpty() ? Set.<String>of() : Roles.listed()) {
			int space = listed.indexOf(' ');
			for (String path : territory.places(listed.substring(space + 1))) {
				for (Mapped mapped : near) {
					if (mapped.beats(listed.substring(0, space), path)) {
						return true;
					}
				}
			}
		}
		return false;
	}

	private static List<String> clashes(List<Mapped> near, List<Route> routes) {
		return routes.stream().flatMap((route) -> {
			PathContainer example = PathContainer.parsePath(route.example());
			return near.stream()
				.filter((mapped) -> mapped.beats(route.method(), example))
				.limit(1)
				.map((mapped) -> route + " (" + mapped.handler() + ')');
		}).toList();
	}

	private static boolean read(HandlerMapping mapping, List<Mapped> found) {
		if (mapping instanceof RequestMappingInfoHandlerMapping annotated) {
			annotated.getHandlerMethods().forEach((info, method) -> {
				Set<String> methods = info.getMethodsCondition()
					.getMethods()
					.stream()
					.map(Enum::name)
					.collect(Collectors.toSet());
				if (info.getPathPatternsCondition() != null) {
					info.getPathPatternsCondition()
						.getPatterns()
						.forEach((pattern) -> found.add(new Mapped(pattern, methods, method.toString(), false)));
				}
			});
			return true;
		}
		if (mapping instanceof AbstractUrlHandlerMapping urls) {
			urls.getPathPatternHandlerMap()
				.forEach((pattern, handler) -> found.add(new Mapped(pattern, Set.of(), String.valueOf(handler),
						handler instanceof ResourceHttpRequestHandler)));
			return true;
		}
		if (mapping instanceof RouterFunctionMapping functions) {
			if (functions.getRouterFunction() != null) {
				RouterPaths paths = new RouterPaths();
				functions.getRouterFunction().accept(paths);
				paths.patterns()
					.forEach((pattern) -> found.add(new Mapped(pattern, Set.of(), "router function", false)));
			}
			return true;
		}
		return false;
	}

	/**
	 * Whether a request is the application's.
	 * @param request the request
	 * @param path its path within the application
	 * @param routed whether we have a route for it; otherwise all that we have to offer
	 * is an error
	 */
	boolean wins(HttpServletRequest request, PathContainer path, boolean routed) {
		for (Mapped mapped : this.known) {
			if (routed ? mapped.beats(request.getMethod(), path) : mapped.pattern().matches(path)) {
				return true;
			}
		}
		for (HandlerMapping mapping : this.unknown) {
			if (handles(mapping, request)) {
				return true;
			}
		}
		return false;
	}

	private static boolean handles(HandlerMapping mapping, HttpServletRequest request) {
		Object before = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		// In front of Spring MVC, where filters ask, nobody has parsed the path yet.
		boolean parsed = ServletRequestPathUtils.hasParsedRequestPath(request);
		try {
			if (!parsed) {
				ServletRequestPathUtils.parseAndCache(request);
			}
			if (mapping.getHandler(request) == null) {
				return false;
			}
			Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
			return pattern == null || !isCatchAll(pattern.toString());
		}
		catch (Exception ex) {
			// It knows the path, and will say again what it does not like.
			return true;
		}
		finally {
			if (!parsed) {
				ServletRequestPathUtils.clearParsedRequestPath(request);
			}
			restore(request, before);
		}
	}

	private static void restore(HttpServletRequest request, @Nullable Object pattern) {
		if (pattern != null) {
			request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, pattern);
		}
		else {
			request.removeAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		}
	}

	/** A fallback for whatever has no mapping, such as a single-page application's. */
	private static boolean isCatchAll(String pattern) {
		return pattern.startsWith("/*") || pattern.startsWith("/{") || pattern.equals("*") || pattern.equals("**");
	}

	/**
	 * Something that the application maps.
	 *
	 * @param pattern the path
	 * @param methods the methods, or none for all
	 * @param handler what serves it
	 * @param resources whether it serves files, if there are any
	 */
	private record Mapped(PathPattern pattern, Set<String> methods, String handler, boolean resources) {

		boolean isCatchAll() {
			return HostMappings.isCatchAll(this.pattern.getPatternString());
		}

		boolean touches(Territory territory) {
			return !this.resources && territory.isTouchedBy(this.pattern.getPatternString());
		}

		boolean beats(String method, String path) {
			return Territory.meet(path, this.pattern.getPatternString())
					&& beats(method, PathContainer.parsePath(Route.example(path)));
		}

		boolean beats(String method, PathContainer path) {
			return !this.resources && (this.methods.isEmpty() || this.methods.contains(method)
					|| (method.equals("HEAD") && this.methods.contains("GET"))) && this.pattern.matches(path);
		}

	}

}
