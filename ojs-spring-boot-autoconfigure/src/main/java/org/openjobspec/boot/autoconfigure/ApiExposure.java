package org.openjobspec.boot.autoconfigure;

import java.net.InetAddress;
import java.util.stream.Collectors;

import jakarta.servlet.ServletContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Who can reach the HTTP API, and who is kept from it. Says so in one line when everybody
 * can and nobody is; not earlier, since the server's port may be a reason not to start.
 */
final class ApiExposure extends LastWord implements StartupNote {

	private static final Logger logger = LoggerFactory.getLogger(ApiExposure.class);

	static final String FILTER_CHAIN = "org.springframework.security.web.SecurityFilterChain";

	private final OjsProperties.Http properties;

	private final int keys;

	private final ApplicationContext context;

	private final ServletContext servletContext;

	ApiExposure(OjsProperties.Http properties, int keys, ApplicationContext context, ServletContext servletContext) {
		this.keys = keys;
		this.servletContext = servletContext;
		this.properties = properties;
		this.context = context;
	}

	/**
	 * Says it in a few words.
	 * @return where the API is, and who may call it unless Spring Security decides that
	 */
	@Override
	public String text() {
		return "HTTP API at " + paths() + guard();
	}

	private String paths() {
		return this.properties.basePaths()
			.stream()
			.map((path) -> this.servletContext.getContextPath() + path)
			.collect(Collectors.joining(" and "));
	}

	private String guard() {
		if (this.keys > 0) {
			return " (with %d API %s)".formatted(this.keys, (this.keys == 1) ? "key" : "keys");
		}
		if (hasFilterChain(this.context)) {
			return "";
		}
		return isLocal(this.context.getEnvironment()) ? " (without authentication, from this machine alone)"
				: " (without authentication)";
	}

	private boolean isOpen() {
		return this.keys == 0 && !this.properties.allowUnauthenticated() && isServed()
				&& !isLocal(this.context.getEnvironment()) && !hasFilterChain(this.context);
	}

	// Tests may do without a server; an application without one of its own is deployed to
	// somebody else's. Spring Boot's mock extends that of Spring Framework.
	private boolean isServed() {
		for (Class<?> type = this.servletContext.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().startsWith("org.springframework.mock.")) {
				return false;
			}
		}
		return true;
	}

	private static boolean isLocal(Environment environment) {
		return Binder.get(environment)
			.bind("server.address", InetAddress.class)
			.map(InetAddress::isLoopbackAddress)
			.orElse(false);
	}

	// What the chains let through is the application's decision.
	private static boolean hasFilterChain(ListableBeanFactory beans) {
		ClassLoader classLoader = ApiExposure.class.getClassLoader();
		return ClassUtils.isPresent(FILTER_CHAIN, classLoader) && beans
			.getBeanNamesForType(ClassUtils.resolveClassName(FILTER_CHAIN, classLoader), true, false).length > 0;
	}

	@Override
	void say() {
		if (isOpen()) {
			logger
				.warn("Whoever reaches this server may enqueue, read and delete jobs: nothing guards the HTTP API at {}. "
						+ "Add Spring Security or 'ojs.http.api-keys', bind the server with 'server.address=127.0.0.1', or say "
						+ "that it is meant to be so with 'ojs.http.allow-unauthenticated=true'", paths());
		}
	}

}
