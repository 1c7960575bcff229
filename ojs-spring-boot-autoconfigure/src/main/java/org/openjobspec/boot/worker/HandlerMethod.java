package org.openjobspec.boot.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * A method that handles jobs of one type.
 */
final class HandlerMethod {

	private final HandlerSpec spec;

	private final String beanName;

	private final Method method;

	private final BeanFactory beanFactory;

	private final JsonMapper mapper;

	private final HandlerArguments arguments;

	private final HandlerCall call;

	private volatile Invocable invocable;

	HandlerMethod(HandlerSpec spec, String beanName, Method method, BeanFactory beanFactory, JsonMapper mapper,
			HandlerArguments arguments, HandlerCall call) {
		this.spec = spec;
		this.beanName = beanName;
		this.method = method;
		this.beanFactory = beanFactory;
		this.mapper = mapper;
		this.arguments = arguments;
		this.call = call;
		this.invocable = new Invocable(Void.class, method);
	}

	HandlerSpec spec() {
		return this.spec;
	}

	DuplicateHandlerException.Declaration declaration() {
		return new DuplicateHandlerException.Declaration(this.beanName, this.method);
	}

	InvalidHandlerException invalid(String problem, String cure) {
		return new InvalidHandlerException(this.beanName, this.method, problem, cure, null);
	}

	/**
	 * Binds the job's arguments and calls the method.
	 * @param context the attempt
	 * @return what the method returned; for a future, its outcome
	 * @throws Exception what the method threw, without reflection's wrappings
	 */
	@Nullable Object call(JobContext context) throws Exception {
		@Nullable Object[] values = this.arguments.bind(context);
		Object bean = this.beanFactory.getBean(this.beanName);
		try {
			return outcome(this.call.call(invocable(bean).method(), bean, values));
		}
		catch (Exception ex) {
			Exception cause = unwrap(ex);
			InvalidArgumentsException refused = this.arguments.refused(cause, this.method);
			throw (refused != null) ? refused : cause;
		}
	}

	/**
	 * Reads one of the results that a job was given.
	 * @param results a JSON array or object, or {@code null}
	 * @param index which element
	 * @param type the type of the result
	 * @return the result, or nothing
	 */
	<T> Optional<T> element(@Nullable String results, int index, Class<T> type) {
		if (results == null) {
			return Optional.empty();
		}
		JsonNode element = this.mapper.readTree(results).path(index);
		return (element.isMissingNode() || element.isNull()) ? Optional.empty()
				: Optional.of(this.mapper.treeToValue(element, type));
	}

	// A lazy bean's proxy is known only now; the class is the same from call to call,
	// save for prototypes with different proxies.
	private Invocable invocable(Object bean) {
		Invocable current = this.invocable;
		if (current.beanClass() != bean.getClass()) {
			Method selected = AopUtils.selectInvocableMethod(this.method, bean.getClass());
			ReflectionUtils.makeAccessible(selected);
			current = new Invocable(bean.getClass(), selected);
			this.invocable = current;
		}
		return current;
	}

	private static @Nullable Object outcome(@Nullable Object returned) throws ExecutionException, InterruptedException {
		Future<?> future;
		if (returned instanceof CompletionStage<?> stage) {
			future = stage.toCompletableFuture();
		}
		else if (returned instanceof Future<?> other) {
			future = other;
		}
		else {
			return returned;
		}
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
	}

	/**
	 * Takes off what reflection and futures wrap around an exception.
	 * @param thrown the exception
	 * @return the exception that somebody meant
	 */
	static Throwable unwrapped(Throwable thrown) {
		Throwable current = thrown;
		while (current.getCause() != null
				&& (current instanceof InvocationTargetException || current instanceof UndeclaredThrowableException
						|| current instanceof ExecutionException || current instanceof CompletionException)) {
			current = current.getCause();
		}
		return current;
	}

	private static Exception unwrap(Throwable thrown) {
		Throwable cause = unwrapped(thrown);
		if (cause instanceof Error error) {
			throw error;
		}
		return (cause instanceof Exception exception) ? exception : new UndeclaredThrowableException(cause);
	}

	/**
	 * Writes a result as JSON.
	 * @param value what the handler returned
	 * @return JSON text; {@code null} for none
	 */
	@Nullable String result(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		try {
			return this.mapper.writeValueAsString(value);
		}
		catch (JacksonException ex) {
			throw new InvalidResultException(
					"The handler succeeded, but its result of class %s cannot be written as JSON: %s"
						.formatted(value.getClass().getName(), ex.getOriginalMessage()),
					ex);
		}
	}

	/**
	 * Writes what a handler wants to find again.
	 * @param state any value
	 * @return JSON text
	 */
	String checkpoint(Object state) {
		try {
			return this.mapper.writeValueAsString(state);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The checkpoint of class %s cannot be written as JSON: %s"
				.formatted(state.getClass().getName(), ex.getOriginalMessage()), ex);
		}
	}

	/**
	 * Reads what an earlier attempt saved, perhaps an earlier release of the application.
	 * @param json JSON text
	 * @param type the type that is wanted
	 * @return the value; nothing for JSON's {@code null}
	 */
	<T> Optional<T> checkpoint(String json, Class<T> type) {
		try {
			return Optional.ofNullable(this.mapper.readValue(json, type));
		}
		catch (JacksonException ex) {
			throw new IllegalStateException(
					"The checkpoint of an earlier attempt cannot be read as %s".formatted(type.getName()), ex);
		}
	}

	@Override
	public String toString() {
		return declaration().toString();
	}

	private record Invocable(Class<?> beanClass, Method method) {
	}

}
