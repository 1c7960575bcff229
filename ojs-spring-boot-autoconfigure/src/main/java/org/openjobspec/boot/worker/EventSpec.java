package org.openjobspec.boot.worker;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobRequest;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * What an {@link OjsEnqueue} annotation says, checked.
 *
 * @param type the type of the jobs
 * @param queue their queue; {@code null} for that of their handler
 * @param condition which events become jobs; {@code null} for all
 */
record EventSpec(String type, @Nullable String queue, @Nullable Expression condition) {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	/**
	 * Reads an annotation.
	 * @param annotation the annotation with its aliases merged
	 * @param type the type of the jobs
	 * @param placeholders resolves placeholders
	 * @return what it says
	 * @throws RuntimeException if a value breaks a rule; the message names the attribute
	 */
	static EventSpec of(OjsEnqueue annotation, String type, UnaryOperator<String> placeholders) {
		String queue = placeholders.apply(annotation.queue());
		String condition = placeholders.apply(annotation.condition());
		return new EventSpec(JobRequest.checkType(type), queue.isEmpty() ? null : JobRequest.checkQueue("queue", queue),
				condition.isBlank() ? null : parse(condition));
	}

	private static Expression parse(String condition) {
		try {
			return PARSER.parseExpression(condition);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException(
					"condition '%s' is no expression: %s".formatted(condition, ex.getMessage()), ex);
		}
	}

	/**
	 * Whether an event becomes a job.
	 * @param event the event
	 * @return whether the condition is met
	 * @throws IllegalStateException if the condition cannot be evaluated; the event may
	 * have been published with what it does not expect
	 */
	boolean wants(Object event) {
		if (this.condition == null) {
			return true;
		}
		EvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding()
			.withInstanceMethods()
			.withRootObject(event)
			.build();
		context.setVariable("event", event);
		try {
			return Boolean.TRUE.equals(this.condition.getValue(context, Boolean.class));
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(
					"Whether an event of class %s becomes a job of type '%s' is not known: the condition '%s' of @OjsEnqueue failed"
						.formatted(event.getClass().getName(), this.type, this.condition.getExpressionString()),
					ex);
		}
	}

}
