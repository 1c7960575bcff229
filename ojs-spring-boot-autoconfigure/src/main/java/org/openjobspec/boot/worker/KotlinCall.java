package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import kotlin.Unit;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KClasses;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;

/**
 * Calls a Kotlin function, whose parameters may have defaults.
 */
final class KotlinCall implements HandlerCall {

	@Override
	public @Nullable Object call(Method method, Object bean, @Nullable Object[] values) throws Exception {
		if (!omits(values)) {
			return result(method.invoke(bean, values));
		}
		KFunction<?> function = function(method);
		return result(function.callBy(arguments(function, bean, values)));
	}

	/**
	 * Whether a parameter has a default.
	 * @param method the function
	 * @param index the parameter's index in the method
	 * @return whether the function can be called without it
	 */
	static boolean hasDefault(Method method, int index) {
		KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
		if (function == null) {
			return false;
		}
		List<KParameter> parameters = inMethod(function);
		return index < parameters.size() && parameters.get(index).isOptional();
	}

	static boolean omits(@Nullable Object[] values) {
		for (Object value : values) {
			if (value == OMITTED) {
				return true;
			}
		}
		return false;
	}

	static KFunction<?> function(Method method) {
		KFunction<?> function = Objects.requireNonNull(ReflectJvmMapping.getKotlinFunction(method), method::toString);
		KCallablesJvm.setAccessible(function, true);
		return function;
	}

	static Map<KParameter, @Nullable Object> arguments(KFunction<?> function, Object bean, @Nullable Object[] values) {
		Map<KParameter, @Nullable Object> arguments = new HashMap<>();
		for (KParameter parameter : function.getParameters()) {
			if (parameter.getKind() == KParameter.Kind.INSTANCE) {
				arguments.put(parameter, bean);
			}
		}
		List<KParameter> parameters = inMethod(function);
		for (int i = 0; i < values.length; i++) {
			if (values[i] != OMITTED) {
				arguments.put(parameters.get(i), boxed(parameters.get(i), values[i]));
			}
		}
		return arguments;
	}

	private static List<KParameter> inMethod(KFunction<?> function) {
		return function.getParameters()
			.stream()
			.filter((parameter) -> parameter.getKind() != KParameter.Kind.INSTANCE)
			.toList();
	}

	// The method takes what is inside of a value class, the function the value.
	private static @Nullable Object boxed(KParameter parameter, @Nullable Object value) {
		if (value != null && parameter.getType().getClassifier() instanceof KClass<?> type && type.isValue()
				&& !type.isInstance(value)) {
			KFunction<?> constructor = Objects.requireNonNull(KClasses.getPrimaryConstructor(type));
			KCallablesJvm.setAccessible(constructor, true);
			return constructor.call(value);
		}
		return value;
	}

	/**
	 * What a function returned, for those who know nothing of Kotlin.
	 * @param returned the returned value
	 * @return the value; {@code null} for {@code Unit}
	 */
	static @Nullable Object result(@Nullable Object returned) {
		return (returned == Unit.INSTANCE) ? null : returned;
	}

}
