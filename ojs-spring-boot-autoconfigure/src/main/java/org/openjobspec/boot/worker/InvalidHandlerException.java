package org.openjobspec.boot.worker;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * An {@link OjsHandler} method cannot handle jobs. Stops the start of the application.
 */
public class InvalidHandlerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The bean that declares the handler. */
	private final String beanName;

	private final transient @Nullable Method method;

	/** What is wrong, a sentence. */
	private final String problem;

	/** What to do, a sentence. */
	private final String cure;

	/**
	 * A handler is refused.
	 * @param beanName the bean that declares it
	 * @param method the annotated method
	 * @param problem what is wrong, a sentence
	 * @param cure what to do, a sentence
	 * @param cause what found it out
	 */
	public InvalidHandlerException(String beanName, Method method, String problem, String cure,
			@Nullable Throwable cause) {
		super("@OjsHandler method %s of bean '%s' is not usable: %s. %s.".formatted(HandlerSignature.describe(method),
				beanName, problem, cure), cause);
		this.beanName = beanName;
		this.method = method;
		this.problem = problem;
		this.cure = cure;
	}

	/**
	 * The bean that declares the handler.
	 * @return its name
	 */
	public String beanName() {
		return this.beanName;
	}

	/**
	 * The annotated method.
	 * @return the method; {@code null} after deserialization
	 */
	public @Nullable Method method() {
		return this.method;
	}

	/**
	 * What is wrong.
	 * @return a sentence without its full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What to do about it.
	 * @return a sentence without its full stop
	 */
	public String cure() {
		return this.cure;
	}

}
