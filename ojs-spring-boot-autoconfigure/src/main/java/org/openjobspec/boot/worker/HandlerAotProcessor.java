package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Keeps in a native image what a handler needs: its methods, the types that its arguments
 * are read into, and those that its results are written from.
 */
final class HandlerAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
		if (!AnnotationUtils.isCandidateClass(type, OjsHandler.class)) {
			return null;
		}
		Set<Method> methods = MethodIntrospector.selectMethods(type,
				(MethodFilter) (method) -> AnnotatedElementUtils.hasAnnotation(method, OjsHandler.class));
		return methods.isEmpty() ? null : new Contribution(type, methods);
	}

	private record Contribution(Class<?> type, Set<Method> methods) implements BeanRegistrationAotContribution {

		@Override
		public void applyTo(GenerationContext context, BeanRegistrationCode code) {
			RuntimeHints hints = context.getRuntimeHints();
			// What an annotation with aliases is read through.
			hints.proxies().registerJdkProxy(OjsHandler.class);
			hints.proxies().registerJdkProxy(OjsCron.class);
			this.methods.forEach((method) -> register(hints.reflection(), method));
		}

		private void register(ReflectionHints hints, Method method) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
			if (KotlinDetector.isKotlinType(method.getDeclaringClass())) {
				// Defaults of parameters are in a method beside it.
				hints.registerType(method.getDeclaringClass(), MemberCategory.INVOKE_DECLARED_METHODS);
			}
			List<Type> types = new ArrayList<>();
			Type[] parameters = method.getGenericParameterTypes();
			for (int i = 0; i < HandlerSignature.parameterCount(method); i++) {
				if (HandlerParameter.isArgument(method.getParameterTypes()[i])) {
					types.add(GenericTypeResolver.resolveType(parameters[i], this.type));
				}
			}
			Type result = awaited(GenericTypeResolver.resolveType(HandlerSignature.returnType(method), this.type));
			if (result != void.class && result != Void.class) {
				types.add(result);
			}
			new BindingReflectionHintsRegistrar().registerReflectionHints(hints, types.toArray(Type[]::new));
		}

		// Of a future the value is written.
		private static Type awaited(Type result) {
			boolean future = result instanceof ParameterizedType parameterized
					&& parameterized.getRawType() instanceof Class<?> raw
					&& (CompletionStage.class.isAssignableFrom(raw) || Future.class.isAssignableFrom(raw));
			return future ? ((ParameterizedType) result).getActualTypeArguments()[0] : result;
		}

	}

}
