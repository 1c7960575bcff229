package org.openjobspec.boot.worker;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Two {@link OjsHandler} methods claim one type of job. Stops the start of the
 * application.
 */
public class DuplicateHandlerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The type of job that has two handlers. */
	private final String type;

	private final transient @Nullable Declaration first;

	private final transient @Nullable Declaration second;

	/**
	 * A type has two handlers.
	 * @param type the type
	 * @param first the handler that was found first
	 * @param second the other one
	 */
	public DuplicateHandlerException(String type, Declaration first, Declaration second) {
		super("Jobs of type '%s' have two handlers: %s and %s. Remove one, or give it a type of its own."
			.formatted(type, first, second));
		this.type = type;
		this.first = first;
		this.second = second;
	}

	/**
	 * The type that has two handlers.
	 * @return the type
	 */
	public String type() {
		return this.type;
	}

	/**
	 * The handler that was found first.
	 * @return where it is declared; {@code null} after deserialization
	 */
	public @Nullable Declaration first() {
		return this.first;
	}

	/**
	 * The other handler.
	 * @return where it is declared; {@code null} after deserialization
	 */
	public @Nullable Declaration second() {
		return this.second;
	}

	/**
	 * Where a handler is declared.
	 *
	 * @param beanName the bean's name
	 * @param method the annotated method
	 */
	public record Declaration(String beanName, Method method) {

		@Override
		public String toString() {
			return "%s of bean '%s'".formatted(HandlerSignature.describe(this.method), this.beanName);
		}

	}

}
