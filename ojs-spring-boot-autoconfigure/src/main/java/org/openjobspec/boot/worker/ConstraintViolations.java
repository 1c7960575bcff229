package org.openjobspec.boot.worker;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.metadata.ConstraintDescriptor;
import org.openjobspec.boot.worker.RefusedArguments.Violation;

/**
 * Reads violations of Jakarta Validation, whose API not every application has.
 */
final class ConstraintViolations {

	private static final Set<String> COMMON = Set.of("message", "groups", "payload");

	private ConstraintViolations() {
	}

	/**
	 * Looks at an exception.
	 * @param thrown what a handler threw
	 * @param method the handler's method
	 * @return the constraints on its parameters that are broken
	 */
	static List<Violation> of(Throwable thrown, Method method) {
		List<Violation> violations = new ArrayList<>();
		if (thrown instanceof ConstraintViolationException ex && ex.getConstraintViolations() != null) {
			for (ConstraintViolation<?> violation : ex.getConstraintViolations()) {
				read(violation, method, violations);
			}
		}
		return violations;
	}

	private static void read(ConstraintViolation<?> violation, Method method, List<Violation> violations) {
		// Applications make violations of their own, which need not say what these say.
		Path of = violation.getPropertyPath();
		if (of == null || !of.iterator().hasNext() || violation.getConstraintDescriptor() == null) {
			return;
		}
		Iterator<Path.Node> nodes = of.iterator();
		Path.Node called = nodes.next();
		if (called.getKind() != ElementKind.METHOD || !nodes.hasNext()
				|| !RefusedArguments.isOf(method, violation.getRootBean(), called.getName(),
						called.as(Path.MethodNode.class).getParameterTypes().size())) {
			return;
		}
		Path.Node argument = nodes.next();
		String constraint = describe(violation.getConstraintDescriptor());
		if (argument.getKind() == ElementKind.PARAMETER) {
			violations
				.add(new Violation(argument.as(Path.ParameterNode.class).getParameterIndex(), path(nodes), constraint));
		}
		else if (argument.getKind() == ElementKind.CROSS_PARAMETER) {
			violations.add(new Violation(-1, "", constraint));
		}
	}

	// Keys of maps are the producer's.
	private static String path(Iterator<Path.Node> nodes) {
		StringBuilder path = new StringBuilder();
		nodes.forEachRemaining((node) -> {
			if (node.isInIterable()) {
				path.append('[').append((node.getIndex() != null) ? node.getIndex().toString() : "").append(']');
			}
			if (node.getKind() == ElementKind.PROPERTY) {
				path.append(path.isEmpty() ? "" : ".").append(node.getName());
			}
		});
		return path.toString();
	}

	private static String describe(ConstraintDescriptor<?> constraint) {
		Map<String, Object> attributes = new TreeMap<>(constraint.getAttributes());
		attributes.keySet().removeAll(COMMON);
		attributes.values().removeIf((value) -> value.getClass().isArray() && Array.getLength(value) == 0);
		String name = "@" + constraint.getAnnotation().annotationType().getSimpleName();
		return attributes.isEmpty() ? name
				: name + attributes.entrySet()
					.stream()
					.map((attribute) -> attribute.getKey() + " = " + attribute.getValue())
					.collect(Collectors.joining(", ", "(", ")"));
	}

}
