package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.JobEvent;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * Makes handlers of annotated methods, or says why it cannot.
 */
final class HandlerFactory {

	private static final Set<String> REACTIVE = Set.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.flow.Flow", "kotlinx.coroutines.Deferred");

	private final ConfigurableListableBeanFactory beanFactory;

	private final JsonMapper mapper;

	private final Map<String, HandlerSettings> settings;

	private final DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	HandlerFactory(ConfigurableListableBeanFactory beanFactory, JsonMapper mapper,
			Map<String, HandlerSettings> settings) {
		this.beanFactory = beanFactory;
		this.mapper = mapper;
		this.settings = settings;
	}

	/**
	 * Makes a handler.
	 * @param beanName the bean
	 * @param beanType the bean's class, perhaps a proxy's
	 * @param targetType the class behind a proxy
	 * @param method the annotated method
	 * @param annotation its annotation
	 * @return the handler
	 * @throws InvalidHandlerException if the method cannot handle jobs
	 */
	HandlerMethod create(String beanName, Class<?> beanType, Class<?> targetType, Method method,
			OjsHandler annotation) {
		requireKotlin(beanName, method);
		requireInvocable(beanName, beanType, targetType, method);
		requireWaitable(beanName, targetType, method);
		HandlerSpec spec;
		try {
			spec = HandlerSpec.of(annotation, this::resolve);
		}
		catch (RuntimeException ex) {
			throw new InvalidHandlerException(beanName, method, String.valueOf(ex.getMessage()),
					"Correct the annotation", ex);
		}
		return new HandlerMethod(spec.with(this.settings.get(spec.type())), beanName, method, this.beanFactory,
				this.mapper, new HandlerArguments(this.mapper, parameters(beanName, targetType, method)),
				HandlerCall.of(method));
	}

	/**
	 * Reads what makes a handler's jobs periodic.
	 * @param beanName the bean
	 * @param method the annotated method
	 * @param annotation its annotation
	 * @param type the type of the handler's jobs
	 * @return what is declared; {@code null} for nothing
	 * @throws InvalidHandlerException if the annotation breaks a rule
	 */
	@Nullable CronRequest cron(String beanName, Method method, OjsCron annotation, String type) {
		try {
			return CronSpec.of(annotation, type, this::resolve);
		}
		catch (RuntimeException ex) {
			throw new InvalidHandlerException(beanName, method, "its @OjsCron cannot be read: " + ex.getMessage(),
					"Correct the annotation @OjsCron", ex);
		}
	}

	/**
	 * Reads what makes events jobs of a handler.
	 * @param beanName the bean
	 * @param targetType the class behind a proxy
	 * @param method the annotated method
	 * @param annotation its annotation
	 * @param type the type of the handler's jobs
	 * @return what is declared
	 * @throws InvalidHandlerException if the method does not take an event, or the
	 * annotation breaks a rule
	 */
	HeardEvent event(String beanName, Class<?> targetType, Method method, OjsEnqueue annotation, String type) {
		if (!annotation.type().isEmpty()) {
			throw new InvalidHandlerException(beanName, method, "its @OjsEnqueue names a type of job",
					"Leave that to @OjsHandler", null);
		}
		if (AnnotatedElementUtils.hasAnnotation(method, EventListener.class)) {
			throw new InvalidHandlerException(beanName, method,
					"it has @EventListener and @OjsEnqueue, so that it would run twice for each event",
					"Remove @EventListener", null);
		}
		ResolvableType event = eventType(beanName, targetType, method);
		try {
			return new HeardEvent(EventSpec.of(annotation, type, this::resolve), event);
		}
		catch (RuntimeException ex) {
			throw new InvalidHandlerException(beanName, method, "its @OjsEnqueue cannot be read: " + ex.getMessage(),
					"Correct the annotation @OjsEnqueue", ex);
		}
	}

	private static ResolvableType eventType(String beanName, Class<?> targetType, Method method) {
		List<ResolvableType> arguments = new ArrayList<>();
		for (int i = 0; i < HandlerSignature.parameterCount(method); i++) {
			if (HandlerParameter.isArgument(method.getParameterTypes()[i])) {
				arguments.add(ResolvableType.forMethodParameter(method, i, targetType));
			}
		}
		if (arguments.size() != 1) {
			throw new InvalidHandlerException(beanName, method,
					"it has @OjsEnqueue and takes %d arguments, where a published event is the only one"
						.formatted(arguments.size()),
					"Have it take the event, and beside it at most the Job and the JobContext", null);
		}
		Class<?> type = arguments.get(0).toClass();
		if (PayloadApplicationEvent.class.isAssignableFrom(type)) {
			throw new InvalidHandlerException(beanName, method,
					"it takes what Spring wraps around an event, which is not stored", "Take the event itself", null);
		}
		if (type.isAssignableFrom(JobEvent.class) || type.isAssignableFrom(PayloadApplicationEvent.class)) {
			throw new InvalidHandlerException(beanName, method,
					"its events of type %s include what happens to each job, so that its jobs would never end"
						.formatted(type.getSimpleName()),
					"Take the class of the application's own event", null);
		}
		return arguments.get(0);
	}

	String resolve(String text) {
		String resolved = this.beanFactory.resolveEmbeddedValue(text);
		return (resolved != null) ? resolved : "";
	}

	private List<HandlerParameter> parameters(String beanName, Class<?> targetType, Method method) {
		List<HandlerParameter> parameters = new ArrayList<>();
		for (int i = 0; i < HandlerSignature.parameterCount(method); i++) {
			MethodParameter parameter = new MethodParameter(method, i).withContainingClass(targetType);
			parameter.initParameterNameDiscovery(this.names);
			try {
				parameters.add(new HandlerParameter(parameter, targetType, this.mapper));
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidHandlerException(beanName, method, String.valueOf(ex.getMessage()),
						"Use a record, a class or a collection that Jackson can read, or take the Job or the "
								+ "JobContext and inject everything else into the bean",
						ex);
			}
		}
		return parameters;
	}

	private void requireKotlin(String beanName, Method method) {
		ClassLoader loader = this.beanFactory.getBeanClassLoader();
		if (KotlinDetector.isKotlinType(method.getDeclaringClass())
				&& !ClassUtils.isPresent("kotlin.reflect.full.KClasses", loader)) {
			throw new InvalidHandlerException(beanName, method,
					"it is written in Kotlin, whose reflection library is not on the class path",
					"Add org.jetbrains.kotlin:kotlin-reflect, which tells what may be null or omitted", null);
		}
		if (KotlinDetector.isSuspendingFunction(method)
				&& !ClassUtils.isPresent("kotlinx.coroutines.BuildersKt", loader)) {
			throw new InvalidHandlerException(beanName, method,
					"it is a suspending function, and Kotlin's coroutines are not on the class path",
					"Add org.jetbrains.kotlinx:kotlinx-coroutines-core, or do without suspend", null);
		}
	}

	private static void requireInvocable(String beanName, Class<?> beanType, Class<?> targetType, Method method) {
		if (method.isVarArgs()) {
			throw new InvalidHandlerException(beanName, method,
					"it has variable arguments, so that one argument could mean an element or all of them",
					"Declare a List parameter, which takes one JSON array", null);
		}
		boolean proxied = SpringProxy.class.isAssignableFrom(beanType);
		if (proxied && Modifier.isStatic(method.getModifiers())) {
			throw new InvalidHandlerException(beanName, method,
					"it is static, and the bean's proxy cannot intercept it", "Make it an instance method", null);
		}
		boolean subclassed = proxied && ClassUtils.getUserClass(beanType) == targetType && beanType != targetType;
		if (subclassed && Modifier.isFinal(method.getModifiers())) {
			throw new InvalidHandlerException(beanName, method,
					"it is final, and the bean's proxy would run it without the bean's fields",
					KotlinDetector.isKotlinType(targetType)
							? "Declare it open, or have the compiler plugin kotlin-spring open the class"
							: "Remove final",
					null);
		}
		try {
			AopUtils.selectInvocableMethod(method, beanType);
		}
		catch (IllegalStateException ex) {
			throw new InvalidHandlerException(beanName, method, "it cannot be called through the bean's proxy",
					"Make it non-private, and where the proxy implements interfaces only, declare it in one of them "
							+ "or use class-based proxies (proxyTargetClass = true)",
					ex);
		}
	}

	private static void requireWaitable(String beanName, Class<?> targetType, Method method) {
		boolean async = AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(targetType, Async.class);
		if (async && (method.getReturnType() == void.class || KotlinDetector.isSuspendingFunction(method))) {
			throw new InvalidHandlerException(beanName, method,
					"it is @Async and returns nothing to wait for, so its job would be completed before its work is done",
					"Remove @Async: handlers run on the worker's threads already", null);
		}
		Class<?> result = ResolvableType
			.forType(GenericTypeResolver.resolveType(HandlerSignature.returnType(method), targetType))
			.toClass();
		for (Class<?> type : ClassUtils.getAllInterfacesForClass(result)) {
			if (REACTIVE.contains(type.getName())) {
				throw new InvalidHandlerException(beanName, method,
						"it returns a reactive type, which nobody would subscribe to",
						KotlinDetector.isKotlinType(targetType) ? "Make it a suspending function that returns the value"
								: "Return a CompletionStage (for example mono.toFuture()), or block",
						null);
			}
		}
	}

	/**
	 * Events that become jobs of a handler.
	 *
	 * @param spec what the annotation says
	 * @param event the type of the events
	 */
	record HeardEvent(EventSpec spec, ResolvableType event) {
	}

}
