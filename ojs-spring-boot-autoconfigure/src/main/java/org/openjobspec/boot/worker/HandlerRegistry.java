package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.job.CronRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Finds the {@link OjsHandler} methods of all beans once the application's singletons
 * exist; until then it knows none. Lazy beans stay lazy until their first job.
 */
public final class HandlerRegistry implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(HandlerRegistry.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final HandlerFactory factory;

	private final Map<String, HandlerSettings> settings;

	private volatile Map<String, HandlerMethod> handlers = Map.of();

	private volatile Map<String, HandlerMethod> enabled = Map.of();

	private volatile List<CronRequest> crons = List.of();

	private volatile List<HandlerFactory.HeardEvent> events = List.of();

	private @Nullable Runnable whenFound;

	private boolean complete;

	/**
	 * Creates a registry that knows no handlers yet.
	 * @param beanFactory where the beans are
	 * @param mapper binds arguments and writes results
	 */
	public HandlerRegistry(ConfigurableListableBeanFactory beanFactory, JsonMapper mapper) {
		this(beanFactory, mapper, Map.of());
	}

	/**
	 * Creates a registry that knows no handlers yet.
	 * @param beanFactory where the beans are
	 * @param mapper binds arguments and writes results
	 * @param settings what overrides the annotations, by types of jobs
	 */
	public HandlerRegistry(ConfigurableListableBeanFactory beanFactory, JsonMapper mapper,
			Map<String, HandlerSettings> settings) {
		this.beanFactory = beanFactory;
		this.settings = Map.copyOf(settings);
		this.factory = new HandlerFactory(beanFactory, mapper, this.settings);
	}

	/**
	 * Finds the handlers.
	 * @throws DuplicateHandlerException if two claim the same type
	 * @throws InvalidHandlerException if one cannot handle jobs, or its jobs cannot be
	 * periodic as it says
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Map<String, HandlerMethod> found = new LinkedHashMap<>();
		Map<String, CronRequest> periodic = new LinkedHashMap<>();
		List<HandlerFactory.HeardEvent> heard = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				collect(beanName, found, periodic, heard);
			}
		}
		this.handlers = Map.copyOf(found);
		this.crons = List.copyOf(periodic.values());
		this.events = List.copyOf(heard);
		found.keySet().removeIf((type) -> !enabled(type));
		this.enabled = Map.copyOf(found);
		warnOfUnknownTypes();
		this.complete = true;
		if (this.whenFound != null) {
			this.whenFound.run();
		}
	}

	/**
	 * Does something as soon as the handlers are known. Called while the application
	 * starts, on its thread.
	 * @param action what to do
	 */
	public void whenFound(Runnable action) {
		this.whenFound = action;
		if (this.complete) {
			action.run();
		}
	}

	private boolean enabled(String type) {
		HandlerSettings set = this.settings.get(type);
		return set == null || set.enabled();
	}

	private void warnOfUnknownTypes() {
		List<String> unknown = this.settings.keySet()
			.stream()
			.filter((type) -> !this.handlers.containsKey(type))
			.sorted()
			.toList();
		if (!unknown.isEmpty()) {
			logger.warn("Settings of handlers ('ojs.handlers') name types of jobs that have no handler here: {}. "
					+ "Those that have one: {}", unknown, this.handlers.keySet().stream().sorted().toList());
		}
	}

	private void collect(String beanName, Map<String, HandlerMethod> found, Map<String, CronRequest> periodic,
			List<HandlerFactory.HeardEvent> heard) {
		Class<?> target = targetType(beanName);
		if (target == null || isSprings(target) || !AnnotationUtils.isCandidateClass(target,
				List.of(OjsHandler.class, OjsCron.class, OjsEnqueue.class))) {
			return;
		}
		Map<Method, Annotations> methods = annotated(beanName, target);
		if (methods.isEmpty()) {
			return;
		}
		Class<?> beanType = this.beanFactory.getType(beanName);
		methods.forEach((method, annotations) -> {
			OjsHandler annotation = annotations.handler();
			if (annotation == null) {
				throw new InvalidHandlerException(beanName, method,
						"it has %s and no @OjsHandler"
							.formatted((annotations.cron() != null) ? "@OjsCron" : "@OjsEnqueue"),
						"Add @OjsHandler with the type of its jobs", null);
			}
			HandlerMethod handler = this.factory.create(beanName, (beanType != null) ? beanType : target, target,
					method, annotation);
			HandlerMethod other = found.putIfAbsent(handler.spec().type(), handler);
			if (other != null) {
				throw new DuplicateHandlerException(handler.spec().type(), other.declaration(), handler.declaration());
			}
			OjsCron cron = annotations.cron();
			if (cron != null) {
				collect(handler, this.factory.cron(beanName, method, cron, handler.spec().type()), periodic);
			}
			OjsEnqueue enqueue = annotations.enqueue();
			if (enqueue != null) {
				heard.add(this.factory.event(beanName, target, method, enqueue, handler.spec().type()));
			}
		});
	}

	// Most beans are Spring's own. Their methods name thousands of classes, which would
	// be loaded only to be looked at; Spring passes over them for its listeners, too.
	private static boolean isSprings(Class<?> type) {
		return type.getName().startsWith("org.springframework.")
				&& !AnnotatedElementUtils.isAnnotated(ClassUtils.getUserClass(type), Component.class);
	}

	private static void collect(HandlerMethod handler, @Nullable CronRequest cron, Map<String, CronRequest> periodic) {
		if (cron != null && periodic.putIfAbsent(cron.name(), cron) != null) {
			throw handler.invalid("another periodic job has the name '%s', too".formatted(cron.name()),
					"Give one of them a name of its own with the attribute name of @OjsCron");
		}
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

	private Map<Method, Annotations> annotated(String beanName, Class<?> target) {
		try {
			return MethodIntrospector.selectMethods(target,
					(MethodIntrospector.MetadataLookup<Annotations>) Annotations::of);
		}
		catch (LinkageError | TypeNotPresentException ex) {
			logger.debug("Could not look for handlers in bean '{}'", beanName, ex);
			return Map.of();
		}
	}

	/**
	 * The types of jobs that have a handler which is not switched off.
	 * @return the types; empty until the application's singletons exist
	 */
	public Set<String> types() {
		return this.enabled.keySet();
	}

	/**
	 * What the handlers declare of periodic jobs.
	 * @return the periodic jobs; empty until the application's singletons exist
	 */
	public List<CronRequest> crons() {
		return this.crons;
	}

	/**
	 * Listeners that store events as jobs: those whose class asks for it, and those for
	 * which a handler does. Handlers that are switched off ask, too: their jobs are for
	 * other nodes.
	 * @param enqueuer stores the jobs
	 * @return the listeners; for handlers none until the application's singletons exist
	 */
	public List<ApplicationListener<?>> eventListeners(EventEnqueuer enqueuer) {
		List<ApplicationListener<?>> listeners = new ArrayList<>();
		listeners.add(new EventClasses(enqueuer, this.factory::resolve));
		this.events.forEach((heard) -> listeners
			.add(new EventHandler(heard.spec(), heard.event(), enqueuer, this.factory::resolve)));
		return listeners;
	}

	/**
	 * What the handler of a type says of jobs that do not say otherwise; a function for
	 * the engine. Those that are switched off speak, too: their jobs are for other nodes.
	 * @param type the type
	 * @return its defaults; {@code null} if it has no handler here
	 */
	public @Nullable TypeDefaults defaults(String type) {
		HandlerMethod handler = this.handlers.get(type);
		return (handler != null) ? handler.spec().defaults() : null;
	}

	/**
	 * Which method handles a type, for people.
	 * @param type the type
	 * @return the method and its bean; {@code null} if the type has no handler here
	 */
	public @Nullable String method(String type) {
		HandlerMethod handler = this.handlers.get(type);
		return (handler != null) ? handler.toString() : null;
	}

	@Nullable HandlerMethod find(String type) {
		return this.enabled.get(type);
	}

	Collection<HandlerMethod> all() {
		return this.enabled.values();
	}

	/**
	 * Our annotations of one method, of which it has one at least.
	 *
	 * @param handler makes it a handler
	 * @param cron makes its jobs periodic
	 * @param enqueue makes jobs for it of events
	 */
	private record Annotations(@Nullable OjsHandler handler, @Nullable OjsCron cron, @Nullable OjsEnqueue enqueue) {

		static @Nullable Annotations of(Method method) {
			OjsHandler handler = AnnotatedElementUtils.findMergedAnnotation(method, OjsHandler.class);
			OjsCron cron = AnnotatedElementUtils.findMergedAnnotation(method, OjsCron.class);
			OjsEnqueue enqueue = AnnotatedElementUtils.findMergedAnnotation(method, OjsEnqueue.class);
			return (handler != null || cron != null || enqueue != null) ? new Annotations(handler, cron, enqueue)
					: null;
		}

	}

}
