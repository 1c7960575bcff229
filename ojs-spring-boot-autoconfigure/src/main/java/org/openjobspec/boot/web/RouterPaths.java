package org.openjobspec.boot.web;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Collects the paths of the application's functional endpoints.
 */
final class RouterPaths implements RouterFunctions.Visitor {

	private final Deque<String> prefixes = new ArrayDeque<>(List.of(""));

	private final List<PathPattern> patterns = new ArrayList<>();

	List<PathPattern> patterns() {
		return this.patterns;
	}

	@Override
	public void startNested(RequestPredicate predicate) {
		List<String> paths = paths(predicate);
		this.prefixes.push(prefix() + (paths.isEmpty() ? "" : paths.get(0)));
	}

	@Override
	public void endNested(RequestPredicate predicate) {
		this.prefixes.pop();
	}

	@Override
	public void route(RequestPredicate predicate, HandlerFunction<?> handlerFunction) {
		for (String path : paths(predicate)) {
			this.patterns.add(PathPatternParser.defaultInstance.parse(prefix() + path));
		}
	}

	private String prefix() {
		return this.prefixes.getFirst();
	}

	private static List<String> paths(RequestPredicate predicate) {
		List<String> paths = new ArrayList<>();
		predicate.accept(new PathCollector(paths));
		return paths;
	}

	@Override
	public void resources(Function<ServerRequest, Optional<Resource>> lookupFunction) {
	}

	@Override
	public void attributes(Map<String, Object> attributes) {
	}

	@Override
	public void unknown(RouterFunction<?> routerFunction) {
	}

	private record PathCollector(List<String> paths) implements RequestPredicates.Visitor {

		@Override
		public void path(String pattern) {
			this.paths.add(pattern);
		}

		@Override
		public void method(Set<HttpMethod> methods) {
		}

		@Override
		@SuppressWarnings("removal")
		public void pathExtension(String extension) {
		}

		@Override
		public void header(String name, String value) {
		}

		@Override
		public void param(String name, String value) {
		}

		@Override
		public void version(String version) {
		}

		@Override
		public void startAnd() {
		}

		@Override
		public void and() {
		}

		@Override
		public void endAnd() {
		}

		@Override
		public void startOr() {
		}

		@Override
		public void or() {
		}

		@Override
		public void endOr() {
		}

		@Override
		public void startNegate() {
		}

		@Override
		public void endNegate() {
		}

		@Override
		public void unknown(RequestPredicate predicate) {
		}

	}

}
