package org.openjobspec.boot.worker;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;

/**
 * Calls a handler's method. What Kotlin and its coroutines need is in classes that are
 * loaded for handlers in Kotlin only.
 */
@FunctionalInterface
interface HandlerCall {

	/** Stands for an argument that is left to the parameter's own default. */
	Object OMITTED = new Object();

	/**
	 * Calls.
	 * @param method the method, accessible
	 * @param bean the bean, perhaps a proxy
	 * @param values a value per parameter, a continuation's excepted
	 * @return what the method returned
	 * @throws Exception what the method threw, perhaps wrapped as reflection does
	 */
	@Nullable Object call(Method method, Object bean, @Nullable Object[] values) throws Exception;

	/**
	 * The way to call a method.
	 * @param method the method
	 * @return the call that fits its language
	 */
	static HandlerCall of(Method method) {
		if (KotlinDetector.isSuspendingFunction(method)) {
			return new SuspendingCall();
		}
		return KotlinDetector.isKotlinType(method.getDeclaringClass()) ? new KotlinCall() : Method::invoke;
	}

}
