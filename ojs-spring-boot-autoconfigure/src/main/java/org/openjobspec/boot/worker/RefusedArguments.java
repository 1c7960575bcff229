package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.context.MessageSourceResolvable;
import org.springframework.util.ClassUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.validation.method.ParameterValidationResult;

/**
 * Finds out whether what a handler threw is that constraints on its own parameters are
 * broken. They will be broken at every attempt, unlike those of what it calls. Values are
 * not quoted.
 */
final class RefusedArguments {

	private static final boolean CONSTRAINTS = ClassUtils.isPresent("jakarta.validation.ConstraintViolationException",
			RefusedArguments.class.getClassLoader());

	/** From the first bracket to the last one: an index looks like the key of a map. */
	private static final Pattern KEY = Pattern.compile("\\[.*]", Pattern.DOTALL);

	private static final Pattern PATH = Pattern.compile("[\\p{L}\\p{N}_$.\\[\\]<> ]*");

	private RefusedArguments() {
	}

	/**
	 * Looks at an exception.
	 * @param thrown what the handler threw
	 * @param method the handler's method
	 * @param parameters its parameters
	 * @return what it means; {@code null} if it is a failure like others
	 */
	static @Nullable InvalidArgumentsException find(Throwable thrown, Method method,
			List<HandlerParameter> parameters) {
		List<Violation> violations;
		if (thrown instanceof MethodValidationException ex) {
			violations = isOf(method, ex.getTarget(), ex.getMethod().getName(), ex.getMethod().getParameterCount())
					&& !ex.isForReturnValue() ? of(ex) : List.of();
		}
		else {
			violations = CONSTRAINTS ? ConstraintViolations.of(thrown, method) : List.of();
		}
		if (violations.isEmpty()) {
			return null;
		}
		String text = violations.stream()
			.map((violation) -> violation.describe(parameters))
			.sorted()
			.collect(Collectors.joining("; "));
		return new InvalidArgumentsException(text, text, thrown);
	}

	/**
	 * Whether a validated call is that of a handler. Its method may be that of an
	 * interface.
	 */
	static boolean isOf(Method handler, @Nullable Object target, String name, int parameterCount) {
		return handler.getDeclaringClass().isInstance(target) && handler.getName().equals(name)
				&& handler.getParameterCount() == parameterCount;
	}

	private static List<Violation> of(MethodValidationException ex) {
		return ex.getParameterValidationResults()
			.stream()
			.flatMap((result) -> result.getResolvableErrors().stream().map((error) -> of(result, error)))
			.toList();
	}

	private static Violation of(ParameterValidationResult result, MessageSourceResolvable error) {
		String[] codes = error.getCodes();
		String constraint = (codes != null && codes.length > 0) ? "@" + codes[codes.length - 1] : "a constraint";
		return new Violation(result.getMethodParameter().getParameterIndex(),
				(error instanceof FieldError field) ? path(field.getField()) : "", constraint);
	}

	// Keys of maps are the producer's, and may have brackets themselves.
	private static String path(String field) {
		String path = KEY.matcher(field).replaceAll("[]");
		return PATH.matcher(path).matches() ? path : "a place whose name it does not tell";
	}

	/**
	 * A broken constraint.
	 *
	 * @param parameter the index of the parameter; negative for all of them together
	 * @param path where in the argument; empty for itself
	 * @param constraint the constraint
	 */
	record Violation(int parameter, String path, String constraint) {

		String describe(List<HandlerParameter> parameters) {
			String argument = (this.parameter >= 0 && this.parameter < parameters.size())
					? "Argument for " + parameters.get(this.parameter).describe() + " breaks "
					: "The arguments together break ";
			return argument + this.constraint + (this.path.isEmpty() ? "" : " at " + this.path);
		}

	}

}
