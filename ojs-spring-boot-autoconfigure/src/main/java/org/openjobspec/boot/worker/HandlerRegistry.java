package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.TypeDefaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the {@link OjsHandler} methods of all beans once the application's singletons
 * exist; until then it knows none. Lazy beans stay lazy until their first job.
 */
public final class HandlerRegistry implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(HandlerRegistry.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final HandlerFactory factory;

	private volatile Map<String, HandlerMethod> handlers = Map.of();

	/**
	 * Creates a registry that knows no handlers yet.
	 * @param beanFactory where the beans are
	 * @param mapper binds arguments and writes results
	 */
	public HandlerRegistry(ConfigurableListableBeanFactory beanFactory, JsonMapper mapper) {
		this.beanFactory = beanFactory;
		this.factory = new HandlerFactory(beanFactory, mapper);
	}

	/**
	 * Finds the handlers.
	 * @throws DuplicateHandlerException if two claim the same type
	 * @throws InvalidHandlerException if one cannot handle jobs
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Map<String, HandlerMethod> found = new LinkedHashMap<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				collect(beanName, found);
			}
		}
		this.handlers = Map.copyOf(found);
	}

	private void collect(String beanName, Map<String, HandlerMethod> found) {
		Class<?> target = targetType(beanName);
		if (target == null || !AnnotationUtils.isCandidateClass(target, OjsHandler.class)) {
			return;
		}
		Map<Method, OjsHandler> methods = annotated(beanName, target);
		if (methods.isEmpty()) {
			return;
		}
		Class<?> beanType = this.beanFactory.getType(beanName);
		methods.forEach((method, annotation) -> {
			HandlerMethod handler = this.factory.create(beanName, (beanType != null) ? beanType : target, target,
					method, annotation);
			HandlerMethod other = found.putIfAbsent(handler.spec().type(), handler);
			if (other != null) {
				throw new DuplicateHandlerException(handler.spec().type(), other.declaration(), handler.declaration());
			}
		});
	}

	private @Nullable Class<?> targetType(String beanName) {
		try {
			Class<?> target = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
			// A proxy that somebody made without Spring's help says only by itself what
			// is behind it.
			Object existing = (target != null && Proxy.isProxyClass(target)) ? this.beanFactory.getSingleton(beanName)
					: null;
			return (existing != null) ? AopProxyUtils.ultimateTargetClass(existing) : target;
		}
		catch (Throwable ex) {
			// A class that cannot be loaded belongs to an optional part of the
			// application.
			logger.debug("Could not determine the class of bean '{}'", beanName, ex);
			return null;
		}
	}

	private Map<Method, OjsHandler> annotated(String beanName, Class<?> target) {
		try {
			return MethodIntrospector.selectMethods(target,
					(MethodIntrospector.MetadataLookup<OjsHandler>) (method) -> AnnotatedElementUtils
						.findMergedAnnotation(method, OjsHandler.class));
		}
		catch (LinkageError | TypeNotPresentException ex) {
			logger.debug("Could not look for handlers in bean '{}'", beanName, ex);
			return Map.of();
		}
	}

	/**
	 * The types of jobs that have a handler.
	 * @return the types; empty until the application's singletons exist
	 */
	public Set<String> types() {
		return this.handlers.keySet();
	}

	/**
	 * What the handler of a type says of jobs that do not say otherwise; a function for
	 * the engine.
	 * @param type the type
	 * @return its defaults; {@code null} if it has no handler here
	 */
	public @Nullable TypeDefaults defaults(String type) {
		HandlerMethod handler = this.handlers.get(type);
		return (handler != null) ? handler.spec().defaults() : null;
	}

	@Nullable HandlerMethod find(String type) {
		return this.handlers.get(type);
	}

	Collection<HandlerMethod> all() {
		return this.handlers.values();
	}

}
