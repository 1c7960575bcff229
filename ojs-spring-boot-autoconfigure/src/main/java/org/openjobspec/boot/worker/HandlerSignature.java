package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;

import org.springframework.core.KotlinDetector;

/**
 * What a handler's method takes and returns. A suspending function hides the latter: its
 * last parameter is a continuation, whose type says what it returns.
 */
final class HandlerSignature {

	private HandlerSignature() {
	}

	static int parameterCount(Method method) {
		return method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
	}

	/**
	 * The type of the result.
	 * @param method a handler's method
	 * @return the generic type, with the type variables of the method's class
	 */
	static Type returnType(Method method) {
		if (!KotlinDetector.isSuspendingFunction(method)) {
			return method.getGenericReturnType();
		}
		Type[] parameters = method.getGenericParameterTypes();
		boolean typed = parameters[parameters.length - 1] instanceof ParameterizedType;
		Type result = typed ? ((ParameterizedType) parameters[parameters.length - 1]).getActualTypeArguments()[0]
				: Object.class;
		if (result instanceof WildcardType wildcard) {
			return (wildcard.getLowerBounds().length > 0) ? wildcard.getLowerBounds()[0] : Object.class;
		}
		return result;
	}

	/**
	 * Describes a method.
	 * @param method a handler's method
	 * @return its class, name and parameters
	 */
	static String describe(Method method) {
		StringBuilder text = new StringBuilder(method.getDeclaringClass().getName()).append('.')
			.append(method.getName())
			.append('(');
		for (int i = 0; i < parameterCount(method); i++) {
			text.append((i > 0) ? ", " : "").append(method.getParameterTypes()[i].getSimpleName());
		}
		return text.append(')').toString();
	}

}
